import { styleText } from 'node:util';

import { causesOf } from '../evaluate/causes.ts';
import { severities, verdicts, type Finding, type Severity, type Verdict } from '../evaluate/finding.ts';
import { shortened, visibleText } from '../text.ts';
import { summarizeCoverage } from './coverage.ts';
import { controlsIn, percentText, satisfiedText } from './score-words.ts';
import type { ReportHeader, ReportRule, ReportSink, ReportTotals, TextOutput } from './sink.ts';

export interface TextOptions {
  /** Columns of the terminal; lines are cut to it. */
  readonly width: number;
  readonly color: boolean;
  /** Every finding with its verdict instead of the worst ones. */
  readonly verbose: boolean;
}

/** Different failures shown under one rule before "and N more". */
const shownPerRule = 3;
/** Resources named for one failure before "and N more". */
const shownResources = 3;
/** Different failures kept for one rule: the rest is only counted. */
const keptPerRule = 50;
/** Packs of which the controls that are not satisfied are named. */
const packsInDetail = 3;
/** Causes of unknowns shown before "and N more". */
const shownCauses = 8;

interface RuleFailures {
  count: number;
  /** Resources by what is wrong with them: members of an organization often share one fault. */
  readonly byFault: Map<string, { count: number; readonly resources: string[] }>;
}

interface CauseLine {
  readonly text: string;
  findings: number;
  readonly places: Set<string>;
}

type Style = Parameters<typeof styleText>[0];

/**
 * The report for a terminal or a CI log: how much was seen, what fails and where, what is unknown and which answer
 * would settle it. Keeps a few lines a rule, not the findings.
 */
export function textSink(output: TextOutput, options: TextOptions): ReportSink {
  let header: ReportHeader | undefined;
  const failures = new Map<string, RuleFailures>();
  const causes = new Map<string, CauseLine>();
  const names = new Map<string, string>();

  const paint = (style: Style, text: string): string =>
    options.color ? styleText(style, text, { validateStream: false }) : text;
  const line: WriteLine = (text = '', style) => {
    const cut = shortened(text, Math.max(40, options.width));
    output.write(`${style === undefined ? cut : paint(style, cut)}\n`);
  };
  const paragraph = (text: string): void => {
    const lines = wrapped(text, Math.max(40, options.width) - 4);
    lines.forEach((part, index) => line(`${index === 0 ? '  ' : '    '}${part}`));
  };
  // Lines of several colours are short by themselves: cutting them would cut their colour codes.
  const painted = (text: string): void => output.write(`${text}\n`);
  const accountLabel = (id: string): string => {
    const name = names.get(id);
    return name === undefined ? id : `${id} ${shortened(visibleText(name), 24)}`;
  };

  const addFailure = (finding: Finding): void => {
    const entry = failures.get(finding.rule) ?? { count: 0, byFault: new Map() };
    failures.set(finding.rule, entry);
    entry.count += 1;
    const [who = '', ...rest] = visibleText(finding.message).split(' fails: ');
    const fault = rest.join(' fails: ');
    const same = entry.byFault.get(fault) ?? { count: 0, resources: [] };
    if (same.count === 0 && entry.byFault.size < keptPerRule) entry.byFault.set(fault, same);
    same.count += 1;
    if (same.resources.length < shownResources) same.resources.push(who);
  };
  const addCauses = (finding: Finding): void => {
    for (const cause of causesOf(finding.reasons)) {
      const key = `${cause.call} ${cause.code} ${cause.account}`;
      const entry = causes.get(key) ?? {
        text: `${cause.call} ${cause.code} in ${accountLabel(cause.account)}`,
        findings: 0,
        places: new Set<string>(),
      };
      causes.set(key, entry);
      entry.findings += 1;
      entry.places.add(cause.region);
    }
  };

  return {
    start(given) {
      header = given;
      for (const account of given.manifest.accounts) {
        if (account.name !== undefined) names.set(account.id, account.name);
      }
      writeHead(given, line);
    },
    add(finding) {
      if (options.verbose) {
        line(`${finding.verdict.padEnd(14)} ${finding.severity.padEnd(8)} ${visibleText(finding.message)}`);
      }
      if (finding.verdict === 'fail' && finding.waiver === null) addFailure(finding);
      if (finding.verdict === 'unknown') addCauses(finding);
    },
    async finish(totals) {
      if (header === undefined) throw new Error('a report must be started before it is finished');
      if (options.verbose) line();
      writeScores(totals.scores, { line, paragraph, painted, paint });
      writeFailures(header.rules, failures, { line, paragraph, painted, paint });
      writeUnknowns([...causes.values()], line);
      writeTotals(header, totals, { line, paragraph, painted, paint });
      await output.close();
    },
  };
}

type WriteLine = (text?: string, style?: Style) => void;
type PackScores = ReportTotals['scores'];
interface Pen {
  readonly line: WriteLine;
  /** Indented text over several lines: the end of a message says which link is broken. */
  readonly paragraph: (text: string) => void;
  readonly painted: (text: string) => void;
  readonly paint: (style: Style, text: string) => string;
}

