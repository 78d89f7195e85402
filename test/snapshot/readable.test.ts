import { expect, test } from 'vitest';

import { emptyAnswers } from '../../src/model/calls.ts';
import { readReadableSnapshot } from '../../src/snapshot/readable.ts';
import { callOf } from '../../src/snapshot/record.ts';
import { SnapshotError, type Snapshot } from '../../src/snapshot/snapshot.ts';

function read(text: string): Snapshot {
  return readReadableSnapshot(text, { file: 'case.yaml' });
}

function faults(text: string): string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    return error.message.split('\n');
  }
}

const short = `time: 2026-10-01T06:00:00Z
organization: { id: o-exampleorg, managementAccount: "111111111111" }
accounts:
  "111111111111":
    name: Management
    regions: [us-east-1, eu-west-1]
    records:
      - call: cloudtrail:DescribeTrails
        regions: [us-east-1, eu-west-1]
        input: { includeShadowTrails: true }
        output: { trailList: [{ Name: main }] }
      - call: cloudwatch:DescribeAlarms
        region: eu-west-1
        error: AccessDenied
      - call: cloudtrail:GetTrailStatus
        region: eu-west-1
        time: 2026-10-01T06:01:02.003Z
        requestId: abc
        error: { code: TrailNotFoundException, message: gone, status: 400, absent: true }
  012345678901:
    state: SUSPENDED
`;

test('a short snapshot says what a whole one says', async () => {
  const snapshot = read(short);
  expect(await snapshot.account('111111111111')).toStrictEqual([
    ...['us-east-1', 'eu-west-1'].map((region) => ({
      service: 'cloudtrail',
      operation: 'DescribeTrails',
      account: '111111111111',
      region,
      input: { includeShadowTrails: true },
      time: '2026-10-01T06:00:00Z',
      output: { trailList: [{ Name: 'main' }] },
      part: 'case.yaml',
      line: 8,
    })),
    {
      service: 'cloudwatch',
      operation: 'DescribeAlarms',
      account: '111111111111',
      region: 'eu-west-1',
      input: {},
      time: '2026-10-01T06:00:00Z',
      error: { code: 'AccessDenied', message: 'AccessDenied', outcome: 'denied' },
      part: 'case.yaml',
      line: 12,
    },
    {
      service: 'cloudtrail',
      operation: 'GetTrailStatus',
      account: '111111111111',
      region: 'eu-west-1',
      input: {},
      time: '2026-10-01T06:01:02.003Z',
      requestId: 'abc',
      error: {
        code: 'TrailNotFoundException',
        message: 'gone',
        status: 400,
        absent: true,
        outcome: 'obtained',
      },
      part: 'case.yaml',
      line: 15,
    },
  ]);
  expect(await snapshot.account('012345678901')).toBeUndefined();
  expect(await snapshot.organization()).toStrictEqual([]);
  expect(snapshot.manifest).toMatchObject({
    format: 'trailwarden-snapshot',
    version: 1,
    partition: 'aws',
    caller: { arn: 'arn:aws:sts::111111111111:assumed-role/trailwarden/scan', account: '111111111111' },
    start: '2026-10-01T06:00:00Z',
    end: '2026-10-01T06:00:00Z',
    finished: true,
    accounts: [
      { id: '012345678901', state: 'SUSPENDED', scan: 'not-active' },
      { id: '111111111111', name: 'Management', regions: ['us-east-1', 'eu-west-1'], scan: 'collected' },
    ],
  });
  expect(snapshot.manifest.coverage).toStrictEqual([
    {
      operation: 'cloudtrail:DescribeTrails',
      outcome: 'obtained',
      accounts: ['111111111111'],
      regions: ['eu-west-1', 'us-east-1'],
    },
    {
      operation: 'cloudtrail:GetTrailStatus',
      outcome: 'obtained',
      accounts: ['111111111111'],
      regions: ['eu-west-1'],
    },
    {
      operation: 'cloudwatch:DescribeAlarms',
      outcome: 'denied',
      accounts: ['111111111111'],
      regions: ['eu-west-1'],
      code: 'AccessDenied',
      cause: 'AccessDenied',
    },
  ]);
});

test('the root hash changes with the content and not with the spelling', () => {
  const hash = read(short).manifest.rootHash;
  expect(read(`# a remark\n${short}`).manifest.rootHash).toBe(hash);
  expect(read(short.replace('Name: main', 'Name: other')).manifest.rootHash).not.toBe(hash);
});

