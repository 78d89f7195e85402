import { severities } from '../../../evaluate/finding.ts';
import { compareText } from '../../../text.ts';
import { allFlags } from '../flags.ts';
import type { Findings } from './findings.ts';

export const sortKeys = ['worst', 'number', 'rule', 'account', 'region', 'resource', 'type'] as const;
export type SortKey = (typeof sortKeys)[number];

/** Failures that count first, then what is not known, then accepted failures, passes and the rest. */
const stateRank = { fail: 0, unknown: 1, pass: 3, 'not-applicable': 4 } as const;
const waivedRank = 2;

/** Rank of each word in the order of code units. */
function ranks(words: readonly string[]): Uint32Array {
  const order = words.map((_, index) => index);
  order.sort((a, b) => compareText(words[a] ?? '', words[b] ?? ''));
  const rank = new Uint32Array(words.length);
  let last: string | undefined;
  let current = -1;
  for (const index of order) {
    // Equal words share a rank, so that the file order decides between their rows.
    if (words[index] !== last) current += 1;
    last = words[index];
    rank[index] = current;
  }
  return rank;
}

/** Sorts rows by small numbers: counting, so that 100,000 rows take a few milliseconds. */
export class Order {
  readonly #findings: Findings;
  readonly #accountNames: readonly string[];
  #names: Uint32Array | undefined;

  /** `accountNames`: names by number of the account, for people. */
  constructor(findings: Findings, accountNames: readonly string[]) {
    this.#findings = findings;
    this.#accountNames = accountNames;
  }

  /** The same rows, sorted; rows that are equal keep the order of the file. */
  sort(rows: Uint32Array, key: SortKey, descending: boolean): Uint32Array {
    const rankOf = this.#rank(key);
    if (rankOf === undefined) return descending ? rows.slice().reverse() : rows;
    const keys = new Uint32Array(rows.length);
    let highest = 0;
    for (let index = 0; index < rows.length; index += 1) {
      const rank = rankOf(rows[index] ?? 0);
      keys[index] = rank;
      if (rank > highest) highest = rank;
    }
    const starts = new Uint32Array(highest + 2);
    for (const rank of keys) {
      const at = (descending ? highest - rank : rank) + 1;
      starts[at] = (starts[at] ?? 0) + 1;
    }
    for (let index = 1; index < starts.length; index += 1)
      starts[index] = (starts[index] ?? 0) + (starts[index - 1] ?? 0);
    const sorted = new Uint32Array(rows.length);
    for (let index = 0; index < rows.length; index += 1) {
      const rank = keys[index] ?? 0;
      const bucket = descending ? highest - rank : rank;
      const at = starts[bucket] ?? 0;
      starts[bucket] = at + 1;
      sorted[at] = rows[index] ?? 0;
    }
    return sorted;
  }

  #rank(key: SortKey): ((row: number) => number) | undefined {
    const findings = this.#findings;
    switch (key) {
      case 'number':
        return undefined;
      case 'worst': {
        const table = Uint32Array.from({ length: allFlags.length * 2 }, (_, index) => {
          const { verdict, severity } = allFlags[index >> 1] ?? { verdict: 'pass', severity: 'info' };
          const rank = verdict === 'fail' && index % 2 === 1 ? waivedRank : stateRank[verdict];
          return rank * severities.length + severities.indexOf(severity);
        });
        const { flag, waiver } = findings;
        return (row) => table[(flag[row] ?? 0) * 2 + (waiver[row] === 0 ? 0 : 1)] ?? 0;
      }
      case 'rule': {
        const rank = ranks(findings.rules);
        return (row) => rank[findings.rule[row] ?? 0] ?? 0;
      }
      case 'account': {
        const rank = ranks(this.#accountNames);
        return (row) => rank[findings.accountIndexOf(row)] ?? 0;
      }
      case 'region': {
        const rank = ranks(findings.regions);
        return (row) => rank[findings.regionIndexOf(row)] ?? 0;
      }
      case 'type': {
        const rank = ranks(findings.types);
        return (row) => rank[findings.resourceType[findings.resource[row] ?? 0] ?? 0] ?? 0;
      }
      case 'resource': {
        this.#names ??= ranks(findings.names);
        const rank = this.#names;
        return (row) => rank[findings.resource[row] ?? 0] ?? 0;
      }
    }
  }
}
