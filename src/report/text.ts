import { styleText } from 'node:util';

import { causesOf } from '../evaluate/causes.ts';
import { severities, verdicts, type Finding, type Severity, type Verdict } from '../evaluate/finding.ts';
import { compareText, shortened, visibleText } from '../text.ts';
import { cutAtWord, wrapped } from './wrap.ts';
import { answeredText, summarizeCoverage } from './coverage.ts';
import { controlsIn, percentText, satisfiedText } from './score-words.ts';
import type { ReportHeader, ReportRule, ReportSink, ReportTotals, TextOutput } from './sink.ts';

export interface TextOptions {
  /** Columns of the terminal, 40 at least: lines are broken there, but for ids that are longer than a line. */
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
/** Accounts named as those where most fails. */
const shownAccounts = 5;
/** Packs of which the controls that are not satisfied are named. */
const packsInDetail = 3;
/** Causes of unknowns shown before "and N more". */
const shownCauses = 8;
/** Characters of a message that are shown where lines are short; six lines of it where they are long. */
const shownCharacters = 600;

interface RuleFailures {
  count: number;
  /** Resources by what is wrong with them: members of an organization often share one fault. */
  readonly byFault: Map<string, { count: number; readonly resources: string[] }>;
}

interface CauseLine {
  readonly text: string;
  readonly code: string;
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
  /** Failures of each account. */
  const worst = new Map<string, number>();

  const columns = Math.max(40, options.width);
  const paint = ({ text, style }: Styled): string =>
    options.color && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
  const line: WriteLine = (text = '', style) => {
    for (const part of wrapped(text, columns, '  ')) output.write(`${paint({ text: part, style })}\n`);
  };
  const paragraph = (text: string): void => {
    const cut = cutAtWord(text, Math.max(shownCharacters, 6 * (columns - 4)));
    for (const part of wrapped(`  ${cut}`, columns, '    ')) output.write(`${part}\n`);
  };
  const list: WriteList = (head, items, tail = '') => {
    let text = paint(head);
    let column = head.text.length;
    for (const [index, item] of items.entries()) {
      const end = index < items.length - 1 ? ',' : tail;
      const length = item.text.length + end.length;
      const breaks = index > 0 && column + 1 + length > columns;
      text += `${breaks ? '\n    ' : ' '}${paint(item)}${end}`;
      column = (breaks ? 4 : column + 1) + length;
    }
    output.write(`${text}\n`);
  };
  const accountLabel = (id: string): string => {
    const name = names.get(id);
    return name === undefined ? id : `${id} ${shortened(visibleText(name), 24)}`;
  };

  const addFailure = (finding: Finding): void => {
    const entry = failures.get(finding.rule) ?? { count: 0, byFault: new Map() };
    failures.set(finding.rule, entry);
    entry.count += 1;
    const { account } = finding.resource;
    worst.set(account, (worst.get(account) ?? 0) + 1);
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
        code: cause.code,
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
        const head = `${finding.verdict.padEnd(14)} ${finding.severity.padEnd(8)} `;
        line(head + visibleText(finding.message));
      }
      if (finding.verdict === 'fail' && finding.waiver === null) addFailure(finding);
      if (finding.verdict === 'unknown') addCauses(finding);
    },
    async finish(totals) {
      if (header === undefined) throw new Error('a report must be started before it is finished');
      if (options.verbose) line();
      const pen = { line, paragraph, list, width: columns };
      writeOutcome(totals, worst, accountLabel, pen);
      writeScores(totals.scores, pen);
      writeFailures(header.rules, failures, options.verbose, pen);
      writeUnknowns([...causes.values()], pen);
      writeTotals(header, totals, pen);
      await output.close();
    },
  };
}

/** Writes a line, broken where the terminal ends. */
type WriteLine = (text?: string, style?: Style) => void;
interface Styled {
  readonly text: string;
  readonly style?: Style | undefined;
}
/** Writes items with blanks and commas between, each in its colour, broken between them. */
type WriteList = (head: Styled, items: readonly Styled[], tail?: string) => void;
type PackScores = ReportTotals['scores'];
interface Pen {
  readonly line: WriteLine;
  /** Indented text over several lines: the end of a message says which link is broken. */
  readonly paragraph: (text: string) => void;
  readonly list: WriteList;
  readonly width: number;
}

