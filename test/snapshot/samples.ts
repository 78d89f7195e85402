import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import * as fc from 'fast-check';

import { CoverageLedger } from '../../src/snapshot/coverage.ts';
import { outcomes, type AnswerRecord } from '../../src/snapshot/record.ts';
import { createSnapshotWriter, type ManifestSummary } from '../../src/snapshot/write.ts';

/** A scratch folder that goes away with the test. */
export async function scratchFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'trailwarden-'));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** A manifest's worth of summary for accounts that were collected. */
export function summary(accounts: readonly string[], change: Partial<ManifestSummary> = {}): ManifestSummary {
  return {
    tool: { name: 'trailwarden', version: '0.0.0-test' },
    caller: { arn: 'arn:aws:sts::111111111111:assumed-role/audit/scan', account: '111111111111' },
    partition: 'aws',
    organization: { id: 'o-exampleorg', managementAccount: '111111111111' },
    start: '2026-10-01T06:00:00.000Z',
    end: '2026-10-01T06:10:00.000Z',
    finished: true,
    accounts: accounts.map((id) => ({ id, scan: 'collected', regions: ['us-east-1', 'eu-west-1'] })),
    coverage: [],
    notices: [],
    ...change,
  };
}

/** An answer of DescribeTrails. */
export function trailsAnswer(
  account: string,
  region: string,
  output: AnswerRecord['output'] = { trailList: [] },
): AnswerRecord {
  return {
    service: 'cloudtrail',
    operation: 'DescribeTrails',
    account,
    region,
    input: {},
    time: '2026-10-01T06:00:00.000Z',
    requestId: '7f1c2b9e-0d5a-4a57-9d5c-0f3a5d9e2c11',
    output: output ?? {},
  };
}

export interface Content {
  readonly organization: readonly AnswerRecord[] | undefined;
  readonly accounts: Readonly<Record<string, readonly AnswerRecord[]>>;
}

/** Writes a compressed snapshot of the records. */
export async function writeSnapshot(
  folder: string,
  content: Content,
  change: Partial<ManifestSummary> = {},
): Promise<void> {
  const writer = await createSnapshotWriter(folder);
  const ledger = new CoverageLedger();
  const groups: [string | null, readonly AnswerRecord[]][] = Object.entries(content.accounts);
  if (content.organization !== undefined) groups.push([null, content.organization]);
  for (const [account, records] of groups) {
    const part = writer.partWriter(account);
    for (const record of records) {
      ledger.addRecord(record);
      await part.append(record);
    }
  }
  await writer.finish(summary(Object.keys(content.accounts).sort(), { coverage: ledger.cells(), ...change }));
}

const name = fc.constantFrom('DescribeTrails', 'DescribeAlarms', 'GetTrailStatus', 'DescribeLogGroups');
const region = fc.constantFrom('us-east-1', 'eu-west-1', 'ap-southeast-4', 'global');
/** Text with everything that a format can trip over. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
  fc.constantFrom(
    '',
    ' ',
    'null',
    'true',
    '012345678901',
    '1e3',
    '- a',
    '# x',
    ': ',
    "'",
    '"',
    '\u202Eabc',
    '\u001B[2J',
    '\r\n',
    '\u2028',
    '---',
    '...',
    '|',
    '>',
    '*a',
    '&a',
    '!tag',
    '<<',
    '2026-10-01',
    '__proto__',
    '🚀',
    '~',
  ),
);
const json = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    hostileText,
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(hostileText, tie('value'), { maxKeys: 4 }).map((object) => ({ ...object })),
}));
const time = fc
  .integer({ min: 0, max: 2_000_000_000 })
  .map((seconds) => new Date(seconds * 1000).toISOString());

/** Any valid record of the account. */
export function anyRecord(account: string): fc.Arbitrary<AnswerRecord> {
  return (
    fc
      .record(
        {
          service: fc.constantFrom('cloudtrail', 'logs', 'sns'),
          operation: name,
          account: fc.constant(account),
          region,
          input: json.object,
          time,
          requestId: fc.uuid(),
          page: fc.record({ number: fc.integer({ min: 1, max: 9 }), last: fc.boolean() }),
          answer: fc.oneof(
            fc.record({ output: json.object }),
            fc.record({
              error: fc.record(
                {
                  code: fc.constantFrom('AccessDenied', 'ThrottlingException', 'NetworkError', 'x'),
                  message: hostileText,
                  outcome: fc.constantFrom(...outcomes),
                  status: fc.integer({ min: 100, max: 599 }),
                  absent: fc.boolean(),
                },
                { requiredKeys: ['code', 'message', 'outcome'] },
              ),
            }),
          ),
        },
        { requiredKeys: ['service', 'operation', 'account', 'region', 'input', 'time', 'answer'] },
      )
      // Through JSON, so that objects are as a reader makes them.
      .map(({ answer, ...record }) => JSON.parse(JSON.stringify({ ...record, ...answer })) as AnswerRecord)
  );
}

/** Any content of up to three accounts. */
export const anyContent: fc.Arbitrary<Content> = fc
  .record({
    organization: fc.option(fc.array(anyRecord('111111111111'), { maxLength: 3 }), { nil: undefined }),
    accounts: fc.record(
      {
        '111111111111': fc.array(anyRecord('111111111111'), { maxLength: 6 }),
        '222222222222': fc.array(anyRecord('222222222222'), { maxLength: 3 }),
        '012345678901': fc.array(anyRecord('012345678901'), { maxLength: 3 }),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ organization, accounts }) => ({ organization, accounts: { ...accounts } as Content['accounts'] }));
