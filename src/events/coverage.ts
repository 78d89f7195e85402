import type { JsonObject } from '../json.ts';
import { cloudTrailRecords, type Background } from './background.ts';
import { PredicateIds } from './cover/predicate-ids.ts';
import { gapProblem, meetingProblem, type Problem } from './cover/problem.ts';
import { ReadyTests } from './cover/ready-test.ts';
import { search } from './cover/search.ts';
import { undecidedReason } from './cover/undecided-reason.ts';
import { typicalRecords } from './cover/typical-records.ts';
import { nearestRecord, recordOf, valueAt } from './cover/witness.ts';
import { BeyondSearch, Work, WorkLimit } from './cover/work.ts';
import { matches } from './matches.ts';
import type { Predicate } from './predicate.ts';
import { TooLarge } from './text/nfa.ts';
import type { Truth } from './value-test.ts';

/** Whether each required event is matched by the provided sets together. */
export type CoverageVerdict =
  /** It is certain. */
  | { readonly verdict: 'proved' }
  /** It is not: the witness is a required event that none of the sets matches. */
  | { readonly verdict: 'refuted'; readonly witness: JsonObject }
  /** Nobody can tell, and why. */
  | { readonly verdict: 'undecided'; readonly reason: string };

export interface CoverageOptions {
  /** What is known of the records; CloudTrail's own when absent. */
  readonly background?: Background;
  /** How much one judgement may cost before it is undecided, in steps of about a tenth of a microsecond. */
  readonly workLimit?: number;
}

/** Judges sets of events against each other, and keeps what it found out for the next time it is asked the same. */
export interface Coverage {
  covers(required: Predicate, provided: readonly Predicate[]): CoverageVerdict;
  matches(predicate: Predicate, event: JsonObject): Truth;
}

const usualWorkLimit = 120_000;

/** More sets than this make a question long. */
const longQuestion = 8;

/** A place to judge coverage in. Keep one for a whole evaluation: patterns repeat over accounts. */
export function createCoverage(options: CoverageOptions = {}): Coverage {
  const judge = new Judge(options);
  const ids = new PredicateIds();
  const verdicts = new Map<string, CoverageVerdict>();
  return {
    covers(required, provided) {
      const id = ids.idOf(required);
      const question = `${id}:${ids.setKey(provided)}`;
      const known = verdicts.get(question);
      if (known !== undefined) return known;
      const verdict = judge.verdict(required, id, provided);
      verdicts.set(question, verdict);
      return verdict;
    },
    matches: (predicate, event) => matches(predicate, event, judge.tests.shapes),
  };
}

/** Judges once. For more than a few questions, `createCoverage` keeps what was found out. */
export function covers(
  required: Predicate,
  provided: readonly Predicate[],
  options: CoverageOptions = {},
): CoverageVerdict {
  return createCoverage(options).covers(required, provided);
}

const tooMuch = 'the judgement takes more work than it may; simpler or fewer patterns can be judged';

/** What a first try with all of many sets may cost, as a share of the work for a judgement. */
const firstShare = 0.25;

function reasonOf(verdict: CoverageVerdict): string {
  return verdict.verdict === 'undecided' ? verdict.reason : doubtful;
}

const doubtful = 'an event that may be missed was found, but not with certainty';

class Judge {
  readonly tests = new ReadyTests();
  private readonly background: Background;
  private readonly workLimit: number;
  private readonly plainEvents = new Map<number, readonly JsonObject[]>();

  constructor({ background, workLimit }: CoverageOptions) {
    this.background = background ?? cloudTrailRecords;
    this.workLimit = workLimit ?? usualWorkLimit;
  }

  verdict(required: Predicate, requiredId: number, provided: readonly Predicate[]): CoverageVerdict {
    // Filters that miss anything mostly miss the plainest event, which is also the witness that says most. To look for it
    // first spares the search, but costs more than the search where few filters prove a cover, as in most cases.
    const plainGap = (): CoverageVerdict | undefined => {
      const event = this.eventsOf(required, requiredId).find((each) => this.isGap(each, required, provided));
      return event === undefined ? undefined : { verdict: 'refuted', witness: event };
    };
    if (provided.length > longQuestion) return plainGap() ?? this.search(required, provided);
    const found = this.search(required, provided);
    return found.verdict === 'proved' ? found : (plainGap() ?? found);
  }

