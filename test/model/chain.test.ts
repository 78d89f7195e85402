import { expect, test } from 'vitest';
import type { OrganizationModel } from '../../src/model/organization.ts';
import type { Resource } from '../../src/model/resource.ts';
import { Unknown } from '../../src/model/unknown.ts';
import { central, example, member, topicOwner, type Choices } from './example.ts';
import { factOf, ids, inAccount, known, list, population, related } from './support.ts';

interface Chain {
  readonly filter: Resource;
  readonly reading: Resource;
  readonly action: Resource;
  readonly model: OrganizationModel;
}

/** Walks from the member over the organization trail to the alarm actions of the central account. */
async function chain(choices: Choices, work: (chain: Chain) => void): Promise<void> {
  await inAccount(example(choices), member, (account, model) => {
    const trail = known(list(account, 'trails', model).items[0]);
    const group = related(trail, 'logGroup', model) as Resource;
    const filter = known(list(group, 'metricFilters', model).items[0]);
    const reading = known(list(filter, 'readings', model).items[0]);
    const alarm = related(reading, 'alarm', model) as Resource;
    const action = known(list(alarm, 'actions', model).items[0]);
    work({ filter, reading, action, model });
  });
}

test('from a member over the organization trail to a subscriber in a third account', async () => {
  await chain({}, ({ reading, action, model }) => {
    expect(factOf(reading, 'eventsToFire', model)).toBe(1);
    expect(factOf(action, 'runs', model)).toBe(true);
    expect(factOf(action, 'kind', model)).toBe('topic');
    const topic = related(action, 'topic', model) as Resource;
    expect(topic).toMatchObject({ account: topicOwner, name: 'security' });
    const [subscription] = list(topic, 'subscriptions', model).items;
    expect(factOf(known(subscription), 'confirmed', model)).toBe(true);
  });
});

test('an alarm on another metric is none of the filter', async () => {
  await chain({}, ({ filter, model }) => {
    expect(list(filter, 'alarms', model).items.map((alarm) => alarm.name)).toEqual(['root']);
  });
});

test('an alarm that never fires has no number of events and says why', async () => {
  await chain({ threshold: 0 }, ({ reading, model }) => {
    expect(factOf(reading, 'eventsToFire', model)).toBeUndefined();
    expect(factOf(reading, 'firing', model)).toContain('in ALARM already');
  });
});

test.each<[string, boolean | 'unknown']>([
  ['ALARM(root)', true],
  ['ALARM("arn:aws:cloudwatch:us-east-1:111111111111:alarm:root")', true],
  ['ALARM(root) OR ALARM(other)', true],
  ['ALARM(root) AND ALARM(other)', false],
  ['NOT ALARM(root)', false],
  ['ALARM(root) AND OK(other)', 'unknown'],
  ['TRUE OR ALARM(root)', false],
])('a composite alarm with the rule %s', async (composite, runs) => {
  await chain({ composite }, ({ action, model }) => {
    const value = factOf(action, 'runs', model);
    expect(value instanceof Unknown ? 'unknown' : value).toBe(runs);
    expect(factOf(action, 'viaComposite', model)).toBe('any');
  });
});

test('a topic that does not exist is no topic of the alarm; one that was denied is not known', async () => {
  await chain({ topic: 'gone' }, ({ action, model }) => {
    expect(related(action, 'topic', model)).toBeUndefined();
  });
  await chain({ topic: 'denied' }, ({ action, model }) => {
    expect(related(action, 'topic', model)).toBeInstanceOf(Unknown);
  });
});

test('a topic of an account that was not scanned asks for that account', async () => {
  await chain({ ownerScanned: false }, ({ action, model }) => {
    expect(related(action, 'topic', model)).toMatchObject({
      causes: [{ code: 'NotScanned', account: topicOwner }, { account: central }],
    });
  });
});

test('a denied DescribeAlarms in one region leaves the alarms of the other whole', async () => {
  await inAccount(example({ secondRegion: 'denied' }), central, (account, model) => {
    const regions = list(account, 'regions', model).items;
    expect(regions.map((region) => list(region, 'alarms', model).missing?.causes[0]?.code)).toEqual([
      'AccessDenied',
      undefined,
    ]);
    expect(population('alarm', account, model).missing?.causes).toEqual([
      {
        call: 'cloudwatch:DescribeAlarms',
        account: central,
        region: 'eu-west-1',
        code: 'AccessDenied',
        message: 'no',
      },
    ]);
  });
});

test('pages are one list', async () => {
  await inAccount(example({ pages: 3, composite: 'ALARM(root)' }), central, (account, model) => {
    expect(ids(list(account, 'alarms', model))).toHaveLength(2);
    expect(list(account, 'alarms', model).missing).toBeUndefined();
    expect(ids(list(account, 'compositeAlarms', model))).toHaveLength(1);
  });
});

test.each([0, 1, 2])('without page %i the list is incomplete and names the page', async (dropped) => {
  const given = example({ pages: 3 });
  const account = known(given.accounts[central]);
  let page = -1;
  const records = known(account.records).filter((record) => {
    if (record.page === undefined) return true;
    page += 1;
    return page !== dropped;
  });
  await inAccount(
    { ...given, accounts: { ...given.accounts, [central]: { ...account, records } } },
    central,
    (resource, model) => {
      expect(list(resource, 'alarms', model).missing?.causes).toEqual([
        expect.objectContaining({
          call: 'cloudwatch:DescribeAlarms',
          code: 'MissingPage',
          message: expect.stringContaining(`page ${dropped + 1}`),
        }),
      ]);
    },
  );
});

test('metric alarms are known and composite ones are not where only the default types were asked for', async () => {
  const given = example();
  const account = known(given.accounts[central]);
  const records = known(account.records).map((record) =>
    record.call === 'cloudwatch:DescribeAlarms'
      ? { ...record, input: {}, output: { MetricAlarms: [] } }
      : record,
  );
  await inAccount(
    { ...given, accounts: { ...given.accounts, [central]: { ...account, records } } },
    central,
    (resource, model) => {
      expect(list(resource, 'alarms', model)).toMatchObject({ items: [], missing: undefined });
      expect(list(resource, 'compositeAlarms', model).missing?.causes[0]?.code).toBe('MissingRecord');
    },
  );
});
