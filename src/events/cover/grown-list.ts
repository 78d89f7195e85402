/**
 * A list without doubles that only grows. Lists that grew from one another share their memory, so that adding thousands of
 * entries one by one stays linear. Immutable to whoever holds it.
 */
export class GrownList<T> {
  readonly size: number;
  private readonly places: Map<string, number>;
  private readonly entries: T[];

  private constructor(places: Map<string, number>, entries: T[], size: number) {
    this.places = places;
    this.entries = entries;
    this.size = size;
  }

  static empty<T>(): GrownList<T> {
    return new GrownList(new Map<string, number>(), [], 0);
  }

  has(key: string): boolean {
    const place = this.places.get(key);
    return place !== undefined && place < this.size;
  }

  with(key: string, entry: T): GrownList<T> {
    if (this.has(key)) return this;
    // Another list has grown from this one already: take a copy of what is ours.
    const isLast = this.entries.length === this.size;
    const entries = isLast ? this.entries : this.entries.slice(0, this.size);
    const places = isLast ? this.places : new Map([...this.places].filter(([, place]) => place < this.size));
    places.set(key, entries.push(entry) - 1);
    return new GrownList(places, entries, this.size + 1);
  }

  every(condition: (entry: T) => boolean): boolean {
    for (let place = 0; place < this.size; place++) {
      const entry = this.entries[place];
      if (entry !== undefined && !condition(entry)) return false;
    }
    return true;
  }

  toArray(): T[] {
    return this.entries.slice(0, this.size);
  }
}
