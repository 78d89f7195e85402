import type { Finding, FindingWaiver } from '../evaluate/finding.ts';
import type { Waiver } from './waiver-file.ts';

export interface WaiverOptions {
  /** The time that ages are measured against: the end of collection, UTC ISO 8601. */
  readonly time: string;
  /** Organizational unit path of an account, as the manifest has it. */
  readonly ouOf: (account: string) => string | undefined;
  /** Days before its end in which a waiver is announced as expiring. Default 30. */
  readonly noticeDays?: number;
  /** Longest time, in days, that a waiver may still have to run. Default 366. */
  readonly longestDays?: number;
}

/** Waivers at work over the findings of one run. */
export interface WaiverBook {
  /** The waiver that accepts a failing finding, or null. The first in file order wins. Other verdicts have none. */
  waiverFor(finding: Pick<Finding, 'rule' | 'verdict' | 'resource'>): FindingWaiver | null;
  /** What the run should say about the waivers themselves, in file order. Call it after the last finding. */
  notices(): readonly string[];
  /** How each waiver stands, in file order. */
  states(): readonly WaiverState[];
}

/** How one waiver stands in a run. */
export interface WaiverState {
  readonly waiver: Waiver;
  /** Whether it accepts what it matches: neither expired nor longer than allowed. */
  readonly holds: boolean;
  /** Days until it ends, its last day included; negative where it has ended. */
  readonly daysLeft: number;
  /** Failing findings that it matched and no waiver before it accepted. */
  readonly used: number;
  readonly remarks: readonly {
    readonly kind: 'expired' | 'too-long' | 'expiring' | 'unused' | 'broad';
    /** Predicate of a sentence about the waiver. */
    readonly text: string;
  }[];
}

const day = 86_400_000;
/** A waiver that accepts more findings than this hides a rule rather than a case. */
const broadAbove = 100;

/** Prepares waivers for one run. Expired ones, and ones that run longer than allowed, accept nothing. */
export function openWaivers(waivers: readonly Waiver[], options: WaiverOptions): WaiverBook {
  const now = Date.parse(options.time);
  const noticeDays = options.noticeDays ?? 30;
  const longestDays = options.longestDays ?? 366;
  const entries = waivers.map((waiver) => {
    // The last day counts as a whole.
    const daysLeft = (Date.parse(`${waiver.expires}T00:00:00Z`) + day - now) / day;
    return {
      waiver,
      daysLeft,
      holds: daysLeft > 0 && daysLeft <= longestDays,
      matches: matcher(waiver, options),
      used: 0,
    };
  });
  const byRule = Map.groupBy(entries, ({ waiver }) => waiver.rule);

  return {
    waiverFor(finding) {
      if (finding.verdict !== 'fail') return null;
      for (const entry of byRule.get(finding.rule) ?? []) {
        if (!entry.matches(finding)) continue;
        entry.used += 1;
        if (!entry.holds) continue;
        const { reason, owner, ticket, expires } = entry.waiver;
        return { reason, owner, ticket, expires };
      }
      return null;
    },
    notices: () =>
      states().flatMap(({ waiver, remarks }) =>
        remarks.map(
          ({ text }) =>
            `${waiver.file}:${waiver.line}: the waiver of ${waiver.owner} for ${waiver.rule} ${text}`,
        ),
      ),
    states,
  };

  function states(): readonly WaiverState[] {
    return entries.map(({ waiver, daysLeft, holds, used }) => {
      const remarks: WaiverState['remarks'][number][] = [];
      if (daysLeft <= 0)
        remarks.push({
          kind: 'expired',
          text: `expired on ${waiver.expires} and accepts nothing any more`,
        });
      else if (!holds)
        remarks.push({
          kind: 'too-long',
          text: `would run for ${Math.ceil(daysLeft)} days; ${longestDays} are allowed, so it accepts nothing`,
        });
      else if (daysLeft <= noticeDays)
        remarks.push({ kind: 'expiring', text: `expires on ${waiver.expires}` });
      if (used === 0)
        remarks.push({ kind: 'unused', text: 'accepted nothing: no failing finding matches it' });
      else if (holds && used > broadAbove)
        remarks.push({ kind: 'broad', text: `accepts ${used} findings: is it too broad?` });
      return { waiver, holds, daysLeft, used, remarks };
    });
  }
}

function matcher(waiver: Waiver, options: WaiverOptions): (finding: Pick<Finding, 'resource'>) => boolean {
  const matchesResource = waiver.resource === undefined ? undefined : pattern(waiver.resource);
  return ({ resource }) => {
    if (waiver.account !== undefined && waiver.account !== resource.account) return false;
    if (matchesResource !== undefined && !matchesResource(resource.id)) return false;
    if (waiver.ou === undefined) return true;
    const path = options.ouOf(resource.account);
    return path !== undefined && (path === waiver.ou || path.startsWith(`${waiver.ou}/`));
  };
}

/** An anchored pattern with `*` for any text. Takes time linear in the text for each piece, whatever the pattern. */
function pattern(text: string): (id: string) => boolean {
  const pieces = text.split('*');
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return (id) => id === text;
  return (id) => {
    if (!id.startsWith(first)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = id.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return id.length - last.length >= at && id.endsWith(last);
  };
}
