import type { CoverageCell, Manifest } from './manifest.ts';

/**
 * True when nothing that was meant to be asked is missing. Answers that were left out on purpose (accounts, units,
 * regions that options excluded; accounts that are not active) do not count; neither does a service that is switched off.
 */
export function isComplete(manifest: Manifest): boolean {
  if (!manifest.finished) return false;
  const accounts = new Map(manifest.accounts.map((account) => [account.id, account]));
  for (const { scan } of manifest.accounts) {
    if (scan === 'not-reachable' || scan === 'not-reached') return false;
  }
  const onPurpose = (cell: CoverageCell): boolean =>
    cell.outcome === 'not-asked' &&
    cell.accounts.every((id) => {
      const account = accounts.get(id);
      if (account === undefined) return false;
      if (account.scan === 'left-out' || account.scan === 'not-active') return true;
      return cell.regions.every((region) => account.regionsLeftOut?.includes(region) === true);
    });
  return manifest.coverage.every(
    (cell) => cell.outcome === 'obtained' || cell.outcome === 'not-enabled' || onPurpose(cell),
  );
}
