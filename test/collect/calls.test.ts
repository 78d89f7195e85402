import { expect, test } from 'vitest';

import { callsOf, loadRunRules } from '../../src/cli/run-rules.ts';
import {
  callNamed,
  calls,
  followUpsOf,
  nameOf,
  placesOf,
  wantedCalls,
  type Item,
} from '../../src/collect/calls.ts';
import { recorded } from '../../src/collect/recorded.ts';
import { commandOf, loadService } from '../../src/collect/services.ts';
import type { JsonObject } from '../../src/json.ts';
import { resourceTypes } from '../../src/model/types.ts';
import type { CallName } from '../../src/snapshot/record.ts';

/** Operations that may begin otherwise than with Describe, Get or List. */
const harmless = new Set(['sts:AssumeRole']);

test('every operation only reads', () => {
  const writing = calls
    .map((call) => nameOf(call))
    .filter((name) => !/^[a-z0-9]+:(?:Describe|Get|List)[A-Z]/.test(name) && !harmless.has(name));
  expect(writing).toEqual([]);
});

test('no operation reads content: log events, objects, messages, secrets', () => {
  const reading = calls
    .map((call) => nameOf(call))
    .filter((name) =>
      /Get(?:Object(?!LockConfiguration)|LogEvents|LogRecord|QueryResults|SecretValue|Parameter)/.test(name),
    );
  expect(reading).toEqual([]);
});

test('every operation stands in the table once, and the SDK knows it', async () => {
  const names = calls.map((call) => nameOf(call));
  expect(new Set(names).size).toBe(names.length);
  for (const call of calls) {
    const service = await loadService[call.service]();
    expect(commandOf(service, call.operation, {}), nameOf(call)).toBeTypeOf('object');
  }
});

test('what is asked about a thing comes from a call earlier in the table', () => {
  calls.forEach((call, index) => {
    // The rules of the default bus are a list, those of others are asked for by name.
    const isList = nameOf(call) === 'events:ListRules';
    expect(call.scope.endsWith('item') || isList, nameOf(call)).toBe(call.each !== undefined);
    if (call.each === undefined || isList) return;
    const earlier = calls.slice(0, index).map((other) => nameOf(other));
    for (const source of call.each.answers) expect(earlier, nameOf(call)).toContain(source);
  });
});

test('whatever the model reads is asked', () => {
  const read = [...resourceTypes.values()].flatMap((type) => [
    ...type.calls,
    ...Object.values(type.relations).flatMap((relation) => relation.calls),
    ...Object.values(type.facts).flatMap((fact) => fact.calls),
    ...Object.values(type.inquiries ?? {}).flatMap((inquiry) => inquiry.calls),
  ]);
  const asked = new Set(calls.map((call) => nameOf(call)));
  expect(read.length).toBeGreaterThan(0);
  expect([...new Set(read)].filter((name) => !asked.has(name))).toEqual([]);
});

test('a scan with the rules that ship asks everything but what is asked on demand', async () => {
  const wanted = wantedCalls(callsOf(await loadRunRules({})));
  expect(
    calls
      .filter((call) => wanted(call) !== (call.onDemand !== true && call.insteadOf === undefined))
      .map(nameOf),
  ).toEqual([]);
});

test.each([
  ['trailwarden-core', 4, 6],
  ['trailwarden-recommended', 6, 9],
])('%s asks %i lists in an idle region, and %i with log groups and alarms', async (pack, idle, busy) => {
  const wanted = wantedCalls(callsOf(await loadRunRules({ pack: [pack] })));
  const lists = calls.filter((call) => wanted(call) && placesOf(call, ['eu-west-1']).includes('eu-west-1'));
  expect(lists.map(nameOf)).toHaveLength(idle);
  const outputs: Partial<Record<CallName, JsonObject>> = {
    'logs:DescribeLogGroups': { logGroups: [{ logGroupName: 'app' }] },
    'cloudwatch:DescribeAlarms': { MetricAlarms: [{ AlarmName: 'app' }] },
  };
  const further = lists
    .flatMap((list) =>
      followUpsOf(list)
        .filter(wanted)
        .map((call) => ({ call, output: outputs[nameOf(list)] })),
    )
    .filter(({ call, output }) => output !== undefined && named(nameOf(call), output).length > 0);
  expect(lists.length + new Set(further.map(({ call }) => call)).size).toBe(busy);
});

