import { severities, verdicts } from '../../evaluate/finding.ts';
import { outcomes } from '../../snapshot/record.ts';
import { visibleText } from '../../text.ts';
import { summarizeCoverage } from '../coverage.ts';
import { percentText } from '../score-words.ts';
import type { ReportHeader, ReportTotals } from '../sink.ts';
import { elementIds } from './data.ts';
import { grouped, percent, populationSeen, score, type VerdictCounts } from './score.ts';
import type { Tally } from './tally.ts';
import { escapeHtml } from './escape.ts';

/** Accounts that the summary lists; the page itself lists all. */
const accountsShown = 500;

/** Untrusted text as HTML, kept from reordering what stands around it. */
function text(value: string): string {
  return `<bdi>${escapeHtml(visibleText(value))}</bdi>`;
}

type Cell = { readonly html: string } | string | number;

function cell(value: Cell): string {
  if (typeof value === 'number') return `<td class="number">${grouped(value)}</td>`;
  if (typeof value !== 'string') return `<td>${value.html}</td>`;
  return `<td${/^\d{12}$/.test(value) ? ' class="nowrap"' : ''}>${text(value)}</td>`;
}

function table(caption: string, heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const head = heads
    .map((name, index) => {
      const numeric = typeof rows[0]?.[index] === 'number';
      return `<th scope="col"${numeric ? ' class="number"' : ''}>${escapeHtml(name)}</th>`;
    })
    .join('');
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  return `<table><caption>${escapeHtml(caption)}</caption>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody></table>\n`;
}

function facts(pairs: readonly (readonly [string, string])[]): string {
  return `<dl>${pairs.map(([name, html]) => `<div><dt>${escapeHtml(name)}</dt><dd>${html}</dd></div>`).join('\n')}</dl>\n`;
}

function countsOf(counts: VerdictCounts | undefined): readonly Cell[] {
  return [
    counts?.fail ?? 0,
    counts?.unknown ?? 0,
    counts?.pass ?? 0,
    counts?.['not-applicable'] ?? 0,
    { html: counts === undefined ? 'n/a' : percent(score(counts)) },
  ];
}
const countHeads = ['Fail', 'Unknown', 'Pass', 'Not applicable', 'Score'];

const scanWords = {
  collected: 'collected',
  'left-out': 'left out on purpose',
  'not-active': 'not active',
  'not-reachable': 'not reachable',
  'not-reached': 'not reached',
} as const;

/**
 * The report without script, as plain HTML that reads well without style too: hosts such as Jenkins block both. All
 * names are escaped; nothing here needs the data blocks.
 */
