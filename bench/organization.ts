import type { JsonObject } from '../src/json.ts';
import { coverageOf } from '../src/snapshot/memory.ts';
import type { AnswerRecord } from '../src/snapshot/record.ts';
import { createSnapshotWriter } from '../src/snapshot/write.ts';

/** The 17 regions that are enabled by default. */
const regions = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ap-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
];
const home = 'us-east-1';
const management = '100000000000';
const trailArn = `arn:aws:cloudtrail:${home}:${management}:trail/org-trail`;
const retentions = [7, 30, 90, 180, 365, 400, 731, undefined, 3653, 365];
const time = '2026-10-01T06:00:00.000Z';

/** The id of the nth invented account. */
export function accountId(index: number): string {
  return String(100_000_000_000 + index);
}

/**
 * Writes a snapshot of an invented organization, the same one each time: an organization trail seen in 17 regions, log
 * groups of all retentions, fifteen metric filters and alarms in each account, every nth of them at fault.
 */
export async function writeOrganization(folder: string, accounts: number): Promise<void> {
  const writer = await createSnapshotWriter(folder);
  const organization = writer.partWriter(null);
  const ask = (
    call: string,
    account: string,
    region: string,
    output: JsonObject,
    input: JsonObject = {},
  ): AnswerRecord => {
    const [service = '', operation = ''] = call.split(':');
    return {
      service,
      operation,
      account,
      region,
      input,
      time,
      requestId: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      output,
    };
  };
  const listed = Array.from({ length: accounts }, (_, index) => ({
    Id: accountId(index),
    Arn: `arn:aws:organizations::${management}:account/o-bench/${accountId(index)}`,
    Name: `account-${index}`,
    Email: `aws+${index}@example.com`,
    State: 'ACTIVE',
  }));
  await organization.append(
    ask('organizations:DescribeOrganization', management, 'global', {
      Organization: { Id: 'o-bench0000000', MasterAccountId: management, FeatureSet: 'ALL' },
    }),
  );
  await organization.append(ask('organizations:ListAccounts', management, 'global', { Accounts: listed }));
  await organization.close();
  const first: AnswerRecord[] = [];
  for (let index = 0; index < accounts; index++) {
    const id = accountId(index);
    const part = writer.partWriter(id);
    for (const record of accountRecords(index, ask)) {
      await part.append(record);
      if (index === 0) first.push(record);
    }
    await part.close();
  }
  const ids = listed.map((account) => account.Id);
  await writer.finish({
    tool: { name: 'trailwarden', version: 'bench' },
    caller: { arn: `arn:aws:iam::${management}:role/scan`, account: management },
    partition: 'aws',
    organization: { id: 'o-bench0000000', managementAccount: management },
    start: time,
    end: time,
    finished: true,
    notices: [],
    accounts: listed.map((account) => ({
      id: account.Id,
      name: account.Name,
      state: 'ACTIVE',
      scan: 'collected',
      regions,
    })),
    coverage: coverageOf(first).map((cell) => ({ ...cell, accounts: ids })),
  });
}

