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
  expect(after('343434343434 (Blue Heron core): AccessDenied')).toBe(
    'there, create or mend the role: trailwarden role --format cloudformation --trust arn:aws:iam::111122223333:role/TrailwardenScan',
  );
  expect(
    after('cloudwatch:DescribeAlarms: denied in 444455556666: AccessDenied: by the policies of the role'),
  ).toBe('allow role TrailwardenScan the action cloudwatch:DescribeAlarms');
  expect(after('s3:GetBucketAcl: denied in 888899990000: AccessDenied: by a resource policy')).toBe(
    'the policy of the resource denies it: exempt role TrailwardenScan there',
  );
  expect(after('organizations:DescribePolicy: throttled')).toMatch(/^try again/);
  expect(stdout).toMatch(/^ +not tried +.*oam:GetLink/m);
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
    'allow the identity that scans the action organizations:ListRoots',
    'allow the identity that scans the action sns:GetTopicAttributes',
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
