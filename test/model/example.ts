import type { JsonObject } from '../../src/json.ts';
import {
  denied,
  describeTrails,
  gone,
  listRegions,
  trail,
  type Given,
  type GivenSnapshot,
} from './support.ts';

export const central = '111111111111';
export const member = '222222222222';
export const topicOwner = '333333333333';
const group = `arn:aws:logs:us-east-1:${central}:log-group:trail`;
const topicArn = `arn:aws:sns:us-east-1:${topicOwner}:security`;
export const trailArn = `arn:aws:cloudtrail:us-east-1:${central}:trail/all`;

const bucketName = 'trail-logs';
const keyArn = `arn:aws:kms:us-east-1:${member}:key/1`;

/** Each account says whether the bucket of the trail is its own; the member's is. */
function lookUps(): Given[] {
  return [central, member, topicOwner].map((account) => ({
    call: 's3:ListBuckets',
    account,
    region: 'us-east-1',
    input: { Prefix: bucketName },
    output: { Buckets: account === member ? [{ Name: bucketName, BucketRegion: 'us-east-1' }] : [] },
  }));
}

/** The bucket and key of the trail, in the account of the member. */
function archive(): Given[] {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceArn': trailArn } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const ask = (operation: string, output: JsonObject): Given => ({
    call: `s3:${operation}`,
    region: 'us-east-1',
    input: { Bucket: bucketName },
    output,
  });
  const askKey = (operation: string, output: JsonObject): Given => ({
    call: `kms:${operation}`,
    region: 'us-east-1',
    input: { KeyId: keyArn },
    output,
  });
  const rules = {
    Rules: [{ ID: 'a', Status: 'Enabled', Filter: { Prefix: 'AWS' }, Expiration: { Days: 9 } }],
  };
  const copies = { Rules: [{ ID: 'b', Status: 'Enabled', Destination: { Bucket: 'x', Account: central } }] };
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn };
  return [
    ask('GetBucketPolicy', { Policy }),
    ask('GetBucketPolicyStatus', { PolicyStatus: { IsPublic: false } }),
    ask('GetPublicAccessBlock', { PublicAccessBlockConfiguration: { BlockPublicAcls: true } }),
    ask('GetBucketAcl', { Owner: { ID: 'a' }, Grants: [] }),
    ask('GetBucketOwnershipControls', {
      OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
    }),
    ask('GetBucketVersioning', { Status: 'Enabled' }),
    ask('GetObjectLockConfiguration', { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } }),
    ask('GetBucketEncryption', {
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] },
    }),
    ask('GetBucketLifecycleConfiguration', rules),
    ask('GetBucketLogging', {}),
    ask('GetBucketReplication', { ReplicationConfiguration: copies }),
    ask('GetBucketNotificationConfiguration', { EventBridgeConfiguration: {} }),
    {
      call: 's3control:GetPublicAccessBlock',
      region: 'us-east-1',
      input: { AccountId: member },
      output: { PublicAccessBlockConfiguration: { IgnorePublicAcls: true } },
    },
    askKey('DescribeKey', {
      KeyMetadata: { KeyId: '1', Arn: keyArn, KeyState: 'Enabled', KeyManager: 'CUSTOMER' },
    }),
    askKey('GetKeyPolicy', { Policy }),
    askKey('GetKeyRotationStatus', { KeyRotationEnabled: true }),
  ];
}

/** What may differ from the healthy example. */
export interface Choices {
  readonly logging?: boolean;
  readonly secondRegion?: 'healthy' | 'denied' | 'missing';
  readonly memberCopies?: boolean;
  readonly regionsFrom?: 'account' | 'ec2' | 'neither';
  readonly pages?: 1 | 2 | 3;
  readonly threshold?: number;
  readonly topic?: 'there' | 'gone' | 'denied';
  readonly composite?: string;
  readonly ownerScanned?: boolean;
  readonly confirmed?: boolean;
  readonly muted?: boolean;
  /** Event rules of the central account: none, a topic as target, or the bus of the topic's owner. */
  readonly eventRules?: 'none' | 'topic' | 'bus' | 'described-bus';
}

/**
 * A management account with an organization trail, its log group, filter and alarms; a member; and an account that owns
 * the topic.
 */
