import { calls } from './calls.ts';
import type { Gate } from './gate.ts';

/** Services that are asked at the same time in a region. */
const servicesInRegion = new Set(
  calls.filter(({ scope }) => scope === 'region').map(({ service }) => service),
).size;
/** Questions that may be begun for each that may be in flight, if others rest: each takes memory. */
const begunForEach = 4;

/** Who asks: an account, by how many of its questions are active. */
interface Asker {
  readonly active: number;
}

/** An account that waits to begin its next piece of work. */
interface Turn {
  readonly asker: Asker;
  /** The account's place in the order in which accounts were begun. */
  readonly age: number;
  readonly grant: () => void;
}

/**
 * Begins work when there is room: while fewer questions are active than may be in flight. Those that wait for a quota or
 * to be asked again take no room, so others are begun in their place.
 *
 * An account gets more as soon as fewer questions of it are active than half of what a region begins with; otherwise another
 * account is begun, so that no account's quota is the bottleneck. Once none is left, the account with the fewest gets more.
 */
export class Dispatcher {
  readonly #gate: Gate;
  readonly #regionWidth: number;
  readonly #turns = new Set<Turn>();
  /** The order in which accounts were begun. */
  readonly #ages = new WeakMap<Asker, number>();
  #begun = 0;
  /** Begins the next account, where one waits. */
  #nextAccount: (() => void) | undefined;
  /** Accounts under way, and how many of them cannot be asked yet. */
  #accounts = 0;
  #opening = 0;
  #offering = false;

  /** `regionWidth`: how many questions a region asks at the same time. */
  constructor(gate: Gate, regionWidth = servicesInRegion) {
    this.#gate = gate;
    this.#regionWidth = regionWidth;
    gate.onRest(() => this.#offerSoon());
  }

  /**
   * Does `work` for every account. It calls `opened` when the account can be asked. After a failure none is begun; rejects
   * with it when all that were begun have ended.
   */
  async forEachAccount<T>(
    accounts: Iterable<T>,
    work: (account: T, opened: () => void) => Promise<void>,
  ): Promise<void> {
    const turn = (): Promise<void> => this.#wait((grant) => (this.#nextAccount = grant));
    await inTurn(accounts, turn, async (account) => {
      let opening = true;
      const opened = (): void => {
        if (!opening) return;
        opening = false;
        this.#opening -= 1;
        this.#offerSoon();
      };
      this.#accounts += 1;
      this.#opening += 1;
      try {
        await work(account, opened);
      } finally {
        this.#accounts -= 1;
        opened();
        this.#offerSoon();
      }
    });
  }

  /**
   * Does `work` for every item of one account. After a failure none is begun; rejects with it when all that were begun have
   * ended.
   */
  async forEach<T>(asker: Asker, items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
    const age = this.#ages.get(asker) ?? (this.#begun += 1);
    this.#ages.set(asker, age);
    await inTurn(items, () => this.#wait((grant) => this.#turns.add({ asker, age, grant })), work);
  }

  #wait(register: (grant: () => void) => void): Promise<void> {
    return new Promise((grant) => {
      register(grant);
      this.#offerSoon();
    });
  }

  /** In a moment: whoever ends a question may be about to ask the next one. */
  #offerSoon(): void {
    if (this.#offering) return;
    this.#offering = true;
    setImmediate(() => {
      this.#offering = false;
      this.#offerRoom();
    });
  }

  /** Begins one piece of work if there is room, and sees to the next when its questions count. */
  #offerRoom(): void {
    const { active, places, resting } = this.#gate;
    if (active >= places || active + resting >= begunForEach * places) return;
    const turn = this.#first();
    const isBusy = turn === undefined || turn.asker.active >= this.#regionWidth / 2;
    if (isBusy && this.#nextAccount !== undefined && this.#mayOpen()) {
      this.#nextAccount();
      this.#nextAccount = undefined;
    } else if (turn !== undefined) {
      this.#turns.delete(turn);
      turn.grant();
    } else return;
    // After everything that this sets off at once: then the new questions count, and the account waits for its next turn. Not
    // a turn of the event loop later: those may be long, and one piece in each would leave most of the room unused.
    queueMicrotask(() => process.nextTick(() => this.#offerRoom()));
  }

  /** The turn of the account that was begun first, of those with few active questions; else of that with the fewest. */
  #first(): Turn | undefined {
    const weight = ({ asker: { active } }: Turn): number => Math.max(active, this.#regionWidth / 2 - 1);
    return [...this.#turns].sort((a, b) => weight(a) - weight(b) || a.age - b.age)[0];
  }

  /** Those that open will soon ask as much as a region. Bounded, since each account under way takes memory. */
  #mayOpen(): boolean {
    const { active, places } = this.#gate;
    return (
      active + this.#opening * this.#regionWidth < places &&
      this.#accounts < begunForEach * Math.ceil(places / this.#regionWidth)
    );
  }
}

/** Does `work` for each item when `turn` says so. */
async function inTurn<T>(
  items: Iterable<T>,
  turn: () => Promise<void>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for (const item of items) {
    await turn();
    if (failures.length > 0) break;
    const task: Promise<void> = work(item)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(task));
    running.add(task);
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}
