import { setMaxListeners } from 'node:events';

/** Stops a scan once, with a reason. */
export class Stopper {
  reason = 'the scan was interrupted';
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #onAbort = (): void => this.stop('the scan was interrupted');

  constructor(outer: AbortSignal | undefined) {
    // Every request listens.
    setMaxListeners(0, this.#controller.signal);
    this.#outer = outer;
    outer?.addEventListener('abort', this.#onAbort, { once: true });
    if (outer?.aborted === true) this.#onAbort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  stop(reason: string): void {
    if (this.signal.aborted) return;
    this.reason = reason;
    this.#controller.abort();
  }

  end(): void {
    this.#outer?.removeEventListener('abort', this.#onAbort);
  }
}
