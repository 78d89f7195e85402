import type { Call } from './calls.ts';
import type { Errand } from './visit.ts';

/** Numbers that are looked through one by one: fewer than this take a quarter of the memory as a list. */
const mostListed = 64;

/**
 * A set of errands that stays small for thousands of accounts: what they are about has the same few names in most accounts,
 * so a number for each call, region and name makes a small number of each errand.
 */
export class ErrandSet {
  readonly #calls = new Numbers<Call>();
  readonly #regions = new Numbers<string>();
  readonly #names = new Numbers<string>();
  readonly #errands = new Numbers<number>();
  /** By owner of the thing; '' where nobody is known to be. */
  readonly #byOwner = new Map<string, number[] | Set<number>>();

  add(errand: Errand): void {
    const { owner = '' } = errand.item;
    const number = this.#numberOf(errand);
    const known = this.#byOwner.get(owner);
    if (known === undefined) this.#byOwner.set(owner, [number]);
    else if (known instanceof Set) known.add(number);
    else if (known.includes(number)) return;
    else if (known.length < mostListed) known.push(number);
    else this.#byOwner.set(owner, new Set([...known, number]));
  }

  has(errand: Errand): boolean {
    const known = this.#byOwner.get(errand.item.owner ?? '');
    if (known === undefined) return false;
    const number = this.#numberOf(errand);
    return known instanceof Set ? known.has(number) : known.includes(number);
  }

  #numberOf({ call, item: { region, name } }: Errand): number {
    return this.#errands.of(
      (this.#names.of(name) * most + this.#regions.of(region)) * most + this.#calls.of(call),
    );
  }
}

/** More calls and regions than there will be; leaves room for 2^33 names. */
const most = 1024;

/** Numbers from 0 for things as they come. */
class Numbers<T> {
  readonly #known = new Map<T, number>();

  of(thing: T): number {
    let number = this.#known.get(thing);
    if (number === undefined) this.#known.set(thing, (number = this.#known.size));
    return number;
  }
}