test('a call that stands in for a list is asked where that list is not', () => {
  const asked = (...names: readonly CallName[]): readonly CallName[] =>
    calls
      .filter((call) => call.service === 'events')
      .filter(wantedCalls(new Set(names)))
      .map(nameOf);
  expect(asked('events:ListTargetsByRule')).toEqual(['events:ListRules', 'events:ListTargetsByRule']);
  expect(asked('events:DescribeEventBus')).toEqual([
    'events:ListRules',
    'events:ListTargetsByRule',
    'events:DescribeEventBus',
  ]);
  expect(asked('events:DescribeEventBus', 'events:ListEventBuses')).toEqual([
    'events:ListEventBuses',
    'events:ListRules',
    'events:ListTargetsByRule',
  ]);
});

/** What an answer of `region` in account 111111111111 makes a call ask about. */
function named(
  call: CallName,
  output: JsonObject,
  region = 'eu-west-1',
  input: JsonObject = {},
): readonly Item[] {
  return callNamed(call).each?.items({ account: '111111111111', region, input, output }) ?? [];
}

test('trails are asked at home, in the account of their ARN', () => {
  const trail = 'arn:aws:cloudtrail:eu-west-1:222222222222:trail/all';
  expect(
    named(
      'cloudtrail:GetTrailStatus',
      { trailList: [{ TrailARN: trail, HomeRegion: 'eu-west-1' }, { Name: 'nameless' }] },
      'us-east-1',
    ),
  ).toEqual([{ name: trail, owner: '222222222222', region: 'eu-west-1' }]);
});

test('insight selectors are asked for where a trail may have them, details of a store in its own account', () => {
  const trail = (name: string, has?: boolean): JsonObject => ({
    TrailARN: `arn:aws:cloudtrail:eu-west-1:111111111111:trail/${name}`,
    ...(has === undefined ? {} : { HasInsightSelectors: has }),
  });
  const trails = { trailList: [trail('with', true), trail('without', false), trail('untold')] };
  const found = named('cloudtrail:GetInsightSelectors', trails).map(({ name }) => name.split('/')[1]);
  expect(found).toEqual(['with', 'untold']);
  const store = 'arn:aws:cloudtrail:eu-west-1:222222222222:eventdatastore/1';
  const listed = { EventDataStores: [{ EventDataStoreArn: store, Name: 'all' }, {}] };
  const item = { name: store, owner: '222222222222', region: 'eu-west-1' };
  for (const call of ['cloudtrail:GetEventDataStore', 'cloudtrail:GetResourcePolicy'] as const)
    expect(named(call, listed, 'us-east-1')).toEqual([item]);
  const KmsKeyId = 'arn:aws:kms:eu-west-1:333333333333:key/1';
  expect(named('kms:DescribeKey', { EventDataStoreArn: store, KmsKeyId })).toEqual([
    { name: KmsKeyId, owner: '333333333333', region: 'eu-west-1' },
  ]);
  expect(named('kms:DescribeKey', { EventDataStoreArn: store })).toEqual([]);
});

test('topics come from the actions of alarms of every kind, each once', () => {
  const arn = (name: string): string => `arn:aws:sns:eu-west-1:222222222222:${name}`;
  const found = named('sns:GetTopicAttributes', {
    MetricAlarms: [
      { AlarmActions: [arn('a'), 'arn:aws:automate:eu-west-1:ec2:stop'], OKActions: [arn('b')] },
      { AlarmActions: [arn('a'), 'not an arn', 7] },
    ],
    CompositeAlarms: [{ AlarmActions: [arn('c')] }],
    LogAlarms: [{ InsufficientDataActions: [arn('d')] }],
  });
  expect(found.map((item) => item.name)).toEqual([arn('a'), arn('b'), arn('c'), arn('d')]);
  expect(found[0]).toEqual({ name: arn('a'), owner: '222222222222', region: 'eu-west-1' });
});

