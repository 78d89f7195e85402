import type { AccountInScope, CoverageCell, Manifest } from '../snapshot/manifest.ts';
import type { CallName, StoredRecord } from '../snapshot/record.ts';
import { Unknown, type Cause } from './unknown.ts';

/** A cell of the coverage. Its sets are made when somebody asks: most runs look into few cells, and each names all accounts. */
class Cell {
  readonly cell: CoverageCell;
  #accounts: ReadonlySet<string> | undefined;

  constructor(cell: CoverageCell) {
    this.cell = cell;
  }

  holds(account: string, region: string): boolean {
    return (
      this.cell.regions.includes(region) && (this.#accounts ??= new Set(this.cell.accounts)).has(account)
    );
  }
}

const outcomeCodes = {
  obtained: 'MissingRecord',
  denied: 'AccessDenied',
  'not-enabled': 'NotEnabled',
  throttled: 'Throttled',
  failed: 'Failed',
  'not-asked': 'NotAsked',
} as const;

/** Says why an answer is not in the snapshot, from the error that came instead or from the manifest. */
export class WhyMissing {
  readonly #manifest: Manifest;
  readonly #scope: ReadonlyMap<string, AccountInScope>;
  readonly #cells = new Map<CallName, Cell[]>();

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
    this.#scope = new Map(manifest.accounts.map((account) => [account.id, account]));
    for (const cell of manifest.coverage) {
      const entry = new Cell(cell);
      const cells = this.#cells.get(cell.operation);
      if (cells === undefined) this.#cells.set(cell.operation, [entry]);
      else cells.push(entry);
    }
  }

  /** The account as the manifest names it. */
  inScope(account: string): AccountInScope | undefined {
    return this.#scope.get(account);
  }

  /** AWS answered with an error that proves nothing. */
  error(record: StoredRecord): Unknown {
    const error = record.error;
    const call: CallName = `${record.service}:${record.operation}`;
    return new Unknown([
      {
        call,
        account: record.account,
        region: record.region,
        code: error?.code ?? 'Failed',
        message: error?.message ?? 'no answer',
      },
    ]);
  }

  /** Pages of a list are there, but not from the first to the last. */
  page(call: CallName, account: string, region: string, number: number): Unknown {
    return new Unknown([
      {
        call,
        account,
        region,
        code: 'MissingPage',
        message: `page ${number} of the list is not in the snapshot`,
      },
    ]);
  }

  /** The account has no part in the snapshot. */
  account(call: CallName, account: string, region: string): Unknown {
    return new Unknown([{ call, account, region, code: 'NotScanned', message: this.#notScanned(account) }]);
  }

  /** The account has a part, but the answer is not in it. */
  record(call: CallName, account: string, region: string): Unknown {
    return new Unknown([this.#fromCoverage(call, account, region)]);
  }

  /** Something that the answers at hand do not settle. */
  undecided(call: CallName, account: string, region: string, message: string): Unknown {
    return new Unknown([{ call, account, region, code: 'Undecided', message }]);
  }

  #fromCoverage(call: CallName, account: string, region: string): Cause {
    const found = this.#cells.get(call)?.find((entry) => entry.holds(account, region))?.cell;
    if (found !== undefined) {
      const code = found.code ?? outcomeCodes[found.outcome];
      const fallback =
        found.outcome === 'obtained'
          ? 'it was answered, but the record is not in the snapshot'
          : `the snapshot says: ${found.outcome}`;
      return { call, account, region, code, message: found.cause ?? fallback };
    }
    const scope = this.#scope.get(account);
    if (scope?.regionsLeftOut?.includes(region) === true) {
      return {
        call,
        account,
        region,
        code: 'NotAsked',
        message: `region ${region} was left out of the scan`,
      };
    }
    if (!this.#manifest.finished) {
      return { call, account, region, code: 'NotAsked', message: 'the scan ended before it was asked' };
    }
    return { call, account, region, code: 'MissingRecord', message: 'the answer is not in the snapshot' };
  }

  #notScanned(account: string): string {
    const scope = this.#scope.get(account);
    const because = scope?.reason === undefined ? '' : ` (${scope.reason})`;
    switch (scope?.scan) {
      case 'left-out':
        return `account ${account} was left out of the scan${because}; scan account ${account} too`;
      case 'not-active':
        return `account ${account} is not active and was not scanned${because}`;
      case 'not-reachable':
        return `account ${account} could not be reached${because}; let the scan reach account ${account}`;
      case 'not-reached':
        return `the scan ended before account ${account}${because}; resume it`;
      case 'collected':
        return `the part of account ${account} is not in the snapshot`;
      case undefined:
        return `account ${account} was not scanned; scan account ${account} too`;
    }
  }
}
