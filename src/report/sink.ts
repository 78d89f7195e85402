import type { Finding, GoneFinding, Severity } from '../evaluate/finding.ts';
import type { PackScore } from '../evaluate/score.ts';
import type { FindingTotals } from '../evaluate/totals.ts';
import type { Manifest } from '../snapshot/manifest.ts';

/** What reports say about a rule. */
export interface ReportRule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** Service the rule is about: `cloudtrail`, `logs`, ... */
  readonly service: string;
  /** Resource type that it judges. */
  readonly for: string;
  readonly why: string;
  readonly fix: string;
  readonly references: readonly string[];
  readonly tags: readonly string[];
  /** Path of the rule file, relative to the package (`rules/...`) or to the working directory, with `/`; and its first line. */
  readonly file: string;
  readonly line: number;
  /** Ids that the rule had earlier, the oldest first; absent where it had none. */
  readonly aliases?: readonly string[];
  /** Calls that can decide it. */
  readonly requires: readonly string[];
  /** The rule file as it ran, so that a reader can check what was asked. */
  readonly source?: string;
}

/** A framework's edition, and which of its controls each rule bears on. */
export interface ReportPack {
  readonly id: string;
  readonly title: string;
  readonly edition: string;
  readonly controls: readonly {
    readonly id: string;
    readonly title: string;
    /** Ids of rules; none where a person must judge it. */
    readonly rules: readonly string[];
  }[];
}

/** What is known before the first finding. */
export interface ReportHeader {
  readonly tool: { readonly name: string; readonly version: string };
  readonly manifest: Manifest;
  /** All rules that ran, sorted by id. */
  readonly rules: readonly ReportRule[];
  /** The packs that the run is scored by. */
  readonly packs: readonly ReportPack[];
}

/** What every report ends with. */
export interface ReportTotals extends FindingTotals {
  /** Findings of the baseline that are no longer there, in its order; absent where none was given. */
  readonly gone?: readonly GoneFinding[];
  /** How the packs of the run stand: those that were chosen, else the newest edition of each framework. */
  readonly scores: readonly PackScore[];
}

/**
 * Takes findings one by one, sorted by account, rule, region and resource id, and writes one format.
 * Writers decide nothing, keep as little as they can, and give the same bytes for the same calls.
 */
export interface ReportSink {
  start(header: ReportHeader): void | Promise<void>;
  /** Reads what it needs of the finding at once: reasons are not available later. */
  add(finding: Finding): void;
  finish(totals: ReportTotals): Promise<void>;
}

/** Where a writer puts its text. `write` may buffer; `close` resolves when everything is safely written. */
export interface TextOutput {
  write(text: string): void;
  close(): Promise<void>;
}
