import { expect, test } from 'vitest';

import type { JsonObject } from '../../src/json.ts';
import type { Resource } from '../../src/model/resource.ts';
import { Unknown } from '../../src/model/unknown.ts';
import { central, example, member, topicOwner } from './example.ts';
import {
  denied,
  factOf,
  inAccount,
  known,
  list,
  related,
  type Given,
  type GivenSnapshot,
} from './support.ts';

const linkArn = `arn:aws:oam:us-east-1:${central}:link/1`;
const filterMetric = { Namespace: 'CIS', MetricName: 'Root' };

interface Shared {
  /** What `oam:ListLinks` of the central account gives; the link to the topic's owner where left out. */
  readonly links?: Omit<Given, 'call'>;
  readonly link?: Omit<Given, 'call'>;
  /** Fields of the one alarm of the monitoring account. */
  readonly alarm?: JsonObject;
  readonly scanned?: boolean;
  /** What is told of the role by which the central account lets others read its metrics; there is none where left out. */
  readonly role?: Omit<Given, 'call'>;
}

const resourceTypes = ['AWS::CloudWatch::Metric'];
const sinkArn = `arn:aws:oam:us-east-1:${topicOwner}:sink/1`;

/** The example with its alarms in another account, which is linked to the one with the filter. */
function monitored({ links, link, alarm, scanned = true, role }: Shared = {}): GivenSnapshot {
  const given = example({ ownerScanned: scanned });
  const at = { region: 'us-east-1' };
  const moved: Given[] = [];
  const own = known(given.accounts[central]?.records).flatMap((record): Given[] => {
    if (record.call === 'oam:ListLinks' || (role !== undefined && record.call === 'iam:GetRole')) return [];
    if (record.call !== 'cloudwatch:DescribeAlarms' || record.region !== 'us-east-1') return [record];
    moved.push(record);
    return [{ ...record, output: { MetricAlarms: [], CompositeAlarms: [], LogAlarms: [] } }];
  });
  own.push(
    {
      call: 'oam:ListLinks',
      ...at,
      ...(links ?? {
        output: { Items: [{ Arn: linkArn, ResourceTypes: resourceTypes, SinkArn: sinkArn }] },
      }),
    },
    {
      call: 'oam:GetLink',
      ...at,
      input: { Identifier: linkArn },
      ...(link ?? { output: { Arn: linkArn } }),
    },
  );
  if (role !== undefined)
    own.push({ call: 'iam:GetRole', input: { RoleName: 'CloudWatch-CrossAccountSharingRole' }, ...role });
  const [first] = known(moved[0]?.output?.['MetricAlarms']) as JsonObject[];
  const {
    MetricName: _name,
    Namespace: _namespace,
    Statistic: _statistic,
    Period: _period,
    ...rest
  } = known(first);
  const alarms: JsonObject[] = [
    {
      ...rest,
      AlarmArn: `arn:aws:cloudwatch:us-east-1:${topicOwner}:alarm:root`,
      ...(alarm ?? { Metrics: [query(filterMetric, central)] }),
    },
  ];
  const owner = given.accounts[topicOwner];
  const records = owner?.records;
  return {
    ...given,
    accounts: {
      ...given.accounts,
      [central]: { records: own },
      [topicOwner]: {
        ...owner,
        ...(records && {
          records: [
            ...records,
            { ...known(moved[0]), output: { MetricAlarms: alarms, CompositeAlarms: [], LogAlarms: [] } },
          ],
        }),
      },
    },
  };
}

function query(metric: JsonObject, account: string | undefined, id = 'm'): JsonObject {
  return {
    Id: id,
    ...(account !== undefined && { AccountId: account }),
    MetricStat: { Metric: metric, Period: 300, Stat: 'Sum' },
    ReturnData: true,
  };
}

/** What the alarms on the metric of the filter come to: events to fire, or why that is not known. */
async function readings(given: GivenSnapshot): Promise<readonly unknown[]> {
  return inAccount(given, central, (account, model) => {
    const [filter] = list(account, 'metricFilters', model).items;
    const found = list(known(filter), 'readings', model);
    const told = found.items.map((reading) => {
      const events = factOf(reading, 'eventsToFire', model);
      return [reading.account, events instanceof Unknown ? events.causes[0]?.message : events];
    });
    return found.missing === undefined ? told : [...told, found.missing.causes[0]?.message];
  });
}

test('an alarm of a monitoring account on the metric of a filter is found and computed', async () => {
  expect(await readings(monitored())).toEqual([[topicOwner, 1]]);
});

test.each<[string, JsonObject]>([
  ['its own metric of the same names', { Metrics: [query(filterMetric, undefined)] }],
  ['its own metric, named outright', { ...filterMetric, Statistic: 'Sum', Period: 300 }],
  ['the metric of a third account', { Metrics: [query(filterMetric, member)] }],
  ['another metric', { Metrics: [query({ ...filterMetric, MetricName: 'root' }, central)] }],
  [
    'the metric with a dimension',
    { Metrics: [query({ ...filterMetric, Dimensions: [{ Name: 'a', Value: 'b' }] }, central)] },
  ],
  [
    'a query for another metric',
    { Metrics: [{ Id: 'q', Expression: 'SELECT SUM(Other) FROM "CIS"', Period: 300 }] },
  ],
  [
    'a search elsewhere',
    { Metrics: [{ Id: 'q', Expression: `SUM(SEARCH('{AWS/EC2,InstanceId} Root', 'Sum'))` }] },
  ],
])('an alarm of a monitoring account on %s is none of the filter', async (_, alarm) => {
  expect(await readings(monitored({ alarm }))).toEqual([]);
});

