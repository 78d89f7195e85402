import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { snapshotFromRecords } from '../../src/snapshot/memory.ts';
import { calls, nameOf, placesOf } from '../../src/collect/calls.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import { verifySnapshot } from '../../src/snapshot/verify.ts';
import { answered, refused } from '../aws/records.ts';
import { serve } from '../aws/replay-server.ts';
import { small, smallOrganization, smallRole } from '../aws/small-organization.ts';
import type { CliRun } from '../support/run-cli.ts';
import { runCli, stackLines, temporaryFolder } from '../support/run-cli.ts';

const role = ['--role-name', smallRole.name, '--external-id', smallRole.externalId];

/** The one message of a run that could not do its work. */
function complaint(run: CliRun): string {
  expect(stackLines(run)).toEqual([]);
  expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 2, stdout: '' });
  const messages = run.stderr.split('\n').filter((line) => line.startsWith('trailwarden: '));
  expect(messages, run.stderr).toHaveLength(1);
  return run.stderr;
}

test('no credentials', async () => {
  using folder = temporaryFolder();
  const run = await runCli(['collect', '--out', 'snapshot', ...role], {
    cwd: folder.path,
    environment: { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
  });
  expect(complaint(run)).toMatch(/credentials/i);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('expired credentials', async () => {
  using folder = temporaryFolder();
  await using server = await serve(smallOrganization(), { callerExpired: true });
  const run = await runCli(['collect', '--out', 'snapshot', ...role], {
    cwd: folder.path,
    environment: server.environment,
  });
  expect(complaint(run)).toMatch(/expired/);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('an endpoint that cannot be reached', async () => {
  using folder = temporaryFolder();
  const run = await runCli(['collect', '--out', 'snapshot', ...role], {
    cwd: folder.path,
    environment: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    },
  });
  expect(complaint(run)).toMatch(/ECONNREFUSED|refused|reach/);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('a region that does not exist', async () => {
  using folder = temporaryFolder();
  await using server = await serve(smallOrganization(), { role: smallRole });
  const run = await runCli(['collect', '--out', 'snapshot', ...role, '--regions', 'eu-west-1,mars-north-1'], {
    cwd: folder.path,
    environment: server.environment,
  });
  expect(complaint(run)).toContain('mars-north-1');
  expect(readdirSync(folder.path)).toEqual([]);
});

test('an account that is not in the organization', async () => {
  using folder = temporaryFolder();
  await using server = await serve(smallOrganization(), { role: smallRole });
  const run = await runCli(['collect', '--out', 'snapshot', ...role, '--accounts', '999999999999'], {
    cwd: folder.path,
    environment: server.environment,
  });
  expect(complaint(run)).toContain('999999999999');
  expect(readdirSync(folder.path)).toEqual([]);
});

test('a folder that cannot be written', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'file'), 'not a folder');
  await using server = await serve(smallOrganization(), { role: smallRole });
  const run = await runCli(['collect', '--out', 'file/snapshot', ...role], {
    cwd: folder.path,
    environment: server.environment,
  });
  expect(complaint(run)).toContain('file');
  expect(readdirSync(folder.path)).toEqual(['file']);
});

test('a folder that holds something else', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'precious.txt'), 'mine');
  await using server = await serve(smallOrganization(), { role: smallRole });
  const run = await runCli(['collect', '--out', folder.path, ...role], { environment: server.environment });
  expect(complaint(run)).toContain(folder.path);
  expect(readdirSync(folder.path)).toEqual(['precious.txt']);
});

test('a role that no account trusts: what the caller can see itself is still collected', async () => {
  using folder = temporaryFolder();
  await using server = await serve(smallOrganization(), { role: { name: 'AnotherRole' } });
  const out = path.join(folder.path, 'snapshot');
  const run = await runCli(['collect', '--out', out, ...role], { environment: server.environment });
  expect(stackLines(run)).toEqual([]);
  expect(run.code).toBe(3);
  const { manifest } = await openSnapshot(out);
  expect(manifest.accounts).toMatchObject([
    { id: small.management, scan: 'collected' },
    { id: small.production, scan: 'not-reachable', reason: expect.stringContaining('AssumeRole') as string },
    { id: small.locked, scan: 'not-reachable' },
    { id: small.closed, scan: 'not-active' },
  ]);
});

test('an account outside of any organization is collected alone', async () => {
  using folder = temporaryFolder();
  const account = '777777777777';
  const region = 'us-east-1';
  // Whatever lists the table asks, and nothing is there.
  const nothing = calls
    .filter((call) => call.onDemand !== true)
    .flatMap((call) => placesOf(call, [region]).map((place) => ({ call, place })))
    .map(({ call, place }) => {
      const [code] = call.absent ?? [];
      if (code !== undefined) {
        const error = { code, message: '', status: 400, outcome: 'obtained', absent: true } as const;
        return refused(nameOf(call), account, place, {}, error);
      }
      const empty =
        call.hasUnlessEmpty === undefined ? { [call.has ?? '']: {} } : { [call.hasUnlessEmpty]: [] };
      return answered(nameOf(call), account, place, {}, empty);
    });
  const alone = snapshotFromRecords({
    manifest: {
      caller: { arn: `arn:aws:iam::${account}:user/auditor`, account },
      accounts: [{ id: account, scan: 'collected', regions: [region] }],
    },
    organization: [
      refused(
        'organizations:DescribeOrganization',
        account,
        'global',
        {},
        {
          code: 'AWSOrganizationsNotInUseException',
          message: 'Your account is not a member of an organization.',
          status: 400,
          outcome: 'obtained',
          absent: true,
        },
      ),
    ],
    accounts: {
      [account]: [
        answered(
          'account:ListRegions',
          account,
          'global',
          {},
          {
            Regions: [{ RegionName: region, RegionOptStatus: 'ENABLED_BY_DEFAULT' }],
          },
        ),
        ...nothing,
      ],
    },
  });
  await using server = await serve(alone);
  const out = path.join(folder.path, 'snapshot');
  const run = await runCli(['collect', '--out', out], { environment: server.environment });
  expect({ code: run.code, stack: stackLines(run) }, run.stderr).toEqual({ code: 0, stack: [] });
  expect(server.unexpected).toEqual([]);
  const { manifest } = await openSnapshot(out);
  expect(manifest.organization).toBeNull();
  expect(manifest.accounts).toMatchObject([{ id: account, scan: 'collected', regions: [region] }]);
});

test('an interrupt leaves a valid snapshot that says what was not asked', async () => {
  using folder = temporaryFolder();
  await using server = await serve(smallOrganization(), { role: smallRole, delay: 60, pages: { size: 2 } });
  const out = path.join(folder.path, 'snapshot');
  const run = await runCli(['collect', '--out', out, ...role], {
    environment: server.environment,
    started: (child) => {
      // In the middle: accounts are being asked, and the pages of log groups will take a while yet.
      const timer = setInterval(() => {
        if ((server.counts.get('logs:DescribeLogGroups') ?? 0) < 3) return;
        clearInterval(timer);
        child.kill('SIGINT');
      }, 5);
      child.on('exit', () => clearInterval(timer));
    },
  });
  expect({ code: run.code, stack: stackLines(run) }, run.stderr).toEqual({ code: 3, stack: [] });
  expect(run.stderr).toMatch(/interrupt/i);
  const { manifest } = await openSnapshot(out);
  expect(manifest.finished).toBe(false);
  expect(manifest.coverage.some(({ outcome }) => outcome === 'not-asked')).toBe(true);
  expect((await verifySnapshot(out)).faults).toEqual([]);
});
