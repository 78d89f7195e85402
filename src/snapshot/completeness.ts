import type { CoverageCell, Manifest } from './manifest.ts';

/**
 * True when nothing that was meant to be asked is missing. Answers that were left out on purpose (accounts, units,
 * regions that options excluded; accounts that are not active) do not count; neither does a service that is switched off.
 */
export function isComplete(manifest: Manifest): boolean {
  if (!manifest.finished) return false;
  for (const { scan } of manifest.accounts) {
    if (scan === 'not-reachable' || scan === 'not-reached') return false;
  }
  const { answered, meant } = coverageCount(manifest);
  return answered === meant;
}

/**
 * True when a scan that went to its end has at least this share of the answers that it was meant to have.
 * @param percent 0 to 100
 */
export function covers(manifest: Manifest, percent: number): boolean {
  const { answered, meant } = coverageCount(manifest);
  return manifest.finished && answered * 100 >= percent * meant;
}

/**
 * How many questions (account x region x operation) were meant to be asked, and how many have an answer. A service that is
 * switched off is an answer; what options left out on purpose was not meant.
 */
function coverageCount(manifest: Manifest): { readonly answered: number; readonly meant: number } {
  const onPurpose = leftOutOnPurpose(manifest);
  let [answered, meant] = [0, 0];
  for (const cell of manifest.coverage) {
    if (cell.accounts.every((id) => onPurpose(cell, id))) continue;
    const size = cell.accounts.length * cell.regions.length;
    meant += size;
    if (cell.outcome === 'obtained' || cell.outcome === 'not-enabled') answered += size;
  }
  return { answered, meant };
}

/** The accounts of which something that was meant to be asked is missing; all of them where the scan did not end. */
export function incompleteAccounts(manifest: Manifest): ReadonlySet<string> {
  if (!manifest.finished) return new Set(manifest.accounts.map(({ id }) => id));
  const onPurpose = leftOutOnPurpose(manifest);
  const incomplete = new Set<string>();
  for (const { id, scan } of manifest.accounts) {
    if (scan === 'not-reachable' || scan === 'not-reached') incomplete.add(id);
  }
  for (const cell of manifest.coverage) {
    if (cell.outcome === 'obtained' || cell.outcome === 'not-enabled') continue;
    for (const id of cell.accounts) if (!onPurpose(cell, id)) incomplete.add(id);
  }
  return incomplete;
}

/** Tells whether options left a question about an account out. */
function leftOutOnPurpose(manifest: Manifest): (cell: CoverageCell, id: string) => boolean {
  const accounts = new Map(manifest.accounts.map((account) => [account.id, account]));
  return (cell, id) => {
    const account = accounts.get(id);
    if (cell.outcome !== 'not-asked' || account === undefined) return false;
    if (account.scan === 'left-out' || account.scan === 'not-active') return true;
    return cell.regions.every((region) => account.regionsLeftOut?.includes(region) === true);
  };
}
