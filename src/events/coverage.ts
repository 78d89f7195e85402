import type { JsonObject } from '../json.ts';
import { cloudTrailRecords, type Background } from './background.ts';
import { predicateKey } from './canonical.ts';
import { gapProblem, type Problem } from './cover/problem.ts';
import { ReadyTests } from './cover/ready-test.ts';
import { search, type Solution } from './cover/search.ts';
import { undecidedReason } from './cover/undecided-reason.ts';
import { nearestRecord, recordOf } from './cover/witness.ts';
import { BeyondSearch, Work, WorkLimit } from './cover/work.ts';
import { matches } from './matches.ts';
import { not, type Predicate } from './predicate.ts';
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

const usualWorkLimit = 150_000;

/** A place to judge coverage in. Keep one for a whole evaluation: patterns repeat over accounts. */
export function createCoverage(options: CoverageOptions = {}): Coverage {
  const tests = new ReadyTests();
  const background = options.background ?? cloudTrailRecords;
  const workLimit = options.workLimit ?? usualWorkLimit;
  const idOfKey = new Map<string, number>();
  const ids = new WeakMap<Predicate, number>();
  const verdicts = new Map<string, CoverageVerdict>();

  const idOf = (predicate: Predicate): number => {
    const known = ids.get(predicate);
    if (known !== undefined) return known;
    const key = predicateKey(predicate);
    const id = idOfKey.get(key) ?? idOfKey.size;
    idOfKey.set(key, id);
    ids.set(predicate, id);
    return id;
  };

  return {
    covers(required, provided) {
      const sets = [...new Set(provided.map(idOf))].sort((a, b) => a - b);
      const question = `${idOf(required)}:${sets.join()}`;
      const known = verdicts.get(question);
      if (known !== undefined) return known;
      const verdict = judge(required, provided, background, workLimit, tests);
      verdicts.set(question, verdict);
      return verdict;
    },
    matches: (predicate, event) => matches(predicate, event, tests.shapes),
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

function judge(
  required: Predicate,
  provided: readonly Predicate[],
  background: Background,
  workLimit: number,
  tests: ReadyTests,
): CoverageVerdict {
  const problem = gapProblem(required, provided, background, tests);
  const possible = within(() => search(problem, 'possible', new Work(workLimit)));
  if (possible.found === 'nothing') return { verdict: 'proved' };
  const expected = within(() => search(problem, 'expected', new Work(workLimit)));
  if (typeof expected.found === 'object') {
    const witness = within(() => smallestWitness(problem, expected.found as Solution, workLimit));
    const found = witness.found;
    if (typeof found === 'object' && isGap(found, required, provided, tests))
      return { verdict: 'refuted', witness: found };
    return { verdict: 'undecided', reason: 'an event that may be missed was found, but not with certainty' };
  }
  if (typeof possible.found === 'object')
    return { verdict: 'undecided', reason: undecidedReason(problem, possible.found) };
  return { verdict: 'undecided', reason: possible.reason ?? expected.reason ?? tooMuch };
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

/** Tries to get nearer to a typical record, as long as there is work left. */
function smallestWitness(problem: Problem, first: Solution, workLimit: number): JsonObject {
  const work = new Work(workLimit);
  let best = first;
  let { record, values, changes } = nearestRecord(problem, first);
  let witness = recordOf(problem, best, record, work);
  try {
    while (changes > 0) {
      const nearer = search(problem, 'expected', work, { values, below: changes });
      if (nearer === undefined) break;
      best = nearer;
      ({ record, values, changes } = nearestRecord(problem, best));
      witness = recordOf(problem, best, record, work);
    }
  } catch (error) {
    // The one that was found so far is a witness as well.
    if (!(error instanceof WorkLimit || error instanceof TooLarge || error instanceof BeyondSearch))
      throw error;
  }
  return witness;
}

function isGap(
  event: JsonObject,
  required: Predicate,
  provided: readonly Predicate[],
  tests: ReadyTests,
): boolean {
  return [required, ...provided.map(not)].every((set) => matches(set, event, tests.shapes) === true);
}
