import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';

import { jsonSink } from '../../src/report/json.ts';
import {
  memoryOutput,
  sampleFinding,
  sampleHeader,
  sampleRule,
  sampleScore,
  totalsOf,
  writeReport,
} from './sample.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../schemas/report.schema.json', import.meta.url), 'utf8'),
) as object;

const findings = (['pass', 'fail', 'unknown', 'not-applicable'] as const).flatMap((verdict) => [
  sampleFinding({ rule: 'a-rule', verdict }),
  sampleFinding({ rule: 'b-rule', verdict, name: '</script>\u202e"\\\n💣', waived: verdict === 'fail' }),
]);

test('the JSON report satisfies its published schema and keeps every finding', async () => {
  const output = memoryOutput();
  await writeReport(
    jsonSink(output),
    sampleHeader([sampleRule('a-rule', 'high'), sampleRule('b-rule', 'info')]),
    findings,
    totalsOf(findings, { scores: [sampleScore()] }),
  );
  const report = JSON.parse(output.text()) as {
    findings: { resource: { name: string } }[];
    snapshot: unknown;
    scores: unknown;
  };

  const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
  addFormats.default(ajv);
  expect(ajv.validate(schema, report), ajv.errorsText()).toBe(true);
  expect(report.scores).toEqual([sampleScore()]);
  expect(report.findings).toHaveLength(findings.length);
  expect(report.findings[1]?.resource.name).toBe('</script>\u202e"\\\n💣');
  expect(report.snapshot).toMatchObject({
    coverage: {
      cells: 2,
      byOutcome: { obtained: 1, denied: 1 },
      accounts: { collected: 1, inPart: 1, notSeen: 1 },
    },
  });
});

test('a report without findings is valid JSON too', async () => {
  const output = memoryOutput();
  await writeReport(jsonSink(output), sampleHeader([]), []);
  expect(JSON.parse(output.text())).toMatchObject({ findings: [], summary: { findings: 0 } });
});
