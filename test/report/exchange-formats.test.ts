import { readFileSync } from 'node:fs';

import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';

import type { Finding } from '../../src/evaluate/finding.ts';
import { asffBatchLimits, asffSink } from '../../src/report/asff.ts';
import { ocsfSink } from '../../src/report/ocsf.ts';
import { oscalSink } from '../../src/report/oscal.ts';
import type { ReportHeader, ReportSink, TextOutput } from '../../src/report/sink.ts';
import { nameUuid } from '../../src/report/uuid.ts';
import { hostileTexts } from '../support/hostile-text.ts';
import { hostileFinding, hostileHeader } from './hostile.ts';
import { memoryOutput, sampleFinding, sampleHeader, sampleRule, totalsOf, writeReport } from './sample.ts';

const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false });
addFormats.default(ajv);

const validators = new Map(
  ['ocsf-compliance-finding', 'asff-batch', 'oscal-assessment-results'].map((name) => {
    const text = readFileSync(new URL(`schemas/${name}.schema.json`, import.meta.url), 'utf8');
    return [name, ajv.compile(JSON.parse(text) as object)];
  }),
);

function expectValid(name: string, value: unknown): void {
  const valid = validators.get(name);
  expect(valid?.(value), JSON.stringify(valid?.errors?.slice(0, 3))).toBe(true);
}

const rules = [sampleRule('a-rule', 'critical'), sampleRule('b-rule', 'low'), sampleRule('c-rule', 'low')];
const header = sampleHeader(rules);
const findings = [
  sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'one', severity: 'critical' }),
  sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'two', waived: true }),
  sampleFinding({ rule: 'b-rule', verdict: 'unknown', severity: 'low' }),
  sampleFinding({ rule: 'c-rule', verdict: 'pass', severity: 'low' }),
  sampleFinding({ rule: 'c-rule', verdict: 'not-applicable', severity: 'low', name: 'other' }),
];

/** Hostile wherever a person may write: times and the partition are checked when a snapshot is read. */
const hostile: { header: ReportHeader; findings: readonly Finding[] } = (() => {
  const { manifest, ...rest } = hostileHeader();
  const { start, end, partition } = header.manifest;
  return {
    header: { ...rest, manifest: { ...manifest, start, end, partition } },
    findings: hostileTexts
      .map(hostileFinding)
      .toSorted((a, b) => Number(a.resource.account) - Number(b.resource.account)),
  };
})();

async function written(
  sink: (output: TextOutput) => ReportSink,
  given: { header: ReportHeader; findings: readonly Finding[] },
): Promise<string> {
  const output = memoryOutput();
  await writeReport(sink(output), given.header, given.findings, {
    ...totalsOf(given.findings),
    notices: given.header.manifest.notices,
  });
  return output.text();
}

const linesOf = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

const hidden = /[\u202a-\u202e\u2066-\u2069\u200b\u2028\u0080-\u009f]|\\u00(?:0[0-8b-f]|1)|\\ud[89a-f]/;

test('OCSF: a compliance finding a line, with milliseconds, status and waiver', async () => {
  const records = linesOf(await written(ocsfSink, { header, findings }));
  for (const record of records) expectValid('ocsf-compliance-finding', record);
  expect(records).toMatchObject([
    { severity_id: 5, status_id: 1, compliance: { status_id: 3, control: 'a-rule' }, time: 1790835000000 },
    { status_id: 3, compliance: { status_id: 3 } },
    {
      status_id: 1,
      compliance: {
        status_id: 2,
        status_details: ['cloudwatch:DescribeAlarms in 111122223333 us-east-1: AccessDenied'],
      },
    },
    { severity_id: 1, status_id: 4, compliance: { status_id: 1 } },
    { compliance: { status_id: 99 } },
  ]);
});

