import type { Truth, ValueTest } from './value-test.ts';

/**
 * A set of CloudTrail events, as a formula over the fields of a record. Immutable plain data; build it with the functions
 * below. `matches` evaluates it, `covers` compares it with others.
 */
export type Predicate =
  | { readonly kind: 'everything' }
  | { readonly kind: 'nothing' }
  | Undecided
  | { readonly kind: 'all'; readonly of: readonly Predicate[] }
  | { readonly kind: 'any'; readonly of: readonly Predicate[] }
  | { readonly kind: 'not'; readonly of: Predicate }
  | FieldAtom
  | RecordText;

/** A set that nobody can tell: a pattern that does not parse, criteria that we cannot read. */
export interface Undecided {
  readonly kind: 'undecided';
  /**
   * What cannot be told and why. Two sets with the same reason and subject are taken for the same set, so name the thing in
   * one of them.
   */
  readonly reason: string;
  /** Tells sets apart that have the same reason. */
  readonly subject?: string;
}

/** What stands in one field of the record. */
export interface FieldAtom {
  readonly kind: 'field';
  readonly path: FieldPath;
  readonly test: ValueTest;
  /**
   * How the path meets an array on its way, or at its end. `opaque`: only an index or `anyElement` steps in, and the test
   * sees an array as one value (filter patterns, event sets, selectors). `searched`: every element is looked into without
   * a step of its own, one that satisfies the test is enough, and arrays and objects are no values, so that an empty
   * array is like a missing field (EventBridge).
   */
  readonly arrays: 'opaque' | 'searched';
  /**
   * What holds where `anyElement` or `anyMember` leads to several values. `some`: one that satisfies the test is enough.
   * `disputed`: undecided unless "one is enough" and "all must" agree.
   */
  readonly several: 'some' | 'disputed';
}

/** The record, as the JSON text that CloudTrail delivers, holds this text somewhere: what a plain search term asks. */
export interface RecordText {
  readonly kind: 'record-text';
  readonly holds: string;
}

/** Steps from the top of the record: a member's name, an index into an array, or any of either. */
export type FieldPath = readonly PathStep[];
export type PathStep = string | number | AnyStep;

/** Any element of an array, any member of an object. */
export interface AnyStep {
  readonly any: 'element' | 'member';
}

export const anyElement: AnyStep = { any: 'element' };
export const anyMember: AnyStep = { any: 'member' };

/** Every event. */
export const everything: Predicate = { kind: 'everything' };

/** No event. */
export const nothing: Predicate = { kind: 'nothing' };

/** A set that nobody can tell; see `Undecided.reason`. */
export function undecided(reason: string, subject?: string): Predicate {
  return { kind: 'undecided', reason, ...(subject === undefined ? {} : { subject }) };
}

/** Events that belong to all of the sets; every event when there are none. */
export function and(...sets: readonly Predicate[]): Predicate {
  const parts = sets.flatMap((set) => (set.kind === 'all' ? set.of : [set]));
  if (parts.some(({ kind }) => kind === 'nothing')) return nothing;
  const [first, ...rest] = parts.filter(({ kind }) => kind !== 'everything');
  if (first === undefined) return everything;
  return rest.length === 0 ? first : { kind: 'all', of: [first, ...rest] };
}

/** Events that belong to one of the sets at least; none when there are no sets. */
export function or(...sets: readonly Predicate[]): Predicate {
  const parts = sets.flatMap((set) => (set.kind === 'any' ? set.of : [set]));
  if (parts.some(({ kind }) => kind === 'everything')) return everything;
  const [first, ...rest] = parts.filter(({ kind }) => kind !== 'nothing');
  if (first === undefined) return nothing;
  return rest.length === 0 ? first : { kind: 'any', of: [first, ...rest] };
}

/** Events that do not belong to the set. */
export function not(set: Predicate): Predicate {
  if (set.kind === 'not') return set.of;
  if (set.kind === 'everything') return nothing;
  if (set.kind === 'nothing') return everything;
  return { kind: 'not', of: set };
}

/**
 * Events in which a field passes a test.
 *
 * @param path steps, or names joined by "." (for names that hold no dot themselves)
 */
export function field(
  path: FieldPath | string,
  test: ValueTest,
  options: { readonly arrays?: FieldAtom['arrays']; readonly several?: FieldAtom['several'] } = {},
): FieldAtom {
  return {
    kind: 'field',
    path: typeof path === 'string' ? path.split('.') : path,
    test,
    arrays: options.arrays ?? 'opaque',
    several: options.several ?? 'some',
  };
}

/** Events whose delivered text holds a term. */
export function recordText(holds: string): RecordText {
  return { kind: 'record-text', holds };
}

/** Truth of "not". */
export function negated(truth: Truth): Truth {
  return truth === 'undecided' ? truth : !truth;
}

/** True when one is, else undecided when one is, else false. */
export function truthOfAny(truths: Iterable<Truth>): Truth {
  let result: Truth = false;
  for (const truth of truths) {
    if (truth === true) return true;
    if (truth === 'undecided') result = truth;
  }
  return result;
}

/** False when one is, else undecided when one is, else true. */
export function truthOfAll(truths: Iterable<Truth>): Truth {
  let result: Truth = true;
  for (const truth of truths) {
    if (truth === false) return false;
    if (truth === 'undecided') result = truth;
  }
  return result;
}
