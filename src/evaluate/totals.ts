import { severities, verdicts, type Finding, type Severity, type Verdict } from './finding.ts';

/** Counts of findings. Every verdict and severity is a key, zeros included. */
export interface FindingTotals {
  readonly findings: number;
  readonly byVerdict: Readonly<Record<Verdict, number>>;
  /** Unwaived failures by severity. */
  readonly failuresBySeverity: Readonly<Record<Severity, number>>;
  readonly waived: number;
  /** Remarks on the run itself, in a stable order. */
  readonly notices: readonly string[];
  /** True when nothing that was meant to be asked is missing (calls left out on purpose do not count). */
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
