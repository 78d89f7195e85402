/** Lets so many through at a time; the others wait in the order in which they came. */
export class Gate {
  #free: number;
  #resting = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /** How many rest: they have begun and hold no place now. */
  get resting(): number {
    return this.#resting;
  }

  /** Waits for something else than a place: a quota, the time to ask again. */
  async rest<T>(wait: Promise<T>): Promise<T> {
    this.#resting += 1;
    try {
      return await wait;
    } finally {
      this.#resting -= 1;
    }
  }

  /** Runs `work` when there is a place. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
