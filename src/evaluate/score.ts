import type { JsonValue } from '../json.ts';
import type { Extent } from '../rules/document.ts';
import type { Control, Demand, Pack } from '../rules/packs.ts';
import { verdicts, type Finding, type Verdict } from './finding.ts';

export const controlStates = ['satisfied', 'failed', 'unknown', 'manual', 'not-applicable'] as const;
/** What the findings say about a control: the worst of its rules over all resources. */
export type ControlState = (typeof controlStates)[number];

/** What one rule says about a control. */
export interface RuleScore {
  readonly rule: string;
  readonly verdict: Verdict;
  /**
   * Why it does not say more: `not-run`, or `parameters` where it ran with values that the control does not demand and that
   * leave open what it would have said.
   */
  readonly open?: 'not-run' | 'parameters';
}

export interface ControlScore {
  readonly id: string;
  readonly title: string;
  readonly state: ControlState;
  /** Whether its rules decide all that it asks, or a part. */
  readonly extent: Extent;
  /** True where it failed and each failure has a waiver. */
  readonly waived?: true;
  readonly rules: readonly RuleScore[];
  /** Why a person must judge it. */
  readonly manual?: string;
}

/** How an organization stands by one pack. */
export interface PackScore {
  readonly pack: string;
  readonly title: string;
  readonly framework: string;
  readonly edition: string;
  readonly about: string;
  readonly counts: Readonly<Record<ControlState, number>>;
  /** How many of the satisfied controls were judged in part only. */
  readonly inPart: number;
  /** Satisfied controls in a hundred of those that are decided (satisfied or failed), rounded down; null where none is. */
  readonly percent: number | null;
  readonly controls: readonly ControlScore[];
}

interface Counts {
  readonly verdicts: Record<Verdict, number>;
  waivedFailures: number;
}

type Parameters = Readonly<Record<string, JsonValue>>;

/**
 * Scores packs while findings pass: it keeps a few numbers for each rule and each set of values that the rule ran with, however
 * many findings and packs there are.
 */
export class Scoring {
  readonly #packs: readonly Pack[];
  // All findings of a rule that ran with the same values share the object that holds them.
  readonly #counts = new Map<string, Map<Parameters, Counts>>();

  constructor(packs: readonly Pack[]) {
    this.#packs = packs;
  }

  add(finding: Finding): void {
    let ofRule = this.#counts.get(finding.rule);
    if (ofRule === undefined) this.#counts.set(finding.rule, (ofRule = new Map()));
    const { parameters, verdict } = finding;
    let counts = ofRule.get(parameters);
    if (counts === undefined) ofRule.set(parameters, (counts = noCounts()));
    counts.verdicts[verdict] += 1;
    if (verdict === 'fail' && finding.waiver !== null) counts.waivedFailures += 1;
  }

  /** The scores, in the order of the packs. `ran` are the ids of the rules that ran. */
  finish(ran: ReadonlySet<string>): readonly PackScore[] {
    return this.#packs.map(({ document, controls }) => {
      const scored = controls.map((control) => this.#control(control, ran));
      const counts = Object.fromEntries(
        controlStates.map((state) => [state, scored.filter((one) => one.state === state).length]),
      ) as Record<ControlState, number>;
      const decided = counts.satisfied + counts.failed;
      return {
        pack: document.id,
        title: document.title,
        framework: document.framework,
        edition: document.edition,
        about: document.about,
        counts,
        inPart: scored.filter((one) => one.state === 'satisfied' && one.extent === 'partial').length,
        percent: decided === 0 ? null : Math.floor((100 * counts.satisfied) / decided),
        controls: scored,
      };
    });
  }

  #control({ document, demands }: Control, ran: ReadonlySet<string>): ControlScore {
    const { id, title, extent, manual } = document;
    if (manual !== undefined) return { id, title, state: 'manual', extent, rules: [], manual };
    const told = demands.map((demand) => this.#rule(demand, ran));
    const rules = told.map((one) => one.score);
    const failures = told.reduce((sum, one) => sum + one.failures, 0);
    const waived = told.reduce((sum, one) => sum + one.waivedFailures, 0);
    const state = stateOf(rules.map((one) => one.verdict));
    return {
      id,
      title,
      state,
      extent,
      ...(state === 'failed' && failures === waived && { waived: true }),
      rules,
    };
  }

  #rule(
    { rule, strictness }: Demand,
    ran: ReadonlySet<string>,
  ): { readonly score: RuleScore; readonly failures: number; readonly waivedFailures: number } {
    if (!ran.has(rule))
      return { score: { rule, verdict: 'unknown', open: 'not-run' }, failures: 0, waivedFailures: 0 };
    const seen = noCounts();
    let open = 0;
    for (const [parameters, counts] of this.#counts.get(rule) ?? []) {
      const found = strictness(parameters);
      // What passes with stricter values passes with the demanded ones; what fails with laxer ones fails with them.
      const passes = found === 'same' || found === 'stricter';
      const fails = found === 'same' || found === 'laxer';
      for (const verdict of verdicts) {
        const number = counts.verdicts[verdict];
        const counted = (verdict !== 'pass' || passes) && (verdict !== 'fail' || fails);
        seen.verdicts[counted ? verdict : 'unknown'] += number;
        if (!counted) open += number;
      }
      if (fails) seen.waivedFailures += counts.waivedFailures;
    }
    const verdict = worst(verdicts.filter((one) => seen.verdicts[one] > 0));
    const onlyParameters = verdict === 'unknown' && open === seen.verdicts.unknown;
    return {
      score: { rule, verdict, ...(onlyParameters && { open: 'parameters' }) },
      failures: seen.verdicts.fail,
      waivedFailures: seen.waivedFailures,
    };
  }
}

function noCounts(): Counts {
  return { verdicts: { pass: 0, fail: 0, unknown: 0, 'not-applicable': 0 }, waivedFailures: 0 };
}

/** The worst verdict: nothing that is unknown becomes a pass. Where there is nothing to judge, nothing applies. */
function worst(some: readonly Verdict[]): Verdict {
  return (['fail', 'unknown', 'pass'] as const).find((verdict) => some.includes(verdict)) ?? 'not-applicable';
}

function stateOf(some: readonly Verdict[]): ControlState {
  const states = {
    fail: 'failed',
    unknown: 'unknown',
    pass: 'satisfied',
    'not-applicable': 'not-applicable',
  } as const;
  return states[worst(some)];
}
