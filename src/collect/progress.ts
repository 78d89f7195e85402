import type { CallName } from '../snapshot/record.ts';
import type { RequestCounts } from '../snapshot/requests.ts';
import type { Counts } from './session.ts';

/** How far a scan has come. One object for the whole scan: read it when told of a change, do not keep it. */
export interface Progress extends Readonly<Omit<Counts, 'byCall'>> {
  readonly phase: 'organization' | 'accounts' | 'shared' | 'writing';
  readonly accountsDone: number;
  /** Accounts to be visited; zero until the organization is known. */
  readonly accountsTotal: number;
  /** Milliseconds since the start. */
  readonly elapsed: number;
  /** Milliseconds that the rest will take at the pace so far; undefined while nothing can be said. */
  readonly left: number | undefined;
}

/** Keeps count and tells about it. */
export class ProgressMeter implements Progress {
  calls = 0;
  errors = 0;
  throttled = 0;
  retries = 0;
  readonly byCall = new Map<CallName, number>();
  phase: Progress['phase'] = 'organization';
  accountsDone = 0;
  accountsTotal = 0;
  readonly #started = Date.now();
  /** When the visits began, and how much of each account under way is done. */
  #visitsBegan = 0;
  readonly #shares = new Map<string, number>();
  readonly #tell: ((progress: Progress) => void) | undefined;

  constructor(tell: ((progress: Progress) => void) | undefined) {
    this.#tell = tell;
  }

  get elapsed(): number {
    return Date.now() - this.#started;
  }

  get left(): number | undefined {
    let done = this.accountsDone;
    for (const share of this.#shares.values()) done += share;
    if (this.phase !== 'accounts' || done < 0.05) return undefined;
    return ((Date.now() - this.#visitsBegan) / done) * Math.max(0, this.accountsTotal - done);
  }

  /** Requests sent so far. */
  requests(): RequestCounts {
    return Object.fromEntries(this.byCall);
  }

  begin(phase: Progress['phase'], accountsTotal = this.accountsTotal): void {
    this.phase = phase;
    this.accountsTotal = accountsTotal;
    if (phase === 'accounts') this.#visitsBegan = Date.now();
    this.tick();
  }

  /** `share` of an account is done, from 0 to 1. */
  advance(account: string, share: number): void {
    this.#shares.set(account, share);
  }

  accountDone(account: string): void {
    this.#shares.delete(account);
    this.accountsDone += 1;
    this.tick();
  }

  tick(): void {
    this.#tell?.(this);
  }
}