test('buckets of trails are looked for by name, and asked about where their owner has them', () => {
  const trail = (name: string, S3BucketName: string): JsonObject => ({
    TrailARN: `arn:aws:cloudtrail:eu-west-1:222222222222:trail/${name}`,
    HomeRegion: 'eu-west-1',
    S3BucketName,
  });
  const trails = { trailList: [trail('a', 'logs'), trail('b', 'logs'), trail('c', '')] };
  const [item, ...others] = named('s3:ListBuckets', trails, 'us-east-1');
  expect(others).toEqual([]);
  expect(item).toEqual({ name: 'logs', owner: undefined, region: 'eu-west-1' });
  const found = {
    Buckets: [
      { Name: 'logs-2', BucketRegion: 'eu-west-2' },
      { Name: 'logs', BucketRegion: 'eu-west-3' },
    ],
  };
  const input = { Prefix: 'logs' };
  expect(named('s3:GetBucketPolicy', found, 'eu-west-1', input)).toEqual([
    { name: 'logs', owner: '111111111111', region: 'eu-west-3' },
  ]);
  expect(named('s3control:GetPublicAccessBlock', found, 'eu-west-1', input)).toEqual([
    { name: '111111111111', owner: '111111111111', region: 'eu-west-3' },
  ]);
});

test('mute rules are asked for only where there are alarms, and each that is not expired by its name', () => {
  expect(named('cloudwatch:ListAlarmMuteRules', { MetricAlarms: [], CompositeAlarms: [] })).toEqual([]);
  expect(named('cloudwatch:ListAlarmMuteRules', { LogAlarms: [{}] })).toMatchObject([
    { region: 'eu-west-1' },
  ]);
  const rule = (name: string, Status: string): JsonObject => ({
    AlarmMuteRuleArn: `arn:aws:cloudwatch:eu-west-1:111111111111:alarm-mute-rule:${name}`,
    Status,
  });
  const rules = { AlarmMuteRuleSummaries: [rule('nights', 'SCHEDULED'), rule('move', 'EXPIRED'), {}] };
  const [item, ...others] = named('cloudwatch:GetAlarmMuteRule', rules);
  expect(others).toEqual([]);
  expect(callNamed('cloudwatch:GetAlarmMuteRule').each?.input(item as Item)).toEqual({
    AlarmMuteRuleName: 'nights',
  });
});

test('of functions only their number and the policy of those that alarms run are asked for: settings may hold secrets', () => {
  const arn = 'arn:aws:lambda:eu-west-1:222222222222:function:tell';
  const alarms = {
    MetricAlarms: [{ AlarmActions: [arn], OKActions: [`${arn}-well`] }, { AlarmActions: [arn] }],
  };
  expect(named('lambda:GetPolicy', alarms)).toEqual([
    { name: arn, owner: '222222222222', region: 'eu-west-1' },
  ]);
  expect(calls.map((call) => nameOf(call)).filter((name) => name.startsWith('lambda:'))).toEqual([
    'lambda:GetAccountSettings',
    'lambda:GetPolicy',
  ]);
});

test('only confirmed subscriptions are asked about', () => {
  const arn = 'arn:aws:sns:eu-west-1:222222222222:alerts:0900209d';
  const list = {
    Subscriptions: ['PendingConfirmation', 'Deleted', arn].map((SubscriptionArn) => ({ SubscriptionArn })),
  };
  expect(named('sns:GetSubscriptionAttributes', list)).toEqual([
    { name: arn, owner: '222222222222', region: 'eu-west-1' },
  ]);
});

