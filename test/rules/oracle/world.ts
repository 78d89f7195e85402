import * as fc from 'fast-check';

import type { JsonObject, JsonValue } from '../../../src/json.ts';
import { emptyAnswers } from '../../../src/model/calls.ts';
import { snapshotFromReadable } from '../../../src/snapshot/readable.ts';
import type { Snapshot } from '../../../src/snapshot/snapshot.ts';

/** The time of every generated snapshot. */
export const now = Date.parse('2026-10-01T06:00:00.000Z');
export const management = '111111111111';
export const member = '222222222222';
/** The topic that the alarms of a region name. */
export const topicIn = (region: string): string => `arn:aws:sns:${region}:${management}:security`;

/** One answer of AWS, as it came over the wire: an output or a refusal. */
export interface Raw {
  readonly call: string;
  readonly region: string;
  readonly input?: JsonObject;
  readonly output?: JsonObject;
  readonly error?: string;
}

/** Raw answers of a management account and a member. What is not there was answered with an empty list. */
export interface World {
  readonly regions: Readonly<Record<string, readonly string[]>>;
  readonly answers: Readonly<Record<string, readonly Raw[]>>;
  readonly organization: readonly Raw[];
}

export function snapshotOf({ regions, answers, organization }: World): Snapshot {
  const accounts = Object.entries(regions).map(([id, enabled]) => [
    id,
    { name: id, regions: [...enabled], records: answers[id] ?? [] },
  ]);
  const readable = {
    time: new Date(now).toISOString(),
    organization: { id: 'o-example', managementAccount: management },
    organizationRecords: organization,
    accounts: Object.fromEntries(accounts),
  };
  return snapshotFromReadable(JSON.parse(JSON.stringify(readable)) as JsonValue, {
    file: 'generated',
    locate: () => ({ line: 1, column: 1 }),
    derive: { emptyAnswers },
  });
}

/** A value, and now and then a refusal in its place. */
const orDenied = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | 'denied'> =>
  fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: fc.constant('denied' as const) });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const hoursAgo = maybe(fc.constantFrom(0.5, 3, 23, 24, 25, 47, 72));

/** What a filter sees: all of root use, a part, the rest, everything, or nothing of it. */
export const patterns = {
  root: '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
  console: '{ $.userIdentity.type = "Root" && $.eventName = "ConsoleLogin" }',
  rest: '{ $.userIdentity.type = "Root" && $.eventName != "ConsoleLogin" }',
  typo: '{ $.userIdentity.type = "Rooot" }',
} as const;

const trailParts = fc.record({
  owner: fc.constantFrom(management, management, member),
  home: fc.constantFrom('us-east-1', 'eu-west-1'),
  multi: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  organization: fc.boolean(),
  validated: maybe(fc.boolean()),
  global: fc.constantFrom(true, true, true, false),
  delivers: fc.constantFrom(true, true, true, false),
  logging: orDenied(fc.oneof(fc.constant(true), fc.constant(true), fc.boolean())),
  selectors: orDenied(fc.constantFrom('All', 'All', 'ReadOnly', 'WriteOnly', 'none', 'empty')),
  delivered: hoursAgo,
  started: hoursAgo,
  error: fc.boolean(),
  copyError: orDenied(fc.constantFrom(false, false, true)),
});
type TrailParts = typeof trailParts extends fc.Arbitrary<infer T> ? T : never;

/** What one account shows in one region. */
const place = fc.record({
  trailsDenied: fc.integer({ min: 0, max: 7 }).map((one) => one === 0),
  groups: orDenied(
    fc.uniqueArray(
      fc.record({
        logGroupName: fc.constantFrom('trail', 'trail', 'trail', 'other'),
        retentionInDays: maybe(fc.constantFrom(1, 90, 364, 365, 366, 3653)),
        logGroupClass: maybe(fc.constantFrom('STANDARD', 'STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY')),
      }),
      { maxLength: 2, selector: ({ logGroupName }) => logGroupName },
    ),
  ),
  filters: orDenied(
    fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('f0', 'f1', 'f2'),
        group: fc.constantFrom('trail', 'trail', 'trail', 'other'),
        metric: fc.constantFrom('m0', 'm0', 'm1'),
        pattern: fc.constantFrom('root', 'root', 'console', 'rest', 'typo'),
        transformed: maybe(fc.boolean()),
      }),
      { maxLength: 3, selector: ({ name }) => name },
    ),
  ),
  alarms: orDenied(
    fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('a0', 'a1', 'a2'),
        metric: fc.constantFrom('m0', 'm0', 'm1', 'm2'),
        description: maybe(fc.constantFrom('', '  \t', 'Call security.')),
        threshold: fc.constantFrom(1, 1, 1, 5),
        enabled: maybe(fc.constantFrom(true, true, false)),
        acts: fc.constantFrom(true, true, false),
        missing: maybe(fc.constantFrom('notBreaching', 'ignore')),
      }),
      { maxLength: 3, selector: ({ name }) => name },
    ),
  ),
});
type Place = typeof place extends fc.Arbitrary<infer T> ? T : never;