test.each<[string, string, string[]]>([
  [
    'an unknown key',
    'acounts: {}\naccounts: {}\n',
    ['case.yaml:1:1: unknown key `acounts`; did you mean `accounts`?'],
  ],
  [
    'a duplicate key',
    'accounts: {}\nnotices: []\nnotices: []\n',
    ['case.yaml:3:1: the key notices was given before in the same mapping; keep one of the two'],
  ],
  [
    'bad syntax',
    'accounts: {\n',
    [
      'case.yaml:2:1: not valid YAML: Flow map in block collection must be sufficiently indented and end with a }; correct the syntax',
    ],
  ],
  [
    'several faults at once',
    'accounts:\n  "12": {}\n  "111111111111": {regions: eu-west-1, stat: ACTIVE}\n',
    [
      'case.yaml:2:3: `12` cannot be a key here: expected an account id, twelve digits',
      'case.yaml:3:29: `accounts.111111111111.regions` must be a list, found "eu-west-1"',
      'case.yaml:3:40: unknown key `stat`; did you mean `state`?',
    ],
  ],
  [
    'an account id without quotes',
    'accounts: {}\norganization: {id: o-x, managementAccount: 111111111111}\n',
    ['case.yaml:2:44: `organization.managementAccount` must be text, found 111111111111'],
  ],
  [
    'output and error',
    'accounts: {"111111111111": {records: [{call: a:B, region: x, output: {}, error: X}]}}',
    ['case.yaml:1:39: a record has `output` or `error`, not both'],
  ],
  [
    'no region',
    'accounts: {"111111111111": {records: [{call: a:B, output: {}}]}}',
    ['case.yaml:1:39: a record needs `region` or `regions`'],
  ],
  [
    'a time that is none',
    'time: yesterday\naccounts: {}',
    [
      'case.yaml:1:7: `time` is not in the expected form, found "yesterday": expected a UTC time such as 2026-10-01T06:00:00Z',
    ],
  ],
  [
    'an unknown tag',
    'accounts: !!python/object {}',
    [
      'case.yaml:1:11: Unresolved tag: tag:yaml.org,2002:python/object; remove the tag: only text, numbers, true, false, lists and mappings are read',
    ],
  ],
  [
    'several documents',
    'accounts: {}\n---\naccounts: {}\n',
    ['case.yaml:2:1: a second document starts here; keep one document in a file'],
  ],
  [
    'a number that JSON does not know',
    'accounts: {"111111111111": {records: [{call: a:B, region: x, output: {n: .inf}}]}}',
    ['case.yaml:1:74: the number .inf cannot be kept exactly; put quotes around it to make it text'],
  ],
  [
    'records of an account that was not scanned',
    'accounts: {"111111111111": {scan: not-reached, records: []}}',
    ['case.yaml:1:35: account 111111111111 has records, but `scan` is not-reached; remove one of both'],
  ],
  [
    'an alias without anchor',
    'accounts: *none',
    ['case.yaml:1:11: nothing above is named &none; name the value first, or write it out'],
  ],
  ['nothing', '', ['case.yaml:1:1: the file is empty; write a document into it']],
])('%s is reported with its place', (_what, text, expected) => {
  expect(faults(text)).toStrictEqual(expected);
});

test('aliases that multiply end in a fault, not in an exhausted machine', () => {
  const levels = Array.from(
    { length: 20 },
    (_, level) => `  - &a${level + 1} [${Array.from({ length: 10 }, () => `*a${level}`).join(', ')}]`,
  );
  const text = `notices:\n  - &a0 lol\n${levels.join('\n')}\naccounts: {}\n`;
  expect(faults(text)[0]).toMatch(
    /^case.yaml:\d+:\d+: the file holds more than 20000000 values; make it smaller/,
  );
});

test('an alias inside of what it refers to is a fault', () => {
  expect(faults('accounts: {}\nnotices: &a [*a]\n')).toStrictEqual([
    'case.yaml:2:14: the alias *a stands inside of what it refers to; write the value out',
  ]);
});

test.each(['[', '{a: ', '- '])('nesting without end (%s) is a fault', (open) => {
  expect(faults(`accounts: {}\nnotices: ${open.repeat(20_000)}`)[0]).toMatch(/^case.yaml:/);
});

