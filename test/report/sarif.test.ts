import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Log, Result } from 'sarif';
import { describe, expect, test } from 'vitest';

import type { Finding } from '../../src/evaluate/finding.ts';
import { splitSarifSink, type SarifSplit, type WithheldGroup } from '../../src/report/sarif-split.ts';
import { githubResultLimit, sarifSink, type SarifOptions } from '../../src/report/sarif.ts';
import type { ReportHeader, ReportRule, ReportTotals } from '../../src/report/sink.ts';
import {
  memoryOutput,
  sampleFinding,
  sampleHeader,
  sampleRule,
  totalsOf,
  writeReport,
  type SampleFinding,
} from './sample.ts';

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const valid = ajv.compile(
  JSON.parse(readFileSync(new URL('schemas/sarif-2.1.0.schema.json', import.meta.url), 'utf8')) as object,
);

const everyVerdict: readonly SampleFinding[] = [
  { rule: 'a-rule', verdict: 'fail' },
  { rule: 'a-rule', verdict: 'fail', name: 'waived', waived: true },
  { rule: 'a-rule', verdict: 'pass', name: 'good' },
  { rule: 'b-rule', verdict: 'unknown' },
  { rule: 'b-rule', verdict: 'not-applicable', name: 'other' },
];

async function sarif(
  samples: readonly SampleFinding[],
  options: Partial<SarifOptions> = {},
  changes: { totals?: Partial<ReportTotals>; rules?: readonly ReportRule[] } = {},
): Promise<Log> {
  const findings: Finding[] = samples.map(sampleFinding);
  const output = memoryOutput();
  await writeReport(
    sarifSink(output, { profile: 'github', placement: 'inventory', ...options }),
    sampleHeader(changes.rules ?? [sampleRule('a-rule', 'high'), sampleRule('b-rule', 'critical')]),
    findings,
    totalsOf(findings, changes.totals),
  );
  const log = JSON.parse(output.text()) as Log;
  expect(valid(log), JSON.stringify(valid.errors)).toBe(true);
  return log;
}

/** The files of a split report by group, and the groups that have none with why. */
async function split(
  by: SarifSplit,
  findings: readonly Finding[],
  changes: Partial<ReportHeader['manifest']>,
): Promise<{ files: Record<string, Log>; withheld: Record<string, string> }> {
  const outputs = new Map<string, string>();
  const withheld: WithheldGroup[] = [];
  const header = sampleHeader([sampleRule('a-rule', 'high')]);
  await writeReport(
    splitSarifSink(
      { profile: 'github', placement: 'inventory', split: by },
      (group) => {
        const output = memoryOutput();
        return {
          write: (text) => output.write(text),
          close: async () => void outputs.set(group, output.text()),
          cancel: () => {},
        };
      },
      (groups) => withheld.push(...groups),
    ),
    { ...header, manifest: { ...header.manifest, ...changes } },
    findings,
    totalsOf(findings),
  );
  return {
    files: Object.fromEntries([...outputs].map(([group, text]) => [group, JSON.parse(text) as Log])),
    withheld: Object.fromEntries(withheld.map(({ group, why }) => [group, why])),
  };
}

const resultsOf = (log: Log): Result[] => log.runs[0]?.results ?? [];

test('for GitHub only failures without a waiver are results, because it shows all others as open alerts', async () => {
  const results = resultsOf(await sarif(everyVerdict));
  expect(results).toHaveLength(1);
  expect(results[0]).toMatchObject({ ruleId: 'a-rule', ruleIndex: 0, level: 'error' });
  expect(results[0]?.suppressions).toBeUndefined();
});

test('the full profile keeps every verdict, and waivers as suppressions with their reason', async () => {
  const results = resultsOf(await sarif(everyVerdict, { profile: 'full' }));
  expect(results.map((result) => result.kind ?? 'fail')).toEqual([
    'fail',
    'fail',
    'pass',
    'open',
    'notApplicable',
  ]);
  expect(results.map((result) => result.level)).toEqual(['error', 'error', 'none', 'none', 'none']);
  expect(results[1]?.suppressions?.[0]?.justification).toContain('Accepted until the move');
});

