/**
 * The organization that the emulator is filled with: five accounts in nested units, three regions, and faults that are
 * put there one by one, so that a scan can be held against the list of them.
 */
import {
  CloudTrailClient,
  CreateTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

import { motoAccount } from './moto.ts';

/** The role that a scan is to assume. The emulator lets anybody assume anything. */
export const seededRole = 'TrailwardenAudit';

const rootUsage =
  '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }';

/** Account ids by the name of the account. */
export interface SeededOrganization {
  /** Nothing is wrong here. */
  readonly management: string;
  /** Its only trail is stopped; its log group has no filter. */
  readonly security: string;
  /** No validation of log files; a log group that never expires; a root alarm that tells nobody. */
  readonly production: string;
  /** A trail of one region only whose role may not write; a log group that forgets after 30 days; no filter for root use. */
  readonly development: string;
  /** Not recorded at all. */
  readonly sandbox: string;
}

/** Fills an emulator that was just reset. */
export async function seedOrganization(url: string): Promise<SeededOrganization> {
  const caller = managementPlace(url);
  const organizations = new OrganizationsClient(caller.config);
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const root = (await organizations.send(new ListRootsCommand({}))).Roots?.[0]?.Id ?? '';
  const unit = async (parent: string, name: string): Promise<string> =>
    (await organizations.send(new CreateOrganizationalUnitCommand({ ParentId: parent, Name: name })))
      .OrganizationalUnit?.Id ?? '';
  const member = async (name: string, parent: string): Promise<string> => {
    const { CreateAccountStatus: made } = await organizations.send(
      new CreateAccountCommand({
        AccountName: name,
        Email: `${name.toLowerCase()}@example.com`,
        Tags: [{ Key: 'team', Value: name.toLowerCase() }],
      }),
    );
    const id = made?.AccountId ?? '';
    if (parent !== root)
      await organizations.send(
        new MoveAccountCommand({ AccountId: id, SourceParentId: root, DestinationParentId: parent }),
      );
    return id;
  };
  const workloads = await unit(root, 'Workloads');
  const accounts: SeededOrganization = {
    management: motoAccount,
    security: await member('Security', await unit(root, 'Security')),
    production: await member('Production', await unit(workloads, 'Production')),
    development: await member('Development', await unit(workloads, 'Development')),
    sandbox: await member('Sandbox', root),
  };

  await seedManagement(caller);
  await seedSecurity(await assumed(url, caller, accounts.security, 'eu-west-1'));
  await seedProduction(await assumed(url, caller, accounts.production, 'eu-west-1'));
  await seedDevelopment(await assumed(url, caller, accounts.development, 'ap-southeast-2'));
  await logGroup(await assumed(url, caller, accounts.sandbox, 'us-east-1'), '/app/toy', 731);
  return accounts;
}

/** Everything as it should be, down to the person who is told. */
async function seedManagement(place: Place): Promise<void> {
  const group = await logGroup(place, '/cloudtrail/main', 400);
  await trail(place, { name: 'main', allRegions: true, validated: true, logging: true, group });
  await filter(place, '/cloudtrail/main', 'root-usage', rootUsage, 'RootUsage');
  await key(place, 'alias/alerts');
  const alerts = await topic(place, 'alerts', 'security@example.com', 'alias/alerts');
  await alarm(place, 'root-usage', 'RootUsage', [alerts]);
}

async function seedSecurity(place: Place): Promise<void> {
  const group = await logGroup(place, '/cloudtrail/archive', 3653);
  await trail(place, { name: 'archive', allRegions: true, validated: true, logging: false, group });
}

async function seedProduction(place: Place): Promise<void> {
  const group = await logGroup(place, '/cloudtrail/production', undefined);
  await trail(place, { name: 'production', allRegions: true, validated: false, logging: true, group });
  await filter(place, '/cloudtrail/production', 'root-usage', rootUsage, 'RootUsage');
  await alarm(place, 'root-usage-told-nobody', 'RootUsage', []);
  // More than one page of log groups, all of them in order.
  for (let index = 0; index < 55; index += 1)
    await logGroup(place, `/app/service-${String(index).padStart(2, '0')}`, 365);
}

async function seedDevelopment(place: Place): Promise<void> {
  const group = await logGroup(place, '/cloudtrail/sydney', 30);
  await trail(place, {
    name: 'sydney',
    allRegions: false,
    validated: true,
    logging: true,
    group,
    mayWrite: false,
  });
  await filter(place, '/cloudtrail/sydney', 'console-logins', '{ $.eventName = "ConsoleLogin" }', 'Logins');
  await alarm(place, 'logins', 'Logins', [await topic(place, 'dev-alerts', 'dev@example.com')]);
}

interface Config {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string };
}

/** An account and a region, with the key to them. */
interface Place {
  readonly account: string;
  readonly region: string;
  readonly config: Config;
}

function signedIn(url: string, region: string, account: string, accessKeyId: string): Place {
  const credentials = { accessKeyId, secretAccessKey: 'not-a-secret' };
  return { account, region, config: { endpoint: url, region, credentials } };
}

/** The management account of the emulator, where nobody asks for permissions. */
export function managementPlace(url: string): Place {
  return signedIn(url, 'us-east-1', motoAccount, 'AKIAMANAGEMENT000000');
}

