/**
 * Lets so many requests through at a time; the others wait in the order in which they came. Knows how many questions are
 * active: begun, and not at rest.
 */
export class Gate {
  /** Requests in flight at most. */
  readonly places: number;
  #free: number;
  #active = 0;
  #resting = 0;
  readonly #waiting: (() => void)[] = [];
  #onRest: () => void = () => undefined;

  constructor(places: number) {
    this.places = places;
    this.#free = places;
  }

  /** How many questions use the limit, or soon will. */
  get active(): number {
    return this.#active;
  }

  /** How many wait for something else than a place. */
  get resting(): number {
    return this.#resting;
  }

  /** Has `listener`, instead of any before it, told whenever a question ends or rests. */
  onRest(listener: () => void): void {
    this.#onRest = listener;
  }

  /** Counts so many questions more or less as active, and as resting. */
  count(active: number, resting: number): void {
    this.#active += active;
    this.#resting += resting;
    if (active < 0) this.#onRest();
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

/** The questions of one account, which share a gate with those of all others. */
export class Questions {
  readonly #gate: Gate;
  #active = 0;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /** How many of them use the gate's limit, or soon will. */
  get active(): number {
    return this.#active;
  }

  /** Counts a question as active until it has its answer. */
  async ask<T>(answer: Promise<T>): Promise<T> {
    this.#count(1, 0);
    try {
      return await answer;
    } finally {
      this.#count(-1, 0);
    }
  }

  /** Counts a question as resting while it waits for something else than a place: a quota, the time to ask again. */
  async rest<T>(wait: Promise<T>): Promise<T> {
    this.#count(-1, 1);
    try {
      return await wait;
    } finally {
      this.#count(1, -1);
    }
  }

  #count(active: number, resting: number): void {
    this.#active += active;
    this.#gate.count(active, resting);
  }
}
