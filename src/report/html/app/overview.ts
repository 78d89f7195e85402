import { severities, type Severity } from '../../../evaluate/finding.ts';
import { populationSeen } from '../score.ts';
import type { Sheet } from './csv.ts';
import { stateOf, states, type Report, type State, type StateCounts } from './report.ts';
import { scoreOf, sumCounts } from './ui.tsx';
import { stateWords } from './words.ts';

/** How many rules and accounts the overview names as worst. */
const worstShown = 8;

/** A rule or an account that fails, for the lists of the worst. */
export interface Worst {
  readonly id: string;
  /** Worst severity of its unwaived failures. */
  readonly severity: Severity | undefined;
  readonly counts: StateCounts;
}

/** A rule that fails, and in how many accounts. */
export interface WorstRule extends Worst {
  readonly accounts: number;
}

/** Findings by what became of them since the baseline; empty without one. */
export function countBaselines({ findings }: Report): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let row = 0; row < findings.count; row += 1) {
    const { baseline } = findings.flagsOf(row);
    if (baseline !== null) counts.set(baseline, (counts.get(baseline) ?? 0) + 1);
  }
  return counts;
}

/** Counts of each severity that has findings, from the worst. */
export function countBySeverity({ findings }: Report): readonly (readonly [Severity, StateCounts])[] {
  const counts = new Map<Severity, Record<State, number>>(
    severities.map((severity) => [severity, { ...sumCounts([]) }]),
  );
  for (let row = 0; row < findings.count; row += 1) {
    const { severity, verdict } = findings.flagsOf(row);
    const into = counts.get(severity);
    if (into !== undefined) into[stateOf(verdict, findings.waiverIndexOf(row) !== undefined)] += 1;
  }
  return [...counts].filter(([, count]) => states.some((state) => count[state] > 0));
}

function rank(severity: Severity | undefined): number {
  return severity === undefined ? severities.length : severities.indexOf(severity);
}

/** Rules with unwaived failures, the gravest first. */
export function worstRules({ findings, matrix }: Report): readonly WorstRule[] {
  return findings.rules
    .map((id, index) => ({
      id,
      severity: matrix.worstOfRule(index),
      counts: matrix.rule(index),
      accounts: matrix.accountsFailing(index),
    }))
    .filter(({ counts }) => counts.fail > 0)
    .sort((a, b) => rank(a.severity) - rank(b.severity) || b.counts.fail - a.counts.fail)
    .slice(0, worstShown);
}

/** Accounts with unwaived failures or unknowns, the gravest first. */
export function worstAccounts({ findings, matrix }: Report): readonly Worst[] {
  return findings.accounts
    .map((id, index) => ({ id, severity: matrix.worstOfAccount(index), counts: matrix.account(index) }))
    .filter(({ counts }) => counts.fail + counts.unknown > 0)
    .sort(
      (a, b) =>
        rank(a.severity) - rank(b.severity) ||
        (scoreOf(a.counts) ?? 100) - (scoreOf(b.counts) ?? 100) ||
        b.counts.fail - a.counts.fail,
    )
    .slice(0, worstShown);
}

/** Every figure of the overview, one a row. */
export function overviewSheet(report: Report): Sheet {
  return { name: 'overview', heads: ['Part', 'Item', 'Figure', 'Value'], rows: () => figures(report) };
}

function* figures(report: Report): Generator<readonly (string | number)[]> {
  const { findings, matrix, rules, meta } = report;
  const { manifest, tool } = meta.header;
  const seen = populationSeen(manifest);
  yield ['Snapshot', 'Organization', 'Id', manifest.organization?.id ?? ''];
  yield ['Snapshot', 'Collected', 'Start', manifest.start];
  yield ['Snapshot', 'Collected', 'End', manifest.end];
  yield ['Snapshot', 'Collected', 'By', manifest.caller.arn];
  yield ['Snapshot', 'Root hash', 'SHA-256', manifest.rootHash];
  yield ['Snapshot', 'Data in the report', 'SHA-256', meta.digest];
  yield ['Snapshot', 'Evaluated with', tool.name, tool.version];
  yield ['How much was seen', 'Accounts', 'Collected', seen.collected];
  yield ['How much was seen', 'Accounts', 'Of', seen.accounts - seen.notActive];
  yield ['How much was seen', 'Accounts', 'Not active', seen.notActive];
  yield ['How much was seen', 'Questions to AWS', 'Answered', seen.answered];
  yield ['How much was seen', 'Questions to AWS', 'Of', seen.questions];
  yield* counted('Results', 'All findings', sumCounts(findings.rules.map((_, rule) => matrix.rule(rule))));
  for (const [name, count] of countBaselines(report)) yield ['Since the baseline', 'Findings', name, count];
  for (const score of meta.totals.scores) {
    for (const [state, count] of Object.entries(score.counts))
      yield ['Score by framework', score.title, state, count];
    yield ['Score by framework', score.title, 'Score in percent', score.percent ?? ''];
  }
  for (const [severity, counts] of countBySeverity(report))
    yield* counted('Score by severity', severity, counts);
  for (const { id, counts } of worstRules(report))
    yield* counted('Worst rules', rules.get(id)?.title ?? id, counts);
  for (const { id, counts } of worstAccounts(report)) yield* counted('Worst accounts', id, counts);
  for (const notice of [...meta.totals.notices, ...manifest.notices]) yield ['Notices', '', '', notice];
}

function* counted(part: string, item: string, counts: StateCounts): Generator<readonly (string | number)[]> {
  for (const state of states) yield [part, item, stateWords[state], counts[state]];
  yield [part, item, 'Score in percent', scoreOf(counts) ?? ''];
}
