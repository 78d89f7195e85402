import type { Call } from './calls.ts';
import type { Errand } from './visit.ts';

/**
 * A set of errands that stays small for thousands of accounts: what they are about has the same few names in most accounts,
 * so a number for each name makes a number of each errand.
 */
export class ErrandSet {
  readonly #calls = new Numbers<Call>();
  readonly #regions = new Numbers<string>();
  readonly #names = new Numbers<string>();
  /** By owner of the thing; '' where nobody is known to be. */
  readonly #errands = new Map<string, Set<number>>();

  add({ call, item }: Errand): void {
    const { owner = '', region, name } = item;
    let errands = this.#errands.get(owner);
    if (errands === undefined) this.#errands.set(owner, (errands = new Set()));
    errands.add(numberOf(this.#calls.of(call), this.#regions.of(region), this.#names.of(name)));
  }

  has({ call, item }: Errand): boolean {
    const { owner = '', region, name } = item;
    const number = numberOf(this.#calls.of(call), this.#regions.of(region), this.#names.of(name));
    return this.#errands.get(owner)?.has(number) === true;
  }
}

/** More calls and regions than there will be; leaves room for 2^33 names. */
const most = 1024;

function numberOf(call: number, region: number, name: number): number {
  return (name * most + region) * most + call;
}

/** Numbers from 0 for things as they come. */
class Numbers<T> {
  readonly #known = new Map<T, number>();

  of(thing: T): number {
    let number = this.#known.get(thing);
    if (number === undefined) this.#known.set(thing, (number = this.#known.size));
    return number;
  }
}
