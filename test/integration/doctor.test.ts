import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Examination } from '../../src/collect/doctor.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import { serve, type ReplayServer } from '../aws/replay-server.ts';
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
  expect(stdout).toMatchInlineSnapshot(`
    "ok    identity      arn:aws:sts::111122223333:assumed-role/TrailwardenScan/nightly
    ok    organization  o-k3strelfr8
    FAIL  role          TrailwardenScan can be used in 10 of 11 accounts that were tried, of 11
                        343434343434 (Blue Heron core): AccessDenied: User: arn:aws:sts::111122223333:assumed-role/TrailwardenScan/nightly is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::343434343434:role/TrailwardenScan
                        there, create or mend the role: trailwarden role --format cloudformation --trust arn:aws:iam::111122223333:role/TrailwardenScan
    FAIL  calls         33 of 41 answered, in us-east-1
                        cloudtrail:GetInsightSelectors: denied in 666677778888: AccessDeniedException: by the policies of the role: not authorized to perform: cloudtrail:GetInsightSelectors because no identity-based policy allows the cloudtrail:GetInsightSelectors action
                        allow role TrailwardenScan the action cloudtrail:GetInsightSelectors
                        cloudtrail:ListTags: denied in 888899990000: AccessDeniedException: by the policies of the role: not authorized to perform: cloudtrail:ListTags because no identity-based policy allows the cloudtrail:ListTags action
                        allow role TrailwardenScan the action cloudtrail:ListTags
                        cloudwatch:DescribeAlarms: denied in 444455556666: AccessDenied: by the policies of the role: not authorized to perform: cloudwatch:DescribeAlarms because no identity-based policy allows the cloudwatch:DescribeAlarms action
                        allow role TrailwardenScan the action cloudwatch:DescribeAlarms
          not tried     organizations:ListAccountsForParent, ec2:DescribeRegions, oam:GetLink, lambda:GetPolicy, cloudwatch:GetAlarmMuteRule
                        nothing was found there to ask about
    "
  `);
});

test('a sample is spread over the accounts and holds the own one; a rule asks for what it needs', async () => {
  const run = await doctor('example-org', '--sample', '3', '--rule', 'loggroup-retention-set', '--json');
  const found = JSON.parse(run.stdout) as Examination;
  expect(found.tried.map(({ account }) => account)).toContain(found.account);
  expect(found.tried).toHaveLength(3);
  const calls = [...found.answered, ...found.notTried, ...found.trouble.map(({ call }) => call)];
  expect(calls).toContain('logs:DescribeLogGroups');
  expect(calls).not.toContain('cloudwatch:DescribeAlarms');
  expect((await doctor('example-org', '--sample', '0')).stderr).toContain('a whole number from 1');
});