test.each([
  ['an id', '0b9d8f52', '222222222222'],
  ['an alias', 'alias/alarms', '222222222222'],
  ['an ARN', 'arn:aws:kms:eu-west-1:333333333333:key/0b9d8f52', '333333333333'],
  ['the key that AWS manages', 'alias/aws/sns', undefined],
  ['its ARN', 'arn:aws:kms:eu-west-1:222222222222:alias/aws/sns', undefined],
])('the key of a topic, named by %s, is asked about in its account', (_, KmsMasterKeyId, owner) => {
  const topic = { TopicArn: 'arn:aws:sns:eu-west-1:222222222222:alerts' };
  expect(named('kms:DescribeKey', { Attributes: { KmsMasterKeyId } }, 'eu-west-1', topic)).toEqual(
    owner === undefined ? [] : [{ name: KmsMasterKeyId, owner, region: 'eu-west-1' }],
  );
  expect(named('kms:DescribeKey', { Attributes: topic }, 'eu-west-1', topic)).toEqual([]);
});

test('keys of trails, log groups and buckets are asked about in their account and region', () => {
  const arn = (id: string): string => `arn:aws:kms:us-east-1:333333333333:key/${id}`;
  const names = (call: CallName, output: JsonObject): readonly Item[] =>
    named('kms:DescribeKey', output, 'eu-west-1', { Bucket: call });
  const at = (name: string, owner = '333333333333', region = 'us-east-1'): Item => ({ name, owner, region });
  expect(
    names('cloudtrail:DescribeTrails', { trailList: [{ KmsKeyId: arn('a') }, {}, { KmsKeyId: arn('a') }] }),
  ).toEqual([at(arn('a'))]);
  expect(names('logs:DescribeLogGroups', { logGroups: [{ kmsKeyId: arn('b') }, { kmsKeyId: 'b' }] })).toEqual(
    [at(arn('b'))],
  );
  const encrypted = (KMSMasterKeyID?: string): JsonObject => ({
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: {
            SSEAlgorithm: 'aws:kms',
            ...(KMSMasterKeyID && { KMSMasterKeyID }),
          },
        },
      ],
    },
  });
  expect(names('s3:GetBucketEncryption', encrypted(arn('c')))).toEqual([at(arn('c'))]);
  expect(names('s3:GetBucketEncryption', encrypted('alias/c'))).toEqual([
    at('alias/c', '111111111111', 'eu-west-1'),
  ]);
  expect(names('s3:GetBucketEncryption', encrypted())).toEqual([]);
});

test.each<[string, JsonObject, boolean]>([
  ['is symmetric and made by KMS', {}, true],
  ['is asymmetric', { KeySpec: 'RSA_2048' }, false],
  ['was imported', { Origin: 'EXTERNAL' }, false],
  ['is a replica', { MultiRegionConfiguration: { MultiRegionKeyType: 'REPLICA' } }, false],
  ['is a primary key', { MultiRegionConfiguration: { MultiRegionKeyType: 'PRIMARY' } }, true],
  ['is one of AWS', { KeyManager: 'AWS' }, false],
])('the rotation of a key that %s', (_, more, asked) => {
  const key = {
    Arn: 'arn:aws:kms:eu-west-1:111111111111:key/1',
    KeySpec: 'SYMMETRIC_DEFAULT',
    Origin: 'AWS_KMS',
    ...more,
  };
  expect(named('kms:GetKeyRotationStatus', { KeyMetadata: key })).toHaveLength(asked ? 1 : 0);
});

test('a key policy is asked for by the ARN of a key that can be used', () => {
  const key = {
    Arn: 'arn:aws:kms:eu-west-1:111111111111:key/1',
    KeyState: 'Enabled',
    KeyManager: 'CUSTOMER',
  };
  expect(named('kms:GetKeyPolicy', { KeyMetadata: key }).map(({ name }) => name)).toEqual([key.Arn]);
  expect(named('kms:GetKeyPolicy', { KeyMetadata: { ...key, KeyState: 'Disabled' } })).toEqual([]);
  expect(named('kms:GetKeyPolicy', { KeyMetadata: { ...key, KeyManager: 'AWS' } })).toEqual([]);
});