export function example(choices: Choices = {}): GivenSnapshot {
  const organizationTrail = trail(central, 'all', {
    IsOrganizationTrail: true,
    CloudWatchLogsLogGroupArn: `${group}:*`,
    S3BucketName: bucketName,
    KmsKeyId: keyArn,
  });
  const regions = (): Given[] =>
    choices.regionsFrom === 'ec2'
      ? [
          {
            call: 'ec2:DescribeRegions',
            region: 'us-east-1',
            input: { AllRegions: true },
            output: {
              Regions: [
                { RegionName: 'us-east-1', OptInStatus: 'opt-in-not-required' },
                { RegionName: 'eu-west-1', OptInStatus: 'opt-in-not-required' },
                { RegionName: 'af-south-1', OptInStatus: 'not-opted-in' },
              ],
            },
          },
        ]
      : choices.regionsFrom === 'neither'
        ? [{ call: 'account:ListRegions', error: denied() }]
        : [listRegions('us-east-1', 'eu-west-1', { name: 'af-south-1', status: 'DISABLED' })];
  const second = (call: Given['call'], output: JsonObject): Given[] =>
    choices.secondRegion === 'missing'
      ? []
      : choices.secondRegion === 'denied'
        ? [{ call, region: 'eu-west-1', error: denied() }]
        : [{ call, region: 'eu-west-1', output }];
  const lists = (groups: readonly JsonObject[], filters: readonly JsonObject[]): Given[] => [
    { call: 'logs:DescribeLogGroups', region: 'us-east-1', output: { logGroups: groups } },
    { call: 'logs:DescribeMetricFilters', region: 'us-east-1', output: { metricFilters: filters } },
    // Where there are no log groups nobody asks for their filters.
    ...second('logs:DescribeLogGroups', { logGroups: [] }),
    ...second('cloudwatch:DescribeAlarms', { MetricAlarms: [], CompositeAlarms: [], LogAlarms: [] }),
  ];
  return {
    management: central,
    organization: [
      {
        call: 'organizations:DescribeOrganization',
        output: { Organization: { Id: 'o-example', MasterAccountId: central } },
      },
      {
        call: 'organizations:ListRoots',
        output: { Roots: [{ Id: 'r-root', PolicyTypes: [{ Type: 'TAG_POLICY', Status: 'ENABLED' }] }] },
      },
      {
        call: 'organizations:ListAWSServiceAccessForOrganization',
        output: { EnabledServicePrincipals: [{ ServicePrincipal: 'cloudtrail.amazonaws.com' }] },
      },
      {
        call: 'organizations:ListDelegatedAdministrators',
        output: { DelegatedAdministrators: [{ Id: member }] },
      },
      {
        call: 'organizations:ListDelegatedServicesForAccount',
        input: { AccountId: member },
        output: { DelegatedServices: [{ ServicePrincipal: 'cloudtrail.amazonaws.com' }] },
      },
      {
        call: 'organizations:ListAccounts',
        output: {
          Accounts: [central, member, topicOwner].map((Id) => ({
            Id,
            Name: `Account ${Id}`,
            State: 'ACTIVE',
          })),
        },
      },
      ...lookUps(),
    ],
    accounts: {
      [central]: {
        records: [
          ...regions(),
          describeTrails('us-east-1', organizationTrail),
          ...second('cloudtrail:DescribeTrails', { trailList: [organizationTrail] }),
          {
            call: 'cloudtrail:GetTrailStatus',
            region: 'us-east-1',
            input: { Name: trailArn },
            output: { IsLogging: choices.logging ?? true },
          },
          {
            call: 'cloudtrail:GetEventSelectors',
            region: 'us-east-1',
            input: { TrailName: trailArn },
            output: {
              EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [] }],
            },
          },
          {
            call: 'cloudtrail:GetInsightSelectors',
            region: 'us-east-1',
            input: { TrailName: trailArn },
            output: { InsightSelectors: [{ InsightType: 'ApiCallRateInsight' }] },
          },
          {
            call: 'cloudtrail:ListTags',
            region: 'us-east-1',
            input: { ResourceIdList: [trailArn] },
            output: {
              ResourceTagList: [{ ResourceId: trailArn, TagsList: [{ Key: 'team' }, { Key: 'aws:x' }] }],
            },
          },
          ...eventDataStore(),
          ...lists(
            [{ logGroupName: 'trail', arn: `${group}:*`, logGroupArn: group }],
            [
              {
                filterName: 'root',
                logGroupName: 'trail',
                filterPattern: '{ $.userIdentity.type = "Root" }',
                metricTransformations: [
                  { metricName: 'Root', metricNamespace: 'CIS', metricValue: '1', defaultValue: 0 },
                ],
              },
            ],
          ),
          ...alarmPages(choices),
          { call: 'oam:ListLinks', region: 'us-east-1', output: { Items: [] } },
          {
            call: 'iam:GetRole',
            input: { RoleName: 'CloudWatch-CrossAccountSharingRole' },
            error: gone('NoSuchEntity'),
          },
          {
            call: 'cloudwatch:ListAlarmMuteRules',
            region: 'us-east-1',
            output: {
              AlarmMuteRuleSummaries: [
                {
                  AlarmMuteRuleArn: `arn:aws:cloudwatch:us-east-1:${central}:alarm-mute-rule:quiet`,
                  Status: choices.muted === true ? 'ACTIVE' : 'SCHEDULED',
                },
              ],
            },
          },
          {
            call: 'cloudwatch:GetAlarmMuteRule',
            region: 'us-east-1',
            input: { AlarmMuteRuleName: 'quiet' },
            output: {
              Name: 'quiet',
              MuteTargets: { AlarmNames: ['root', 'any'] },
              Rule: { Schedule: { Expression: 'cron(0 2 * * *)', Duration: 'PT1H' } },
            },
          },
          ...eventRuleRecords(choices),
        ],
      },
      [member]: {
        records: [
          ...archive(),
          ...regions(),
          describeTrails('us-east-1', ...(choices.memberCopies === false ? [] : [organizationTrail])),
          ...second('cloudtrail:DescribeTrails', {
            trailList: choices.memberCopies === false ? [] : [organizationTrail],
          }),
          ...lists([], []),
          { call: 'cloudwatch:DescribeAlarms', region: 'us-east-1', input: allTypes, output: noAlarms },
        ],
      },
      [topicOwner]:
        choices.ownerScanned === false
          ? {}
          : { records: [...regions(), ...topicRecords(choices), ...busRecords(choices)] },
    },
  };
}

