import type { JsonObject } from '../../src/json.ts';
import type { AnswerRecord } from '../../src/snapshot/record.ts';
import { snapshotFromRecords } from '../../src/snapshot/memory.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { answered, refused } from './records.ts';

/** The role that the accounts of the small organization trust, and with which external id. */
export const smallRole = { name: 'Audit', externalId: 'example-external-id' } as const;

export const small = {
  /** Owner of the organization trail and of the alarm on it. */
  management: '111111111111',
  /** Where the alarms of one region may not be read. */
  production: '222222222222',
  /** Whose role refuses. */
  locked: '333333333333',
  /** Suspended. */
  closed: '444444444444',
  regions: ['eu-west-1', 'us-east-1'],
  trail: 'arn:aws:cloudtrail:eu-west-1:111111111111:trail/organization',
  store: 'arn:aws:cloudtrail:eu-west-1:111111111111:eventdatastore/4d0f6b52',
  topic: 'arn:aws:sns:eu-west-1:111111111111:alerts',
  subscription: 'arn:aws:sns:eu-west-1:111111111111:alerts:11111111-2222-3333-4444-555555555555',
  /** The topic's key, which it names by an alias. */
  key: 'arn:aws:kms:eu-west-1:111111111111:key/9d3f6c1a-54e2-4b0d-8b1f-2f6a7c8e9d10',
  muteRule: 'arn:aws:cloudwatch:eu-west-1:111111111111:alarm-mute-rule:release-window',
  /** A topic that an alarm names and that is gone. */
  goneTopic: 'arn:aws:sns:us-east-1:222222222222:gone',
} as const;

const root = 'r-root';
const workloads = 'ou-root-workloads';
const organizationId = 'o-exampleorg';

/**
 * An organization of four accounts as AWS would answer about it: an organization trail with its copies, nested units, an
 * account that refuses, one that is suspended, a denied call, a dangling topic, several pages of log groups.
 */
export function smallOrganization(): Snapshot {
  const { management, production, locked, closed, regions } = small;
  const regionsFrom = 'account:ListRegions';
  return snapshotFromRecords({
    manifest: {
      caller: { arn: `arn:aws:iam::${management}:user/auditor`, account: management },
      organization: { id: organizationId, managementAccount: management },
      accounts: [
        { id: management, name: 'Management', state: 'ACTIVE', scan: 'collected', regions, regionsFrom },
        {
          id: production,
          name: 'Production',
          state: 'ACTIVE',
          path: 'Workloads',
          scan: 'collected',
          regions,
          regionsFrom,
        },
        {
          id: locked,
          name: 'Locked',
          state: 'ACTIVE',
          scan: 'not-reachable',
          reason: 'AssumeRole was denied',
        },
        { id: closed, name: 'Closed', state: 'SUSPENDED', scan: 'not-active' },
      ],
    },
    organization: [...organizationRecords(), ...bucketLists()],
    accounts: { [management]: managementRecords(), [production]: productionRecords() },
  });
}

