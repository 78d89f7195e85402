import { compareText } from '../text.ts';
import type { CoverageCell } from './manifest.ts';
import { callOf, type AnswerRecord, type CallName, type Outcome } from './record.ts';

/** Why an outcome is not `obtained`, as far as it is known. */
export interface CoverageDetail {
  readonly code?: string | undefined;
  readonly cause?: string | undefined;
  readonly principal?: string | undefined;
}

interface Variant {
  readonly outcome: Outcome;
  readonly code: string | undefined;
  readonly cause: string | undefined;
  readonly principal: string | undefined;
}

/**
 * Where several calls fall into one cell, the one that says most about what is missing stands for it; of equals the first
 * by its text, whichever came first.
 */
const weight: Readonly<Record<Outcome, number>> = {
  denied: 5,
  failed: 4,
  throttled: 3,
  'not-asked': 2,
  'not-enabled': 1,
  obtained: 0,
};

/**
 * Takes what became of every call and gives the cells of the manifest: equal cells merged over regions, then over
 * accounts, in an order that depends on their content alone. Holds two bytes for each account x region x operation, so
 * that thousands of accounts stay small.
 */
export class CoverageLedger {
  readonly #variants: Variant[] = [];
  readonly #variantIndex = new Map<string, number>();
  readonly #accounts = new Map<string, number>();
  readonly #regions = new Map<string, number>();
  /** For each operation a row for each account and a column for each region: the number of the variant, 0 for none. */
  readonly #grids = new Map<CallName, Grid>();

