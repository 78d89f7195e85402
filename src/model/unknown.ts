import type { CallName } from '../snapshot/record.ts';

/** Why something is not known: the question whose answer is missing. */
export interface Cause {
  readonly call: CallName;
  readonly account: string;
  readonly region: string;
  /** AWS's error code, or `NotAsked`, `NotScanned`, `MissingRecord`, `MissingPage`, `Undecided`. */
  readonly code: string;
  /** For a person; may hold AWS's words. Untrusted text. */
  readonly message: string;
}

/**
 * A fact that the snapshot cannot tell. Never the same as absent: an absent field was not in an answer that was
 * obtained, which is knowledge.
 */
export class Unknown {
  readonly causes: readonly Cause[];

  constructor(causes: readonly Cause[]) {
    this.causes = causes;
  }
}

/** Joins causes, dropping repetitions; undefined when there are none. Order is that of first mention. */
export function joinUnknown(parts: Iterable<Unknown | undefined>): Unknown | undefined {
  const seen = new Map<string, Cause>();
  let count = 0;
  let only: Unknown | undefined;
  for (const part of parts) {
    if (part === undefined) continue;
    count += 1;
    only = part;
    for (const cause of part.causes) {
      const key = `${cause.call} ${cause.account} ${cause.region} ${cause.code}`;
      if (!seen.has(key)) seen.set(key, cause);
    }
  }
  if (count === 0) return undefined;
  return count === 1 ? only : new Unknown([...seen.values()]);
}