test('links to monitoring accounts are asked for where filters count events and where trails deliver to', () => {
  const group = 'arn:aws:logs:eu-west-1:222222222222:log-group:trail:*';
  expect(named('oam:ListLinks', { metricFilters: [{ filterName: 'a' }, {}] })).toEqual([
    { name: 'eu-west-1', owner: '111111111111', region: 'eu-west-1' },
  ]);
  expect(
    named('oam:ListLinks', { trailList: [{ CloudWatchLogsLogGroupArn: group }, {}] }, 'us-east-1'),
  ).toEqual([{ name: 'eu-west-1', owner: '222222222222', region: 'eu-west-1' }]);
  expect(named('oam:ListLinks', { metricFilters: [], trailList: [] })).toEqual([]);
  const arn = 'arn:aws:oam:eu-west-1:111111111111:link/1';
  const Items = [
    { Arn: arn, ResourceTypes: ['AWS::CloudWatch::Metric'] },
    { Arn: `${arn}2`, ResourceTypes: ['AWS::Logs::LogGroup'] },
  ];
  expect(named('oam:GetLink', { Items }).map(({ name }) => name)).toEqual([arn]);
});

test('roles are asked about that deliver for trails, and the one that shows metrics to other accounts', () => {
  const role = 'arn:aws:iam::222222222222:role/service/to-logs';
  const found = named('iam:GetRole', { trailList: [{ CloudWatchLogsRoleArn: role }] });
  expect(found).toEqual([{ name: role, owner: '222222222222', region: 'global' }]);
  expect(callNamed('iam:GetRole').each?.input(found[0] as Item)).toEqual({ RoleName: 'to-logs' });
  expect(named('iam:GetRole', { metricFilters: [{}] })).toEqual([
    { name: 'CloudWatch-CrossAccountSharingRole', owner: '111111111111', region: 'global' },
  ]);
  expect(named('iam:ListRolePolicies', { metricFilters: [{}] })).toEqual([]);
});

test('rules are asked for on every other bus but those of partners', () => {
  const buses = [{ Name: 'default' }, { Name: 'aws.partner/example.com/1' }, { Name: 'audit' }, {}];
  const found = named('events:ListRules', { EventBuses: buses });
  expect(found.map((item) => callNamed('events:ListRules').each?.input(item))).toEqual([
    { EventBusName: 'audit' },
  ]);
  expect(named('events:ListRules', { Name: 'audit', Policy: '{}' })).toEqual([
    { name: 'audit', owner: '111111111111', region: 'eu-west-1' },
  ]);
  // The rules of the default bus are in the list that every region is asked for.
  expect(named('events:ListRules', { Name: 'default' })).toEqual([]);
});

test('buses that a rule sends to are asked for where their ARN says', () => {
  const targets = [
    { Arn: 'arn:aws:events:us-east-1:222222222222:event-bus/team/audit' },
    { Arn: 'arn:aws:events:us-east-1:222222222222:event-bus/default' },
    { Arn: 'arn:aws:sns:eu-west-1:111111111111:alerts' },
    { Arn: 'arn:aws:events:us-east-1:222222222222:api-destination/event-bus/x' },
    {},
  ];
  const found = named('events:DescribeEventBus', { Targets: targets });
  expect(found).toEqual([
    { name: 'team/audit', owner: '222222222222', region: 'us-east-1' },
    { name: 'default', owner: '222222222222', region: 'us-east-1' },
  ]);
  expect(callNamed('events:DescribeEventBus').each?.input(found[0] as Item)).toEqual({ Name: 'team/audit' });
});

