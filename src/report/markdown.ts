import { causesOf } from '../evaluate/causes.ts';
import { severities, type Finding, type Severity } from '../evaluate/finding.ts';
import { compareText, shortened, visibleText } from '../text.ts';
import { answeredText, summarizeCoverage } from './coverage.ts';
import { markdownText } from './markdown-text.ts';
import { percentText, satisfiedText } from './score-words.ts';
import type { ReportHeader, ReportSink, ReportTotals, TextOutput } from './sink.ts';

/** GitHub drops a job summary above 1 MiB whole; we stop well before. In bytes of UTF-8. */
export const markdownByteLimit = 900_000;
/** Room for what stands after the failures: unknowns, notices, the closing line. */
const tailBytes = 100_000;
/** Longest message in a row, in characters before escaping. */
const messageLength = 400;
/** Most rows of the tables that are not failures. */
const rowLimit = 100;

interface AccountCounts {
  fail: number;
  unknown: number;
  waived: number;
  pass: number;
}

/**
 * Markdown for a job summary on GitHub: how much was seen, what fails with the most severe first, what is unknown and
 * for want of which call. Stays under the size that GitHub takes, and says so where it had to stop. Memory is bounded
 * by that size and the number of accounts.
 */
export function markdownSink(output: TextOutput): ReportSink {
  let header: ReportHeader | undefined;
  const rows = new Map<Severity, string[]>(severities.map((severity) => [severity, []]));
  const rowBytes = new Map<Severity, number>();
  const accounts = new Map<string, AccountCounts>();
  const causes = new Map<string, number>();

  return {
    start(given) {
      header = given;
    },
    add(finding) {
      count(accounts, finding);
      if (finding.verdict === 'unknown') {
        for (const { call, code } of causesOf(finding.reasons)) {
          const cause = `${call} ${code}`;
          if (causes.has(cause) || causes.size < 10_000) causes.set(cause, (causes.get(cause) ?? 0) + 1);
        }
      }
      if (finding.verdict !== 'fail' || finding.waiver !== null) return;
      const size = rowBytes.get(finding.severity) ?? 0;
      if (size > markdownByteLimit) return;
      const row = failureRow(finding);
      rowBytes.set(finding.severity, size + bytesOf(row));
      rows.get(finding.severity)?.push(row);
    },
    async finish(totals) {
      if (header === undefined) throw new Error('a report must be started before it is finished');
      let left = markdownByteLimit;
      const write = (text: string): void => {
        left -= bytesOf(text);
        output.write(text);
      };
      for (const text of headText(header, totals)) write(text);
      for (const text of scoreText(totals)) write(text);
      for (const text of accountsText(header, accounts)) write(text);
      for (const severity of severities) {
        const all = totals.failuresBySeverity[severity];
        if (all === 0) continue;
        write(`\n### ${all} ${severity}\n\n`);
        let shown = 0;
        for (const row of rows.get(severity) ?? []) {
          if (left - bytesOf(row) < tailBytes) break;
          if (shown === 0) write('| Rule | Account | Region | What |\n| --- | --- | --- | --- |\n');
          write(row);
          shown += 1;
        }
        if (shown < all)
          write(
            `\n${shown === 0 ? `${all}` : `${all - shown} more`} ${severity} failures are not shown: a job summary holds no more. They are in the other formats.\n`,
          );
      }
      for (const text of tailText(totals, causes)) {
        if (left - bytesOf(text) < 200) {
          write('\nThe rest is left out: a job summary holds no more.\n');
          break;
        }
        write(text);
      }
      await output.close();
    },
  };
}

function count(accounts: Map<string, AccountCounts>, { resource, verdict, waiver }: Finding): void {
  let counts = accounts.get(resource.account);
  if (counts === undefined) {
    counts = { fail: 0, unknown: 0, waived: 0, pass: 0 };
    accounts.set(resource.account, counts);
  }
  if (waiver !== null) counts.waived += 1;
  else if (verdict !== 'not-applicable') counts[verdict] += 1;
}