function writeHead(header: ReportHeader, line: WriteLine): void {
  const { manifest } = header;
  const { accounts, byOutcome, cells } = summarizeCoverage(manifest);
  const whose = manifest.organization?.id ?? `account ${manifest.caller.account}`;
  line(
    `Trailwarden ${header.tool.version} · ${whose} · collected ${manifest.end} · ${manifest.rootHash.slice(0, 12)}`,
  );
  line(
    `${counted(accounts.total, 'account')}: ${accounts.collected - accounts.inPart} seen in full, ${accounts.inPart} in part, ` +
      `${accounts.notSeen} not seen · ${byOutcome.obtained} of ${counted(cells, 'question')} answered`,
  );
  line();
}

const severityStyles: Readonly<Record<Severity, Style>> = {
  critical: ['red', 'bold'],
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'gray',
};

function writeScores(scores: PackScores, { line, paragraph }: Pen): void {
  if (scores.length === 0) return;
  line('SCORE: controls satisfied, of those that are decided', 'bold');
  const width = Math.max(...scores.map((score) => score.pack.length));
  for (const score of scores) {
    const { failed, unknown, manual, 'not-applicable': notApplicable } = score.counts;
    line(
      `  ${visibleText(score.pack).padEnd(width)}  ${percentText(score).padEnd(15)}  ${satisfiedText(score)} satisfied, ${failed} failed; ` +
        `${unknown} unknown, ${manual} manual, ${notApplicable} not applicable`,
    );
    if (scores.length > packsInDetail) continue;
    for (const state of ['failed', 'unknown'] as const)
      if (score.counts[state] > 0) paragraph(`  ${state}: ${visibleText(controlsIn(score, state))}`);
  }
  line();
}

function writeFailures(
  rules: readonly ReportRule[],
  failures: ReadonlyMap<string, RuleFailures>,
  { line, paragraph, painted, paint }: Pen,
): void {
  if (failures.size === 0) return;
  line('FAILS', 'bold');
  for (const severity of severities) {
    for (const rule of rules) {
      const entry = failures.get(rule.id);
      if (entry === undefined || rule.severity !== severity) continue;
      line();
      painted(`${paint(severityStyles[severity], severity.padEnd(8))} ${rule.id}  (${entry.count})`);
      const faults = [...entry.byFault];
      let shown = 0;
      for (const [fault, { count, resources }] of faults.slice(0, shownPerRule)) {
        shown += count;
        paragraph(failureText(fault, count, resources));
      }
      if (entry.count > shown) line(`  and ${entry.count - shown} more`);
    }
  }
  line();
}

function writeUnknowns(causes: readonly CauseLine[], line: WriteLine): void {
  if (causes.length === 0) return;
  line('UNKNOWN: these answers are missing', 'bold');
  const most = [...causes].sort((a, b) => b.findings - a.findings);
  for (const cause of most.slice(0, shownCauses)) {
    const places = [...cause.places];
    line(
      `  ${cause.text}, ${places.length > 3 ? counted(places.length, 'region') : places.join(', ')}: ${counted(cause.findings, 'finding')}`,
    );
  }
  if (most.length > shownCauses) line(`  and ${most.length - shownCauses} more`);
  line();
}

function writeTotals(header: ReportHeader, totals: ReportTotals, { line, painted, paint }: Pen): void {
  for (const notice of [...header.manifest.notices, ...totals.notices]) line(`note: ${visibleText(notice)}`);
  const style: Readonly<Record<Verdict, Style>> = {
    pass: 'green',
    fail: 'red',
    unknown: 'yellow',
    'not-applicable': 'gray',
  };
  const counts = verdicts.map((verdict) => paint(style[verdict], `${totals.byVerdict[verdict]} ${verdict}`));
  const waived = totals.waived === 0 ? '' : ` (${totals.waived} waived)`;
  painted(
    `${counted(totals.findings, 'finding')} of ${counted(header.rules.length, 'rule')}: ${counts.join(', ')}${waived}`,
  );
  if (!totals.complete)
    line('The collection is incomplete: a verdict of unknown may hide a failure.', 'yellow');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `Account A fails: ...`, or `Account A, Account B and 7 more fail: ...`. */
function failureText(fault: string, count: number, resources: readonly string[]): string {
  const more = count > resources.length ? ` and ${count - resources.length} more` : '';
  const fails = count === 1 ? 'fails' : 'fail';
  return `${resources.join('; ')}${more} ${fails}${fault === '' ? '' : `: ${fault}`}`;
}

/** Lines of at most `width` characters, broken at blanks where there are any. At most six; the last one is cut. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width && lines.length < 5) {
    const blank = rest.lastIndexOf(' ', width);
    const end = blank > width / 2 ? blank : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, shortened(rest, width)];
}
