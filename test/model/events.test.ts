import { expect, test } from 'vitest';
import { matches } from '../../src/events/matches.ts';
import type { Predicate } from '../../src/events/predicate.ts';
import type { JsonObject } from '../../src/json.ts';
import { Unknown } from '../../src/model/unknown.ts';
import { central, example, trailArn } from './example.ts';
import { factOf, inAccount, known, list, type Given } from './support.ts';

/** Facts of the example's trail, with other selectors or trail settings. */
async function trailFact(name: string, output: JsonObject, settings: JsonObject = {}): Promise<unknown> {
  const given = example();
  const account = known(given.accounts[central]);
  const records = known(account.records).map((record): Given => {
    if (record.call === 'cloudtrail:GetEventSelectors') return { ...record, output };
    if (record.call !== 'cloudtrail:DescribeTrails') return record;
    const [trail] = known(record.output)['trailList'] as readonly JsonObject[];
    return { ...record, output: { trailList: [{ ...trail, ...settings }] } };
  });
  return inAccount(
    { ...given, accounts: { ...given.accounts, [central]: { ...account, records } } },
    central,
    (resource, model) => factOf(known(list(resource, 'trails', model).items[0]), name, model),
  );
}

const selector = (fields: Readonly<Record<string, JsonObject>>): JsonObject => ({
  FieldSelectors: Object.entries(fields).map(([Field, operators]) => ({ Field, ...operators })),
});
const management = { eventCategory: { Equals: ['Management'] } };

test.each<[string, JsonObject, boolean | 'unknown', boolean | 'unknown', readonly string[]]>([
  ['no selectors', {}, true, true, []],
  ['all', { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }] }, true, true, []],
  [
    'writes',
    { EventSelectors: [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }] },
    false,
    true,
    [],
  ],
  [
    'no management events',
    { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: false }] },
    false,
    false,
    [],
  ],
  [
    'reads and writes apart',
    {
      EventSelectors: [
        { ReadWriteType: 'ReadOnly', IncludeManagementEvents: true },
        {
          ReadWriteType: 'WriteOnly',
          IncludeManagementEvents: true,
          ExcludeManagementEventSources: ['kms.amazonaws.com'],
        },
      ],
    },
    true,
    true,
    ['kms.amazonaws.com'],
  ],
  [
    'what one selector leaves out another records',
    {
      EventSelectors: [
        {
          ReadWriteType: 'All',
          IncludeManagementEvents: true,
          ExcludeManagementEventSources: ['kms.amazonaws.com'],
        },
        { ReadWriteType: 'All', IncludeManagementEvents: true },
      ],
    },
    true,
    true,
    [],
  ],
  ['advanced', { AdvancedEventSelectors: [selector(management)] }, true, true, []],
  [
    'advanced reads',
    { AdvancedEventSelectors: [selector({ ...management, readOnly: { Equals: ['true'] } })] },
    true,
    false,
    [],
  ],
  [
    'advanced without a source',
    {
      AdvancedEventSelectors: [
        selector({ ...management, eventSource: { NotEquals: ['rdsdata.amazonaws.com'] } }),
      ],
    },
    true,
    true,
    ['rdsdata.amazonaws.com'],
  ],
  [
    'advanced data events',
    { AdvancedEventSelectors: [selector({ eventCategory: { Equals: ['Data'] } })] },
    false,
    false,
    [],
  ],
  [
    'advanced and narrowed otherwise',
    { AdvancedEventSelectors: [selector({ ...management, eventName: { Equals: ['StopLogging'] } })] },
    'unknown',
    'unknown',
    [],
  ],
])('management events that a trail records: %s', async (_name, output, reads, writes, excluded) => {
  const shown = (value: unknown): unknown => (value instanceof Unknown ? 'unknown' : value);
  expect(shown(await trailFact('recordsManagementReads', output))).toBe(reads);
  expect(shown(await trailFact('recordsManagementWrites', output))).toBe(writes);
  expect(await trailFact('excludedManagementSources', output)).toEqual(excluded);
});

test('a trail of one region records the events of that region', async () => {
  const event = (awsRegion: string): JsonObject => ({
    awsRegion,
    eventCategory: 'Management',
    readOnly: false,
    eventSource: 'ec2.amazonaws.com',
  });
  const one = (await trailFact('recordedEvents', {}, { IsMultiRegionTrail: false })) as Predicate;
  expect([matches(one, event('us-east-1')), matches(one, event('eu-west-1'))]).toEqual([true, false]);
  const all = (await trailFact('recordedEvents', {})) as Predicate;
  expect([matches(all, event('us-east-1')), matches(all, event('eu-west-1'))]).toEqual([true, true]);
});

test('selectors that cannot be read are unknown', async () => {
  expect(await trailFact('recordedEvents', { EventSelectors: 'all of them' })).toBeInstanceOf(Unknown);
});

test.each<[string, JsonObject, boolean | 'unknown' | 'undecided']>([
  ['a pattern', { filterPattern: '{ $.userIdentity.type = "Root" }' }, true],
  ['another pattern', { filterPattern: '{ $.userIdentity.type = "IAMUser" }' }, false],
  ['no pattern matches everything', {}, true],
  ['a pattern that cannot be read', { filterPattern: '{ $.userIdentity.type = ' }, 'undecided'],
  ['transformed events', { filterPattern: '', applyOnTransformedLogs: true }, 'unknown'],
  [
    'events of some accounts',
    { filterPattern: '', fieldSelectionCriteria: '@aws.region = "us-east-1"' },
    'unknown',
  ],
])('events that a metric filter matches: %s', async (_name, settings, expected) => {
  const given = example();
  const account = known(given.accounts[central]);
  const records = known(account.records).map((record): Given =>
    record.call === 'logs:DescribeMetricFilters' && record.region === 'us-east-1'
      ? { ...record, output: { metricFilters: [{ filterName: 'f', logGroupName: 'trail', ...settings }] } }
      : record,
  );
  await inAccount(
    { ...given, accounts: { ...given.accounts, [central]: { ...account, records } } },
    central,
    (resource, model) => {
      const found = factOf(known(list(resource, 'metricFilters', model).items[0]), 'matchedEvents', model);
      expect(
        found instanceof Unknown
          ? 'unknown'
          : matches(found as Predicate, { userIdentity: { type: 'Root' } }),
      ).toBe(expected);
    },
  );
});

test('the example has the trail that the tests speak of', async () => {
  await inAccount(example(), central, (resource, model) => {
    expect(list(resource, 'trails', model).items[0]?.id).toBe(trailArn);
  });
});