test('targets are asked for of rules that may see CloudTrail events, by the name and bus in their ARN', () => {
  const arn = (path: string): string => `arn:aws:events:eu-west-1:111111111111:rule/${path}`;
  const seeing = { EventPattern: '{"source":["aws.iam"]}' };
  const found = named('events:ListTargetsByRule', {
    Rules: [
      { Name: 'root', Arn: arn('root'), ...seeing },
      { Name: 'root', Arn: arn('audit/root'), ...seeing },
      { Name: 'managed', Arn: arn('managed'), ManagedBy: 'securityhub.amazonaws.com', ...seeing },
      { Name: 'nightly', Arn: arn('nightly'), ScheduleExpression: 'rate(1 day)' },
      {
        Name: 'ec2',
        Arn: arn('ec2'),
        EventPattern: '{"detail-type":["EC2 Instance State-change Notification"]}',
      },
      { Name: 'any', Arn: arn('any'), EventPattern: '{"detail-type":[{"prefix":"AWS API"}]}' },
      { Name: 'calls', Arn: arn('calls'), EventPattern: '{"detail-type":["AWS API Call via CloudTrail"]}' },
    ],
  });
  expect(found.map((item) => callNamed('events:ListTargetsByRule').each?.input(item))).toEqual([
    { Rule: 'root' },
    { Rule: 'root', EventBusName: 'audit' },
    { Rule: 'any' },
    { Rule: 'calls' },
  ]);
});

test('topics come from the targets of event rules as well', () => {
  const topic = 'arn:aws:sns:eu-west-1:222222222222:a';
  expect(
    named('sns:GetTopicAttributes', {
      Targets: [
        { Id: '1', Arn: topic },
        { Id: '2', Arn: 'arn:aws:lambda:eu-west-1:222222222222:function:f' },
      ],
    }),
  ).toEqual([{ name: topic, owner: '222222222222', region: 'eu-west-1' }]);
});

test('log groups of trails are asked about where they are, by name and by ARN', () => {
  const trail = { CloudWatchLogsLogGroupArn: 'arn:aws:logs:eu-west-1:222222222222:log-group:/org/a:b:*' };
  const inputs = (call: CallName): unknown[] =>
    named(call, { trailList: [trail, { CloudWatchLogsLogGroupArn: 'no' }, {}] }, 'us-east-1').map((item) => [
      item.owner,
      item.region,
      callNamed(call).each?.input(item),
    ]);
  const place = ['222222222222', 'eu-west-1'];
  expect(inputs('logs:DescribeSubscriptionFilters')).toEqual([[...place, { logGroupName: '/org/a:b' }]]);
  expect(inputs('logs:DescribeAccountPolicies')).toEqual([[...place, {}]]);
  const resourceArn = 'arn:aws:logs:eu-west-1:222222222222:log-group:/org/a:b';
  expect(inputs('logs:DescribeResourcePolicies')).toEqual([
    [...place, { policyScope: 'RESOURCE', resourceArn }],
  ]);
});

test('what stands in a region is asked about only where something of its kind is', () => {
  const listed = { logGroups: [{}], Vpcs: [{}], ConfigurationRecorders: [{}] };
  for (const call of [
    'logs:DescribeResourcePolicies',
    'logs:DescribeDestinations',
    'ec2:DescribeFlowLogs',
    'ec2:DescribeVpcEndpoints',
    'config:DescribeConfigurationRecorderStatus',
  ] as const) {
    expect(named(call, { logGroups: [], Vpcs: [], ConfigurationRecorders: [] }), call).toEqual([]);
    const [item, ...others] = named(call, listed);
    expect(others, call).toEqual([]);
    expect(callNamed(call).each?.input(item as Item), call).toEqual({});
  }
});

