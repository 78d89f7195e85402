import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Examination } from '../../src/collect/doctor.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import { serve, type ReplayServer } from '../aws/replay-server.ts';
import { smallOrganization, smallRole } from '../aws/small-organization.ts';
import { runCli, stackLines, type CliRun } from '../support/run-cli.ts';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures');
const servers = new Map<string, ReplayServer>();

beforeAll(async () => {
  for (const name of ['healthy-org', 'example-org'])
    servers.set(name, await serve(await openSnapshot(path.join(fixtures, name))));
});
afterAll(async () => {
  for (const server of servers.values()) await server.close();
});

async function doctor(fixture: string, ...args: readonly string[]): Promise<CliRun> {
  const run = await runCli(['doctor', '--attempts', '2', ...args], {
    environment: { ...servers.get(fixture)?.environment },
  });
  expect(stackLines(run)).toEqual([]);
  return run;
}

test('nothing is in the way where everything is answered', async () => {
  const run = await doctor('healthy-org');
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).not.toContain('FAIL');
  expect(run.stdout).toMatch(
    /^ok +role +TrailwardenScan can be used in 3 of 3 accounts that were tried, of 3$/m,
  );
});

test('what is refused is named, with what to add and where', async () => {
  const { code, stdout } = await doctor('example-org', '--all');
  expect(code).toBe(3);
  // Which calls there are changes with the rules; what is said about each kind of refusal does not.
  const lines = stdout.split('\n').map((line) => line.trim());
  const after = (start: string): string | undefined =>
    lines[lines.findIndex((line) => line.startsWith(start)) + 1];
  expect(lines).toContain(
    'FAIL  role          TrailwardenScan can be used in 10 of 11 accounts that were tried, of 11',
  );
  expect(after('343434343434 (Blue Heron core): AccessDenied')).toMatch(
    /^in 343434343434, create role TrailwardenScan, .*: trailwarden role --format cloudformation --trust arn:aws:iam::111122223333:role\/TrailwardenScan;/,
  );
  expect(after('cloudwatch:DescribeAlarms: denied in 444455556666, us-east-1: AccessDenied')).toBe(
    'in 444455556666, add to a policy of role TrailwardenScan: {"Effect":"Allow","Action":"cloudwatch:DescribeAlarms","Resource":"*"}',
  );
  // One sentence for all that it mends.
  expect(
    stdout.match(/add to the statement that denies .*s3:GetBucketAcl, .*s3:GetBucketPolicy,/g),
  ).toHaveLength(1);
  expect(stdout).toMatch(
    /^ +not tried +3 regions: eu-central-1, eu-central-2, eu-west-1\n +.*--all-regions/m,
  );
  expect(after('organizations:DescribePolicy: throttled')).toMatch(/: try again, with --pace/);
  expect(stdout).toMatch(/^ +not tried +.*oam:GetLink/m);
});

test('a policy that denies by region shows where every region is tried', async () => {
  const policy =
    'a service control policy: arn:aws:organizations::111122223333:policy/o-k3strelfr8/service_control_policy/p-9w2xk4ln';
  const accounts = ['--accounts', '888899990000', '--pace', '100', '--json'];
  const [one, all] = await Promise.all(
    [[], ['--all-regions']].map(async (more) => {
      const run = await doctor('example-org', ...accounts, ...more);
      return JSON.parse(run.stdout) as Examination;
    }),
  );
  expect(one?.regionsNotTried).toContain('eu-west-1');
  expect(one?.trouble.filter(({ cause }) => cause?.includes(policy))).toEqual([]);
  expect(all?.regionsNotTried).toEqual([]);
  expect(all?.trouble.find(({ call }) => call === 'logs:DescribeLogGroups')).toMatchObject({
    accounts: ['888899990000'],
    regions: ['eu-west-1'],
    cause: expect.stringContaining(policy) as string,
  });
});

test('what a missing action keeps from being tried is told apart from what there is none of', async () => {
  const missing = new Set(['organizations:ListRoots', 'sns:GetTopicAttributes']);
  await using server = await serve(smallOrganization(), {
    role: smallRole,
    allows: ({ action }) => !missing.has(action),
  });
  const role = ['--role-name', smallRole.name, '--external-id', smallRole.externalId];
  const { code, stdout } = await runCli(['doctor', '--all', ...role, '--region', 'eu-west-1'], {
    environment: server.environment,
  });
  expect(code).toBe(3);
  for (const line of [
    'in 111111111111, add to a policy of the identity that scans (arn:aws:iam::111111111111:user/auditor): {"Effect":"Allow","Action":"organizations:ListRoots","Resource":"*"}',
    '{"Effect":"Allow","Action":"sns:GetTopicAttributes","Resource":"*"}',
    'trailwarden role --format cloudformation --role-name Audit --external-id ID --trust arn:aws:iam::111111111111:user/auditor',
  ])
    expect(stdout).toContain(line);
  expect(stdout).toMatch(
    /not tried +.*organizations:ListAccountsForParent.*\n +what to ask about would be told/,
  );
  expect(stdout).toMatch(/not tried +.*cloudtrail:GetInsightSelectors.*\n +nothing was found there/);
  expect(stdout).not.toContain(smallRole.externalId);
});

test('a sample is spread over the accounts and holds the own one; a rule asks for what it needs', async () => {
  const run = await doctor('example-org', '--sample', '3', '--rule', 'loggroup-retention-set', '--json');
  const found = JSON.parse(run.stdout) as Examination;
  expect(found.tried.map(({ account }) => account)).toContain(found.account);
  expect(found.tried).toHaveLength(3);
  const calls = [
    ...found.answered,
    ...found.notTried,
    ...found.blocked,
    ...found.trouble.map(({ call }) => call),
  ];
  expect(calls).toContain('logs:DescribeLogGroups');
  expect(calls).not.toContain('cloudwatch:DescribeAlarms');
  expect((await doctor('example-org', '--sample', '0')).stderr).toContain('a whole number from 1');
});