test('ASFF: requests of one account and region, within the limits of a batch', async () => {
  const many = ['111122223333', '444455556666'].flatMap((account) =>
    Array.from({ length: 250 }, (_, index) => {
      const finding = sampleFinding({ rule: 'a-rule', verdict: 'fail', name: `t${index}` });
      const region = ['us-east-1', 'global', 'eu-west-1'][index % 3] ?? 'global';
      return { ...finding, resource: { ...finding.resource, account, region } };
    }),
  );
  const text = await written(asffSink, { header, findings: many });
  const batches = linesOf(text) as {
    Findings: { AwsAccountId: string; Region: string; ProductArn: string }[];
  }[];
  for (const batch of batches) {
    expectValid('asff-batch', batch);
    expect(new Set(batch.Findings.map((finding) => finding.ProductArn)).size).toBe(1);
  }
  expect(
    batches.map(({ Findings }) => [Findings[0]?.AwsAccountId, Findings[0]?.Region, Findings.length]),
  ).toEqual(
    ['111122223333', '444455556666'].flatMap((account) => [
      [account, 'us-east-1', 100],
      [account, 'eu-west-1', 83],
      [account, 'us-east-1', 67],
    ]),
  );
  const states = linesOf(await written(asffSink, { header, findings })) as { Findings: unknown[] }[];
  expect(states[0]?.Findings).toMatchObject([
    { Compliance: { Status: 'FAILED' }, Workflow: { Status: 'NEW' } },
    { Compliance: { Status: 'FAILED' }, Workflow: { Status: 'SUPPRESSED' }, Note: { UpdatedBy: 'Ana' } },
    { Compliance: { Status: 'WARNING' }, Workflow: { Status: 'NEW' } },
    { Compliance: { Status: 'PASSED' }, Workflow: { Status: 'RESOLVED' } },
    { Compliance: { Status: 'NOT_AVAILABLE' }, RecordState: 'ARCHIVED' },
  ]);
});

test('OSCAL: an observation a finding, a finding an objective, all references lead somewhere', async () => {
  const text = await written(oscalSink, { header, findings });
  const document = JSON.parse(text) as {
    'assessment-results': {
      results: { observations: { uuid: string }[]; findings: { target: unknown }[] }[];
    };
  };
  expectValid('oscal-assessment-results', document);
  const [result] = document['assessment-results'].results;
  expect(result?.observations).toHaveLength(5);
  expect(result?.findings).toMatchObject([
    {
      target: { 'target-id': 'a-rule', status: { state: 'not-satisfied', reason: 'fail' } },
      'related-observations': [
        { 'observation-uuid': result?.observations[0]?.uuid },
        { 'observation-uuid': result?.observations[1]?.uuid },
      ],
    },
    { target: { 'target-id': 'b-rule', status: { state: 'not-satisfied', reason: 'other' } } },
    { target: { 'target-id': 'c-rule', status: { state: 'satisfied', reason: 'pass' } } },
  ]);
  const defined = new Set([...text.matchAll(/"uuid":"([^"]+)"/g)].map(([, uuid]) => uuid));
  const used = [...text.matchAll(/"(?:subject-uuid|observation-uuid)":"([^"]+)"|"href":"#([^"]+)"/g)];
  expect(used.length).toBeGreaterThan(5);
  for (const [, uuid, href] of used) expect(defined).toContain(uuid ?? href);
});

test('reports without findings are valid too', async () => {
  const empty = { header: sampleHeader([]), findings: [] };
  expectValid('oscal-assessment-results', JSON.parse(await written(oscalSink, empty)));
  expect(await written(ocsfSink, empty)).toBe('');
  expect(await written(asffSink, empty)).toBe('');
});

test.each([
  ['ocsf', ocsfSink],
  ['asff', asffSink],
  ['oscal', oscalSink],
])(
  '%s: 200 hostile texts in every field stay valid, within limits, visible, and the same twice',
  async (format, sink) => {
    const text = await written(sink, hostile);
    expect(await written(sink, hostile)).toBe(text);
    const schema = {
      ocsf: 'ocsf-compliance-finding',
      asff: 'asff-batch',
      oscal: 'oscal-assessment-results',
    }[format];
    const values = format === 'oscal' ? [JSON.parse(text) as unknown] : linesOf(text);
    for (const value of values) {
      expectValid(schema ?? '', value);
      expect(Buffer.byteLength(JSON.stringify(value))).toBeLessThan(
        format === 'asff' ? asffBatchLimits.bytes : Infinity,
      );
    }
    expect(text.replaceAll('\\\\', '')).not.toMatch(hidden);
  },
);

test('a name always gives the same UUID, of version 5', () => {
  expect(nameUuid('a')).toBe(nameUuid('a'));
  expect(nameUuid('a')).not.toBe(nameUuid('b'));
  expect(nameUuid('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