test('every result is placed in the file of its account and carries a fingerprint of its own', async () => {
  const results = resultsOf(await sarif(everyVerdict, { profile: 'full' }));
  for (const result of results) {
    expect(result.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'accounts/111122223333.yaml', uriBaseId: 'SRCROOT' },
      region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 },
    });
    expect(result.partialFingerprints?.['primaryLocationLineHash']).toMatch(/^[0-9a-f]{16}:1$/);
  }
  const fingerprints = results.map((result) => result.partialFingerprints?.['trailwarden/v1']);
  expect(new Set(fingerprints).size).toBe(results.length);
});

test('results can be placed on the line of their rule instead', async () => {
  const results = resultsOf(await sarif(everyVerdict, { placement: 'rule' }));
  expect(results[0]?.locations?.[0]?.physicalLocation).toMatchObject({
    artifactLocation: { uri: 'rules/cloudtrail/a-rule.yaml' },
    region: { startLine: 2 },
  });
});

test('an incomplete collection is marked unsuccessful, so that code scanning closes no alert of an unseen account', async () => {
  const whole = await sarif(everyVerdict);
  const partial = await sarif(everyVerdict, {}, { totals: { complete: false } });
  expect(whole.runs[0]?.invocations?.[0]?.executionSuccessful).toBe(true);
  expect(partial.runs[0]?.invocations?.[0]?.executionSuccessful).toBe(false);
  expect(partial.runs[0]?.invocations?.[0]?.toolExecutionNotifications?.map((n) => n.message.text)).toContain(
    'Account 444455556666 was not seen (not-reachable): AssumeRole was denied',
  );
});

test('over the limit of GitHub the most severe results stay, in order, and a notification says how many went', async () => {
  const many: SampleFinding[] = [];
  for (let i = 0; i < githubResultLimit + 10; i += 1) {
    many.push({
      rule: 'a-rule',
      verdict: 'fail',
      severity: i % 500 === 0 ? 'critical' : 'low',
      name: `trail-${i}`,
    });
  }
  const log = await sarif(many);
  const results = resultsOf(log);
  expect(results).toHaveLength(githubResultLimit);
  expect(results.filter((result) => result.level === 'error')).toHaveLength(11);
  const places = results.map((result) => Number(/trail-(\d+)/.exec(result.message.text ?? '')?.[1]));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(log.runs[0]?.invocations?.[0]?.toolExecutionNotifications?.at(-1)?.message.text).toMatch(
    /^10 of 5010 failures/,
  );
});