function writeHead(header: ReportHeader, line: WriteLine): void {
  const { manifest } = header;
  const coverage = summarizeCoverage(manifest);
  const { accounts } = coverage;
  const whose = manifest.organization?.id ?? `account ${manifest.caller.account}`;
  line(
    `Trailwarden ${header.tool.version} · ${whose} · collected ${manifest.end} · ${manifest.rootHash.slice(0, 12)}`,
  );
  line(
    `${counted(accounts.total, 'account')}: ${accounts.collected - accounts.inPart} seen in full, ${accounts.inPart} in part, ` +
      `${accounts.notSeen} not seen · ${answeredText(coverage)}`,
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

/** The first thing to read: how bad it is, and where. */
function writeOutcome(
  totals: ReportTotals,
  worst: ReadonlyMap<string, number>,
  labelOf: (account: string) => string,
  { line, paragraph, list }: Pen,
): void {
  const bad = severities.filter((severity) => totals.failuresBySeverity[severity] > 0);
  if (bad.length === 0) line(totals.complete ? 'NOTHING FAILS' : 'NOTHING FAILS in what was seen', 'bold');
  else {
    list(
      { text: 'FAILURES:', style: 'bold' },
      bad.map((severity) => ({
        text: `${totals.failuresBySeverity[severity]} ${severity}`,
        style: severityStyles[severity],
      })),
    );
    const most = [...worst].sort(([a, some], [b, others]) => others - some || compareText(a, b));
    const named = most.slice(0, shownAccounts).map(([id, count]) => `${labelOf(id)} (${count})`);
    const more = most.length - named.length;
    paragraph(`most in ${named.join(', ')}${more > 0 ? `, and in ${counted(more, 'other')}` : ''}`);
  }
  line();
}

function writeScores(scores: PackScores, { line, paragraph, width: columns }: Pen): void {
  if (scores.length === 0) return;
  line('SCORE: controls satisfied, of those that are decided', 'bold');
  // One long id does not push the numbers of all others out of sight.
  const width = Math.min(columns - 17, Math.max(...scores.map((score) => score.pack.length)));
  for (const score of scores) {
    const { failed, unknown, manual, 'not-applicable': notApplicable } = score.counts;
    const others = [
      [unknown, 'unknown'],
      [manual, 'manual'],
      [notApplicable, 'not applicable'],
    ].flatMap(([count, name]) => (count === 0 ? [] : [`${count} ${name}`]));
    const text = `  ${visibleText(score.pack).padEnd(width)}  ${percentText(score)}`;
    const details = `${satisfiedText(score)} satisfied, ${[`${failed} failed`, ...others].join(', ')}`;
    // The share alone where there is no room for what it is made of.
    const wide = `${text.padEnd(width + 19)}  ${details}`;
    line(wide.length <= columns ? wide : text);
    if (scores.length > packsInDetail) continue;
    for (const state of ['failed', 'unknown'] as const)
      if (score.counts[state] > 0) paragraph(`  ${state}: ${visibleText(controlsIn(score, state))}`);
  }
  line();
}

/** Failures rule by rule: the worst with what is wrong where, the others by title, as they are many. */
function writeFailures(
  rules: readonly ReportRule[],
  failures: ReadonlyMap<string, RuleFailures>,
  verbose: boolean,
  { line, paragraph, list, width }: Pen,
): void {
  if (failures.size === 0) return;
  line('FAILS', 'bold');
  const present = severities.filter((severity) =>
    rules.some((rule) => rule.severity === severity && failures.has(rule.id)),
  );
  const inFull = new Set<Severity>(verbose ? severities : ['critical', 'high', ...present.slice(0, 1)]);
  let shortOnes = false;
  for (const severity of severities) {
    for (const rule of rules) {
      const entry = failures.get(rule.id);
      if (entry === undefined || rule.severity !== severity) continue;
      if (inFull.has(severity) || !shortOnes) line();
      const times = `(${entry.count})`;
      const style = severityStyles[severity];
      // An id is not cut: it stands alone where there is no room beside it.
      if (9 + rule.id.length + 2 + times.length > width) {
        line(`${severity} ${times}`, style);
        line(`  ${rule.id}`);
      } else list({ text: severity.padEnd(8), style }, [{ text: `${rule.id}  ${times}` }]);
      if (!inFull.has(severity)) {
        shortOnes = true;
        paragraph(visibleText(rule.title));
        continue;
      }
      const faults = [...entry.byFault];
      let shown = 0;
      for (const [fault, { count, resources }] of faults.slice(0, shownPerRule)) {
        shown += count;
        paragraph(failureText(fault, count, resources));
      }
      if (entry.count > shown) line(`  and ${entry.count - shown} more`);
    }
  }
  if (shortOnes) {
    line();
    line('--verbose shows what is wrong with each.');
  }
  line();
}

/** What settles unknowns, by the code that AWS or the collection gave. */
const lifts: readonly { readonly codes: RegExp; readonly how: string }[] = [
  {
    codes: /AccessDenied|AuthorizationError|Unauthorized|Forbidden/,
    how: 'refused: `trailwarden role` prints what the audit role needs; a policy of the organization may refuse it too',
  },
  { codes: /^NotScanned$/, how: 'not scanned: let the audit role be assumed in the account' },
  { codes: /Throttl|TooManyRequests|RequestLimit/, how: 'throttled: collect again, with a lower --pace' },
  {
    codes: /^(NotAsked|MissingRecord|MissingPage)$/,
    how: 'not asked: collect again without what left it out',
  },
];

function writeUnknowns(causes: readonly CauseLine[], { line, paragraph }: Pen): void {
  if (causes.length === 0) return;
  line('UNKNOWN: these answers are missing', 'bold');
  const most = [...causes].sort((a, b) => b.findings - a.findings);
  for (const cause of most.slice(0, shownCauses)) {
    const places = [...cause.places];
    paragraph(
      `${cause.text}, ${places.length > 3 ? counted(places.length, 'region') : places.join(', ')}: ${counted(cause.findings, 'finding')}`,
    );
  }
  if (most.length > shownCauses) line(`  and ${most.length - shownCauses} more`);
  for (const { codes, how } of lifts) if (most.some(({ code }) => codes.test(code))) paragraph(`→ ${how}`);
  line();
}

function writeTotals(header: ReportHeader, totals: ReportTotals, { line, list }: Pen): void {
  for (const notice of [...header.manifest.notices, ...totals.notices]) line(`note: ${visibleText(notice)}`);
  const style: Readonly<Record<Verdict, Style>> = {
    pass: 'green',
    fail: 'red',
    unknown: 'yellow',
    'not-applicable': 'gray',
  };
  line(`${counted(totals.findings, 'finding')} of ${counted(header.rules.length, 'rule')}:`);
  list(
    { text: ' ' },
    verdicts.map((verdict) => ({ text: `${totals.byVerdict[verdict]} ${verdict}`, style: style[verdict] })),
    totals.waived === 0 ? '' : ` (${totals.waived} waived)`,
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
