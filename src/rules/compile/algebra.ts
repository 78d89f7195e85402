import type { Predicate } from '../../events/predicate.ts';
import type { JsonObject } from '../../json.ts';

/** An event set that `together` can be asked to cover. */
export interface EventSetReference {
  readonly id: string;
  readonly title: string;
  /** Names of the values it needs, to say which events are meant. */
  readonly parameters: readonly string[];
  /** Names of its variants: `cis-aws-5.0.0`. */
  readonly editions: readonly string[];
  /** The events that must be seen. Throws {@link UserFault} for an unknown edition or a value that is missing. */
  required(form: EventSetForm): Predicate;
}

/** Which form of an event set is meant. */
export interface EventSetForm {
  readonly edition?: string;
  readonly parameters?: Readonly<Record<string, readonly string[]>>;
}

/** `root-usage` or `root-usage@cis-aws-5.0.0`: id and edition. */
export function splitEventSet(text: string): { readonly id: string; readonly edition: string | undefined } {
  const [id = '', edition] = text.split('@', 2);
  return { id, edition };
}

/** Whether each event of a required set is matched by the provided predicates together. */
export type Coverage =
  | { readonly verdict: 'proved' }
  | { readonly verdict: 'refuted'; readonly witness: JsonObject }
  | { readonly verdict: 'undecided'; readonly reason: string };

/** What the rule compiler needs of the event algebra (src/events). */
export interface EventAlgebra {
  /** Remembers its answers: the same question comes from each account of an organization. */
  covers(required: Predicate, provided: readonly Predicate[]): Coverage;
  and(...parts: readonly Predicate[]): Predicate;
  or(...parts: readonly Predicate[]): Predicate;
  readonly everything: Predicate;
  /** The events of one account. */
  ofAccount(account: string): Predicate;
  /** Whether a set tells events of one account from those of another. */
  tellsAccounts(predicate: Predicate): boolean;
  /** Whether one event matches; undecided where the predicate holds what cannot be decided. */
  matches(predicate: Predicate, event: JsonObject): boolean | 'undecided';
}
