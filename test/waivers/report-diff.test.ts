import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { diffMarkdown } from '../../src/report/diff-markdown.ts';
import { jsonSink } from '../../src/report/json.ts';
import { readJsonReport } from '../../src/waivers/json-report.ts';
import {
  diffReports,
  type DiffSide,
  type FindingChange,
  type ReportDiff,
} from '../../src/waivers/report-diff.ts';
import { hostileFinding, hostileHeader } from '../report/hostile.ts';
import { memoryOutput, sampleFinding, sampleHeader, sampleRule, writeReport } from '../report/sample.ts';
import { hostileTexts } from '../support/hostile-text.ts';
import { runCli, temporaryFolder } from '../support/run-cli.ts';

async function side(
  ...given: Parameters<typeof writeReport> extends [unknown, ...infer R] ? R : never
): Promise<DiffSide> {
  const output = memoryOutput();
  await writeReport(jsonSink(output), ...given);
  return readJsonReport(output.text(), 'report.json');
}

const header = sampleHeader([sampleRule('a-rule', 'high')]);
const fail = sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'one' });
const field = (verdict: 'pass' | 'fail', found: number) =>
  ({ kind: 'field', verdict, text: 'x', field: 'retentionInDays', found, wanted: 'at least 365' }) as const;

test('a report differs from itself in nothing', async () => {
  const findings = hostileTexts.map((text, index) => ({
    ...hostileFinding(text, index),
    fingerprint: index.toString(16).padStart(64, '0'),
  }));
  const report = await side(hostileHeader(), findings);
  expect(diffReports(report, report)).toEqual({
    new: [],
    changed: [],
    gone: [],
    otherValues: [],
    unchanged: 200,
  });
});

test('as Markdown it is tables whose text is no markup, within the size of a job summary', () => {
  const state = (verdict: string) => ({ verdict, severity: 'high', waived: false });
  const change = (more: Partial<FindingChange>): FindingChange => ({
    rule: 'a-rule',
    resource: { id: 'x', account: '111111111111', region: 'eu-west-1' },
    fingerprint: 'f',
    before: state('pass'),
    after: state('fail'),
    message: 'm',
    why: ['w'],
    ...more,
  });
  const diff = (more: Partial<ReportDiff>): ReportDiff => ({
    new: [],
    changed: [],
    gone: [],
    otherValues: [],
    unchanged: 3,
    ...more,
  });
  expect(
    diffMarkdown(
      diff({
        changed: [change({ message: 'a|b\n<img> @all `x`', why: ['one', 'two', 'three', 'four', 'five'] })],
        new: [change({ before: null, after: state('pass') }), change({ before: null })],
      }),
      false,
    ),
  ).toMatchInlineSnapshot(`
    "## Verdicts: 1 changed, 2 new, 0 gone, 3 unchanged (0 with other values)

    ### Changed: 1

    | Verdict | Rule | Account | Region | What | Because |
    | --- | --- | --- | --- | --- | --- |
    | pass → fail | a-rule | 111111111111 | eu-west-1 | a&#124;b\\\\u\\{a\\}&lt;img&gt; @<!-- -->all \\\`x\\\` | one<br>two<br>three<br>2 more |

    ### New: 2

    | Verdict | Rule | Account | Region | What | Because |
    | --- | --- | --- | --- | --- | --- |
    | fail | a-rule | 111111111111 | eu-west-1 | m | w |

    1 that pass or do not apply are not shown.
    "
  `);
  const most = diffMarkdown(
    diff({ gone: Array.from({ length: 20_000 }, () => change({ message: 'x'.repeat(500), after: null })) }),
    true,
  );
  expect(Buffer.byteLength(most)).toBeLessThan(1 << 20);
  expect(most).toMatch(/\n\d+ more are not shown: a job summary holds no more\.\n$/);
});

test('each change is told with what is behind it', async () => {
  const b = sampleFinding({ rule: 'b-rule', verdict: 'pass', name: 'b' });
  const known = [
    { ...fail, reasons: field('fail', 30) },
    sampleFinding({ rule: 'a-rule', verdict: 'unknown', name: 'two' }),
    sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'three' }),
    {
      ...sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'four' }),
      reasons: field('fail', 30),
      parameters: { days: 365 },
    },
    sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'gone' }),
    b,
  ];
  const now = [
    { ...sampleFinding({ rule: 'a-rule', verdict: 'pass', name: 'one' }), reasons: field('pass', 400) },
    sampleFinding({ rule: 'a-rule', verdict: 'pass', name: 'two' }),
    sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'three', waived: true }),
    {
      ...sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'four' }),
      reasons: field('fail', 60),
      parameters: { days: 400 },
    },
    sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'new' }),
    {
      ...sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'far' }),
      resource: { ...fail.resource, account: '444455556666' },
    },
  ];
  const both = sampleHeader([...header.rules, sampleRule('b-rule', 'low')]);
  const diff = diffReports(await side(both, known), await side(header, now));
  const told = (changes: typeof diff.new): unknown => changes.map(({ rule, why }) => [rule, ...why]);
  expect(told(diff.changed)).toEqual([
    ['a-rule', 'retentionInDays was 30, is 400'],
    ['a-rule', 'answered now: cloudwatch:DescribeAlarms in 111122223333 us-east-1: AccessDenied'],
    ['a-rule', 'it is waived now'],
  ]);
  expect(told(diff.new)).toEqual([
    ['a-rule', 'the resource was not there before'],
    ['a-rule', 'account 444455556666 was not seen before (not-reachable)'],
  ]);
  expect(told(diff.gone)).toEqual([
    ['a-rule', 'the resource is not there any more'],
    ['b-rule', 'the rule does not run any more'],
  ]);
  expect(told(diff.otherValues)).toEqual([
    ['a-rule', 'parameter days was 365, is 400', 'retentionInDays was 30, is 60'],
  ]);
  expect(diff.unchanged).toBe(1);
});

test('the command line tells what a change in AWS did', async () => {
  using folder = temporaryFolder();
  const root = path.resolve(import.meta.dirname, '../..');
  const inFolder = (name: string): string => path.join(folder.path, name);
  cpSync(path.join(root, 'fixtures/example-org'), inFolder('org'), { recursive: true });
  const judge = (name: string): ReturnType<typeof runCli> =>
    runCli([
      'evaluate',
      inFolder('org'),
      '--rule',
      'cloudtrail-trail-is-logging',
      '--format',
      `json=${inFolder(name)}`,
    ]);
  await judge('before.json');
  const account = inFolder('org/accounts/888899990000.yaml');
  const text = readFileSync(account, 'utf8');
  writeFileSync(account, text.replace('IsLogging: false', 'IsLogging: true'));
  await judge('after.json');

  const run = await runCli([
    'report',
    'diff',
    inFolder('before.json'),
    inFolder('after.json'),
    '--exit-code',
  ]);
  expect(run).toMatchObject({ code: 1, stderr: '' });
  expect(run.stdout).toContain(
    'CHANGED (1)\n  fail → pass  cloudtrail-trail-is-logging: Trail staging-debug',
  );
  expect(run.stdout).toContain('because status.IsLogging was false, is true');
  expect(run.stdout).toContain('1 changed, 0 new, 0 gone');
  const same = await runCli([
    'report',
    'diff',
    inFolder('after.json'),
    inFolder('after.json'),
    '--exit-code',
  ]);
  expect(same.code).toBe(0);
  const wrong = await runCli(['report', 'diff', inFolder('after.json'), account]);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('not JSON') });
});