/** A trail and a place in which nothing is amiss: chance alone would seldom make a whole chain. */
const soundTrail: TrailParts = {
  owner: management,
  home: 'us-east-1',
  multi: true,
  organization: true,
  validated: true,
  global: true,
  delivers: true,
  logging: true,
  selectors: 'All',
  delivered: 3,
  started: 72,
  error: false,
  copyError: false,
};
const soundPlace: Place = {
  trailsDenied: false,
  groups: [{ logGroupName: 'trail', retentionInDays: 366, logGroupClass: undefined }],
  filters: [
    { name: 'f0', group: 'trail', metric: 'm0', pattern: 'console', transformed: undefined },
    { name: 'f1', group: 'trail', metric: 'm0', pattern: 'rest', transformed: false },
  ],
  alarms: [
    {
      name: 'a0',
      metric: 'm0',
      description: 'Call security.',
      threshold: 1,
      enabled: true,
      acts: true,
      missing: undefined,
    },
  ],
};
const often = <T>(arbitrary: fc.Arbitrary<T>, sound: T): fc.Arbitrary<T> =>
  fc.oneof({ weight: 3, arbitrary }, { weight: 1, arbitrary: fc.constant(sound) });

const base = fc.record({
  trails: fc.array(often(trailParts, soundTrail), { maxLength: 3 }),
  memberRegions: fc.constantFrom(['us-east-1'], ['us-east-1', 'eu-west-1'], ['eu-west-1']),
  places: fc.array(often(place, soundPlace), { minLength: 4, maxLength: 4 }),
  features: orDenied(fc.constantFrom('ALL', 'CONSOLIDATED_BILLING')),
  confirmed: orDenied(fc.constantFrom(true, true, true, false)),
});

/** Organizations of two accounts, with everything that can stand between an event and a person. */
export const worlds: fc.Arbitrary<World> = base.map(
  ({ trails, memberRegions, places, features, confirmed }) => {
    const regions: Record<string, readonly string[]> = {
      [management]: ['us-east-1', 'eu-west-1'],
      [member]: memberRegions,
    };
    const answers: Record<string, Raw[]> = { [management]: [], [member]: [] };
    const described = trails.map((parts, index) => {
      const enabled = regions[parts.owner] ?? [];
      const home = enabled.includes(parts.home) ? parts.home : enabled[0]!;
      const copies = parts.multi ? enabled.filter((region) => region !== home) : [];
      return trailOf(parts, home, copies, index);
    });
    const all = [management, member].flatMap((account) =>
      (regions[account] ?? []).map((region) => ({ account, region })),
    );
    for (const [index, { account, region }] of all.entries()) {
      const seen = described.filter(
        (one) =>
          (one.owner === account || one.data['IsOrganizationTrail'] === true) &&
          (one.data['IsMultiRegionTrail'] === true || one.data['HomeRegion'] === region),
      );
      answers[account]!.push(
        ...answersOf(
          places[index] ?? places[0]!,
          account,
          region,
          seen.map(({ data }) => data),
        ),
      );
    }
    for (const { owner, records } of described) answers[owner]!.push(...records);
    answers[management]!.push(...['us-east-1', 'eu-west-1'].flatMap((region) => people(region, confirmed)));
    const organization: Raw[] = [
      {
        call: 'organizations:DescribeOrganization',
        region: 'global',
        ...answered(features, (FeatureSet) => ({
          Organization: { Id: 'o-example', MasterAccountId: management, FeatureSet },
        })),
      },
    ];
    return { regions, answers, organization };
  },
);

function answered<T>(
  value: T | 'denied',
  output: (value: T) => Record<string, unknown>,
): Pick<Raw, 'output' | 'error'> {
  if (value === 'denied') return { error: 'AccessDenied' };
  // What is undefined is not in the answer.
  return { output: JSON.parse(JSON.stringify(output(value))) as JsonObject };
}

function ago(hours: number | undefined): string | undefined {
  return hours === undefined ? undefined : new Date(now - hours * 3_600_000).toISOString();
}

