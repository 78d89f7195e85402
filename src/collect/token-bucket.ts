import { setTimeout as sleep } from 'node:timers/promises';

/** Requests a second that are made even when every one of them is throttled. */
const slowest = 0.5;
/** Milliseconds of quota that may be used at once. */
const burst = 1000;

/**
 * Spaces requests to a quota of so many a second. Holds one second's worth for a burst. Throttled, it slows down by a
 * third, and recovers a twentieth of the quota with each success: our quota is shared with whatever else runs in the
 * account.
 */
export class TokenBucket {
  readonly #quota: number;
  #rate: number;
  /** Milliseconds since the epoch at which the next request would be due if there were no burst. */
  #due = 0;

  constructor(perSecond: number) {
    this.#quota = perSecond;
    this.#rate = perSecond;
  }

  /** Waits until a request may be made. Rejects with an AbortError when the signal fires. */
  async take(signal?: AbortSignal): Promise<void> {
    const wait = this.reserve(Date.now());
    if (wait > 0) await sleep(wait, undefined, signal === undefined ? {} : { signal });
    else signal?.throwIfAborted();
  }

  /** Takes the next place and gives the milliseconds until it. */
  reserve(now: number): number {
    const start = Math.max(this.#due, now - burst);
    this.#due = start + 1000 / this.#rate;
    return Math.max(0, this.#due - now);
  }

  throttled(now: number = Date.now()): void {
    this.#rate = Math.max(slowest, this.#rate * (2 / 3));
    // No burst after a throttling: what was saved up is what was too much.
    this.#due = Math.max(this.#due, now);
  }

  succeeded(): void {
    this.#rate = Math.min(this.#quota, this.#rate + this.#quota / 20);
  }
}