function accountRecords(
  index: number,
  ask: (
    call: string,
    account: string,
    region: string,
    output: JsonObject,
    input?: JsonObject,
  ) => AnswerRecord,
): AnswerRecord[] {
  const id = accountId(index);
  const records = [
    ask('account:ListRegions', id, 'global', {
      Regions: regions.map((RegionName) => ({ RegionName, RegionOptStatus: 'ENABLED_BY_DEFAULT' })),
    }),
  ];
  const trail: JsonObject = {
    Name: 'org-trail',
    TrailARN: trailArn,
    HomeRegion: home,
    S3BucketName: 'org-trail-logs',
    IncludeGlobalServiceEvents: true,
    IsMultiRegionTrail: true,
    IsOrganizationTrail: true,
    LogFileValidationEnabled: true,
    CloudWatchLogsLogGroupArn: `arn:aws:logs:${home}:${management}:log-group:org-trail:*`,
    HasCustomEventSelectors: false,
    HasInsightSelectors: false,
  };
  const own: JsonObject = {
    ...trail,
    Name: 'own-trail',
    TrailARN: `arn:aws:cloudtrail:${home}:${id}:trail/own-trail`,
    IsOrganizationTrail: false,
    IsMultiRegionTrail: index % 11 !== 0,
    LogFileValidationEnabled: index % 7 !== 0,
    CloudWatchLogsLogGroupArn: `arn:aws:logs:${home}:${id}:log-group:own-trail:*`,
  };
  const asked = index === 0 ? [trail, own] : [own];
  for (const one of asked) {
    const arn = one['TrailARN'] as string;
    for (const region of regions)
      if (region === home || one['IsMultiRegionTrail'] === true)
        records.push(ask('cloudtrail:GetTrailStatus', id, region, { IsLogging: true }, { Name: arn }));
    records.push(
      ask(
        'cloudtrail:GetEventSelectors',
        id,
        home,
        {
          TrailARN: arn,
          EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [] }],
        },
        { TrailName: arn },
      ),
    );
  }
  for (const [position, region] of regions.entries()) {
    records.push(
      ask('cloudtrail:DescribeTrails', id, region, { trailList: index === 0 ? [trail, own] : [trail, own] }),
    );
    const names =
      region === home
        ? [
            'own-trail',
            ...(index === 0 ? ['org-trail'] : []),
            '/aws/lambda/api',
            '/aws/rds/main',
            '/vpc/flow',
          ]
        : ['/aws/lambda/api'];
    records.push(
      ask('logs:DescribeLogGroups', id, region, {
        logGroups: names.map((name) => {
          const retention = name.endsWith('trail')
            ? index % 4 === 0
              ? 90
              : 400
            : retentions[(index + 3 * position + name.length) % 10];
          return {
            logGroupName: name,
            creationTime: 1_700_000_000_000,
            ...(retention !== undefined && { retentionInDays: retention }),
            metricFilterCount: 0,
            arn: `arn:aws:logs:${region}:${id}:log-group:${name}:*`,
            storedBytes: 123_456_789,
            logGroupClass: 'STANDARD',
            logGroupArn: `arn:aws:logs:${region}:${id}:log-group:${name}`,
          };
        }),
      }),
    );
    records.push(
      ask('logs:DescribeMetricFilters', id, region, { metricFilters: region === home ? filters(index) : [] }),
    );
    records.push(
      ask(
        'cloudwatch:DescribeAlarms',
        id,
        region,
        { MetricAlarms: region === home ? alarms(index, id) : [], CompositeAlarms: [], LogAlarms: [] },
        { AlarmTypes: ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'] },
      ),
    );
  }
  const topic = `arn:aws:sns:${home}:${id}:security`;
  records.push(
    ask(
      'sns:GetTopicAttributes',
      id,
      home,
      { Attributes: { TopicArn: topic, Owner: id } },
      { TopicArn: topic },
    ),
  );
  records.push(
    ask(
      'sns:ListSubscriptionsByTopic',
      id,
      home,
      {
        Subscriptions: [
          {
            SubscriptionArn: `${topic}:1`,
            Owner: id,
            Protocol: 'email',
            Endpoint: 'security@example.com',
            TopicArn: topic,
          },
        ],
      },
      { TopicArn: topic },
    ),
  );
  return records;
}

const events = [
  'Root',
  'DeleteTrail',
  'StopLogging',
  'CreateVpc',
  'DeleteVpc',
  'AttachInternetGateway',
  'CreateRoute',
  'CreateNetworkAcl',
  'AuthorizeSecurityGroupIngress',
  'PutBucketPolicy',
  'DisableKey',
  'ConsoleLogin',
  'PutRolePolicy',
  'DeleteConfigRule',
  'MoveAccount',
];

function filters(index: number): JsonObject[] {
  return events.map((name) => ({
    filterName: name,
    logGroupName: 'own-trail',
    filterPattern:
      name === 'Root'
        ? index % 5 === 0
          ? '{ $.userIdentity.type = "Rot" }'
          : '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
        : `{ $.eventName = "${name}" }`,
    metricTransformations: [
      { metricName: `${name}Count`, metricNamespace: 'CISBenchmark', metricValue: '1' },
    ],
    creationTime: 1_700_000_000_000,
  }));
}

function alarms(index: number, id: string): JsonObject[] {
  return events.map((name) => ({
    AlarmName: name,
    AlarmArn: `arn:aws:cloudwatch:${home}:${id}:alarm:${name}`,
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: name === 'Root' && index % 3 === 0 ? [] : [`arn:aws:sns:${home}:${id}:security`],
    InsufficientDataActions: [],
    StateValue: 'OK',
    MetricName: `${name}Count`,
    Namespace: 'CISBenchmark',
    Statistic: 'Sum',
    Dimensions: [],
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  }));
}
