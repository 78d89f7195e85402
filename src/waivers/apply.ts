import type { Finding, FindingWaiver } from '../evaluate/finding.ts';
import { compareText } from '../text.ts';
import type { Waiver } from './waiver-file.ts';

export interface WaiverOptions {
  /** The time that ages are measured against: the end of collection, UTC ISO 8601. */
  readonly time: string;
  /** Organizational unit path of an account, as the manifest has it. */
  readonly ouOf: (account: string) => string | undefined;
  /** Tags of an account in the organization; undefined where they are not known. */
  readonly tagsOf: (account: string) => { readonly [name: string]: unknown } | undefined;
  /** The id that a rule has now, by any that it had. Where left out, no rule had another. */
  readonly currentId?: (rule: string) => string;
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
  /** Accounts that it may be for, whose tags are not known: it accepts nothing of them. */
  readonly untold: readonly string[];
  readonly remarks: readonly {
    readonly kind: 'renamed' | 'expired' | 'too-long' | 'expiring' | 'untold' | 'unused' | 'broad';
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
      untold: new Set<string>(),
    };
  });
  const currentId = options.currentId ?? ((rule) => rule);
  const byRule = Map.groupBy(entries, ({ waiver }) => currentId(waiver.rule));

  return {
    waiverFor(finding) {
      if (finding.verdict !== 'fail') return null;
      for (const entry of byRule.get(currentId(finding.rule)) ?? []) {
        const matches = entry.matches(finding);
        if (matches === undefined) entry.untold.add(finding.resource.account);
        if (matches !== true) continue;
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
    return entries.map(({ waiver, daysLeft, holds, used, untold: missed }) => {
      const untold = [...missed].sort(compareText);
      const remarks: WaiverState['remarks'][number][] = [];
      const current = currentId(waiver.rule);
      if (current !== waiver.rule)
        remarks.push({
          kind: 'renamed',
          text: `names the rule ${current} by an earlier id: write the new one`,
        });
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
      const [first] = untold;
      if (first !== undefined) {
        const others = untold.length > 1 ? ` and ${untold.length - 1} more, whose` : ', whose';
        remarks.push({
          kind: 'untold',
          text: `accepts nothing of account ${first}${others} tags are not known`,
        });
      }
      if (used === 0 && first === undefined)
        remarks.push({ kind: 'unused', text: 'accepted nothing: no failing finding matches it' });
      else if (holds && used > broadAbove)
        remarks.push({ kind: 'broad', text: `accepts ${used} findings: is it too broad?` });
      return { waiver, holds, daysLeft, used, untold, remarks };
    });
  }
}

/** Whether a waiver is for a finding; undefined where that hangs on tags that are not known. */
function matcher(
  waiver: Waiver,
  options: WaiverOptions,
): (finding: Pick<Finding, 'resource'>) => boolean | undefined {
  const matchesResource = waiver.resource === undefined ? undefined : pattern(waiver.resource);
  const matchesTag = waiver.tag === undefined ? undefined : tagMatcher(waiver.tag);
  return ({ resource }) => {
    if (waiver.account !== undefined && waiver.account !== resource.account) return false;
    if (matchesResource !== undefined && !matchesResource(resource.id)) return false;
    if (waiver.ou !== undefined) {
      const path = options.ouOf(resource.account);
      if (path === undefined || (path !== waiver.ou && !path.startsWith(`${waiver.ou}/`))) return false;
    }
    if (matchesTag === undefined) return true;
    const tags = options.tagsOf(resource.account);
    return tags && matchesTag(tags);
  };
}

function tagMatcher(text: string): (tags: { readonly [name: string]: unknown }) => boolean {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  const matches = pattern(text.slice(at + 1));
  return (tags) => {
    const value = Object.hasOwn(tags, name) ? tags[name] : undefined;
    return typeof value === 'string' && matches(value);
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