const openToOrganization = JSON.stringify({
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: topicArn,
      Condition: { StringEquals: { 'aws:SourceOrgID': 'o-example' } },
    },
  ],
});

const allTypes: JsonObject = { AlarmTypes: ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'] };
const noAlarms: JsonObject = { MetricAlarms: [], CompositeAlarms: [], LogAlarms: [] };

/** An event data store with a key and a policy. */
function eventDataStore(): Given[] {
  const region = 'us-east-1';
  const store = `arn:aws:cloudtrail:us-east-1:${central}:eventdatastore/1`;
  const key = `arn:aws:kms:us-east-1:${central}:key/store`;
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
  };
  return [
    {
      call: 'cloudtrail:ListEventDataStores',
      region,
      output: { EventDataStores: [{ EventDataStoreArn: store, Name: 'all' }] },
    },
    {
      call: 'cloudtrail:GetEventDataStore',
      region,
      input: { EventDataStore: store },
      output: {
        EventDataStoreArn: store,
        Name: 'all',
        Status: 'ENABLED',
        KmsKeyId: key,
        AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
      },
    },
    {
      call: 'cloudtrail:GetResourcePolicy',
      region,
      input: { ResourceArn: store },
      output: { ResourcePolicy: JSON.stringify(policy) },
    },
    {
      call: 'kms:DescribeKey',
      region,
      input: { KeyId: key },
      output: { KeyMetadata: { KeyManager: 'CUSTOMER' } },
    },
  ];
}