function organizationRecords(): readonly AnswerRecord[] {
  const { management, production, locked, closed } = small;
  const ask = (operation: string, input: JsonObject, output: JsonObject): AnswerRecord =>
    answered(`organizations:${operation}`, management, 'global', input, output);
  const account = (id: string, name: string, state: string): JsonObject => ({
    Id: id,
    Arn: `arn:aws:organizations::${management}:account/${organizationId}/${id}`,
    Email: `${name.toLowerCase()}@example.com`,
    Name: name,
    State: state,
    JoinedMethod: 'CREATED',
    JoinedTimestamp: '2024-02-03T04:05:06.789Z',
  });
  const all = [
    account(management, 'Management', 'ACTIVE'),
    account(production, 'Production', 'ACTIVE'),
    account(locked, 'Locked', 'ACTIVE'),
    account(closed, 'Closed', 'SUSPENDED'),
  ];
  const under = (...ids: readonly string[]): JsonObject => ({
    Accounts: all.filter((one) => ids.includes(one['Id'] as string)),
  });
  return [
    ask(
      'DescribeOrganization',
      {},
      {
        Organization: {
          Id: organizationId,
          Arn: `arn:aws:organizations::${management}:organization/${organizationId}`,
          FeatureSet: 'ALL',
          MasterAccountId: management,
          MasterAccountArn: `arn:aws:organizations::${management}:account/${organizationId}/${management}`,
          MasterAccountEmail: 'management@example.com',
        },
      },
    ),
    ask('ListAccounts', {}, { Accounts: all }),
    ask(
      'ListRoots',
      {},
      {
        Roots: [
          {
            Id: root,
            Arn: `arn:aws:organizations::${management}:root/${organizationId}/${root}`,
            Name: 'Root',
            PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
          },
        ],
      },
    ),
    ask(
      'ListOrganizationalUnitsForParent',
      { ParentId: root },
      {
        OrganizationalUnits: [
          {
            Id: workloads,
            Arn: `arn:aws:organizations::${management}:ou/${organizationId}/${workloads}`,
            Name: 'Workloads',
          },
        ],
      },
    ),
    ask('ListOrganizationalUnitsForParent', { ParentId: workloads }, { OrganizationalUnits: [] }),
    ask('ListAccountsForParent', { ParentId: root }, under(management, locked, closed)),
    ask('ListAccountsForParent', { ParentId: workloads }, under(production)),
    ask(
      'ListAWSServiceAccessForOrganization',
      {},
      {
        EnabledServicePrincipals: [
          { ServicePrincipal: 'cloudtrail.amazonaws.com', DateEnabled: '2024-02-03T05:06:07.890Z' },
        ],
      },
    ),
    ask(
      'ListDelegatedAdministrators',
      {},
      {
        DelegatedAdministrators: [
          {
            ...account(production, 'Production', 'ACTIVE'),
            DelegationEnabledDate: '2024-03-04T05:06:07.890Z',
          },
        ],
      },
    ),
    ask(
      'ListDelegatedServicesForAccount',
      { AccountId: production },
      {
        DelegatedServices: [
          { ServicePrincipal: 'cloudtrail.amazonaws.com', DelegationEnabledDate: '2024-03-04T05:06:07.890Z' },
        ],
      },
    ),
    ask(
      'ListPolicies',
      { Filter: 'SERVICE_CONTROL_POLICY' },
      { Policies: [{ Id: 'p-guard', Name: 'guard', Type: 'SERVICE_CONTROL_POLICY', AwsManaged: false }] },
    ),
    ask(
      'DescribePolicy',
      { PolicyId: 'p-guard' },
      { Policy: { PolicySummary: { Id: 'p-guard' }, Content: '{"Version":"2012-10-17","Statement":[]}' } },
    ),
    ask(
      'ListTargetsForPolicy',
      { PolicyId: 'p-guard' },
      { Targets: [{ TargetId: workloads, Name: 'Workloads', Type: 'ORGANIZATIONAL_UNIT' }] },
    ),
  ];
}

/** The bucket of the trail is that of the production account. */
function bucketLists(): readonly AnswerRecord[] {
  const list = (account: string, Buckets: readonly JsonObject[]): AnswerRecord =>
    answered(
      's3:ListBuckets',
      account,
      'eu-west-1',
      { Prefix: 'example-trail-logs' },
      { Buckets, Prefix: 'example-trail-logs' },
    );
  const bucket = {
    Name: 'example-trail-logs',
    CreationDate: '2024-02-03T05:00:00.000Z',
    BucketRegion: 'us-east-1',
  };
  return [
    list(small.management, []),
    list(small.production, [bucket, { ...bucket, Name: 'example-trail-logs-of-old' }]),
  ];
}

/** Every shape of an answer about a bucket, and what S3 says where there is nothing. */
function bucketRecords(): readonly AnswerRecord[] {
  const ask = (operation: string, output: JsonObject): AnswerRecord =>
    answered(`s3:${operation}`, small.production, 'us-east-1', { Bucket: 'example-trail-logs' }, output);
  return [
    ask('GetBucketPolicy', {
      Policy: '{"Version":"2012-10-17","Statement":[{"Sid":"<&>","Effect":"Deny","Principal":"*"}]}',
    }),
    ask('GetBucketPolicyStatus', { PolicyStatus: { IsPublic: false } }),
    refused(
      's3:GetPublicAccessBlock',
      small.production,
      'us-east-1',
      { Bucket: 'example-trail-logs' },
      {
        code: 'NoSuchPublicAccessBlockConfiguration',
        message: 'The public access block configuration was not found',
        status: 404,
        outcome: 'obtained',
        absent: true,
      },
    ),
    ask('GetBucketAcl', {
      Owner: { ID: 'abc' },
      Grants: [
        { Grantee: { ID: 'abc', Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' },
        {
          Grantee: { URI: 'http://acs.amazonaws.com/groups/s3/LogDelivery', Type: 'Group' },
          Permission: 'WRITE',
        },
      ],
    }),
    ask('GetBucketOwnershipControls', {
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
    }),
    ask('GetBucketVersioning', { Status: 'Enabled', MFADelete: 'Disabled' }),
    ask('GetObjectLockConfiguration', {
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Years: 1 } },
      },
    }),
    ask('GetBucketEncryption', {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true }],
      },
    }),
    ask('GetBucketLifecycleConfiguration', {
      Rules: [
        {
          ID: 'a',
          Filter: { And: { Prefix: 'AWSLogs/', Tags: [{ Key: 'k', Value: 'v' }] } },
          Status: 'Enabled',
          Expiration: { Days: 400 },
          Transitions: [
            { Days: 30, StorageClass: 'GLACIER' },
            { Days: 90, StorageClass: 'DEEP_ARCHIVE' },
          ],
        },
        {
          ID: 'b',
          Filter: { Prefix: 'x' },
          Status: 'Disabled',
          Expiration: { Date: '2026-01-01T00:00:00.000Z' },
        },
      ],
    }),
    ask('GetBucketLogging', { LoggingEnabled: { TargetBucket: 'elsewhere', TargetPrefix: 'a/' } }),
    ask('GetBucketReplication', {
      ReplicationConfiguration: {
        Role: 'arn:aws:iam::222222222222:role/r',
        Rules: [
          {
            ID: 'a',
            Priority: 1,
            Filter: { Prefix: 'x' },
            Status: 'Enabled',
            Destination: { Bucket: 'arn:aws:s3:::copy' },
          },
        ],
      },
    }),
    ask('GetBucketNotificationConfiguration', {
      TopicConfigurations: [
        {
          Id: 't',
          TopicArn: small.topic,
          Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'],
        },
      ],
      QueueConfigurations: [
        { Id: 'q', QueueArn: 'arn:aws:sqs:us-east-1:222222222222:q', Events: ['s3:ObjectCreated:*'] },
      ],
      LambdaFunctionConfigurations: [
        {
          Id: 'l',
          LambdaFunctionArn: 'arn:aws:lambda:us-east-1:222222222222:function:f',
          Events: ['s3:ObjectCreated:*'],
        },
      ],
      EventBridgeConfiguration: {},
    }),
    answered(
      's3control:GetPublicAccessBlock',
      small.production,
      'us-east-1',
      { AccountId: small.production },
      {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: false,
          RestrictPublicBuckets: true,
        },
      },
    ),
  ];
}