/** Another account, through a role that the emulator lets anybody assume. */
export async function assumed(url: string, caller: Place, account: string, region: string): Promise<Place> {
  const { Credentials: credentials } = await new STSClient(caller.config).send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${seededRole}`, RoleSessionName: 'seed' }),
  );
  return signedIn(url, region, account, credentials?.AccessKeyId ?? '');
}

/** @returns the ARN of the group, as trails want it. */
async function logGroup(
  { account, region, config }: Place,
  name: string,
  days: number | undefined,
): Promise<string> {
  const logs = new CloudWatchLogsClient(config);
  await logs.send(new CreateLogGroupCommand({ logGroupName: name }));
  if (days !== undefined)
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays: days }));
  return `arn:aws:logs:${region}:${account}:log-group:${name}:*`;
}

async function trail(
  place: Place,
  wanted: {
    name: string;
    allRegions: boolean;
    validated: boolean;
    logging: boolean;
    group: string;
    /** Whether the role of the trail may write to the group; it may where left out. */
    mayWrite?: boolean;
  },
): Promise<void> {
  const bucket = `${wanted.name}-${place.account}`;
  await createBucket(place, bucket);
  await deliveryRole(place, wanted.group, wanted.mayWrite !== false);
  const cloudtrail = new CloudTrailClient(place.config);
  await cloudtrail.send(
    new CreateTrailCommand({
      Name: wanted.name,
      S3BucketName: bucket,
      IsMultiRegionTrail: wanted.allRegions,
      IncludeGlobalServiceEvents: wanted.allRegions,
      EnableLogFileValidation: wanted.validated,
      CloudWatchLogsLogGroupArn: wanted.group,
      CloudWatchLogsRoleArn: `arn:aws:iam::${place.account}:role/CloudTrailToLogs`,
    }),
  );
  // AWS shows these for a trail without selectors of its own; the emulator shows an empty list.
  await cloudtrail.send(
    new PutEventSelectorsCommand({
      TrailName: wanted.name,
      EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [] }],
    }),
  );
  if (wanted.logging) await cloudtrail.send(new StartLoggingCommand({ Name: wanted.name }));
}

/** A role with which trails write to a log group. */
async function deliveryRole({ config }: Place, group: string, mayWrite: boolean): Promise<void> {
  const iam = new IAMClient(config);
  const RoleName = 'CloudTrailToLogs';
  const policy = (statement: object): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: policy({
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'write',
      PolicyDocument: policy({
        Action: ['logs:CreateLogStream', ...(mayWrite ? ['logs:PutLogEvents'] : [])],
        Resource: group,
      }),
    }),
  );
}

/** The emulator wants the bucket of a trail to exist. It checks no signature, so a plain request will do. */
async function createBucket({ region, config }: Place, name: string): Promise<void> {
  const answer = await fetch(`${config.endpoint}/${name}`, {
    method: 'PUT',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${config.credentials.accessKeyId}/20260101/${region}/s3/aws4_request, SignedHeaders=host, Signature=0`,
    },
    ...(region === 'us-east-1'
      ? {}
      : {
          body: `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`,
        }),
  });
  if (!answer.ok) throw new Error(`bucket ${name}: HTTP ${answer.status} ${await answer.text()}`);
}

async function filter(
  { config }: Place,
  group: string,
  name: string,
  pattern: string,
  metricName: string,
): Promise<void> {
  await new CloudWatchLogsClient(config).send(
    new PutMetricFilterCommand({
      logGroupName: group,
      filterName: name,
      filterPattern: pattern,
      metricTransformations: [{ metricName, metricNamespace: 'Trail', metricValue: '1', defaultValue: 0 }],
    }),
  );
}

async function alarm({ config }: Place, name: string, metricName: string, actions: string[]): Promise<void> {
  await new CloudWatchClient(config).send(
    new PutMetricAlarmCommand({
      AlarmName: name,
      Namespace: 'Trail',
      MetricName: metricName,
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      ActionsEnabled: true,
      AlarmActions: actions,
    }),
  );
}

/** @returns the ARN of a topic with one subscriber, who is taken to have confirmed. `encryptedBy`: its key. */
async function topic({ config }: Place, name: string, email: string, encryptedBy?: string): Promise<string> {
  const sns = new SNSClient(config);
  const attributes = encryptedBy === undefined ? {} : { Attributes: { KmsMasterKeyId: encryptedBy } };
  const arn = (await sns.send(new CreateTopicCommand({ Name: name, ...attributes }))).TopicArn ?? '';
  await sns.send(new SubscribeCommand({ TopicArn: arn, Protocol: 'email', Endpoint: email }));
  return arn;
}

/** A key that alarms may use, under an alias. */
async function key({ account, config }: Place, alias: string): Promise<void> {
  const kms = new KMSClient(config);
  const allow = (principal: object, ...actions: readonly string[]): object => ({
    Effect: 'Allow',
    Principal: principal,
    Action: actions,
    Resource: '*',
  });
  const policy = {
    Version: '2012-10-17',
    Statement: [
      allow({ AWS: `arn:aws:iam::${account}:root` }, 'kms:*'),
      allow({ Service: 'cloudwatch.amazonaws.com' }, 'kms:Decrypt', 'kms:GenerateDataKey*'),
    ],
  };
  const made = await kms.send(new CreateKeyCommand({ Policy: JSON.stringify(policy) }));
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: made.KeyMetadata?.KeyId ?? '' }));
}
