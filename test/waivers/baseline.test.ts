import { expect, test } from 'vitest';

import { asffSink } from '../../src/report/asff.ts';
import { jsonSink } from '../../src/report/json.ts';
import { sarifSink } from '../../src/report/sarif.ts';
import { readBaseline } from '../../src/waivers/baseline.ts';
import {
  memoryOutput,
  sampleFinding,
  sampleHeader,
  sampleRule,
  totalsOf,
  writeReport,
} from '../report/sample.ts';

test('a JSON report of ours is a baseline: findings are new, changed or unchanged, and gone ones are counted', async () => {
  const output = memoryOutput();
  await writeReport(jsonSink(output), sampleHeader([]), [
    sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'one' }),
    sampleFinding({ rule: 'a-rule', verdict: 'pass', name: 'two' }),
    sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'three' }),
  ]);
  const baseline = readBaseline(output.text(), 'old.json');
  expect(baseline.stateOf(sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'one' }))).toBe('unchanged');
  expect(baseline.stateOf(sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'two' }))).toBe('changed');
  expect(baseline.stateOf(sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'four' }))).toBe('new');
  const gone = baseline.gone(new Set());
  expect(gone).toEqual([
    expect.objectContaining({
      rule: 'a-rule',
      verdict: 'fail',
      resource: expect.objectContaining({ name: 'three' }),
    }),
  ]);

  const [json, sarif] = [memoryOutput(), memoryOutput()];
  for (const sink of [jsonSink(json), sarifSink(sarif, { profile: 'full', placement: 'inventory' })])
    await writeReport(sink, sampleHeader([]), [], totalsOf([], { gone }));
  expect(JSON.parse(json.text())).toMatchObject({
    findings: [],
    gone: [{ rule: 'a-rule', verdict: 'fail' }],
  });
  expect(JSON.parse(sarif.text())).toMatchObject({
    runs: [{ results: [{ ruleId: 'a-rule', level: 'error', baselineState: 'absent' }] }],
  });
  expect(baseline.notices(new Set())).toEqual([
    '1 findings of old.json are gone, 1 of them failures: their resources or rules are no longer there',
  ]);
});

test('what an account that was not wholly seen no longer has is not called gone', async () => {
  const output = memoryOutput();
  await writeReport(jsonSink(output), sampleHeader([]), [sampleFinding({ rule: 'a-rule', verdict: 'fail' })]);
  const baseline = readBaseline(output.text(), 'old.json');
  const unseen = new Set(['111122223333']);
  expect(baseline.gone(unseen)).toEqual([]);
  expect(baseline.notices(unseen)).toEqual([
    '1 findings of old.json are in accounts that were not wholly seen: they may still be there',
  ]);
});

test('Security Hub is told of what is gone, archived, where its rule ran', async () => {
  const { fix: _, ...gone } = sampleFinding({ rule: 'a-rule', verdict: 'fail' });
  const output = memoryOutput();
  const header = sampleHeader([sampleRule('a-rule', 'high')]);
  const other = { ...gone, rule: 'b-rule', fingerprint: 'ab'.repeat(32) };
  await writeReport(asffSink(output), header, [], totalsOf([], { gone: [gone, other] }));
  expect(JSON.parse(output.text())).toMatchObject({
    Findings: [
      { Id: `trailwarden/${gone.fingerprint}`, RecordState: 'ARCHIVED', Workflow: { Status: 'RESOLVED' } },
    ],
  });
});

test.each([
  ['{', 'not JSON'],
  ['[]', 'not a JSON report of trailwarden'],
  ['{"schemaVersion":"2.0","findings":[]}', 'this trailwarden reads version 1'],
])('%s is refused with what was expected', (text, message) => {
  expect(() => readBaseline(text, 'old.json')).toThrow(message);
});