const organizationTrail: JsonObject = {
  Name: 'organization',
  S3BucketName: 'example-trail-logs',
  IncludeGlobalServiceEvents: true,
  IsMultiRegionTrail: true,
  HomeRegion: 'eu-west-1',
  TrailARN: small.trail,
  LogFileValidationEnabled: true,
  CloudWatchLogsLogGroupArn: `arn:aws:logs:eu-west-1:${small.management}:log-group:/org/trail:*`,
  CloudWatchLogsRoleArn: `arn:aws:iam::${small.management}:role/ToLogs`,
  HasCustomEventSelectors: false,
  HasInsightSelectors: false,
  IsOrganizationTrail: true,
};

const tellingFunction = `arn:aws:lambda:eu-west-1:${small.management}:function:tell`;

/** The role of the trail, with a policy in it and one attached. IAM gives documents percent-encoded. */
function deliveryRoleRecords(account: string): readonly AnswerRecord[] {
  const global = (call: string, input: JsonObject, output: JsonObject): AnswerRecord =>
    answered(call, account, 'global', input, output);
  const arn = `arn:aws:iam::${account}:policy/write-logs`;
  const document = (Action: string, Resource: string): string =>
    encodeURIComponent(JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource }] }));
  return [
    global(
      'iam:GetRole',
      { RoleName: 'ToLogs' },
      {
        Role: {
          Path: '/',
          RoleName: 'ToLogs',
          Arn: `arn:aws:iam::${account}:role/ToLogs`,
          CreateDate: '2023-02-03T04:05:06.000Z',
          AssumeRolePolicyDocument: document('sts:AssumeRole', '*'),
        },
      },
    ),
    refused(
      'iam:GetRole',
      account,
      'global',
      { RoleName: 'CloudWatch-CrossAccountSharingRole' },
      {
        code: 'NoSuchEntity',
        message: 'The role with name CloudWatch-CrossAccountSharingRole cannot be found.',
        status: 404,
        outcome: 'obtained',
        absent: true,
      },
    ),
    global('iam:ListRolePolicies', { RoleName: 'ToLogs' }, { PolicyNames: ['streams', 'events'] }),
    global(
      'iam:ListAttachedRolePolicies',
      { RoleName: 'ToLogs' },
      { AttachedPolicies: [{ PolicyName: 'write-logs', PolicyArn: arn }] },
    ),
    ...['streams', 'events'].map((PolicyName) =>
      global(
        'iam:GetRolePolicy',
        { RoleName: 'ToLogs', PolicyName },
        { RoleName: 'ToLogs', PolicyName, PolicyDocument: document('logs:CreateLogStream', '*') },
      ),
    ),
    global(
      'iam:GetPolicy',
      { PolicyArn: arn },
      { Policy: { PolicyName: 'write-logs', Arn: arn, DefaultVersionId: 'v3' } },
    ),
    global(
      'iam:GetPolicyVersion',
      { PolicyArn: arn, VersionId: 'v3' },
      { PolicyVersion: { VersionId: 'v3', Document: document('logs:PutLogEvents', '*') } },
    ),
  ];
}

