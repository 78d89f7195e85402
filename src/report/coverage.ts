import { outcomes, type Outcome } from '../snapshot/record.ts';
import type { CoverageCell, Manifest } from '../snapshot/manifest.ts';

/** How much of what was meant to be asked was answered: counts of account x region x operation. */
export interface CoverageSummary {
  readonly cells: number;
  /** Those that have an answer; that a service is switched off is one. */
  readonly answered: number;
  readonly byOutcome: Readonly<Record<Outcome, number>>;
  /** Cells that were not obtained, as the manifest has them. */
  readonly gaps: readonly CoverageCell[];
  readonly accounts: {
    readonly total: number;
    readonly collected: number;
    /** Collected, but some call was refused or failed. */
    readonly inPart: number;
    readonly notSeen: number;
  };
}

/** How many questions have an answer, in words; those that a service refused because it is off are told apart. */
export function answeredText({ cells, byOutcome }: CoverageSummary): string {
  const off = byOutcome['not-enabled'];
  const text = `${byOutcome.obtained} of ${cells} ${cells === 1 ? 'question' : 'questions'} answered`;
  return off === 0 ? text : `${text}, ${off} not enabled`;
}

/** Counts the coverage of a manifest. */
export function summarizeCoverage(manifest: Manifest): CoverageSummary {
  const byOutcome = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const gaps: CoverageCell[] = [];
  const inPart = new Set<string>();
  let cells = 0;
  for (const cell of manifest.coverage) {
    const size = cell.accounts.length * cell.regions.length;
    cells += size;
    byOutcome[cell.outcome] += size;
    if (cell.outcome === 'obtained') continue;
    gaps.push(cell);
    if (cell.outcome !== 'not-enabled') for (const account of cell.accounts) inPart.add(account);
  }
  const collected = manifest.accounts.filter((account) => account.scan === 'collected');
  return {
    cells,
    answered: byOutcome.obtained + byOutcome['not-enabled'],
    byOutcome,
    gaps,
    accounts: {
      total: manifest.accounts.length,
      collected: collected.length,
      inPart: collected.filter((account) => inPart.has(account.id)).length,
      notSeen: manifest.accounts.length - collected.length,
    },
  };
}