test('hostile text becomes neither a link, nor markup, nor an invisible character', async () => {
  const evil = 'x[click](https://evil.example)\u202e\u001b[31m<script>alert(1)</script>';
  const log = await sarif(
    [{ rule: 'a-rule', verdict: 'fail', message: `${evil} fails.` }],
    {},
    { rules: [sampleRule('a-rule', 'high', { title: evil, why: evil, fix: evil })] },
  );
  const text = resultsOf(log)[0]?.message.text ?? '';
  expect(text).toContain('\\[click\\](https://evil.example)');
  expect(text).not.toMatch(/[\u202e\p{Cc}]/u);
  const markdown = log.runs[0]?.tool.driver.rules?.[0]?.help?.markdown ?? '';
  expect(markdown).toContain('\\<script\\>');
  expect(markdown).not.toMatch(/(?<!\\)\[click/);
});

test('rules carry what GitHub reads: severity as a number in a string, precision, at most ten tags', async () => {
  const tags = Array.from({ length: 30 }, (_, i) => `tag-${i}`);
  const log = await sarif(
    [],
    {},
    { rules: [sampleRule('a-rule', 'critical', { tags, why: 'x'.repeat(3000) })] },
  );
  const rule = log.runs[0]?.tool.driver.rules?.[0];
  expect(rule?.properties).toMatchObject({ 'security-severity': '9.5', precision: 'very-high' });
  expect(rule?.properties?.tags).toHaveLength(10);
  expect(rule?.fullDescription?.text.length).toBeLessThanOrEqual(1024);
  expect(rule?.name).toBe('ARule');
});

test('the full profile relates rules to the controls of frameworks; code scanning has them in the help', async () => {
  const full = (await sarif(everyVerdict, { profile: 'full' })).runs[0]!;
  expect(full.taxonomies).toMatchObject([
    { name: 'a-framework-1', version: '1', taxa: [{ id: '1.1' }, { id: '1.2' }, { id: '1.3' }] },
  ]);
  expect(full.tool.driver.supportedTaxonomies).toEqual([{ name: 'a-framework-1', index: 0 }]);
  const related = full.tool.driver.rules!.map(({ relationships }) =>
    relationships?.map(({ target }) => `${target.toolComponent?.index} ${target.id}`),
  );
  expect(related).toEqual([['0 1.1', '0 1.2'], ['0 1.2']]);
  const github = (await sarif(everyVerdict)).runs[0]!;
  expect(github.taxonomies).toBeUndefined();
  const { driver } = github.tool;
  expect(driver.supportedTaxonomies ?? driver.rules![0]!.relationships).toBeUndefined();
  expect(driver.rules![0]!.help?.markdown).toContain('## Frameworks\n\n- A framework, edition 1: 1.1, 1.2');
  expect(driver.rules![0]!.properties?.tags?.length).toBeLessThanOrEqual(10);
});

describe('split into files', () => {
  const [one, two, three, four] = ['111122223333', '222222222222', '333333333333', '444455556666'] as const;
  const accounts: ReportHeader['manifest']['accounts'] = [
    { id: one, path: '', scan: 'collected' },
    { id: two, path: 'Work loads/Production', scan: 'collected' },
    { id: three, path: 'Work loads', scan: 'not-active' },
    { id: four, path: 'Work-loads', scan: 'not-reachable', reason: 'denied' },
  ];
  const inAccount = (account: string, given: SampleFinding, unseen?: string): Finding => {
    const finding = sampleFinding(given);
    const cause = {
      call: 'cloudtrail:DescribeTrails',
      account: unseen ?? '',
      region: home,
      code: 'AccessDenied',
      message: '',
    } as const;
    return {
      ...finding,
      resource: { ...finding.resource, account },
      ...(unseen !== undefined && {
        reasons: { kind: 'field', verdict: 'unknown', text: '', causes: [cause] },
      }),
    };
  };
  const home = 'us-east-1';

  test('each account has a file and a category; one that was not wholly seen has none', async () => {
    const { files, withheld } = await split(
      'account',
      [
        inAccount(one, { rule: 'a-rule', verdict: 'fail' }),
        inAccount(two, { rule: 'a-rule', verdict: 'pass' }),
        inAccount(four, { rule: 'a-rule', verdict: 'fail' }),
      ],
      { accounts, coverage: [] },
    );
    expect(Object.entries(files).map(([group, log]) => [group, resultsOf(log).length])).toEqual([
      [one, 1],
      [two, 0],
      [three, 0],
    ]);
    for (const [group, log] of Object.entries(files)) {
      expect(log.runs[0]?.automationDetails?.id).toBe(`trailwarden/o-exampleorg/${group}/`);
      expect(log.runs[0]?.invocations?.[0]?.executionSuccessful).toBe(true);
    }
    expect(withheld).toEqual({ [four]: `the collection of ${four} is incomplete` });
  });

  test('a finding that is unknown because of another account withholds the file, one that stays undecided does not', async () => {
    const { files, withheld } = await split(
      'account',
      [
        inAccount(one, { rule: 'a-rule', verdict: 'unknown' }, four),
        inAccount(two, { rule: 'a-rule', verdict: 'unknown' }, two),
      ],
      { accounts, coverage: [] },
    );
    expect(Object.keys(files)).toEqual([two, three]);
    expect(withheld).toMatchObject({
      [one]: `a-rule is unknown without cloudtrail:DescribeTrails in ${four}`,
    });
  });

  test('units right below the root are groups; names that files cannot hold are told apart', async () => {
    const { files, withheld } = await split('unit', [], { accounts, coverage: [] });
    expect(Object.keys(files)).toEqual(['root', 'Work-loads']);
    expect(withheld).toEqual({ 'Work-loads-2': `the collection of ${four} is incomplete` });
  });

  test('a collection that was cut off gives no file at all', async () => {
    expect((await split('account', [], { accounts, coverage: [], finished: false })).files).toEqual({});
  });
});

test('what is cut is told to the log too, with the way to keep it', async () => {
  const told: string[] = [];
  const many = Array.from(
    { length: githubResultLimit + 2 },
    (_, n) => ({ rule: 'a-rule', verdict: 'fail', name: `t${n}` }) as const,
  );
  await sarif(many, { onCut: (text) => told.push(text) });
  expect(told).toEqual([
    expect.stringMatching(/^2 of 5002 failures were left out, the least severe: .*--split/),
  ]);
});
