import { expect, test } from 'vitest';

import type { Finding, Severity } from '../../src/evaluate/finding.ts';
import { textSink } from '../../src/report/text.ts';
import {
  memoryOutput,
  sampleFinding,
  sampleHeader,
  sampleRule,
  sampleScore,
  totalsOf,
  writeReport,
} from './sample.ts';

const options = { width: 100, color: false, verbose: false };

test('the first screen says how much was seen, what fails, what is unknown and why', async () => {
  const output = memoryOutput();
  const findings = [
    ...Array.from({ length: 7 }, (_, i) =>
      sampleFinding({ rule: 'a-rule', verdict: 'fail', name: `trail-${i}` }),
    ),
    sampleFinding({ rule: 'b-rule', verdict: 'unknown' }),
    sampleFinding({ rule: 'b-rule', verdict: 'pass', name: 'good' }),
    sampleFinding({ rule: 'b-rule', verdict: 'fail', name: 'accepted', waived: true }),
  ];
  await writeReport(
    textSink(output, options),
    sampleHeader([sampleRule('a-rule', 'high'), sampleRule('b-rule', 'low')]),
    findings,
    totalsOf(findings, { complete: false, scores: [sampleScore()], notices: ['something was left out'] }),
  );
  expect(output.text()).toMatchInlineSnapshot(`
    "Trailwarden 0.1.0 · o-exampleorg · collected 2026-10-01T06:10:00.000Z · abababababab
    2 accounts: 0 seen in full, 1 in part, 1 not seen · 1 of 2 questions answered

    FAILURES: 7 high
      most in 111122223333 Management (7)

    SCORE: controls satisfied, of those that are decided
      a-framework-1  66 % of 3
        failed: 1.3 (waived)
        unknown: 1.4

    FAILS

    high     a-rule  (7)
      Trail trail-0 in account 111122223333; Trail trail-1 in account 111122223333; Trail trail-2 in
        account 111122223333 and 4 more fail: as a-rule says.

    UNKNOWN: these answers are missing
      cloudwatch:DescribeAlarms AccessDenied in 111122223333 Management, us-east-1: 1 finding
      → refused: \`trailwarden role\` prints what the audit role needs; a policy of the organization may
        refuse it too

    note: something was left out
    10 findings of 2 rules:
      1 pass, 8 fail, 1 unknown, 0 not-applicable (1 waived)
    The collection is incomplete: a verdict of unknown may hide a failure.
    "
  `);
});

test('failures below high are told by title where there are worse ones; --verbose tells all of everything', async () => {
  const findings = [
    sampleFinding({ rule: 'a-rule', verdict: 'fail', severity: 'high' }),
    sampleFinding({
      rule: 'b-rule',
      verdict: 'fail',
      severity: 'low',
      message: `b fails: ${'long words '.repeat(40)}end.`,
    }),
  ];
  const write = async (verbose: boolean): Promise<string> => {
    const output = memoryOutput();
    const header = sampleHeader([sampleRule('a-rule', 'high'), sampleRule('b-rule', 'low')]);
    await writeReport(textSink(output, { ...options, width: 60, verbose }), header, findings);
    return output.text();
  };
  const brief = await write(false);
  expect(brief).toContain(
    'low      b-rule  (1)\n  What b-rule asks for holds\n\n--verbose shows what is wrong with each.',
  );
  expect(brief).not.toContain('long words');
  const all = await write(true);
  expect(all.replaceAll(/\s+/g, ' ')).toContain(`fail low b fails: ${'long words '.repeat(40)}end.`);
  for (const text of [brief, all])
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
});

test.each([40, 60, 80])('in %i columns nothing is cut: words, ids, the ends of messages', async (width) => {
  const arn = 'arn:aws:kms:us-east-1:222233334444:key/5f0b3c1e-2d54-4a70-8e0b-7d4c2a9b6e11';
  const [long, short] = ['chain-resource-policies-no-open-principal', 'short-rule'];
  const message = `Key ${arn} fails: ${'one of many words, '.repeat(15)}and the broken link last.`;
  const fails = (severity: Severity, rule: string, times: number): readonly Finding[] =>
    Array.from({ length: times }, () => sampleFinding({ rule, verdict: 'fail', severity, message }));
  const findings = [
    ...fails('critical', long, 100),
    ...fails('high', short, 10_000),
    ...fails('medium', short, 1000),
    ...fails('low', short, 10),
    sampleFinding({ rule: short, verdict: 'unknown' }),
    sampleFinding({ rule: short, verdict: 'pass', name: 'good' }),
  ];
  const written = async (columns: number): Promise<string> => {
    const output = memoryOutput();
    await writeReport(
      textSink(output, { ...options, width: columns }),
      sampleHeader([sampleRule(long, 'critical'), sampleRule(short, 'low')]),
      findings,
      totalsOf(findings, {
        complete: false,
        scores: [sampleScore(), { ...sampleScore(), pack: `a-standard-of-${'long-'.repeat(6)}name` }],
        notices: [`something was left out of ${arn}`],
      }),
    );
    return output.text();
  };
  const text = await written(width);
  const words = new Set((await written(4000)).split(/\s+/));
  // Each word is one of a terminal that is wide enough for all.
  expect(text.split(/\s+/).filter((word) => !words.has(word))).toEqual([]);
  expect(text.replaceAll(/\s+/g, ' ')).toContain('and the broken link last.');
  // Only a word that is longer than a line makes a line longer.
  expect(text.split('\n').filter((line) => line.length > width && /\S \S/.test(line))).toEqual([]);
});

test('names from AWS cannot control the terminal', async () => {
  const output = memoryOutput();
  const findings = [
    sampleFinding({ rule: 'a-rule', verdict: 'fail', message: 'bad \u001b[2J\u202e\r\n\u0007name fails.' }),
  ];
  await writeReport(textSink(output, options), sampleHeader([sampleRule('a-rule', 'high')]), findings);
  expect(output.text()).toContain('\\u{1b}[2J\\u{202e}\\u{d}\\u{a}\\u{7}name');
  expect(output.text()).not.toMatch(/[^\P{Cc}\n]/u);
});

test('colour is used only where it is asked for, and lines are cut to the width', async () => {
  const long = sampleFinding({ rule: 'a-rule', verdict: 'fail', message: 'x'.repeat(400) });
  const write = async (color: boolean): Promise<string> => {
    const output = memoryOutput();
    await writeReport(
      textSink(output, { ...options, color, width: 64 }),
      sampleHeader([sampleRule('a-rule', 'high')]),
      [long],
    );
    return output.text();
  };
  expect(await write(false)).not.toContain('\u001b');
  expect(await write(true)).toContain('\u001b[31m');
  expect(Math.max(...(await write(false)).split('\n').map((line) => line.length))).toBeLessThanOrEqual(64);
});

test('a service that is switched off leaves no account seen in part', async () => {
  const output = memoryOutput();
  const header = sampleHeader([sampleRule('a-rule', 'high')]);
  const coverage = header.manifest.coverage.map((cell) =>
    cell.outcome === 'denied' ? { ...cell, outcome: 'not-enabled' as const } : cell,
  );
  await writeReport(
    textSink(output, options),
    { ...header, manifest: { ...header.manifest, coverage } },
    [],
    totalsOf([]),
  );
  expect(output.text()).toContain(
    '2 accounts: 1 seen in full, 0 in part, 1 not seen · 1 of 2 questions answered, 1 not enabled',
  );
});
