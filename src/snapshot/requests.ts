import { compareText } from '../text.ts';
import type { CallName } from './record.ts';

/** Requests sent, by call. */
export type RequestCounts = Readonly<Record<CallName, number>>;

/** What several runs sent together, sorted by call. */
export function sumOfRequests(runs: readonly RequestCounts[]): RequestCounts {
  const sums = new Map<CallName, number>();
  for (const run of runs)
    for (const [name, number] of Object.entries(run) as [CallName, number][])
      sums.set(name, (sums.get(name) ?? 0) + number);
  return Object.fromEntries([...sums].sort(([a], [b]) => compareText(a, b)));
}