test('shared answers are read through aliases, with places', async () => {
  const text = `accounts:
  "111111111111":
    records:
      - &empty { call: cloudtrail:DescribeTrails, region: x, output: { trailList: [] } }
  "222222222222":
    records:
      - *empty
      - { call: cloudtrail:DescribeTrails, region: y, output: { trailList: [] }, page: { number: 0, last: true } }
`;
  expect(faults(text)).toStrictEqual([
    'case.yaml:8:98: `accounts.222222222222.records[1].page.number` must be >= 1, found 0',
  ]);
  const snapshot = read(text.replace('number: 0', 'number: 1'));
  expect(
    (await snapshot.account('222222222222'))?.map((record) => [record.region, record.account, record.line]),
  ).toStrictEqual([
    ['x', '222222222222', 7],
    ['y', '222222222222', 8],
  ]);
});

test('in rule tests what is not said follows from what is', async () => {
  const snapshot = readReadableSnapshot(
    `time: 2026-10-01T06:00:00Z
organization: { id: o-exampleorg, managementAccount: "111111111111" }
accounts:
  "111111111111": { name: Management, regions: [us-east-1, eu-west-1] }
  "222222222222":
    name: Shop
    path: Workloads/Production
    records:
      - { call: cloudtrail:DescribeTrails, region: eu-west-1, error: AccessDenied }
      - { call: logs:DescribeLogGroups, region: eu-west-1, output: { logGroups: [{ logGroupName: a }] } }
  "333333333333": { state: SUSPENDED }
`,
    { file: 'case.yaml', derive: { emptyAnswers } },
  );
  const management = (await snapshot.account('111111111111')) ?? [];
  expect(management.map((record) => `${callOf(record)} ${record.region}`)).toStrictEqual([
    'account:ListRegions global',
    ...Object.entries(emptyAnswers).flatMap(([call, { scope }]) =>
      scope === 'region'
        ? [`${call} us-east-1`, `${call} eu-west-1`]
        : call.startsWith('organizations:')
          ? []
          : [`${call} global`],
    ),
  ]);
  expect(management[0]?.output).toStrictEqual({
    Regions: [
      { RegionName: 'us-east-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
      { RegionName: 'eu-west-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
    ],
  });
  const shop = (await snapshot.account('222222222222')) ?? [];
  const given = shop.filter((record) => /DescribeTrails|DescribeLogGroups/.test(record.operation));
  expect(given.map((record) => record.error?.code ?? record.output)).toStrictEqual([
    'AccessDenied',
    { logGroups: [{ logGroupName: 'a' }] },
  ]);
  expect(await snapshot.account('333333333333')).toBeUndefined();
  const organization = await snapshot.organization();
  const answers = (operation: string): unknown[] =>
    organization.filter((record) => record.operation === operation).map((record) => record.output);
  expect(answers('DescribeOrganization')).toMatchObject([
    { Organization: { Id: 'o-exampleorg', MasterAccountId: '111111111111', FeatureSet: 'ALL' } },
  ]);
  expect(answers('ListAccounts')).toMatchObject([
    {
      Accounts: [
        { Id: '111111111111', Name: 'Management', State: 'ACTIVE' },
        { Id: '222222222222', Arn: 'arn:aws:organizations::111111111111:account/o-exampleorg/222222222222' },
        { Id: '333333333333', State: 'SUSPENDED' },
      ],
    },
  ]);
  const units = organization.filter((record) => record.operation === 'ListOrganizationalUnitsForParent');
  expect(
    units.map((record) => [
      record.input['ParentId'],
      ((record.output ?? {})['OrganizationalUnits'] as { Name: string }[]).map((unit) => unit.Name),
    ]),
  ).toStrictEqual([
    ['r-root', ['Workloads']],
    ['ou-root-00000001', ['Production']],
    ['ou-root-00000002', []],
  ]);
});

test('outside of an organization that is what AWS says', async () => {
  const snapshot = readReadableSnapshot('accounts: {"111111111111": {}}', {
    file: 'c',
    derive: { emptyAnswers },
  });
  expect(
    (await snapshot.organization()).map((record) => [
      callOf(record),
      record.error?.code,
      record.error?.absent,
    ]),
  ).toStrictEqual([['organizations:DescribeOrganization', 'AWSOrganizationsNotInUseException', true]]);
});

test('`otherwise: missing` leaves unsaid answers missing', async () => {
  const snapshot = readReadableSnapshot('otherwise: missing\naccounts: {"111111111111": {}}', {
    file: 'c',
    derive: { emptyAnswers },
  });
  expect((await snapshot.account('111111111111'))?.map(callOf)).toStrictEqual(['account:ListRegions']);
});
