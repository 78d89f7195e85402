import { AccountClient, paginateListRegions } from '@aws-sdk/client-account';
import { CloudTrailClient, DescribeTrailsCommand, GetTrailStatusCommand } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { OrganizationsClient, paginateListAccounts } from '@aws-sdk/client-organizations';
import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';

import { snapshotFromRecords } from '../../src/snapshot/memory.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { answered, refused } from './records.ts';
import type { ReplayOptions, ReplayServer } from './replay-server.ts';
import { serve } from './replay-server.ts';
import { sameAnswers } from './same-answers.ts';

const management = '111111111111';
const member = '222222222222';
const trail = `arn:aws:cloudtrail:eu-west-1:${management}:trail/org`;
const topic = `arn:aws:sns:eu-west-1:${member}:alerts`;

function organization(): Snapshot {
  return snapshotFromRecords({
    manifest: {
      caller: { arn: `arn:aws:iam::${management}:user/auditor`, account: management },
      organization: { id: 'o-exampleorg', managementAccount: management },
      accounts: [
        { id: management, scan: 'collected', regions: ['us-east-1', 'eu-west-1'] },
        { id: member, scan: 'collected', regions: ['us-east-1', 'eu-west-1'] },
        { id: '333333333333', scan: 'not-reachable', reason: 'AssumeRole was denied' },
      ],
    },
    organization: [
      answered(
        'organizations:ListAccounts',
        management,
        'global',
        {},
        {
          Accounts: Array.from({ length: 7 }, (_, index) => ({
            Id: String(100000000000 + index),
            JoinedTimestamp: '2024-02-03T04:05:06.789Z',
          })),
        },
      ),
    ],
    accounts: {
      [management]: [
        answered(
          'cloudtrail:GetTrailStatus',
          management,
          'eu-west-1',
          { Name: trail },
          {
            IsLogging: true,
            LatestDeliveryTime: '2026-10-01T05:55:00.000Z',
            LatestDeliveryAttemptTime: '2026-10-01T05:55:00Z',
          },
        ),
        answered(
          'account:ListRegions',
          management,
          'global',
          {},
          {
            Regions: [
              { RegionName: 'us-east-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
              { RegionName: 'eu-west-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
            ],
          },
        ),
      ],
      [member]: [
        answered(
          'cloudtrail:DescribeTrails',
          member,
          'eu-west-1',
          {},
          {
            trailList: [{ Name: 'org', TrailARN: trail, IsOrganizationTrail: true }],
          },
        ),
        refused(
          'cloudwatch:DescribeAlarms',
          member,
          'eu-west-1',
          {},
          {
            code: 'AccessDenied',
            message: 'not authorized to perform: cloudwatch:DescribeAlarms',
            status: 403,
            outcome: 'denied',
          },
        ),
        answered(
          'logs:DescribeLogGroups',
          member,
          'eu-west-1',
          {},
          {
            logGroups: Array.from({ length: 5 }, (_, index) => ({
              logGroupName: `g${index}`,
              creationTime: 1,
            })),
          },
        ),
        answered(
          'sns:GetTopicAttributes',
          member,
          'eu-west-1',
          { TopicArn: topic },
          {
            Attributes: { TopicArn: topic, DisplayName: `<"\u001b[31m&'>`, SubscriptionsConfirmed: '1' },
          },
        ),
        answered(
          'sns:ListSubscriptionsByTopic',
          member,
          'eu-west-1',
          { TopicArn: topic },
          {
            Subscriptions: [
              { SubscriptionArn: 'PendingConfirmation', Protocol: 'email', Endpoint: 'a@example.com' },
            ],
          },
        ),
        answered(
          'ec2:DescribeRegions',
          member,
          'us-east-1',
          {},
          {
            Regions: [
              {
                RegionName: 'eu-west-1',
                Endpoint: 'ec2.eu-west-1.amazonaws.com',
                OptInStatus: 'opt-in-not-required',
              },
            ],
          },
        ),
      ],
    },
  });
}

interface Options {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string };
  readonly maxAttempts: number;
}

/** Client settings of the caller, or of a session in an account. */
function signedIn(server: ReplayServer, region: string, accessKeyId?: string): Options {
  return {
    endpoint: server.url,
    region,
    credentials: {
      accessKeyId: accessKeyId ?? server.environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: 'x',
    },
    maxAttempts: 1,
  };
}

async function assume(server: ReplayServer, account: string): Promise<string> {
  const { Credentials: credentials } = await new STSClient(signedIn(server, 'us-east-1')).send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/audit`, RoleSessionName: 'test' }),
  );
  return credentials?.AccessKeyId ?? '';
}

async function started(options?: ReplayOptions): Promise<ReplayServer> {
  return await serve(organization(), options);
}

test('roles lead into the accounts of the snapshot, and nowhere else', async () => {
  await using server = await started({ role: { name: 'audit' } });
  const key = await assume(server, member);
  const identity = await new STSClient(signedIn(server, 'us-east-1', key)).send(
    new GetCallerIdentityCommand(),
  );
  expect(identity.Arn).toBe(`arn:aws:sts::${member}:assumed-role/audit/test`);
  await expect(assume(server, '333333333333')).rejects.toThrow(/not authorized to perform: sts:AssumeRole/);
  await expect(assume(server, '999999999999')).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('each protocol carries answers as the SDK expects them', async () => {
  await using server = await started();
  const inManagement = signedIn(server, 'eu-west-1');
  const inMember = signedIn(server, 'eu-west-1', await assume(server, member));
  const status = await new CloudTrailClient(inManagement).send(new GetTrailStatusCommand({ Name: trail }));
  expect(status.LatestDeliveryTime?.toISOString()).toBe('2026-10-01T05:55:00.000Z');
  expect(status.LatestDeliveryAttemptTime).toBe('2026-10-01T05:55:00Z');
  const trails = await new CloudTrailClient(inMember).send(new DescribeTrailsCommand());
  expect(trails.trailList).toEqual([{ Name: 'org', TrailARN: trail, IsOrganizationTrail: true }]);
  const sns = new SNSClient(inMember);
  expect((await sns.send(new GetTopicAttributesCommand({ TopicArn: topic }))).Attributes).toEqual({
    TopicArn: topic,
    DisplayName: `<"\u001b[31m&'>`,
    SubscriptionsConfirmed: '1',
  });
  expect((await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }))).Subscriptions).toEqual([
    { SubscriptionArn: 'PendingConfirmation', Protocol: 'email', Endpoint: 'a@example.com' },
  ]);
  const regions = await new EC2Client({ ...inMember, region: 'us-east-1' }).send(
    new DescribeRegionsCommand(),
  );
  expect(regions.Regions).toEqual([
    {
      RegionName: 'eu-west-1',
      Endpoint: 'ec2.eu-west-1.amazonaws.com',
      OptInStatus: 'opt-in-not-required',
    },
  ]);
  expect(server.unexpected).toEqual([]);
});

