import { severities, verdicts, type Finding, type Severity, type Verdict } from '../../evaluate/finding.ts';

type Counts = Record<Verdict, number>;

function zeros(): Counts {
  return Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Counts;
}

/** A failure as the summary names it. */
export interface WorstFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly account: string;
  readonly region: string;
  readonly message: string;
  /** Row of the finding, from 0. */
  readonly row: number;
}

/** How many failures the summary names, and how many of them may be of one rule. */
const worstShown = 25;
const worstOfRule = 3;

/** Counts that the summary needs; grows with accounts and rules, not with findings. */
export class Tally {
  readonly byVerdict: Counts = zeros();
  readonly bySeverity: Readonly<Record<Severity, Counts>> = Object.fromEntries(
    severities.map((severity) => [severity, zeros()]),
  ) as Record<Severity, Counts>;
  readonly byRule = new Map<string, Counts>();
  readonly byAccount = new Map<string, Counts>();
  readonly #worst = new Map<string, WorstFinding[]>();
  #rows = 0;

  add(finding: Finding): void {
    const { verdict, severity, rule, resource } = finding;
    this.byVerdict[verdict] += 1;
    this.bySeverity[severity][verdict] += 1;
    countIn(this.byRule, rule, verdict);
    countIn(this.byAccount, resource.account, verdict);
    if (verdict === 'fail' && finding.waiver === null)
      this.#keep({
        rule,
        severity,
        account: resource.account,
        region: resource.region,
        message: finding.message,
        row: this.#rows,
      });
    this.#rows += 1;
  }

  #keep(finding: WorstFinding): void {
    // A rule may give its failures different severities; each severity has its own few.
    const key = `${finding.severity} ${finding.rule}`;
    const kept = this.#worst.get(key);
    if (kept === undefined) this.#worst.set(key, [finding]);
    else if (kept.length < worstOfRule) kept.push(finding);
  }

  /** Unwaived failures, worst severity first, then in the order they came: a few of each rule, at most 25. */
  worst(): readonly WorstFinding[] {
    const all = [...this.#worst.values()].flat();
    return severities
      .flatMap((severity) =>
        all.filter((finding) => finding.severity === severity).sort((a, b) => a.row - b.row),
      )
      .slice(0, worstShown);
  }
}

function countIn(map: Map<string, Counts>, key: string, verdict: Verdict): void {
  let counts = map.get(key);
  if (counts === undefined) {
    counts = zeros();
    map.set(key, counts);
  }
  counts[verdict] += 1;
}
