import type { Predicate } from '../../events/predicate.ts';
import type { JsonObject } from '../../json.ts';

/** An event set that `together` can be asked to cover. */
export interface EventSetReference {
  readonly id: string;
  readonly title: string;
  /** The events that must be seen. */
  readonly required: Predicate;
}

/** Whether each event of a required set is matched by the provided predicates together. */
export type Coverage =
  | { readonly verdict: 'proved' }
  | { readonly verdict: 'refuted'; readonly witness: JsonObject }
  | { readonly verdict: 'undecided'; readonly reason: string };

/** What the rule compiler needs of the event algebra (src/events). */
export interface EventAlgebra {
  covers(required: Predicate, provided: readonly Predicate[]): Coverage;
  and(...parts: readonly Predicate[]): Predicate;
  or(...parts: readonly Predicate[]): Predicate;
  readonly everything: Predicate;
  /** Whether one event matches; undecided where the predicate holds what cannot be decided. */
  matches(predicate: Predicate, event: JsonObject): boolean | 'undecided';
}