  /**
   * Where all at once is too much, the sets that share no event with what is required are put aside: a log group has a
   * filter for each control. What is still too much is judged clause by clause.
   */
  private search(required: Predicate, provided: readonly Predicate[]): CoverageVerdict {
    const isTooMuch = (found: CoverageVerdict): boolean =>
      found.verdict === 'undecided' && found.reason === tooMuch;
    const first = this.searchAtOnce(required, provided, provided.length < 4 ? 1 : firstShare);
    if (provided.length < 4 || !isTooMuch(first)) return first;
    const near = this.meeting(required, provided);
    const whole = this.searchAtOnce(required, near);
    if (!isTooMuch(whole) || required.kind !== 'any') return whole;
    let undecided: CoverageVerdict | undefined;
    for (const clause of required.of) {
      const verdict = this.searchAtOnce(clause, this.meeting(clause, near));
      if (verdict.verdict === 'refuted' && this.isGap(verdict.witness, required, provided)) return verdict;
      if (verdict.verdict !== 'proved') undecided ??= { verdict: 'undecided', reason: reasonOf(verdict) };
    }
    return undecided ?? { verdict: 'proved' };
  }

  /** The sets without those that surely share no event with what is required. */
  private meeting(required: Predicate, provided: readonly Predicate[]): readonly Predicate[] {
    const workLimit = this.workLimit / Math.max(20, provided.length);
    return provided.filter((set) => {
      const problem = meetingProblem(required, set, this.background, this.tests);
      return within(() => search(problem, 'possible', new Work(workLimit))).found !== 'nothing';
    });
  }

  /** @param share how much of the work for a judgement it may take */
  private searchAtOnce(required: Predicate, provided: readonly Predicate[], share = 1): CoverageVerdict {
    const workLimit = this.workLimit * share;
    const problem = gapProblem(required, provided, this.background, this.tests);
    const possible = within(() => search(problem, 'possible', new Work(workLimit)));
    if (possible.found === 'nothing') return { verdict: 'proved' };
    const { found, reason } = within(() => this.witness(problem, workLimit));
    if (typeof found === 'object')
      return this.isGap(found, required, provided)
        ? { verdict: 'refuted', witness: found }
        : { verdict: 'undecided', reason: doubtful };
    return {
      verdict: 'undecided',
      reason:
        typeof possible.found === 'object'
          ? undecidedReason(problem, possible.found)
          : (possible.reason ?? reason ?? tooMuch),
    };
  }

  /** A few events of a set that are as typical as can be. */
  private eventsOf(required: Predicate, id: number): readonly JsonObject[] {
    const known = this.plainEvents.get(id);
    if (known !== undefined) return known;
    const typical = typicalRecords.filter(
      (event) => matches(required, event, this.tests.shapes) === true && this.isExpected(event),
    );
    const made = within(() =>
      this.witness(gapProblem(required, [], this.background, this.tests), this.workLimit / 4),
    );
    const events = [...typical.slice(0, 4), ...(typeof made.found === 'object' ? [made.found] : [])];
    this.plainEvents.set(id, events);
    return events;
  }

  /** Whether a record has all that the background promises; typical records do for the background of CloudTrail. */
  private isExpected(event: JsonObject): boolean {
    return this.background.fields.every(
      ({ path, presence }) => presence !== 'always' || valueAt(event, path.split('.')) !== undefined,
    );
  }

  private isGap(event: JsonObject, required: Predicate, provided: readonly Predicate[]): boolean {
    const { shapes } = this.tests;
    return (
      matches(required, event, shapes) === true &&
      provided.every((set) => matches(set, event, shapes) === false)
    );
  }

  /** An event that answers the problem, as near to a typical one as there was work left to find. */
  private witness(problem: Problem, workLimit: number): JsonObject | undefined {
    const first = search(problem, 'expected', new Work(workLimit));
    if (first === undefined) return undefined;
    const work = new Work(workLimit);
    let { record, values, changes } = nearestRecord(problem, first);
    let witness = recordOf(problem, first, record, work);
    try {
      while (changes > 0) {
        const nearer = search(problem, 'expected', work, { values, below: changes });
        if (nearer === undefined) break;
        ({ record, values, changes } = nearestRecord(problem, nearer));
        witness = recordOf(problem, nearer, record, work);
      }
    } catch (error) {
      // The one that was found so far is a witness as well.
      if (!(error instanceof WorkLimit || error instanceof TooLarge || error instanceof BeyondSearch))
        throw error;
    }
    return witness;
  }
}

function within<T extends object>(
  work: () => T | undefined,
): { readonly found: T | 'nothing' | 'unknown'; readonly reason?: string } {
  try {
    return { found: work() ?? 'nothing' };
  } catch (error) {
    if (error instanceof BeyondSearch) return { found: 'unknown', reason: error.message };
    if (error instanceof WorkLimit || error instanceof TooLarge) return { found: 'unknown', reason: tooMuch };
    throw error;
  }
}