export function renderSummary(
  header: ReportHeader,
  totals: ReportTotals,
  tally: Tally,
  digest: string,
): string {
  const { manifest, rules, tool } = header;
  const seen = populationSeen(manifest);
  const outcomeCounts = summarizeCoverage(manifest).byOutcome;
  const accounts = new Map(manifest.accounts.map((account) => [account.id, account]));
  const worst = tally.worst();
  const parts: string[] = [];
  parts.push(
    `<main id="${elementIds.summary}" class="summary">\n<h1>Trailwarden report</h1>\n`,
    '<p class="hint">This is the summary. Open the file in a browser with JavaScript to search all findings, their reasons and their evidence.</p>\n',
    '<h2>Scope</h2>\n',
    facts([
      [
        'Organization',
        manifest.organization === null
          ? 'none'
          : `${text(manifest.organization.id)}, management account ${text(manifest.organization.managementAccount)}`,
      ],
      ['Collected by', text(manifest.caller.arn)],
      ['Collected', `${text(manifest.start)} to ${text(manifest.end)} (UTC)`],
      ['Snapshot root hash', `<code>${text(manifest.rootHash)}</code>`],
      [
        'Tool',
        `${text(tool.name)} ${text(tool.version)}, snapshot taken by ${text(manifest.tool.name)} ${text(manifest.tool.version)}`,
      ],
      ['SHA-256 of the data in this file', `<code>${text(digest)}</code>`],
    ]),
    '<h2>Coverage</h2>\n',
    `<p>${
      totals.complete ? 'Everything that was meant to be asked was answered.' : 'The scan is incomplete.'
    } Data was collected from ${grouped(seen.collected)} of ${grouped(seen.accounts)} accounts (${grouped(seen.notActive)} not active, ${grouped(seen.unseen)} not seen). ${grouped(seen.answered)} of ${grouped(seen.questions)} questions to AWS were answered.</p>\n`,
    table(
      'Questions to AWS by outcome',
      ['Outcome', 'Questions'],
      outcomes
        .filter((outcome) => outcomeCounts[outcome] > 0)
        .map((outcome) => [outcome.replace('-', ' '), outcomeCounts[outcome]]),
    ),
    '<h2>Results</h2>\n',
    table(
      'Findings by verdict',
      ['Verdict', 'Findings'],
      [
        ...verdicts.map((verdict) => [verdict.replace('-', ' '), totals.byVerdict[verdict]] as const),
        ['fail, waived', totals.waived],
      ],
    ),
    table(
      'Findings by severity of the rule',
      ['Severity', ...countHeads],
      severities.map((severity) => [severity, ...countsOf(tally.bySeverity[severity])]),
    ),
    '<p>Score: passes out of passes, failures and unknowns. A waiver does not change it.</p>\n',
    ...scoreSection(totals),
    '<h2>What is worst</h2>\n',
    worst.length === 0
      ? '<p>No unwaived failure.</p>\n'
      : table(
          'Unwaived failures, worst first, a few of each rule',
          ['No.', 'Severity', 'Rule', 'Account', 'Region', 'What is wrong'],
          worst.map((finding) => [
            finding.row + 1,
            finding.severity,
            finding.rule,
            accountLabel(finding.account, accounts.get(finding.account)?.name),
            finding.region,
            finding.message,
          ]),
        ),
    '<h2>Rules</h2>\n',
    table(
      'Rules that ran',
      ['Rule', 'What must hold', 'Severity', ...countHeads],
      rules.map((rule) => [rule.id, rule.title, rule.severity, ...countsOf(tally.byRule.get(rule.id))]),
    ),
    '<h2>Accounts</h2>\n',
    table(
      manifest.accounts.length > accountsShown
        ? `The first ${accountsShown} of ${manifest.accounts.length} accounts`
        : 'All accounts of the scope',
      ['Account', 'Name', 'State', 'Scan', ...countHeads],
      manifest.accounts
        .slice(0, accountsShown)
        .map((account) => [
          account.id,
          account.name ?? '',
          account.state ?? '',
          account.reason === undefined
            ? scanWords[account.scan]
            : `${scanWords[account.scan]}: ${account.reason}`,
          ...countsOf(tally.byAccount.get(account.id)),
        ]),
    ),
  );
  const notices = [...totals.notices, ...manifest.notices];
  if (notices.length > 0)
    parts.push(
      `<h2>Notices</h2>\n<ul>\n${notices.map((notice) => `<li>${text(notice)}</li>`).join('\n')}\n</ul>\n`,
    );
  parts.push('</main>\n');
  return parts.join('');
}

function scoreSection({ scores }: ReportTotals): readonly string[] {
  if (scores.length === 0) return [];
  return [
    '<h2>Frameworks</h2>\n',
    table(
      'Controls by state',
      ['Framework', 'Satisfied of decided', 'Satisfied', 'of which in part', ...stateHeads],
      scores.map((one) => [
        one.title,
        percentText(one),
        one.counts.satisfied,
        one.inPart,
        one.counts.failed,
        one.counts.unknown,
        one.counts.manual,
        one.counts['not-applicable'],
      ]),
    ),
  ];
}
const stateHeads = ['Failed', 'Unknown', 'Manual', 'Not applicable'];

function accountLabel(id: string, name: string | undefined): Cell {
  return { html: name === undefined ? text(id) : `${text(name)} ${text(id)}` };
}