function trailOf(
  parts: TrailParts,
  home: string,
  copies: readonly string[],
  index: number,
): { owner: string; data: JsonObject; records: readonly Raw[] } {
  const { owner } = parts;
  const arn = `arn:aws:cloudtrail:${home}:${owner}:trail/t${index}`;
  const data = {
    Name: `t${index}`,
    TrailARN: arn,
    HomeRegion: home,
    IsMultiRegionTrail: parts.multi,
    IsOrganizationTrail: parts.organization && owner === management,
    IncludeGlobalServiceEvents: parts.global,
    ...(parts.validated !== undefined && { LogFileValidationEnabled: parts.validated }),
    ...(parts.delivers && {
      CloudWatchLogsLogGroupArn: `arn:aws:logs:${home}:${owner}:log-group:trail:*`,
    }),
  };
  const selectors = (kind: string): JsonObject => ({
    EventSelectors:
      kind === 'empty'
        ? []
        : [{ ReadWriteType: kind === 'none' ? 'All' : kind, IncludeManagementEvents: kind !== 'none' }],
  });
  return {
    owner,
    data,
    records: [
      {
        call: 'cloudtrail:GetTrailStatus',
        region: home,
        input: { Name: arn },
        ...answered(parts.logging, (IsLogging) => ({
          IsLogging,
          LatestDeliveryTime: ago(parts.delivered),
          StartLoggingTime: ago(parts.started),
          LatestDeliveryError: parts.error ? 'AccessDenied' : undefined,
        })),
      },
      {
        call: 'cloudtrail:GetEventSelectors',
        region: home,
        input: { TrailName: arn },
        ...answered(parts.selectors, selectors),
      },
      ...copies.map((region) => ({
        call: 'cloudtrail:GetTrailStatus' as const,
        region,
        input: { Name: arn },
        ...answered(parts.copyError, (failed) => ({
          IsLogging: true,
          LatestDeliveryError: failed ? 'AccessDenied' : undefined,
        })),
      })),
    ],
  };
}

/** Groups of filters that look at transformed events have a transformer of their own in us-east-1 alone. */
function transformersOf(filters: Place['filters'], region: string): readonly Raw[] {
  const asking = Array.isArray(filters) ? filters.filter(({ transformed }) => transformed) : [];
  return [...new Set(asking.map(({ group }) => group))].map((group) => ({
    call: 'logs:GetTransformer',
    region,
    input: { logGroupIdentifier: group },
    output: region === 'us-east-1' ? { transformerConfig: [{ parseJSON: {} }] } : {},
  }));
}

function answersOf(
  { trailsDenied, groups, filters, alarms }: Place,
  account: string,
  region: string,
  trails: readonly JsonObject[],
): readonly Raw[] {
  return [
    {
      call: 'cloudtrail:DescribeTrails',
      region,
      ...answered(trailsDenied ? 'denied' : trails, (trailList) => ({ trailList })),
    },
    {
      call: 'logs:DescribeLogGroups',
      region,
      ...answered(groups, (logGroups) => ({
        logGroups: logGroups.map((group) => ({
          ...group,
          logGroupArn: `arn:aws:logs:${region}:${account}:log-group:${group.logGroupName}`,
        })),
      })),
    },
    {
      call: 'logs:DescribeMetricFilters',
      region,
      ...answered(filters, (some) => ({
        metricFilters: some.map(({ name, group, metric, pattern, transformed }) => ({
          filterName: name,
          logGroupName: group,
          filterPattern: patterns[pattern],
          applyOnTransformedLogs: transformed,
          metricTransformations: [{ metricName: metric, metricNamespace: 'Security', metricValue: '1' }],
        })),
      })),
    },
    ...transformersOf(filters, region),
    {
      call: 'cloudwatch:DescribeAlarms',
      region,
      ...answered(alarms, (some) => ({
        MetricAlarms: some.map(({ name, metric, description, threshold, enabled, acts, missing }) => ({
          AlarmName: name,
          AlarmArn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
          AlarmDescription: description,
          MetricName: metric,
          Namespace: 'Security',
          Statistic: 'Sum',
          Period: 300,
          EvaluationPeriods: 1,
          Threshold: threshold,
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          ActionsEnabled: enabled,
          AlarmActions: acts ? [topicIn(region)] : [],
          TreatMissingData: missing,
        })),
        CompositeAlarms: [],
        LogAlarms: [],
      })),
    },
  ];
}

/** The topic that all alarms of a region name, and who reads it. It lets everybody in, so that alarms of the member reach it, too. */
function people(region: string, confirmed: boolean | 'denied'): readonly Raw[] {
  const topic = topicIn(region);
  const subscription = `${topic}:00000000-0000-0000-0000-000000000000`;
  const policy = {
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: '*',
      },
    ],
  };
  return [
    {
      call: 'sns:GetTopicAttributes',
      region,
      input: { TopicArn: topic },
      output: { Attributes: { TopicArn: topic, Policy: JSON.stringify(policy) } },
    },
    {
      call: 'sns:ListSubscriptionsByTopic',
      region,
      input: { TopicArn: topic },
      ...answered(confirmed, (yes) => ({
        Subscriptions: [
          {
            SubscriptionArn: yes ? subscription : 'PendingConfirmation',
            Protocol: 'email',
            Endpoint: 'security@example.com',
          },
        ],
      })),
    },
    {
      call: 'sns:GetSubscriptionAttributes',
      region,
      input: { SubscriptionArn: subscription },
      output: { Attributes: { SubscriptionArn: subscription, PendingConfirmation: 'false' } },
    },
  ];
}