test.each<[string, Shared, string]>([
  ['links were denied', { links: { error: denied() } }, 'no'],
  ['the account was not scanned', { scanned: false }, `account ${topicOwner}`],
])('where %s there may be more alarms', async (_, shared, why) => {
  expect(await readings(monitored(shared))).toEqual([expect.stringContaining(why)]);
});

test.each<[string, Shared, string]>([
  ['the link was denied', { link: { error: denied() } }, 'no'],
  [
    'the link shares some namespaces',
    {
      link: {
        output: { Arn: linkArn, LinkConfiguration: { MetricConfiguration: { Filter: "Namespace = 'X'" } } },
      },
    },
    "shares only metrics for which Namespace = 'X'",
  ],
  [
    'it evaluates a query for the metric',
    { alarm: { Metrics: [{ Id: 'q', Expression: 'SELECT SUM(Root) FROM "CIS"', Period: 300 }] } },
    'not decided',
  ],
  [
    'it sums up a search',
    { alarm: { Metrics: [{ Id: 'q', Expression: `SUM(SEARCH('Root', 'Sum'))` }] } },
    'not decided',
  ],
  [
    'it evaluates PromQL',
    { alarm: { EvaluationCriteria: { PromQLCriteria: { Query: 'x' } } } },
    'not decided',
  ],
])('where %s the alarm may fire', async (_, shared, why) => {
  expect(await readings(monitored(shared))).toEqual([[topicOwner, expect.stringContaining(why)]]);
});

test.each<[string, JsonObject[]]>([
  ['no links', []],
  [
    'a link that shares logs only',
    [{ Arn: linkArn, ResourceTypes: ['AWS::Logs::LogGroup'], SinkArn: sinkArn }],
  ],
])('with %s other accounts read nothing', async (_, Items) => {
  expect(await readings(monitored({ links: { output: { Items } } }))).toEqual([]);
});

const noLinks = { output: { Items: [] } };
function sharing(principal: object | string): Omit<Given, 'call'> {
  const AssumeRolePolicyDocument = encodeURIComponent(
    JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }] }),
  );
  return { output: { Role: { AssumeRolePolicyDocument } } };
}

test.each<[string, Omit<Given, 'call'>, readonly unknown[]]>([
  [
    'the account of the alarm, whose alarm may fire',
    sharing({ AWS: `arn:aws:iam::${topicOwner}:root` }),
    [[topicOwner, expect.stringContaining('whether its policies let CloudWatch read metrics')]],
  ],
  ['another account', sharing({ AWS: member }), []],
  ['a service', sharing({ Service: 'config.amazonaws.com' }), []],
  ['everybody of an organization', sharing({ AWS: '*' }), [expect.stringContaining('does not name')]],
  ['nobody knows whom', { error: denied() }, ['no']],
])('a sharing role trusts %s', async (_, role, told) => {
  expect(await readings(monitored({ links: noLinks, role }))).toEqual(told);
});

test('the alarm tells which filter of the other account it reads', async () => {
  await inAccount(monitored(), topicOwner, (account, model) => {
    const alarm = known(list(account, 'alarms', model).items[0]);
    const [reading] = list(alarm, 'readings', model).items;
    expect(reading?.id).toContain(`${central}:log-group:trail:metric-filter:root`);
  });
});

test.each([
  ['bus', 'events:ListEventBuses', 'EventBuses[0].Policy'],
  ['described-bus', 'events:DescribeEventBus', 'Policy'],
] as const)(
  'who may send to a bus of another account is told by either call: %s',
  async (eventRules, call, path) => {
    const given = example({ eventRules, ownerScanned: true });
    const allowsIn = async (snapshot: GivenSnapshot): Promise<unknown> =>
      await inAccount(snapshot, central, (account, model) => {
        const [rule] = list(account, 'eventRules', model).items;
        const [target] = list(known(rule), 'targets', model).items;
        const allows = factOf(known(target), 'busAllows', model);
        if (allows instanceof Unknown) return allows.causes;
        const bus = related(known(target), 'bus', model) as Resource;
        return [allows, (related(bus, 'policy', model) as Resource).sources[0]?.path];
      });
    expect(await allowsIn(given)).toEqual([true, path]);
    const owner = known(given.accounts[topicOwner]);
    const records = (owner.records ?? []).map((record): Given => {
      const { output: _output, ...asked } = record;
      return record.call === call ? { ...asked, error: denied() } : record;
    });
    expect(
      await allowsIn({ ...given, accounts: { ...given.accounts, [topicOwner]: { ...owner, records } } }),
    ).toMatchObject([{ call, account: topicOwner, code: 'AccessDenied' }]);
  },
);
