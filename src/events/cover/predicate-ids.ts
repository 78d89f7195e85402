import { atomKey } from '../canonical.ts';
import type { Predicate } from '../predicate.ts';

/**
 * Numbers for predicates: the same number for the same structure, whatever the order of parts. Parts that were met before cost
 * next to nothing, so that the same filters behind another trail, or in another account, are told quickly.
 */
export class PredicateIds {
  private readonly byPredicate = new WeakMap<Predicate, number>();
  private readonly byKey = new Map<string, number>();

  idOf(predicate: Predicate): number {
    const known = this.byPredicate.get(predicate);
    if (known !== undefined) return known;
    const key = this.keyOf(predicate);
    const id = this.byKey.get(key) ?? this.byKey.size;
    this.byKey.set(key, id);
    this.byPredicate.set(predicate, id);
    return id;
  }

  /** The numbers of several sets without order and doubles. */
  setKey(predicates: readonly Predicate[]): string {
    const [first] = predicates;
    if (first === undefined) return '';
    if (predicates.length === 1) return String(this.idOf(first));
    return [...new Set(predicates.map((each) => this.idOf(each)))].sort((a, b) => a - b).join();
  }

  private keyOf(predicate: Predicate): string {
    switch (predicate.kind) {
      case 'everything':
      case 'nothing':
        return predicate.kind;
      case 'undecided':
        return `undecided ${JSON.stringify([predicate.reason, predicate.subject])}`;
      case 'record-text':
        return `text ${predicate.holds}`;
      case 'not':
        return `not ${this.idOf(predicate.of)}`;
      case 'all':
      case 'any':
        return `${predicate.kind} ${this.setKey(predicate.of)}`;
      case 'field':
        return `field ${atomKey(predicate)}`;
    }
  }
}