function managementRecords(): readonly AnswerRecord[] {
  const { management, trail, store, topic, subscription, key, muteRule } = small;
  const link = `arn:aws:oam:eu-west-1:${management}:link/1111`;
  const home = (call: string, input: JsonObject, output: JsonObject): AnswerRecord =>
    answered(call, management, 'eu-west-1', input, output);
  return [
    regionsOf(management),
    ...inEachRegion(management, 'cloudtrail:DescribeTrails', { trailList: [organizationTrail] }),
    home(
      'cloudtrail:ListEventDataStores',
      {},
      { EventDataStores: [{ EventDataStoreArn: store, Name: 'all' }] },
    ),
    answered('cloudtrail:ListEventDataStores', management, 'us-east-1', {}, { EventDataStores: [] }),
    ...inEachRegion(management, 'lambda:GetAccountSettings', { AccountUsage: { FunctionCount: 2 } }),
    home(
      'cloudtrail:GetTrailStatus',
      { Name: trail },
      {
        IsLogging: true,
        LatestDeliveryTime: '2026-10-01T05:55:00.250Z',
        StartLoggingTime: '2024-02-03T05:00:00.000Z',
        LatestCloudWatchLogsDeliveryTime: '2026-10-01T05:57:00.000Z',
        LatestDeliveryAttemptTime: '2026-10-01T05:55:00Z',
        TimeLoggingStarted: '2024-02-03T05:00:00Z',
        TimeLoggingStopped: '',
      },
    ),
    answered(
      'cloudtrail:GetTrailStatus',
      management,
      'us-east-1',
      { Name: trail },
      { IsLogging: true, LatestDeliveryTime: '2026-10-01T05:52:00.250Z' },
    ),
    home(
      'cloudtrail:GetEventSelectors',
      { TrailName: trail },
      {
        TrailARN: trail,
        AdvancedEventSelectors: [
          { Name: 'Management', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
        ],
      },
    ),
    home(
      'cloudtrail:ListTags',
      { ResourceIdList: [trail] },
      { ResourceTagList: [{ ResourceId: trail, TagsList: [{ Key: 'team', Value: 'security' }] }] },
    ),
    home(
      'cloudtrail:GetEventDataStore',
      { EventDataStore: store },
      {
        EventDataStoreArn: store,
        Name: 'all',
        Status: 'ENABLED',
        AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
        MultiRegionEnabled: true,
        RetentionPeriod: 366,
        TerminationProtectionEnabled: true,
        CreatedTimestamp: '2025-03-04T05:06:07.890Z',
      },
    ),
    refused(
      'cloudtrail:GetResourcePolicy',
      management,
      'eu-west-1',
      { ResourceArn: store },
      {
        code: 'ResourcePolicyNotFoundException',
        message: 'no policy',
        status: 400,
        outcome: 'obtained',
        absent: true,
      },
    ),
    home('logs:DescribeLogGroups', {}, { logGroups: [logGroup(management, 'eu-west-1', '/org/trail', 400)] }),
    answered('logs:DescribeLogGroups', management, 'us-east-1', {}, { logGroups: [] }),
    home(
      'logs:DescribeMetricFilters',
      {},
      {
        metricFilters: [
          {
            filterName: 'root',
            filterPattern: '{ $.userIdentity.type = "Root" }',
            metricTransformations: [
              { metricName: 'Root', metricNamespace: 'Org', metricValue: '1', defaultValue: 0 },
            ],
            creationTime: 1_700_000_000_123,
            logGroupName: '/org/trail',
          },
        ],
      },
    ),
    home(
      'cloudwatch:DescribeAlarms',
      {},
      {
        MetricAlarms: [
          {
            AlarmName: 'root <script>alert(1)</script> \u202e 🚨',
            AlarmArn: `arn:aws:cloudwatch:eu-west-1:${management}:alarm:root`,
            AlarmConfigurationUpdatedTimestamp: '2025-01-02T03:04:05.678Z',
            ActionsEnabled: true,
            OKActions: [],
            AlarmActions: [topic, tellingFunction],
            InsufficientDataActions: [],
            StateValue: 'OK',
            StateUpdatedTimestamp: '2025-01-02T03:05:05.678Z',
            MetricName: 'Root',
            Namespace: 'Org',
            Statistic: 'Sum',
            Dimensions: [],
            Period: 300,
            EvaluationPeriods: 1,
            Threshold: 1,
            ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          },
        ],
        CompositeAlarms: [
          {
            AlarmName: 'any',
            AlarmArn: `arn:aws:cloudwatch:eu-west-1:${management}:alarm:any`,
            AlarmRule: 'ALARM("root")',
            ActionsEnabled: true,
            AlarmActions: [topic],
            StateValue: 'OK',
          },
        ],
      },
    ),
    answered(
      'cloudwatch:DescribeAlarms',
      management,
      'us-east-1',
      {},
      { MetricAlarms: [], CompositeAlarms: [] },
    ),
    home(
      'sns:GetTopicAttributes',
      { TopicArn: topic },
      {
        Attributes: {
          TopicArn: topic,
          Owner: management,
          DisplayName: '<"&\'>',
          SubscriptionsConfirmed: '1',
          KmsMasterKeyId: 'alias/alerts',
        },
      },
    ),
    home(
      'sns:ListSubscriptionsByTopic',
      { TopicArn: topic },
      {
        Subscriptions: [
          {
            SubscriptionArn: subscription,
            Owner: management,
            Protocol: 'email',
            Endpoint: 'security@example.com',
            TopicArn: topic,
          },
          {
            SubscriptionArn: 'PendingConfirmation',
            Owner: management,
            Protocol: 'email',
            Endpoint: 'somebody@example.com',
            TopicArn: topic,
          },
        ],
      },
    ),
    ...eventBridgeRecords(management),
    ...deliveryRoleRecords(management),
    ...neighbourRecords(management, 'eu-west-1'),
    ...webRecords(management, 'eu-west-1'),
    ...logAccessRecords(management, '/org/trail'),
    home(
      'lambda:GetPolicy',
      { FunctionName: tellingFunction },
      { Policy: '{"Statement":[]}', RevisionId: '1' },
    ),
    home(
      'oam:ListLinks',
      {},
      {
        Items: [
          {
            Arn: link,
            Id: '1111',
            Label: 'organization',
            ResourceTypes: ['AWS::CloudWatch::Metric', 'AWS::Logs::LogGroup'],
            SinkArn: `arn:aws:oam:eu-west-1:${small.production}:sink/2222`,
          },
        ],
      },
    ),
    home('oam:ListSinks', {}, { Items: [{ Arn: `${link}-sink`, Id: '1', Name: 'observability' }] }),
    home(
      'oam:GetSinkPolicy',
      { SinkIdentifier: `${link}-sink` },
      { SinkArn: `${link}-sink`, SinkId: '1', Policy: '{"Statement":[]}' },
    ),
    refused(
      'iam:GetRole',
      management,
      'global',
      { RoleName: 'CloudWatch-CrossAccountSharingRole' },
      {
        code: 'NoSuchEntityException',
        message: 'The role with name CloudWatch-CrossAccountSharingRole cannot be found.',
        status: 404,
        outcome: 'obtained',
        absent: true,
      },
    ),
    home(
      'oam:GetLink',
      { Identifier: link },
      {
        Arn: link,
        SinkArn: `arn:aws:oam:eu-west-1:${small.production}:sink/2222`,
        ResourceTypes: ['AWS::CloudWatch::Metric', 'AWS::Logs::LogGroup'],
        LinkConfiguration: { MetricConfiguration: { Filter: "Namespace IN ('Org', 'AWS/EC2')" } },
      },
    ),
    home(
      'cloudwatch:ListAlarmMuteRules',
      {},
      {
        AlarmMuteRuleSummaries: [
          {
            AlarmMuteRuleArn: muteRule,
            Status: 'SCHEDULED',
            MuteType: 'ALARM_ACTIONS',
            LastUpdatedTimestamp: '2025-02-03T04:05:06.789Z',
          },
          {
            AlarmMuteRuleArn: `${muteRule}-of-last-year`,
            ExpireDate: '2025-12-31T23:59:59.000Z',
            Status: 'EXPIRED',
          },
        ],
      },
    ),
    home(
      'cloudwatch:GetAlarmMuteRule',
      { AlarmMuteRuleName: 'release-window' },
      {
        Name: 'release-window',
        AlarmMuteRuleArn: muteRule,
        Rule: { Schedule: { Expression: 'cron(0 4 * * 3)', Duration: 'PT1H', Timezone: 'Europe/Dublin' } },
        MuteTargets: { AlarmNames: ['any'] },
        StartDate: '2025-02-04T00:00:00.000Z',
        Status: 'SCHEDULED',
        LastUpdatedTimestamp: '2025-02-03T04:05:06.789Z',
      },
    ),
    home(
      'sns:GetSubscriptionAttributes',
      { SubscriptionArn: subscription },
      {
        Attributes: {
          SubscriptionArn: subscription,
          TopicArn: topic,
          Owner: management,
          Protocol: 'email',
          Endpoint: 'security@example.com',
          PendingConfirmation: 'false',
          FilterPolicy: '{"severity":["<high>"]}',
        },
      },
    ),
    ...['alias/alerts', key].map((KeyId) =>
      home(
        'kms:DescribeKey',
        { KeyId },
        {
          KeyMetadata: {
            AWSAccountId: management,
            KeyId: key.slice(key.indexOf('/') + 1),
            Arn: key,
            CreationDate: '2024-05-06T07:08:09.100Z',
            Enabled: true,
            KeyState: 'Enabled',
            KeyManager: 'CUSTOMER',
          },
        },
      ),
    ),
    home(
      'kms:GetKeyPolicy',
      { KeyId: key, PolicyName: 'default' },
      { Policy: '{"Version":"2012-10-17","Statement":[]}', PolicyName: 'default' },
    ),
  ];
}

function productionRecords(): readonly AnswerRecord[] {
  const { production, goneTopic } = small;
  return [
    regionsOf(production),
    ...inEachRegion(production, 'cloudtrail:DescribeTrails', { trailList: [organizationTrail] }),
    ...inEachRegion(production, 'cloudtrail:ListEventDataStores', { EventDataStores: [] }),
    ...inEachRegion(production, 'lambda:GetAccountSettings', { AccountUsage: { FunctionCount: 0 } }),
    ...bucketRecords(),
    answered(
      'logs:DescribeLogGroups',
      production,
      'eu-west-1',
      {},
      {
        logGroups: Array.from({ length: 120 }, (_, index) =>
          logGroup(
            production,
            'eu-west-1',
            `/app/${String(index).padStart(3, '0')}`,
            index % 3 === 0 ? undefined : 90,
          ),
        ),
      },
    ),
    answered('logs:DescribeLogGroups', production, 'us-east-1', {}, { logGroups: [] }),
    answered('logs:DescribeMetricFilters', production, 'eu-west-1', {}, { metricFilters: [] }),
    ...small.regions.map((region) =>
      answered(
        'events:ListEventBuses',
        production,
        region,
        {},
        { EventBuses: [eventBus(production, region)] },
      ),
    ),
    ...inEachRegion(production, 'events:ListRules', { Rules: [] }),
    ...neighbourRecords(production),
    ...webRecords(production),
    ...logAccessRecords(production),
    refused(
      'cloudwatch:DescribeAlarms',
      production,
      'eu-west-1',
      {},
      {
        code: 'AccessDenied',
        message: `User: arn:aws:sts::${production}:assumed-role/Audit/trailwarden is not authorized to perform: cloudwatch:DescribeAlarms with an explicit deny in a service control policy`,
        status: 403,
        outcome: 'denied',
      },
    ),
    answered(
      'cloudwatch:DescribeAlarms',
      production,
      'us-east-1',
      {},
      {
        MetricAlarms: [
          {
            AlarmName: 'dangling',
            AlarmArn: `arn:aws:cloudwatch:us-east-1:${production}:alarm:dangling`,
            ActionsEnabled: true,
            AlarmActions: [goneTopic],
            MetricName: 'Errors',
            Namespace: 'App',
          },
        ],
        CompositeAlarms: [],
      },
    ),
    refused(
      'cloudwatch:ListAlarmMuteRules',
      production,
      'us-east-1',
      {},
      {
        code: 'UnknownOperationException',
        message: 'UnknownError',
        status: 400,
        outcome: 'not-enabled',
      },
    ),
    ...['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'].map((call) =>
      refused(
        call,
        production,
        'us-east-1',
        { TopicArn: goneTopic },
        {
          // What the SDK makes of the code `NotFound`.
          code: 'NotFoundException',
          message: 'Topic does not exist',
          status: 404,
          outcome: 'obtained',
          absent: true,
        },
      ),
    ),
  ];
}

function eventBus(account: string, region: string, name = 'default'): JsonObject {
  return { Name: name, Arn: `arn:aws:events:${region}:${account}:event-bus/${name}` };
}

/** A rule on the default bus sends on what a rule on another bus tells the topic. */
function eventBridgeRecords(account: string): readonly AnswerRecord[] {
  const { topic } = small;
  const audit = eventBus(account, 'eu-west-1', 'audit');
  const rule = (path: string): JsonObject => ({
    Name: path.slice(path.lastIndexOf('/') + 1),
    Arn: `arn:aws:events:eu-west-1:${account}:rule/${path}`,
    EventPattern: '{"detail":{"userIdentity":{"type":["Root"]}}}',
    State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
  });
  const ask = (call: string, region: string, input: JsonObject, output: JsonObject): AnswerRecord =>
    answered(call, account, region, input, output);
  return [
    ask(
      'events:ListEventBuses',
      'eu-west-1',
      {},
      {
        EventBuses: [
          eventBus(account, 'eu-west-1'),
          { ...audit, CreationTime: '2025-03-04T05:06:07.890Z' },
          { ...eventBus(account, 'eu-west-1', 'aws.partner/example.com/1') },
        ],
      },
    ),
    ask('events:ListEventBuses', 'us-east-1', {}, { EventBuses: [eventBus(account, 'us-east-1')] }),
    ask(
      'events:ListRules',
      'eu-west-1',
      {},
      {
        Rules: [
          { ...rule('forward'), EventBusName: 'default' },
          { ...rule('quiet'), ManagedBy: 'ssm.amazonaws.com' },
        ],
      },
    ),
    ask(
      'events:ListRules',
      'eu-west-1',
      { EventBusName: 'audit' },
      {
        Rules: [{ ...rule('audit/root'), EventBusName: 'audit' }],
      },
    ),
    ask('events:ListRules', 'us-east-1', {}, { Rules: [] }),
    ask(
      'events:ListTargetsByRule',
      'eu-west-1',
      { Rule: 'forward' },
      {
        Targets: [{ Id: 'audit', Arn: audit['Arn'] ?? '' }],
      },
    ),
    ask(
      'events:ListTargetsByRule',
      'eu-west-1',
      { Rule: 'root', EventBusName: 'audit' },
      {
        Targets: [{ Id: 'people', Arn: topic, InputPath: '$.detail' }],
      },
    ),
  ];
}

/** AWS Config, Security Hub and a network with a flow log in one region; nothing of it in the others. */
function neighbourRecords(account: string, home?: string): readonly AnswerRecord[] {
  return small.regions.flatMap((region): readonly AnswerRecord[] => {
    const ask = (call: string, output: JsonObject): AnswerRecord =>
      answered(call, account, region, {}, output);
    if (region !== home)
      return [
        ask('config:DescribeConfigurationRecorders', { ConfigurationRecorders: [] }),
        ask('ec2:DescribeVpcs', { Vpcs: [] }),
        refused(
          'securityhub:DescribeHub',
          account,
          region,
          {},
          {
            code: 'InvalidAccessException',
            message: `Account ${account} is not subscribed to AWS Security Hub`,
            status: 401,
            outcome: 'obtained',
            absent: true,
          },
        ),
      ];
    const status = { recording: true, lastStatus: 'Success', lastStartTime: '2024-05-06T07:08:09.100Z' };
    const vpc = { VpcId: 'vpc-1', OwnerId: account, CidrBlock: '10.0.0.0/16', IsDefault: true };
    const flowLog = { FlowLogId: 'fl-1', ResourceId: 'vpc-1', FlowLogStatus: 'ACTIVE', TrafficType: 'ALL' };
    return [
      ask('config:DescribeConfigurationRecorders', {
        ConfigurationRecorders: [{ name: 'default', recordingGroup: { allSupported: true } }],
      }),
      ask('config:DescribeConfigurationRecorderStatus', {
        ConfigurationRecordersStatus: [{ name: 'default', ...status }],
      }),
      ask('ec2:DescribeVpcs', { Vpcs: [{ ...vpc, Tags: [{ Key: 'Name', Value: '<core>' }] }] }),
      ask('ec2:DescribeFlowLogs', { FlowLogs: [flowLog] }),
      ask('ec2:DescribeVpcEndpoints', {
        VpcEndpoints: [
          {
            VpcEndpointId: 'vpce-1',
            VpcEndpointType: 'Interface',
            VpcId: 'vpc-1',
            State: 'available',
            RequesterManaged: false,
            CreationTimestamp: '2024-02-03T05:00:00.000Z',
          },
        ],
      }),
      ask('securityhub:DescribeHub', { HubArn: `arn:aws:securityhub:${region}:${account}:hub/default` }),
    ];
  });
}

/** A distribution, load balancers, APIs and a key at home, with what says where they log; nothing of it in the other regions. */
function webRecords(account: string, home?: string): readonly AnswerRecord[] {
  const distributions = home === undefined ? [] : ['E1', 'E2', 'E3'];
  const balancer = 'arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/1';
  const lists = small.regions.flatMap((region): readonly AnswerRecord[] => {
    const ask = (call: string, output: JsonObject, input: JsonObject = {}): AnswerRecord =>
      answered(call, account, region, input, output);
    if (region !== home)
      return [
        ask('elbv2:DescribeLoadBalancers', { LoadBalancers: [] }),
        ask('apigateway:GetRestApis', { items: [] }),
        ask('apigatewayv2:GetApis', { Items: [] }),
        ask('kms:ListKeys', { Keys: [] }),
      ];
    return [
      ask('elbv2:DescribeLoadBalancers', {
        LoadBalancers: [
          {
            LoadBalancerArn: balancer,
            LoadBalancerName: 'web',
            Type: 'application',
            Scheme: 'internet-facing',
          },
        ],
      }),
      ask(
        'elbv2:DescribeLoadBalancerAttributes',
        { Attributes: [{ Key: 'access_logs.s3.enabled', Value: 'true' }] },
        { LoadBalancerArn: balancer },
      ),
      ask('apigateway:GetRestApis', {
        items: [
          { id: 'a1', name: '<orders>' },
          { id: 'a2', name: 'other' },
        ],
      }),
      ...['a1', 'a2'].map((restApiId) =>
        ask(
          'apigateway:GetStages',
          {
            item: [
              {
                stageName: 'prod',
                accessLogSettings: { destinationArn: 'arn:aws:logs:eu-west-1:1:log-group:a' },
              },
            ],
          },
          { restApiId },
        ),
      ),
      ask('apigatewayv2:GetApis', { Items: [{ ApiId: 'h1', Name: 'web', ProtocolType: 'HTTP' }] }),
      ask('kms:ListKeys', { Keys: [{ KeyArn: small.key, KeyId: small.key.split('/').at(-1) ?? '' }] }),
      ask('apigatewayv2:GetStages', { Items: [{ StageName: '$default' }] }, { ApiId: 'h1' }),
      ask('logs:DescribeDeliverySources', { deliverySources: [] }),
      ask('logs:DescribeDeliveries', { deliveries: [] }),
    ];
  });
  return [
    answered(
      'cloudfront:ListDistributions',
      account,
      'global',
      {},
      {
        DistributionList: {
          IsTruncated: false,
          Quantity: distributions.length,
          Items: distributions.map((Id) => ({
            Id,
            ARN: `arn:aws:cloudfront::${account}:distribution/${Id}`,
            Status: 'Deployed',
            DomainName: `${Id}.cloudfront.example`,
            Enabled: true,
            Staging: false,
          })),
        },
      },
    ),
    ...distributions.map((Id) =>
      answered(
        'cloudfront:GetDistributionConfig',
        account,
        'global',
        { Id },
        {
          DistributionConfig: {
            Enabled: true,
            Logging: {
              Enabled: Id === 'E1',
              IncludeCookies: false,
              Bucket: 'logs.s3.example',
              Prefix: '<p>',
            },
          },
        },
      ),
    ),
    ...lists,
    ...(home === undefined || home === 'us-east-1'
      ? []
      : [
          answered(
            'logs:DescribeDeliverySources',
            account,
            'us-east-1',
            {},
            {
              deliverySources: [
                {
                  name: 's',
                  resourceArns: [`arn:aws:cloudfront::${account}:distribution/E2`],
                  logType: 'ACCESS_LOGS',
                },
              ],
            },
          ),
          answered(
            'logs:DescribeDeliveries',
            account,
            'us-east-1',
            {},
            {
              deliveries: [{ id: 'd', deliverySourceName: 's', deliveryDestinationType: 'CWL' }],
            },
          ),
        ]),
  ];
}

/** Who may write to log groups of eu-west-1, and who gets a copy of that of a trail. */
function logAccessRecords(account: string, trailGroup?: string): readonly AnswerRecord[] {
  const ask = (call: string, input: JsonObject, output: JsonObject): AnswerRecord =>
    answered(call, account, 'eu-west-1', input, output);
  const policy = {
    policyName: 'dns',
    policyDocument: '{"Statement":[]}',
    lastUpdatedTime: 1_700_000_000_000,
  };
  const arn = `arn:aws:logs:eu-west-1:${account}`;
  return [
    ask('logs:DescribeResourcePolicies', {}, { resourcePolicies: [policy] }),
    ask(
      'logs:DescribeDestinations',
      {},
      { destinations: [{ destinationName: 'siem', arn: `${arn}:destination:siem`, accessPolicy: '{}' }] },
    ),
    ...(trailGroup === undefined
      ? []
      : [
          ask(
            'logs:DescribeResourcePolicies',
            { policyScope: 'RESOURCE', resourceArn: `${arn}:log-group:${trailGroup}` },
            { resourcePolicies: [] },
          ),
          ask(
            'logs:DescribeSubscriptionFilters',
            { logGroupName: trailGroup },
            { subscriptionFilters: [{ filterName: 'copy', destinationArn: `${arn}:destination:siem` }] },
          ),
          ask(
            'logs:DescribeAccountPolicies',
            { policyType: 'SUBSCRIPTION_FILTER_POLICY' },
            { accountPolicies: [] },
          ),
        ]),
  ];
}

function inEachRegion(account: string, call: string, output: JsonObject): readonly AnswerRecord[] {
  return small.regions.map((region) => answered(call, account, region, {}, output));
}

function regionsOf(account: string): AnswerRecord {
  return answered(
    'account:ListRegions',
    account,
    'global',
    {},
    {
      Regions: [
        ...small.regions.map((RegionName) => ({ RegionName, RegionOptStatus: 'ENABLED_BY_DEFAULT' })),
        { RegionName: 'ap-south-2', RegionOptStatus: 'DISABLED' },
      ],
    },
  );
}

function logGroup(account: string, region: string, name: string, days: number | undefined): JsonObject {
  return {
    logGroupName: name,
    creationTime: 1_700_000_000_000,
    ...(days === undefined ? {} : { retentionInDays: days }),
    metricFilterCount: 0,
    arn: `arn:aws:logs:${region}:${account}:log-group:${name}:*`,
    logGroupArn: `arn:aws:logs:${region}:${account}:log-group:${name}`,
    logGroupClass: 'STANDARD',
    storedBytes: 0,
  };
}