function* headText({ tool, manifest }: ReportHeader, totals: ReportTotals): Generator<string> {
  const coverage = summarizeCoverage(manifest);
  const { accounts } = coverage;
  const { fail, unknown, pass } = totals.byVerdict;
  const open = fail - totals.waived;
  let outcome = open === 1 ? '1 failure' : `${open} failures`;
  if (open === 0) outcome = 'nothing fails';
  const subject = manifest.organization?.id ?? `account ${manifest.caller.account}`;
  yield `## Trailwarden: ${outcome} in ${inCell(subject)}\n\n`;
  if (!totals.complete)
    yield '> [!WARNING]\n> Not everything that was asked was answered. What is unknown is not passed.\n\n';
  yield '| Fail | Waived | Unknown | Pass | Not applicable |\n| ---: | ---: | ---: | ---: | ---: |\n';
  yield `| ${open} | ${totals.waived} | ${unknown} | ${pass} | ${totals.byVerdict['not-applicable']} |\n\n`;
  yield `${accounts.total} accounts, ${accounts.notSeen} of them not seen; ${answeredText(coverage)}. `;
  yield `Collected ${inCell(manifest.end)} by ${inCell(manifest.caller.arn)}. `;
  yield `Snapshot \`${manifest.rootHash.replaceAll(/[^0-9a-f]/g, '').slice(0, 16)}\`, ${inCell(`${tool.name} ${tool.version}`)}.\n`;
}

function* scoreText({ scores }: ReportTotals): Generator<string> {
  if (scores.length === 0) return;
  yield '\n| Pack | Satisfied of decided | Satisfied | Failed | Unknown | Manual | Not applicable |\n';
  yield '| --- | --- | --- | ---: | ---: | ---: | ---: |\n';
  for (const score of scores.slice(0, rowLimit)) {
    const { failed, unknown, manual, 'not-applicable': notApplicable } = score.counts;
    yield `| ${inCell(score.title)} | ${percentText(score)} | ${satisfiedText(score)} | ${failed} | ${unknown} | ${manual} | ${notApplicable} |\n`;
  }
  if (scores.length > rowLimit) yield `\n${scores.length - rowLimit} more packs are not shown.\n`;
}

function* accountsText(
  { manifest }: ReportHeader,
  accounts: ReadonlyMap<string, AccountCounts>,
): Generator<string> {
  const known = new Map(manifest.accounts.map((account) => [account.id, account]));
  const worst = [...accounts]
    .filter(([, { fail, unknown }]) => fail + unknown > 0)
    .sort(([a, x], [b, y]) => y.fail - x.fail || y.unknown - x.unknown || compareText(a, b));
  if (worst.length === 0) return;
  yield `\n<details><summary>Accounts with failures or unknowns: ${worst.length}</summary>\n\n`;
  yield '| Account | Fail | Waived | Unknown | Pass |\n| --- | ---: | ---: | ---: | ---: |\n';
  for (const [id, { fail, waived, unknown, pass }] of worst.slice(0, rowLimit)) {
    const name = known.get(id)?.name;
    yield `| ${inCell(name === undefined ? id : `${id} ${name}`)} | ${fail} | ${waived} | ${unknown} | ${pass} |\n`;
  }
  if (worst.length > rowLimit) yield `\n${worst.length - rowLimit} more accounts are not shown.\n`;
  yield '\n</details>\n';
}

function failureRow({ rule, resource, message }: Finding): string {
  return `| ${inCell(rule)} | ${inCell(resource.account)} | ${inCell(resource.region)} | ${inCell(message)} |\n`;
}

function* tailText(totals: ReportTotals, causes: ReadonlyMap<string, number>): Generator<string> {
  if (causes.size > 0) {
    yield '\n### Unknown for want of\n\n| Call and answer | Findings |\n| --- | ---: |\n';
    const most = [...causes].sort(([a, x], [b, y]) => y - x || compareText(a, b));
    for (const [cause, findings] of most.slice(0, rowLimit)) yield `| ${inCell(cause)} | ${findings} |\n`;
    if (most.length > rowLimit) yield `\n${most.length - rowLimit} more are not shown.\n`;
  }
  if (totals.notices.length > 0) {
    yield '\n### Notices\n\n';
    for (const notice of totals.notices) yield `- ${inCell(notice)}\n`;
  }
}

function inCell(text: string): string {
  return markdownText(shortened(visibleText(text), messageLength));
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
