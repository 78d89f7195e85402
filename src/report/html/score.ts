import type { Verdict } from '../../evaluate/finding.ts';
import type { Manifest } from '../../snapshot/manifest.ts';
import { summarizeCoverage } from '../coverage.ts';

export type VerdictCounts = Readonly<Record<Verdict, number>>;

/** What counts for a score: passes out of everything that could be judged. `not-applicable` does not count. */
function judged(counts: VerdictCounts): number {
  return counts.pass + counts.fail + counts.unknown;
}

/**
 * Share of passes in percent with one decimal, rounded down so that only a clean result reads 100; undefined when
 * nothing could be judged. An unknown counts as not passed: a score must not get better by losing data.
 */
export function score(counts: VerdictCounts): number | undefined {
  const all = judged(counts);
  return all === 0 ? undefined : Math.floor((counts.pass / all) * 1000) / 10;
}

/** A score or share for people: `97.4 %`. */
export function percent(value: number | undefined): string {
  return value === undefined ? 'n/a' : `${value === 100 || value === 0 ? value : value.toFixed(1)} %`;
}

/** A number for people, in groups of three: `1 234 567` with narrow no-break spaces, the same in every locale. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** How much of the population was seen. */
export interface PopulationSeen {
  readonly accounts: number;
  readonly collected: number;
  /** Accounts that a scan can see nothing of and that hold nothing running: suspended, closing. */
  readonly notActive: number;
  /** Accounts that should have been seen and were not. */
  readonly unseen: number;
  readonly questions: number;
  readonly answered: number;
}

/** Counts accounts and answers of a manifest. */
export function populationSeen(manifest: Manifest): PopulationSeen {
  const { accounts, answered, cells } = summarizeCoverage(manifest);
  const notActive = manifest.accounts.filter((account) => account.scan === 'not-active').length;
  return {
    accounts: accounts.total,
    collected: accounts.collected,
    notActive,
    unseen: accounts.notSeen - notActive,
    questions: cells,
    answered,
  };
}
