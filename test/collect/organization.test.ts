import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, expect, test, vi } from 'vitest';

import { callsOf, loadRunRules } from '../../src/cli/run-rules.ts';
import type { CollectHooks } from '../../src/collect/collect.ts';
import type { CollectOptions } from '../../src/collect/options.ts';
import type { JsonObject } from '../../src/json.ts';
import type { AccountInScope } from '../../src/snapshot/manifest.ts';
import { snapshotFromRecords } from '../../src/snapshot/memory.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import type { AnswerRecord, CallName } from '../../src/snapshot/record.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { collectSmall } from '../aws/collect-small.ts';
import { answered, refused } from '../aws/records.ts';
import { serve, type ReplayServer } from '../aws/replay-server.ts';
import { small, smallOrganization, smallRole } from '../aws/small-organization.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'trailwarden-collect-'));
const accessDenied = {
  code: 'AccessDeniedException',
  message: 'no',
  status: 403,
  outcome: 'denied',
} as const;
let runs = 0;

afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Collects in this process from a replay server, and reads the snapshot back. */
async function collectFrom(
  server: ReplayServer,
  options: Partial<CollectOptions> = {},
  hooks: CollectHooks = {},
): Promise<Snapshot> {
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  runs += 1;
  const out = path.join(folder, String(runs));
  try {
    await collectSmall(out, options, hooks);
    const snapshot = await openSnapshot(out);
    // Read before the folder goes.
    const parts = await Promise.all(
      snapshot.manifest.accounts.map(async ({ id }) => [id, await snapshot.account(id)] as const),
    );
    const organization = await snapshot.organization();
    return {
      manifest: snapshot.manifest,
      organization: () => Promise.resolve(organization),
      account: (id) => Promise.resolve(new Map(parts).get(id)),
    };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function callsIn(records: readonly AnswerRecord[] | undefined): string[] {
  return (records ?? []).map(({ service, operation, region }) => `${service}:${operation} ${region}`);
}

/** Every cell of the coverage, one line each: `cloudtrail:DescribeTrails 111111111111 eu-west-1 obtained`. */
function cells({ manifest }: Snapshot): string[] {
  return manifest.coverage
    .flatMap(({ operation, outcome, accounts, regions }) =>
      accounts.flatMap((account) => regions.map((region) => `${operation} ${account} ${region} ${outcome}`)),
    )
    .sort();
}

test('answers stand in a fixed order, whatever order they came in', async () => {
  await using server = await serve(smallOrganization(), { role: smallRole });
  const snapshot = await collectFrom(server);
  expect(callsIn(await snapshot.account(small.management))).toEqual([
    'account:ListRegions global',
    'cloudfront:ListDistributions global',
    // With which region an account begins depends on its id alone.
    ...small.regions
      .toReversed()
      .flatMap((region) => [
        `cloudtrail:DescribeTrails ${region}`,
        `cloudtrail:ListEventDataStores ${region}`,
        `lambda:GetAccountSettings ${region}`,
        `logs:DescribeLogGroups ${region}`,
        `cloudwatch:DescribeAlarms ${region}`,
        `events:ListEventBuses ${region}`,
        `events:ListRules ${region}`,
        `config:DescribeConfigurationRecorders ${region}`,
        `securityhub:DescribeHub ${region}`,
        `ec2:DescribeVpcs ${region}`,
        `elbv2:DescribeLoadBalancers ${region}`,
        `apigateway:GetRestApis ${region}`,
        `apigatewayv2:GetApis ${region}`,
        `kms:ListKeys ${region}`,
      ]),
    // Of the bus that is not the default one.
    'events:ListRules eu-west-1',
    'cloudtrail:GetTrailStatus eu-west-1',
    'cloudtrail:GetTrailStatus us-east-1',
    'cloudtrail:GetEventSelectors eu-west-1',
    'cloudtrail:ListTags eu-west-1',
    'cloudtrail:GetEventDataStore eu-west-1',
    'cloudtrail:GetResourcePolicy eu-west-1',
    // Only where there are log groups.
    'logs:DescribeMetricFilters eu-west-1',
    'logs:DescribeSubscriptionFilters eu-west-1',
    'logs:DescribeAccountPolicies eu-west-1',
    'logs:DescribeResourcePolicies eu-west-1',
    'logs:DescribeResourcePolicies eu-west-1',
    'logs:DescribeDestinations eu-west-1',
    'logs:DescribeDeliverySources eu-west-1',
    'logs:DescribeDeliverySources us-east-1',
    'logs:DescribeDeliveries eu-west-1',
    'logs:DescribeDeliveries us-east-1',
    'cloudwatch:ListAlarmMuteRules eu-west-1',
    'oam:ListLinks eu-west-1',
    'oam:ListSinks eu-west-1',
    'iam:GetRole global',
    'iam:GetRole global',
    'iam:ListRolePolicies global',
    'iam:ListAttachedRolePolicies global',
    'events:ListTargetsByRule eu-west-1',
    'config:DescribeConfigurationRecorderStatus eu-west-1',
    'ec2:DescribeFlowLogs eu-west-1',
    'ec2:DescribeVpcEndpoints eu-west-1',
    'sns:GetTopicAttributes eu-west-1',
    'sns:ListSubscriptionsByTopic eu-west-1',
    'lambda:GetPolicy eu-west-1',
    'cloudfront:GetDistributionConfig global',
    'cloudfront:GetDistributionConfig global',
    'cloudfront:GetDistributionConfig global',
    'elbv2:DescribeLoadBalancerAttributes eu-west-1',
    'apigateway:GetStages eu-west-1',
    'apigateway:GetStages eu-west-1',
    'apigatewayv2:GetStages eu-west-1',
    'kms:DescribeKey eu-west-1',
    'cloudwatch:GetAlarmMuteRule eu-west-1',
    'oam:GetLink eu-west-1',
    'oam:GetSinkPolicy eu-west-1',
    'iam:GetRolePolicy global',
    'iam:GetRolePolicy global',
    'iam:GetPolicy global',
    'events:ListTargetsByRule eu-west-1',
    'sns:GetSubscriptionAttributes eu-west-1',
    'kms:DescribeKey eu-west-1',
    'kms:GetKeyPolicy eu-west-1',
    'iam:GetPolicyVersion global',
  ]);
  expect(callsIn(await snapshot.organization()).slice(0, 3)).toEqual([
    'sts:GetCallerIdentity global',
    'organizations:DescribeOrganization global',
    'organizations:ListAccounts global',
  ]);
});

test('one request at a time is enough: nothing waits for itself', async () => {
  await using server = await serve(smallOrganization(), { role: smallRole });
  const snapshot = await collectFrom(server, { concurrency: 1 });
  expect(snapshot.manifest.finished).toBe(true);
});

test('an account that cannot be reached weighs as much as the others in the coverage', async () => {
  await using server = await serve(smallOrganization(), { role: smallRole });
  const snapshot = await collectFrom(server);
  const locked = cells(snapshot).filter((cell) => cell.includes(small.locked));
  expect(locked).toContain(`sts:AssumeRole ${small.locked} global denied`);
  expect(locked).toContain(`cloudtrail:DescribeTrails ${small.locked} eu-west-1 not-asked`);
  expect(locked).toContain(`cloudwatch:DescribeAlarms ${small.locked} us-east-1 not-asked`);
  const refusal = (await snapshot.organization()).find(({ operation }) => operation === 'AssumeRole');
  expect(refusal?.error?.outcome).toBe('denied');
  expect(snapshot.manifest.notices.join('\n')).toContain(small.locked);
});

test('what a denied list would have named is not asked, and says why', async () => {
  await using server = await serve(smallOrganization(), { role: smallRole });
  const { manifest } = await collectFrom(server);
  const topics = manifest.coverage.find(
    (cell) => cell.operation === 'sns:GetTopicAttributes' && cell.outcome === 'not-asked',
  );
  expect(topics).toMatchObject({
    accounts: [small.production],
    regions: ['eu-west-1'],
    code: 'AccessDenied',
  });
  expect(topics?.cause).toContain('cloudwatch:DescribeAlarms');
  const denied = manifest.coverage.find(
    (cell) => cell.outcome === 'denied' && cell.operation !== 'sts:AssumeRole',
  );
  expect(denied).toMatchObject({
    operation: 'cloudwatch:DescribeAlarms',
    principal: `arn:aws:sts::${small.production}:assumed-role/Audit/trailwarden`,
    cause: expect.stringContaining('by a service control policy') as string,
  });
});

test('units narrow by id or by path, and take in what is below them', async () => {
  for (const unit of ['ou-root-workloads', 'Workloads', '/Workloads/']) {
    await using server = await serve(smallOrganization(), { role: smallRole });
    const { manifest } = await collectFrom(server, { units: [unit] });
    expect(manifest.accounts.map(({ id, scan }) => [id, scan])).toEqual([
      [small.management, 'left-out'],
      [small.production, 'collected'],
      [small.locked, 'left-out'],
      [small.closed, 'left-out'],
    ]);
  }
});

test('a member asks about the organization trail itself where its owner is left out', async () => {
  const served = smallOrganization();
  const trail = { Name: small.trail };
  const production = (await served.account(small.production)) ?? [];
  const management = (await served.account(small.management)) ?? [];
  const status = management.find(({ operation }) => operation === 'GetTrailStatus')?.output ?? {};
  const withStatus = snapshotFromRecords({
    manifest: served.manifest,
    organization: await served.organization(),
    accounts: {
      [small.management]: management,
      [small.production]: [
        ...production,
        answered('cloudtrail:GetTrailStatus', small.production, 'eu-west-1', trail, status),
        refused(
          'cloudtrail:GetEventSelectors',
          small.production,
          'eu-west-1',
          { TrailName: small.trail },
          { code: 'TrailNotFoundException', message: 'Unknown trail', status: 400, outcome: 'failed' },
        ),
      ],
    },
  });
  await using server = await serve(withStatus, { role: smallRole });
  const snapshot = await collectFrom(server, { accounts: [small.production] });
  expect(server.unexpected).toEqual([]);
  const records = (await snapshot.account(small.production)) ?? [];
  expect(records.find(({ operation }) => operation === 'GetTrailStatus')).toMatchObject({
    input: trail,
    output: { IsLogging: true },
  });
  // To a member "not found" proves nothing.
  expect(records.find(({ operation }) => operation === 'GetEventSelectors')?.error).toMatchObject({
    outcome: 'failed',
  });
});

/** Two accounts in one region. The alarm of the first tells a topic of the second, which no alarm there names. */
function sharedTopic(topicAccount: Partial<AccountInScope> = {}, keyAccount = '111111111111'): Snapshot {
  const alarms = '111111111111';
  const topics = '222222222222';
  const region = 'eu-west-1';
  const topic = `arn:aws:sns:${region}:${topics}:security`;
  const subscription = `${topic}:0900209d`;
  const key = `arn:aws:kms:${region}:${keyAccount}:key/1`;
  const idle = (account: string, metricAlarms: readonly JsonObject[] = []): AnswerRecord[] => [
    answered(
      'account:ListRegions',
      account,
      'global',
      {},
      {
        Regions: [{ RegionName: region, RegionOptStatus: 'ENABLED_BY_DEFAULT' }],
      },
    ),
    answered('cloudtrail:DescribeTrails', account, region, {}, { trailList: [] }),
    answered('cloudtrail:ListEventDataStores', account, region, {}, { EventDataStores: [] }),
    answered('lambda:GetAccountSettings', account, region, {}, { AccountUsage: { FunctionCount: 0 } }),
    answered('logs:DescribeLogGroups', account, region, {}, { logGroups: [] }),
    answered('logs:DescribeMetricFilters', account, region, {}, { metricFilters: [] }),
    answered('cloudwatch:DescribeAlarms', account, region, {}, { MetricAlarms: metricAlarms }),
    answered('events:ListEventBuses', account, region, {}, { EventBuses: [{ Name: 'default' }] }),
    answered('events:ListRules', account, region, {}, { Rules: [] }),
    answered('config:DescribeConfigurationRecorders', account, region, {}, { ConfigurationRecorders: [] }),
    answered('securityhub:DescribeHub', account, region, {}, { HubArn: 'arn:aws:securityhub:::hub/default' }),
    answered('ec2:DescribeVpcs', account, region, {}, { Vpcs: [] }),
    answered('cloudfront:ListDistributions', account, 'global', {}, { DistributionList: { Quantity: 0 } }),
    answered('elbv2:DescribeLoadBalancers', account, region, {}, { LoadBalancers: [] }),
    answered('apigateway:GetRestApis', account, region, {}, { items: [] }),
    answered('apigatewayv2:GetApis', account, region, {}, { Items: [] }),
    answered('kms:ListKeys', account, region, {}, { Keys: [] }),
  ];
  const told = (account: string): AnswerRecord[] => [
    answered(
      'sns:GetTopicAttributes',
      account,
      region,
      { TopicArn: topic },
      { Attributes: { TopicArn: topic, KmsMasterKeyId: key } },
    ),
    answered(
      'sns:ListSubscriptionsByTopic',
      account,
      region,
      { TopicArn: topic },
      { Subscriptions: [{ SubscriptionArn: subscription }] },
    ),
    answered(
      'sns:GetSubscriptionAttributes',
      account,
      region,
      { SubscriptionArn: subscription },
      { Attributes: { SubscriptionArn: subscription } },
    ),
  ];
  const listed = [alarms, topics].map((Id) => ({
    Id,
    Name: Id,
    State: 'ACTIVE',
    Paths: [`o-example/r-root/${Id}/`],
  }));
  const ask = (operation: string, input: JsonObject, output: JsonObject): AnswerRecord =>
    answered(`organizations:${operation}`, alarms, 'global', input, output);
  return snapshotFromRecords({
    manifest: {
      caller: { arn: `arn:aws:iam::${alarms}:user/auditor`, account: alarms },
      accounts: [
        { id: alarms, scan: 'collected', regions: [region] },
        { id: topics, scan: 'collected', regions: [region], ...topicAccount },
      ],
    },
    organization: [
      ask('DescribeOrganization', {}, { Organization: { Id: 'o-example', MasterAccountId: alarms } }),
      ask('ListAccounts', {}, { Accounts: listed }),
      ask('ListRoots', {}, { Roots: [{ Id: 'r-root', Name: 'Root' }] }),
      ask('ListOrganizationalUnitsForParent', { ParentId: 'r-root' }, { OrganizationalUnits: [] }),
      ask('ListAWSServiceAccessForOrganization', {}, { EnabledServicePrincipals: [] }),
      refused('organizations:ListDelegatedAdministrators', alarms, 'global', {}, accessDenied),
    ],
    accounts: {
      [alarms]: [
        ...idle(alarms, [
          { AlarmName: 'a', AlarmActions: [topic] },
          { AlarmName: 'b', AlarmActions: [topic] },
        ]),
        answered('cloudwatch:ListAlarmMuteRules', alarms, region, {}, { AlarmMuteRuleSummaries: [] }),
        answered('kms:DescribeKey', alarms, region, { KeyId: key }, { KeyMetadata: { Arn: key } }),
        answered('kms:GetKeyPolicy', alarms, region, { KeyId: key, PolicyName: 'default' }, { Policy: '{}' }),
        // Answered to the first account only where the second cannot be reached.
        ...(topicAccount.scan === 'not-reachable' ? told(alarms) : []),
      ],
      [topics]: [...idle(topics), ...told(topics)],
    },
  });
}

test('a topic of another account is asked about there, once, although no alarm there names it', async () => {
  await using server = await serve(sharedTopic());
  const snapshot = await collectFrom(server);
  expect(server.unexpected).toEqual([]);
  expect(callsIn(await snapshot.account('222222222222')).slice(-3)).toEqual([
    'sns:GetTopicAttributes eu-west-1',
    'sns:ListSubscriptionsByTopic eu-west-1',
    'sns:GetSubscriptionAttributes eu-west-1',
  ]);
  // The key of that topic belongs to the first account: its owner is asked, after the owner of the topic.
  expect(callsIn(await snapshot.account('111111111111')).slice(-2)).toEqual([
    'kms:DescribeKey eu-west-1',
    'kms:GetKeyPolicy eu-west-1',
  ]);
  expect(callsIn(await snapshot.account('111111111111')).filter((call) => call.startsWith('sns'))).toEqual(
    [],
  );
  expect(cells(snapshot)).toContain('sns:GetTopicAttributes 222222222222 eu-west-1 obtained');
  expect(server.counts.get('sns:GetTopicAttributes')).toBe(1);
  // The accounts told their place themselves.
  expect(server.counts.get('organizations:ListAccountsForParent')).toBeUndefined();
});

/** The small organization, and the tags of its accounts. */
function tagged(): Snapshot {
  const untagged = smallOrganization();
  const told = [
    [small.management, [{ Key: 'team', Value: 'platform' }]],
    [small.production, []],
  ] as const;
  return {
    ...untagged,
    organization: async () => [
      ...(await untagged.organization()),
      ...told.map(([ResourceId, Tags], index) => ({
        ...answered(
          'organizations:ListTagsForResource',
          small.management,
          'global',
          { ResourceId },
          { Tags },
        ),
        part: 'tags',
        line: index + 1,
      })),
    ],
  };
}

test('tags of accounts are asked for on demand, once for each account that is visited', async () => {
  await using server = await serve(tagged(), { role: smallRole });
  const records = async (options: Partial<CollectOptions>) =>
    (await (await collectFrom(server, options)).organization())
      .filter(({ operation }) => operation === 'ListTagsForResource')
      .map(({ input, output, error }) => [input['ResourceId'], output?.['Tags'] ?? error?.code]);
  expect(await records({})).toEqual([]);
  expect(server.counts.get('organizations:ListTagsForResource')).toBeUndefined();
  const all = [
    [small.management, [{ Key: 'team', Value: 'platform' }]],
    [small.production, []],
    [small.locked, 'AccessDeniedException'],
  ];
  expect((await records({ tags: true })).slice(0, 2)).toEqual(all.slice(0, 2));
  expect(
    (await records({ calls: new Set<CallName>(['organizations:ListTagsForResource']) })).slice(0, 2),
  ).toEqual(all.slice(0, 2));
});

test('only the calls that are wanted are asked, with those that tell where to go and what to ask about', async () => {
  await using server = await serve(smallOrganization(), { role: smallRole });
  const snapshot = await collectFrom(server, {
    calls: new Set<CallName>(['cloudtrail:GetTrailStatus', 'logs:DescribeLogGroups']),
  });
  expect(
    new Set(callsIn(await snapshot.account(small.management)).map((call) => call.split(' ')[0])),
  ).toEqual(
    new Set([
      'account:ListRegions',
      'cloudtrail:DescribeTrails',
      'cloudtrail:GetTrailStatus',
      'logs:DescribeLogGroups',
    ]),
  );
  expect([...server.counts.keys()].filter((call) => /^(?:sns|kms|events|cloudwatch):/.test(call))).toEqual(
    [],
  );
  expect(snapshot.manifest.notices.join('\n')).toMatch(
    /^only what the chosen rules need was asked; left out: .*cloudwatch:DescribeAlarms, .*logs:DescribeMetricFilters/m,
  );
  // What was left out on purpose is no gap.
  expect(cells(snapshot).filter((cell) => cell.includes('DescribeAlarms'))).toEqual([]);
});

test.each([
  [
    'everything',
    undefined,
    'DescribeTrails ListEventDataStores GetAccountSettings DescribeLogGroups DescribeAlarms ListEventBuses ListRules DescribeConfigurationRecorders DescribeHub DescribeVpcs DescribeLoadBalancers GetRestApis GetApis ListKeys',
  ],
  ['the core rules', 'trailwarden-core', 'DescribeTrails DescribeLogGroups DescribeAlarms ListRules'],
  [
    'the recommended rules',
    'trailwarden-recommended',
    'DescribeTrails ListEventDataStores DescribeLogGroups DescribeAlarms ListEventBuses ListRules',
  ],
  [
    'CIS 7.0',
    'cis-aws-7.0.0',
    'DescribeTrails ListEventDataStores DescribeLogGroups DescribeAlarms ListEventBuses ListRules DescribeConfigurationRecorders DescribeHub DescribeVpcs DescribeLoadBalancers GetRestApis GetApis ListKeys',
  ],
])('an idle region is asked no more than %s needs', async (_, pack, expected) => {
  await using server = await serve(smallOrganization(), { role: smallRole });
  const calls = pack === undefined ? {} : { calls: callsOf(await loadRunRules({ pack: [pack] })) };
  const snapshot = await collectFrom(server, { accounts: [small.management], ...calls });
  const asked = (await snapshot.account(small.management))?.filter(({ region }) => region === 'us-east-1');
  // The account has a distribution, whose logs may be delivered by way of this region, and a trail that is copied to it.
  const names = asked
    ?.map(({ operation }) => operation)
    .filter((name) => !name.startsWith('DescribeDeliver') && name !== 'GetTrailStatus');
  expect(names?.join(' ')).toBe(expected);
});

test('a key of an account that is not scanned is nobody else’s to ask about', async () => {
  await using server = await serve(sharedTopic({}, '333333333333'));
  const snapshot = await collectFrom(server);
  expect(callsIn(await snapshot.account('222222222222')).at(-1)).toBe(
    'sns:GetSubscriptionAttributes eu-west-1',
  );
  expect(server.counts.get('kms:DescribeKey')).toBeUndefined();
  expect(cells(snapshot).filter((cell) => cell.startsWith('kms:DescribeKey'))).toEqual([]);
});

test('what settings of the organization would have named is noted as not asked where they are denied', async () => {
  await using server = await serve(sharedTopic());
  const { manifest } = await collectFrom(server);
  const found = manifest.coverage.filter(({ operation }) => operation.includes(':ListDelegated'));
  expect(found).toMatchObject([
    { operation: 'organizations:ListDelegatedAdministrators', outcome: 'denied' },
    {
      operation: 'organizations:ListDelegatedServicesForAccount',
      outcome: 'not-asked',
      cause: 'it is not known what to ask about: organizations:ListDelegatedAdministrators gave no answer',
    },
  ]);
});

test('a topic of an account that cannot be reached is asked about by whoever names it', async () => {
  await using server = await serve(sharedTopic({ scan: 'not-reachable' }));
  const snapshot = await collectFrom(server);
  expect(
    callsIn(await snapshot.account('111111111111')).filter((call) => call.startsWith('sns')),
  ).toHaveLength(3);
  expect(await snapshot.account('222222222222')).toBeUndefined();
});

test('where the account API refuses, EC2 tells the regions; where both do, every default region is tried', async () => {
  const region = 'eu-west-1';
  const served = (more: readonly AnswerRecord[]): Snapshot => {
    const account = '777777777777';
    return snapshotFromRecords({
      manifest: { caller: { arn: `arn:aws:iam::${account}:user/auditor`, account } },
      organization: [
        refused(
          'organizations:DescribeOrganization',
          account,
          'global',
          {},
          {
            code: 'AWSOrganizationsNotInUseException',
            message: 'no organization',
            status: 400,
            outcome: 'obtained',
            absent: true,
          },
        ),
      ],
      accounts: { [account]: [refused('account:ListRegions', account, 'global', {}, accessDenied), ...more] },
    });
  };
  await using told = await serve(
    served([
      answered(
        'ec2:DescribeRegions',
        '777777777777',
        'us-east-1',
        { AllRegions: true },
        {
          Regions: [
            { RegionName: region, OptInStatus: 'opt-in-not-required' },
            { RegionName: 'ap-east-1', OptInStatus: 'not-opted-in' },
          ],
        },
      ),
    ]),
  );
  const ec2 = await collectFrom(told, { attempts: 1 });
  expect(ec2.manifest.accounts).toMatchObject([{ regions: [region], regionsFrom: 'ec2:DescribeRegions' }]);

  await using silent = await serve(
    served([refused('ec2:DescribeRegions', '777777777777', 'us-east-1', { AllRegions: true }, accessDenied)]),
  );
  const stated = await collectFrom(silent, { attempts: 1 });
  expect(stated.manifest.accounts[0]).toMatchObject({ regionsFrom: 'stated' });
  expect(stated.manifest.accounts[0]?.regions).toHaveLength(17);
  expect(stated.manifest.notices.join('\n')).toContain('account:ListRegions');
});

test('progress counts accounts, calls and what went wrong', async () => {
  await using server = await serve(smallOrganization(), { role: smallRole });
  const seen: string[] = [];
  await collectFrom(
    server,
    {},
    {
      progress: ({ phase, accountsDone, accountsTotal, calls, errors }) =>
        void seen.push(`${phase} ${accountsDone}/${accountsTotal} ${calls > 0} ${errors}`),
    },
  );
  expect(seen[0]).toBe('organization 0/0 false 0');
  // The refused role, the denied list of alarms, and mute rules, which a region does not know.
  expect(seen.at(-1)).toBe('writing 3/3 true 3');
});

test('stopped in the middle: what was answered stays, the rest says that it was not asked', async () => {
  await using server = await serve(smallOrganization(), { role: smallRole, pages: { size: 1 }, delay: 2 });
  const stop = new AbortController();
  const snapshot = await collectFrom(
    server,
    {},
    {
      signal: stop.signal,
      progress: () => {
        if ((server.counts.get('logs:DescribeLogGroups') ?? 0) > 10) stop.abort();
      },
    },
  );
  const whole = await collectFrom(server);
  expect(snapshot.manifest.finished).toBe(false);
  expect(snapshot.manifest.notices.join('\n')).toContain('interrupted');
  expect(cells(snapshot)).toContain(`logs:DescribeLogGroups ${small.production} eu-west-1 not-asked`);
  // Nothing that a whole scan asks is missing from the coverage of the lists.
  const lists = (lines: readonly string[]): string[] =>
    lines.filter((line) => /:Describe(?!Key)/.test(line)).map((line) => line.replace(/ \S+$/, ''));
  expect(lists(cells(snapshot))).toEqual(expect.arrayContaining(lists(cells(whole))));
});

test('stopped before anything was asked: an error, and nothing is left', async () => {
  await using server = await serve(smallOrganization(), { role: smallRole });
  const before = readdirSync(folder);
  await expect(collectFrom(server, {}, { signal: AbortSignal.abort() })).rejects.toThrow(
    /nothing was written/,
  );
  expect(readdirSync(folder)).toEqual(before);
});
