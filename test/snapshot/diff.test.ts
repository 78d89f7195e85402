import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import type { JsonObject, JsonValue } from '../../src/json.ts';
import { comparedFields } from '../../src/model/answer-fields.ts';
import { changedAccounts, changeText, diffSnapshots, type SnapshotChange } from '../../src/snapshot/diff.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import type { StoredRecord } from '../../src/snapshot/record.ts';
import { runCli, temporaryFolder } from '../support/run-cli.ts';

const account = '111122223333';

function answer(
  call: string,
  given: Partial<StoredRecord> & { readonly output?: JsonObject } = {},
): StoredRecord {
  const [service = '', operation = ''] = call.split(':');
  const place = { part: `accounts/${account}.ndjson.gz`, line: 1 };
  return { service, operation, account, region: 'eu-west-1', input: {}, time: '', ...place, ...given };
}

function snapshot(records: readonly StoredRecord[], scan = 'collected'): Snapshot {
  return {
    manifest: { accounts: [{ id: account, name: 'Pay', scan }] } as unknown as Snapshot['manifest'],
    organization: async () => [],
    account: async () => records,
  };
}

async function changes(
  before: readonly StoredRecord[],
  after: readonly StoredRecord[],
): Promise<readonly SnapshotChange[]> {
  const all: SnapshotChange[] = [];
  for await (const some of diffSnapshots(snapshot(before), snapshot(after), comparedFields))
    all.push(...some);
  return all;
}

const said = async (
  before: readonly StoredRecord[],
  after: readonly StoredRecord[],
): Promise<readonly string[]> =>
  (await changes(before, after)).map((change) => changeText(change, comparedFields));

/** The texts for one call whose answer changed. */
const outputs = (before: JsonObject, after: JsonObject): Promise<readonly string[]> =>
  said([answer('x:Y', { output: before })], [answer('x:Y', { output: after })]);

test.each<readonly [why: string, before: JsonObject, after: JsonObject, texts: readonly string[]]>([
  ['a value', { A: { B: 1 } }, { A: { B: 2 } }, ['A.B was 1, is 2']],
  [
    'a member that came and one that went',
    { A: 1 },
    { B: { C: 2 } },
    ['A no longer has 1', 'B now has {"C":2}'],
  ],
  ['texts in a list', { L: ['a', 'b'] }, { L: ['b', 'c'] }, ['L no longer has a', 'L now has c']],
  [
    'an element, told by its name',
    { L: [{ Name: 'a', X: 1 }, { Name: 'b' }] },
    { L: [{ Name: 'c' }, { Name: 'a', X: 2 }] },
    ['L[a].X was 1, is 2', 'L[b] is gone', 'L[c] is new'],
  ],
  ['another order alone', { L: [{ Name: 'a' }, { Name: 'b' }] }, { L: [{ Name: 'b' }, { Name: 'a' }] }, []],
  [
    'the one selector',
    { EventSelectors: [{ ExcludeManagementEventSources: [] }] },
    { EventSelectors: [{ ExcludeManagementEventSources: ['kms.amazonaws.com'] }] },
    ['selector now excludes kms.amazonaws.com'],
  ],
  [
    'names that are not unique',
    {
      S: [
        { SubscriptionArn: 'Pending', Endpoint: 'a' },
        { SubscriptionArn: 'Pending', Endpoint: 'b' },
      ],
    },
    { S: [{ SubscriptionArn: 'Pending', Endpoint: 'a' }] },
    ['S[b] is gone'],
  ],
  [
    'what a policy says, not how it is written',
    { Policy: '{"A": 1, "B": ["x"]}' },
    { Policy: '{"B":["x","y"],"A":1}' },
    ['Policy.B now has y'],
  ],
  [
    'a text that only looks like JSON',
    { P: '{ $.a = 1 }' },
    { P: '{ $.a = 2 }' },
    ['P was { $.a = 1 }, is { $.a = 2 }'],
  ],
  ['a long value', { P: 'x'.repeat(999) }, { P: 'y' }, [`P was ${'x'.repeat(159)}…, is y`]],
  [
    'a member that is called like something of every object',
    JSON.parse('{"__proto__": 1}') as JsonObject,
    { A: 1 },
    ['A now has 1', '__proto__ no longer has 1'],
  ],
])('%s', async (_, before, after, texts) => {
  expect(await outputs(before, after)).toEqual(texts);
});

