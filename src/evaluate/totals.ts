import { severities, verdicts, type Finding, type Severity, type Verdict } from './finding.ts';

/** Counts of findings, as every report ends with them (`ReportTotals` of src/report/sink.ts adds the scores). */
export interface FindingTotals {
  readonly findings: number;
  readonly byVerdict: Readonly<Record<Verdict, number>>;
  /** Failures that are not waived, by severity. */
  readonly failuresBySeverity: Readonly<Record<Severity, number>>;
  readonly waived: number;
  readonly notices: readonly string[];
  readonly complete: boolean;
}

/** Counts findings as they pass. */
export class Totals {
  #findings = 0;
  #waived = 0;
  readonly #byVerdict = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<
    Verdict,
    number
  >;
  readonly #bySeverity = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<
    Severity,
    number
  >;

  add(finding: Finding): void {
    this.#findings += 1;
    this.#byVerdict[finding.verdict] += 1;
    if (finding.waiver !== null) this.#waived += 1;
    else if (finding.verdict === 'fail') this.#bySeverity[finding.severity] += 1;
  }

  /** `notices` in the order to show; `complete` where nothing that was meant to be asked is missing. */
  finish(notices: readonly string[], complete: boolean): FindingTotals {
    return {
      findings: this.#findings,
      byVerdict: { ...this.#byVerdict },
      failuresBySeverity: { ...this.#bySeverity },
      waived: this.#waived,
      notices,
      complete,
    };
  }
}