/** The alarms of the central account, dealt over one to three pages. */
function alarmPages(choices: Choices): Given[] {
  const metric: JsonObject = {
    AlarmName: 'root',
    AlarmArn: `arn:aws:cloudwatch:us-east-1:${central}:alarm:root`,
    ActionsEnabled: true,
    AlarmActions: choices.composite === undefined ? [topicArn] : [],
    MetricName: 'Root',
    Namespace: 'CIS',
    Statistic: 'Sum',
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: choices.threshold ?? 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  };
  const other: JsonObject = {
    ...metric,
    AlarmName: 'other',
    AlarmArn: `${metric['AlarmArn'] as string}2`,
    MetricName: 'Other',
  };
  const composites: JsonObject[] =
    choices.composite === undefined
      ? []
      : [
          {
            AlarmName: 'any',
            AlarmArn: `arn:aws:cloudwatch:us-east-1:${central}:alarm:any`,
            ActionsEnabled: true,
            AlarmActions: [topicArn],
            AlarmRule: choices.composite,
          },
        ];
  const contents: JsonObject[] = [
    { MetricAlarms: [metric], CompositeAlarms: [], LogAlarms: [] },
    { MetricAlarms: [other], CompositeAlarms: [], LogAlarms: [] },
    { MetricAlarms: [], CompositeAlarms: composites, LogAlarms: [] },
  ];
  const last = choices.pages ?? 1;
  const merged =
    last === 3
      ? contents
      : last === 2
        ? [contents[0], { MetricAlarms: [other], CompositeAlarms: composites, LogAlarms: [] }]
        : [{ MetricAlarms: [metric, other], CompositeAlarms: composites, LogAlarms: [] }];
  return merged.map((output, index): Given => ({
    call: 'cloudwatch:DescribeAlarms',
    region: 'us-east-1',
    input: index === 0 ? allTypes : { ...allTypes, NextToken: `token ${index}` },
    output: output ?? noAlarms,
    page: { number: index + 1, last: index + 1 === last },
  }));
}

/** A rule of the central account in one of its regions, and what it does. */
function eventRuleRecords({ eventRules = 'none' }: Choices): Given[] {
  const rule = {
    Name: 'root',
    Arn: `arn:aws:events:us-east-1:${central}:rule/root`,
    State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
    EventPattern: '{"detail":{"userIdentity":{"type":["Root"]}}}',
  };
  const target =
    eventRules === 'topic' ? topicArn : `arn:aws:events:us-east-1:${topicOwner}:event-bus/default`;
  return [
    { call: 'events:ListRules', region: 'us-east-1', output: { Rules: eventRules === 'none' ? [] : [rule] } },
    { call: 'events:ListRules', region: 'eu-west-1', output: { Rules: [] } },
    {
      call: 'events:ListTargetsByRule',
      region: 'us-east-1',
      input: { Rule: 'root' },
      output: { Targets: [{ Id: 'target', Arn: target }] },
    },
  ];
}

/** The bus of the topic's owner: it takes what the central account sends, and a rule on it notifies the topic. */
function busRecords({ eventRules = 'none' }: Choices): Given[] {
  if (eventRules !== 'bus' && eventRules !== 'described-bus') return [];
  const policy = {
    Statement: [{ Effect: 'Allow', Principal: { AWS: central }, Action: 'events:PutEvents', Resource: '*' }],
  };
  const bus = { Name: 'default', Policy: JSON.stringify(policy) };
  const region = 'us-east-1';
  return [
    eventRules === 'bus'
      ? { call: 'events:ListEventBuses', region, output: { EventBuses: [bus] } }
      : { call: 'events:DescribeEventBus', region, input: { Name: 'default' }, output: bus },
    {
      call: 'events:ListRules',
      region: 'us-east-1',
      output: {
        Rules: [{ Name: 'all', State: 'ENABLED', EventPattern: '{"detail-type":[{"prefix":"AWS"}]}' }],
      },
    },
    {
      call: 'events:ListTargetsByRule',
      region: 'us-east-1',
      input: { Rule: 'all' },
      output: { Targets: [{ Id: 'target', Arn: topicArn }] },
    },
  ];
}

/** What the owner of the topic was asked about it. */
function topicRecords(choices: Choices): Given[] {
  const attributes: Omit<Given, 'call'> =
    choices.topic === 'gone'
      ? { error: gone('NotFound') }
      : choices.topic === 'denied'
        ? { error: denied() }
        : { output: { Attributes: { TopicArn: topicArn, Owner: topicOwner, Policy: openToOrganization } } };
  const subscription = {
    SubscriptionArn: choices.confirmed === false ? 'PendingConfirmation' : `${topicArn}:11112222`,
    Protocol: 'email',
    Endpoint: 'security@example.com',
    TopicArn: topicArn,
  };
  const input = { TopicArn: topicArn };
  return [
    { call: 'sns:GetTopicAttributes', region: 'us-east-1', input, ...attributes },
    {
      call: 'sns:ListSubscriptionsByTopic',
      region: 'us-east-1',
      input,
      output: { Subscriptions: [subscription] },
    },
    {
      call: 'sns:GetSubscriptionAttributes',
      region: 'us-east-1',
      input: { SubscriptionArn: `${topicArn}:11112222` },
      output: { Attributes: { SubscriptionArn: `${topicArn}:11112222` } },
    },
  ];
}
