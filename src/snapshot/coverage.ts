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

/** Where several calls fall into one cell, the one that says most about what is missing stands for it. */
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
  /** For each operation a row for each account: at the index of a region the number of the variant, 0 for none. */
  readonly #rows = new Map<CallName, Uint16Array[]>();

  /** Notes one outcome. A second one in the same cell stays only if it says more about what is missing. */
  add(operation: CallName, account: string, region: string, outcome: Outcome, detail?: CoverageDetail): void {
    const variant = this.#variant(outcome, detail);
    const accountNumber = numberOf(this.#accounts, account);
    const regionNumber = numberOf(this.#regions, region);
    let rows = this.#rows.get(operation);
    if (rows === undefined) this.#rows.set(operation, (rows = []));
    let row = rows[accountNumber];
    if (row === undefined || row.length <= regionNumber) {
      const wider = new Uint16Array(Math.max(this.#regions.size, regionNumber + 1));
      if (row !== undefined) wider.set(row);
      rows[accountNumber] = row = wider;
    }
    const present = this.#variants[(row[regionNumber] ?? 0) - 1];
    const next = this.#variants[variant];
    if (present === undefined || (next !== undefined && weight[next.outcome] > weight[present.outcome]))
      row[regionNumber] = variant + 1;
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
    for (const [operation, rows] of this.#rows) {
      const groups = new Map<string, { variant: number; regions: string[]; accounts: string[] }>();
      rows.forEach((row, accountNumber) => {
        const byVariant = new Map<number, string[]>();
        for (const regionNumber of regionOrder) {
          const number = row[regionNumber] ?? 0;
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
              accounts: [accounts[accountNumber] ?? ''],
            });
          else group.accounts.push(accounts[accountNumber] ?? '');
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

function numberOf(numbers: Map<string, number>, name: string): number {
  let number = numbers.get(name);
  if (number === undefined) numbers.set(name, (number = numbers.size));
  return number;
}

function compareCells(a: CoverageCell, b: CoverageCell): number {
  return (
    compareText(a.operation, b.operation) ||
    compareText(a.outcome, b.outcome) ||
    compareText(a.code ?? '', b.code ?? '') ||
    compareText(a.cause ?? '', b.cause ?? '') ||
    compareText(a.principal ?? '', b.principal ?? '') ||
    compareText(a.regions.join(' '), b.regions.join(' ')) ||
    compareText(a.accounts.join(' '), b.accounts.join(' '))
  );
}
