import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds of quota that may be used at once. */
const burst = 1000;
/** A rate is judged by so many answers at least, over so many milliseconds at least. */
const enoughAnswers = 20;
const enoughTime = 1000;
/** Share of throttled answers that is no reason to slow down. */
const tolerable = 0.05;
/** Slowed down, a bucket goes to so much of the rate of requests that were answered, but not below so much of the quota. */
const slowdown = 0.9;
const slowest = 0.1;
/** What the rate is multiplied by after each judgement that finds nothing wrong. */
const speedup = 1.1;
/** Throttling that does not depend on the rate is put up with below this share, for so many judgements. */
const bearable = 0.75;
const patience = 8;

/** Throttling at a rate. */
interface Throttling {
  readonly rate: number;
  readonly share: number;
}

/**
 * Spaces requests to a quota of so many a second. Holds one second's worth for a burst.
 *
 * The quota is shared with whatever else runs in the account. So each rate is judged by the share of its requests that
 * were throttled: by too large a share the bucket slows down to what got through. If the next share is not much smaller,
 * our rate was not the reason, and the bucket goes back to it for a time. Otherwise the rate grows slowly to the quota.
 */
export class TokenBucket {
  readonly #quota: number;
  #rate: number;
  /** Milliseconds since the epoch at which the next request would be due if there were no burst. */
  #due = 0;
  /** Ends when everybody who came before has taken a place. */
  #last: Promise<unknown> = Promise.resolve();
  /** Number of the judgement that is being prepared: answers to requests of an earlier rate do not count. */
  #stage = 0;
  /** When its first answer came. */
  #begun = 0;
  #answers = 0;
  #throttled = 0;
  /** Why the bucket has just slowed down. */
  #slowed: Throttling | undefined;
  /** The share of throttling that slowing down did not lessen, and for how many more judgements it is put up with. */
  #unrelated = 0;
  #patience = 0;

  constructor(perSecond: number) {
    this.#quota = perSecond;
    this.#rate = perSecond;
  }

  /** The judgement that requests made now belong to. */
  get stage(): number {
    return this.#stage;
  }

  /**
   * Waits until a request may be made, and gives the stage that {@link answered} has to be told. Rejects with an AbortError
   * when the signal fires.
   */
  take(signal?: AbortSignal): Promise<number> {
    // One after the other, so that a change of the rate is felt by all that wait.
    const taken = this.#last.then(() => this.#take(signal));
    this.#last = taken.catch(() => undefined);
    return taken;
  }

  async #take(signal: AbortSignal | undefined): Promise<number> {
    const wait = this.reserve(Date.now());
    if (wait > 0) await sleep(wait, undefined, signal === undefined ? {} : { signal });
    else signal?.throwIfAborted();
    return this.#stage;
  }

  /** Takes the next place and gives the milliseconds until it. */
  reserve(now: number): number {
    const start = Math.max(this.#due, now - burst);
    this.#due = start + 1000 / this.#rate;
    return Math.max(0, this.#due - now);
  }

  /** Learns from the answer to a request that was made in a stage. */
  answered(stage: number, throttled: boolean, now: number = Date.now()): void {
    // No burst after a throttling: what was saved up is what was too much.
    if (throttled) this.#due = Math.max(this.#due, now);
    if (stage !== this.#stage) return;
    if (this.#answers === 0) this.#begun = now;
    this.#answers += 1;
    if (throttled) this.#throttled += 1;
    const time = now - this.#begun;
    if (this.#answers < enoughAnswers || time < enoughTime) return;
    this.#judge({
      rate: Math.min(this.#rate, ((this.#answers - 1) * 1000) / time),
      share: this.#throttled / this.#answers,
    });
    this.#stage += 1;
    this.#answers = 0;
    this.#throttled = 0;
  }

  #judge({ rate, share }: Throttling): void {
    const before = this.#slowed;
    this.#slowed = undefined;
    const helped = before === undefined || share <= tolerable || share < before.share / 2;
    if (!helped && share < bearable) {
      this.#rate = before.rate;
      this.#unrelated = Math.max(share, before.share);
      this.#patience = patience;
    } else if (
      share <= tolerable ||
      (this.#patience > 0 && share < Math.min(bearable, 2 * this.#unrelated))
    ) {
      this.#rate = Math.min(this.#quota, this.#rate * speedup);
      this.#patience -= 1;
    } else {
      this.#slowed = { rate: this.#rate, share };
      this.#rate = Math.max(this.#quota * slowest, rate * (1 - share) * slowdown);
      this.#patience = 0;
    }
  }
}