  /** Notes one outcome. A second one in the same cell stays only if it says more about what is missing. */
  add(operation: CallName, account: string, region: string, outcome: Outcome, detail?: CoverageDetail): void {
    const variant = this.#variant(outcome, detail);
    const accountNumber = numberOf(this.#accounts, account);
    const regionNumber = numberOf(this.#regions, region);
    let grid = this.#grids.get(operation);
    if (grid === undefined) this.#grids.set(operation, (grid = new Grid()));
    const present = this.#variants[grid.get(accountNumber, regionNumber) - 1];
    const next = this.#variants[variant];
    if (present === undefined || (next !== undefined && saysMore(next, present)))
      grid.set(accountNumber, regionNumber, variant + 1);
  }

  /** Notes what a record says about its call. */
  addRecord(record: AnswerRecord): void {
    const { error } = record;
    if (error === undefined || error.outcome === 'obtained')
      this.add(callOf(record), record.account, record.region, 'obtained');
    else
      this.add(callOf(record), record.account, record.region, error.outcome, {
        code: error.code,
        cause: error.message,
      });
  }

  /** Notes every cell that a manifest lists. Cells noted before stay where they say more. */
  addCell(cell: CoverageCell): void {
    for (const account of cell.accounts)
      for (const region of cell.regions) this.add(cell.operation, account, region, cell.outcome, cell);
  }

  /** The cells as the manifest lists them: sorted by operation, outcome, code, cause, principal, regions, accounts. */
  cells(): CoverageCell[] {
    const accounts = [...this.#accounts.keys()];
    const regions = [...this.#regions.keys()];
    const regionOrder = regions
      .map((_, index) => index)
      .sort((a, b) => compareText(regions[a] ?? '', regions[b] ?? ''));
    const cells: CoverageCell[] = [];
    for (const [operation, grid] of this.#grids) {
      const groups = new Map<string, { variant: number; regions: string[]; accounts: string[] }>();
      accounts.forEach((account, accountNumber) => {
        const byVariant = new Map<number, string[]>();
        for (const regionNumber of regionOrder) {
          const number = grid.get(accountNumber, regionNumber);
          if (number === 0) continue;
          const list = byVariant.get(number);
          if (list === undefined) byVariant.set(number, [regions[regionNumber] ?? '']);
          else list.push(regions[regionNumber] ?? '');
        }
        for (const [number, list] of byVariant) {
          const key = `${number} ${list.join(' ')}`;
          const group = groups.get(key);
          if (group === undefined)
            groups.set(key, {
              variant: number - 1,
              regions: list,
              accounts: [account],
            });
          else group.accounts.push(account);
        }
      });
      for (const group of groups.values()) {
        const variant = this.#variants[group.variant];
        if (variant === undefined) continue;
        cells.push({
          operation,
          outcome: variant.outcome,
          accounts: group.accounts.sort(compareText),
          regions: group.regions,
          ...(variant.code === undefined ? {} : { code: variant.code }),
          ...(variant.cause === undefined ? {} : { cause: variant.cause }),
          ...(variant.principal === undefined ? {} : { principal: variant.principal }),
        });
      }
    }
    return cells.sort(compareCells);
  }

  #variant(outcome: Outcome, detail: CoverageDetail | undefined): number {
    const { code, cause, principal } = outcome === 'obtained' ? {} : (detail ?? {});
    const key = JSON.stringify([outcome, code ?? null, cause ?? null, principal ?? null]);
    let index = this.#variantIndex.get(key);
    if (index === undefined) {
      // A row holds 16-bit numbers. So many different texts come only from messages that carry ids: drop the text.
      if (this.#variants.length >= 60_000 && cause !== undefined) return this.#variant(outcome, { code });
      index = this.#variants.length;
      this.#variants.push({ outcome, code, cause, principal });
      this.#variantIndex.set(key, index);
    }
    return index;
  }
}

/** Cells with the same meaning, merged and sorted as {@link CoverageLedger} writes them. */
export function mergeCells(cells: Iterable<CoverageCell>): CoverageCell[] {
  const ledger = new CoverageLedger();
  for (const cell of cells) ledger.addCell(cell);
  return ledger.cells();
}

/** Rows and columns of 16-bit numbers, 0 where none was set, that grow as they are needed. */
class Grid {
  #rows = 0;
  #columns = 0;
  #cells = new Uint16Array();

  get(row: number, column: number): number {
    return column < this.#columns ? (this.#cells[row * this.#columns + column] ?? 0) : 0;
  }

  set(row: number, column: number, value: number): void {
    if (row >= this.#rows || column >= this.#columns) this.#grow(row, column);
    this.#cells[row * this.#columns + column] = value;
  }

  #grow(row: number, column: number): void {
    const rows = row < this.#rows ? this.#rows : Math.max(row + 1, Math.ceil(this.#rows * 1.5));
    const columns = column < this.#columns ? this.#columns : Math.max(column + 1, this.#columns + 8);
    const cells = new Uint16Array(rows * columns);
    for (let at = 0; at < this.#rows; at += 1)
      cells.set(this.#cells.subarray(at * this.#columns, (at + 1) * this.#columns), at * columns);
    this.#rows = rows;
    this.#columns = columns;
    this.#cells = cells;
  }
}

function saysMore(a: Variant, b: Variant): boolean {
  return (weight[a.outcome] - weight[b.outcome] || compareDetails(b, a)) > 0;
}

function numberOf(numbers: Map<string, number>, name: string): number {
  let number = numbers.get(name);
  if (number === undefined) numbers.set(name, (number = numbers.size));
  return number;
}

function compareCells(a: CoverageCell, b: CoverageCell): number {
  return (
    compareText(a.operation, b.operation) ||
    compareText(a.outcome, b.outcome) ||
    compareDetails(a, b) ||
    compareText(a.regions.join(' '), b.regions.join(' ')) ||
    compareText(a.accounts.join(' '), b.accounts.join(' '))
  );
}

function compareDetails(a: CoverageDetail, b: CoverageDetail): number {
  return (
    compareText(a.code ?? '', b.code ?? '') ||
    compareText(a.cause ?? '', b.cause ?? '') ||
    compareText(a.principal ?? '', b.principal ?? '')
  );
}