test('errors come back with the recorded code, in the form of the protocol', async () => {
  await using server = await started();
  const inMember = signedIn(server, 'eu-west-1', await assume(server, member));
  await expect(new CloudWatchClient(inMember).send(new DescribeAlarmsCommand({}))).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('cloudwatch:DescribeAlarms') as string,
    $metadata: { httpStatusCode: 403 },
  });
  const off = { ...inMember, region: 'ap-south-2' };
  await expect(new CloudTrailClient(off).send(new DescribeTrailsCommand())).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
  });
  await expect(
    new SNSClient(off).send(new GetTopicAttributesCommand({ TopicArn: topic })),
  ).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
});

test.each([{ size: 2 }, { size: 2, emptyPages: true }])('lists are cut into pages: %j', async (pages) => {
  await using server = await started({ pages });
  const accounts: string[] = [];
  let calls = 0;
  const organizations = { client: new OrganizationsClient(signedIn(server, 'us-east-1')) };
  for await (const page of paginateListAccounts(organizations, {})) {
    calls += 1;
    for (const account of page.Accounts ?? []) accounts.push(account.Id ?? '');
  }
  expect(accounts).toHaveLength(7);
  expect(calls).toBe(pages.emptyPages === true ? 8 : 4);
  const groups: string[] = [];
  const logs = {
    client: new CloudWatchLogsClient(signedIn(server, 'eu-west-1', await assume(server, member))),
  };
  for await (const page of paginateDescribeLogGroups(logs, {}))
    for (const group of page.logGroups ?? []) groups.push(group.logGroupName ?? '');
  expect(groups).toEqual(['g0', 'g1', 'g2', 'g3', 'g4']);
  const regions: string[] = [];
  const account = { client: new AccountClient(signedIn(server, 'us-east-1')), pageSize: 1 };
  for await (const page of paginateListRegions(account, {}))
    for (const region of page.Regions ?? []) regions.push(region.RegionName ?? '');
  expect(regions).toEqual(['us-east-1', 'eu-west-1']);
});

test('a question without an answer in the snapshot is named', async () => {
  await using server = await started();
  await expect(
    new CloudTrailClient(signedIn(server, 'us-east-1')).send(new DescribeTrailsCommand()),
  ).rejects.toThrow(/no answer to cloudtrail:DescribeTrails/);
  expect(server.unexpected).toEqual([
    `cloudtrail:DescribeTrails {} in account ${management}, region us-east-1`,
  ]);
});

test('differences between snapshots are found and named', async () => {
  const same = organization();
  expect(await sameAnswers(organization(), same)).toEqual([]);
  const [group, ...others] = (await same.account(member)) ?? [];
  const changed = snapshotFromRecords({
    manifest: same.manifest,
    organization: await same.organization(),
    accounts: {
      [management]: (await same.account(management)) ?? [],
      [member]: [
        { ...group!, output: { trailList: [{ Name: 'other', TrailARN: trail, IsOrganizationTrail: true }] } },
        ...others.slice(1),
      ],
    },
  });
  const found = await sameAnswers(same, changed);
  expect(found).toHaveLength(2);
  expect(found[0]).toMatch(/DescribeTrails.*in 222222222222 eu-west-1: \n.*"org".*\n.*"other"/);
  expect(found[1]).toMatch(/DescribeAlarms.*only left/s);
});