test('another paging of the same answer is no difference', async () => {
  const page = (number: number, last: boolean, items: readonly JsonValue[], token?: string): StoredRecord =>
    answer('logs:DescribeLogGroups', {
      input: number === 1 ? { limit: 50 } : { limit: 50, nextToken: `t${number}` },
      page: { number, last },
      output: { logGroups: items, ...(token !== undefined && { nextToken: token }) },
    });
  expect(
    await said([page(1, false, ['a'], 't2'), page(2, true, ['b'])], [page(1, true, ['a', 'b'])]),
  ).toEqual([]);
});

test('what moves by itself is marked', async () => {
  const moved = await changes(
    [answer('x:Y', { output: { L: [{ Name: 'a', storedBytes: 1, retentionInDays: 1 }] } })],
    [answer('x:Y', { output: { L: [{ Name: 'a', storedBytes: 2, retentionInDays: 2 }] } })],
  );
  expect(moved.map(({ path: where, moving }) => [where, moving])).toEqual([
    ['L[a].retentionInDays', false],
    ['L[a].storedBytes', true],
  ]);
});

test('answers that came and went, questions that came and went', async () => {
  const denied = { error: { code: 'AccessDenied', message: 'no', outcome: 'denied' } } as const;
  const texts = await said(
    [
      answer('a:A', denied),
      answer('b:B', { output: {} }),
      answer('c:C', { input: { Name: 'n' }, output: {} }),
    ],
    [answer('a:A', { output: {} }), answer('b:B', denied), answer('d:D', { output: {} })],
  );
  expect(texts).toEqual([
    'is answered now (was AccessDenied)',
    'is not answered any more: AccessDenied',
    'is not asked any more',
    'was not asked before',
  ]);
  expect(changedAccounts(snapshot([]), snapshot([], 'not-reachable'))).toEqual([
    { id: account, name: 'Pay', before: 'collected', after: 'not-reachable' },
  ]);
});

test('the command names the call and the field, and exits with 1 where it is asked to', async () => {
  using folder = temporaryFolder();
  const example = path.resolve(import.meta.dirname, '../../fixtures/example-org');
  const later = path.join(folder.path, 'later');
  cpSync(example, later, { recursive: true });
  const part = path.join(later, 'accounts/555566667777.yaml');
  const text = readFileSync(part, 'utf8')
    .replace('ExcludeManagementEventSources: []', 'ExcludeManagementEventSources: [kms.amazonaws.com]')
    .replace('storedBytes: 88020773110', 'storedBytes: 1');
  writeFileSync(part, text);
  const run = await runCli(['snapshot', 'diff', example, later, '--exit-code']);
  expect(run).toMatchObject({ code: 1, stderr: '' });
  expect(run.stdout.split('\n').slice(2)).toEqual([
    '',
    '555566667777 eu-central-1 cloudtrail:GetEventSelectors arn:aws:cloudtrail:eu-central-1:555566667777:trail/shared-services-eu',
    '  selector now excludes kms.amazonaws.com',
    '',
    '1 differences, and 1 in what moves by itself (--verbose shows them)',
    '',
  ]);
  const json = await runCli(['snapshot', 'diff', example, later, '--json', '--verbose']);
  expect(
    json.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as SnapshotChange).path),
  ).toEqual([
    'EventSelectors[0].ExcludeManagementEventSources',
    'logGroups[arn:aws:logs:eu-central-1:555566667777:log-group:/ecs/gitlab].storedBytes',
  ]);
  const same = await runCli(['snapshot', 'diff', example, example, '--exit-code']);
  expect(same.code).toBe(0);
});