test('of web front ends only what tells whether they log is recorded: headers and variables may be secrets', () => {
  const secret = 'hunter2';
  const origins = {
    Items: [{ CustomHeaders: { Items: [{ HeaderName: 'x-origin', HeaderValue: secret }] } }],
  };
  const answers: readonly [CallName, JsonObject, JsonObject][] = [
    [
      'cloudfront:ListDistributions',
      { DistributionList: { NextMarker: 'n', Items: [{ Id: 'E1', Enabled: true, Origins: origins }] } },
      { DistributionList: { NextMarker: 'n', Items: [{ Id: 'E1', Enabled: true }] } },
    ],
    [
      'cloudfront:GetDistributionConfig',
      { ETag: 'e', DistributionConfig: { Logging: { Enabled: false, Bucket: '' }, Origins: origins } },
      { DistributionConfig: { Logging: { Enabled: false, Bucket: '' } } },
    ],
    [
      'apigateway:GetStages',
      {
        item: [{ stageName: 'a', variables: { key: secret }, accessLogSettings: { destinationArn: 'arn' } }],
      },
      { item: [{ stageName: 'a', accessLogSettings: { destinationArn: 'arn' } }] },
    ],
    [
      'apigatewayv2:GetStages',
      { NextToken: 'n', Items: [{ StageName: 'a', StageVariables: { key: secret } }] },
      { NextToken: 'n', Items: [{ StageName: 'a' }] },
    ],
  ];
  for (const [call, output, kept] of answers) expect(recorded(callNamed(call), output), call).toEqual(kept);
  expect(recorded(callNamed('cloudtrail:DescribeTrails'), { trailList: [] })).toEqual({ trailList: [] });
});

test('every key of a list is asked about in its region', () => {
  const KeyArn = 'arn:aws:kms:eu-west-1:111111111111:key/1';
  expect(named('kms:DescribeKey', { Keys: [{ KeyArn, KeyId: '1' }, {}] })).toEqual([
    { name: KeyArn, owner: '111111111111', region: 'eu-west-1' },
  ]);
});

test('of web front ends those are asked about that may log access', () => {
  const arn = 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/';
  const balancers = {
    LoadBalancers: ['application', 'network', 'gateway'].map((Type) => ({
      LoadBalancerArn: `${arn}${Type}`,
      Type,
    })),
  };
  const names = (call: CallName, output: JsonObject): readonly string[] =>
    named(call, output).map(({ name, region }) => `${name} ${region}`);
  expect(names('elbv2:DescribeLoadBalancerAttributes', balancers)).toEqual([
    `${arn}application eu-west-1`,
    `${arn}network eu-west-1`,
  ]);
  const apis = [{ id: 'a' }, { id: 'b', endpointConfiguration: { types: ['PRIVATE'] } }, {}];
  expect(names('apigateway:GetStages', { items: apis })).toEqual(['a eu-west-1']);
  expect(names('apigatewayv2:GetStages', { Items: [{ ApiId: 'h' }, {}] })).toEqual(['h eu-west-1']);
  const distributions = (partition: string): JsonObject => ({
    DistributionList: { Items: [{ Id: 'E1', ARN: `arn:${partition}:cloudfront::1:distribution/E1` }] },
  });
  expect(names('cloudfront:GetDistributionConfig', distributions('aws'))).toEqual(['E1 global']);
  // Deliveries are kept where CloudFront has them, and in the region of a load balancer.
  for (const call of ['logs:DescribeDeliverySources', 'logs:DescribeDeliveries'] as const) {
    expect(names(call, distributions('aws'))).toEqual(['us-east-1 us-east-1']);
    expect(names(call, distributions('aws-cn'))).toEqual(['cn-northwest-1 cn-northwest-1']);
    expect(names(call, balancers)).toEqual(['eu-west-1 eu-west-1']);
    expect(names(call, { LoadBalancers: [{ LoadBalancerArn: arn, Type: 'gateway' }] })).toEqual([]);
  }
});

test('CloudFront is not asked in partitions that do not have it', () => {
  const list = callNamed('cloudfront:ListDistributions');
  const wished = new Set([nameOf(list)]);
  for (const [partition, asked] of Object.entries({ aws: true, 'aws-cn': true, 'aws-us-gov': false })) {
    expect(wantedCalls(undefined, partition)(list), partition).toBe(asked);
    expect(wantedCalls(wished, partition)(list), partition).toBe(asked);
  }
});
