import { severities, type Severity, type Verdict } from '../../../evaluate/finding.ts';
import type { AccountInScope } from '../../../snapshot/manifest.ts';
import type { ReportRule } from '../../sink.ts';
import { elementIds, type DetailBlock, type PageMeta, type RowBlock } from '../data.ts';
import { readDetails, type Detail } from '../detail.ts';
import { packedBlock, readBlock, sha256Hex } from './blocks.ts';
import { Findings } from './findings.ts';

/** What a cell of counts distinguishes: the verdicts, with waived failures apart. */
export const states = ['fail', 'waived', 'unknown', 'pass', 'not-applicable'] as const;
export type State = (typeof states)[number];
export type StateCounts = Readonly<Record<State, number>>;

/** How many detail blocks stay unpacked. */
const keptBlocks = 6;

/** The report that stands in the page. */
export class Report {
  readonly meta: PageMeta;
  readonly findings: Findings;
  readonly rules: ReadonlyMap<string, ReportRule>;
  readonly accounts: ReadonlyMap<string, AccountInScope>;
  readonly #details = new Map<number, Promise<readonly Detail[]>>();
  #matrix: Matrix | undefined;

  constructor(meta: PageMeta, findings: Findings) {
    this.meta = meta;
    this.findings = findings;
    this.rules = new Map(meta.header.rules.map((rule) => [rule.id, rule]));
    this.accounts = new Map(meta.header.manifest.accounts.map((account) => [account.id, account]));
  }

  static async load(): Promise<Report> {
    const meta = (await readBlock(elementIds.meta)) as PageMeta;
    const blocks = await Promise.all(
      meta.rowBlocks.map(async (_, index) => (await readBlock(elementIds.rows(index))) as RowBlock),
    );
    return new Report(meta, new Findings(meta, blocks));
  }

  /** Name of an account, its number where it has none. */
  accountName(id: string): string {
    return this.accounts.get(id)?.name ?? id;
  }

  /** Reasons, evidence and fix of a finding; unpacks the block that holds them. */
  async detail(row: number): Promise<Detail> {
    const { block, firstRow } = this.findings.detailBlockOf(row);
    let loading = this.#details.get(block);
    if (loading === undefined) {
      loading = readBlock(elementIds.detail(block)).then((data) =>
        readDetails(data as DetailBlock, (index) => this.findings.resourceOf(firstRow + index)),
      );
      this.#details.set(block, loading);
      const [oldest] = this.#details.keys();
      if (this.#details.size > keptBlocks && oldest !== undefined) this.#details.delete(oldest);
    }
    const detail = (await loading)[row - firstRow];
    if (detail === undefined) throw new Error(`The file is damaged: finding ${row + 1} has no details.`);
    return detail;
  }

  /** SHA-256 of the data as it stands in this file, to hold against the one that is printed. */
  async computeDigest(): Promise<string> {
    // The writer hashes blocks in file order: details are written as accounts end, rows as their blocks fill.
    const scripts = document.querySelectorAll('script[type="text/plain"]');
    const text = [...scripts]
      .filter((script) => script.id !== elementIds.meta)
      .map((script) => packedBlock(script.id))
      .join('');
    return await sha256Hex(text);
  }

  /** Counts by account and rule, made when first asked for. */
  get matrix(): Matrix {
    this.#matrix ??= new Matrix(this.findings);
    return this.#matrix;
  }
}

/** The state of a row. */
export function stateOf(verdict: Verdict, waived: boolean): State {
  return verdict === 'fail' && waived ? 'waived' : verdict;
}

/** Counts for every account and rule, and for either alone. */
export class Matrix {
  readonly #rules: number;
  readonly #counts: Uint32Array;
  /** 1 + index of the worst severity among unwaived failures; 0 for none. */
  readonly #worst: Uint8Array;

  constructor(findings: Findings) {
    const rules = findings.rules.length;
    this.#rules = rules;
    this.#counts = new Uint32Array(findings.accounts.length * rules * states.length);
    this.#worst = new Uint8Array(findings.accounts.length * rules);
    for (let row = 0; row < findings.count; row += 1) {
      const { verdict, severity } = findings.flagsOf(row);
      const cell = findings.accountIndexOf(row) * rules + (findings.rule[row] ?? 0);
      const state = stateOf(verdict, findings.waiverIndexOf(row) !== undefined);
      const at = cell * states.length + states.indexOf(state);
      this.#counts[at] = (this.#counts[at] ?? 0) + 1;
      if (state === 'fail') {
        const rank = 1 + severities.indexOf(severity);
        const known = this.#worst[cell] ?? 0;
        if (known === 0 || rank < known) this.#worst[cell] = rank;
      }
    }
  }

  cell(account: number, rule: number): StateCounts {
    return this.#sum([account * this.#rules + rule]);
  }

  account(account: number): StateCounts {
    return this.#sum(Array.from({ length: this.#rules }, (_, rule) => account * this.#rules + rule));
  }

  rule(rule: number): StateCounts {
    return this.#sum(this.#cellsOfRule(rule));
  }

  /** Worst severity of an unwaived failure of a rule in an account. */
  worst(account: number, rule: number): Severity | undefined {
    return severities[(this.#worst[account * this.#rules + rule] ?? 0) - 1];
  }

  worstOfAccount(account: number): Severity | undefined {
    return this.#worstOf(Array.from({ length: this.#rules }, (_, rule) => account * this.#rules + rule));
  }

  worstOfRule(rule: number): Severity | undefined {
    return this.#worstOf(this.#cellsOfRule(rule));
  }

  /** Accounts in which a rule has an unwaived failure. */
  accountsFailing(rule: number): number {
    return this.#cellsOfRule(rule).filter((cell) => (this.#worst[cell] ?? 0) > 0).length;
  }

  #cellsOfRule(rule: number): number[] {
    const accounts = this.#worst.length / Math.max(1, this.#rules);
    return Array.from({ length: accounts }, (_, account) => account * this.#rules + rule);
  }

  #worstOf(cells: readonly number[]): Severity | undefined {
    let worst = 0;
    for (const cell of cells) {
      const rank = this.#worst[cell] ?? 0;
      if (rank > 0 && (worst === 0 || rank < worst)) worst = rank;
    }
    return severities[worst - 1];
  }

  #sum(cells: readonly number[]): StateCounts {
    const counts: Record<State, number> = { fail: 0, waived: 0, unknown: 0, pass: 0, 'not-applicable': 0 };
    for (const cell of cells)
      states.forEach((state, index) => {
        counts[state] += this.#counts[cell * states.length + index] ?? 0;
      });
    return counts;
  }
}
