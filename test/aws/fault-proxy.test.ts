import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from 'vitest';

import { snapshotFromRecords } from '../../src/snapshot/memory.ts';
import type { Fault, FaultPlan, FaultProxy } from './fault-proxy.ts';
import { spoil } from './fault-proxy.ts';
import { answered } from './records.ts';
import type { ReplayServer } from './replay-server.ts';
import { serve } from './replay-server.ts';

const account = '111111111111';
const names = Array.from({ length: 30 }, (_, index) => `group-${index}`);

async function replay(): Promise<ReplayServer> {
  const output = { logGroups: names.map((logGroupName) => ({ logGroupName })) };
  const snapshot = snapshotFromRecords({
    manifest: { caller: { arn: `arn:aws:iam::${account}:user/auditor`, account } },
    accounts: { [account]: [answered('logs:DescribeLogGroups', account, 'eu-west-1', {}, output)] },
  });
  return await serve(snapshot, { pages: { size: 3 } });
}

async function list(server: ReplayServer, endpoint: string, maxAttempts: number): Promise<string[]> {
  const client = new CloudWatchLogsClient({
    endpoint,
    region: 'eu-west-1',
    maxAttempts,
    credentials: { accessKeyId: server.environment['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: 'x' },
  });
  const found: string[] = [];
  for await (const page of paginateDescribeLogGroups({ client, stopOnSameToken: true }, {}))
    for (const group of page.logGroups ?? []) found.push(group.logGroupName ?? '');
  return found;
}

function plan(fault: Fault, rate: number): FaultPlan {
  return { seed: 7, faults: [{ fault, rate }], inARow: 2 };
}

function strikes(proxy: FaultProxy): number {
  return [...proxy.injected.values()].reduce((sum, count) => sum + count, 0);
}

test.each<Fault>([
  'internal-error',
  'unavailable',
  'reset',
  'html',
  'clock-skew',
  'wrong-type',
  'empty-page',
])('a client that retries gets everything in spite of %s', async (fault) => {
  await using server = await replay();
  await using proxy = await spoil(server.url, plan(fault, fault === 'clock-skew' ? 1 : 0.3));
  expect(await list(server, proxy.url, 4)).toEqual(names);
  expect(proxy.injected.get(fault)).toBeGreaterThan(0);
});

test.each<[Fault, RegExp]>([
  ['throttle', /^ThrottlingException$/],
  ['denied', /^AccessDeniedException$/],
  ['expired-token', /^ExpiredTokenException$/],
  ['region-off', /^UnrecognizedClientException$/],
  ['internal-error', /^InternalFailure$/],
  ['xml', /^SyntaxError$/],
])('%s is seen as %s', async (fault, name) => {
  await using server = await replay();
  await using proxy = await spoil(server.url, plan(fault, 1));
  await expect(list(server, proxy.url, 1)).rejects.toMatchObject({
    name: expect.stringMatching(name) as string,
  });
});

test('truncated answers break the call', async () => {
  await using server = await replay();
  await using proxy = await spoil(server.url, { seed: 1, faults: [{ fault: 'truncated', rate: 1 }] });
  await expect(list(server, proxy.url, 1)).rejects.toThrow(/aborted|JSON|socket hang up/);
});

test('a repeated token would make a naive client go round for ever', async () => {
  await using server = await replay();
  await using proxy = await spoil(server.url, { seed: 1, faults: [{ fault: 'repeated-token', rate: 1 }] });
  expect(await list(server, proxy.url, 1)).toEqual(names.slice(0, 6));
});

test('the same seed strikes the same calls, another seed others', async () => {
  await using server = await replay();
  const logs: (readonly string[])[] = [];
  for (const seed of [1, 1, 2]) {
    await using proxy = await spoil(server.url, { seed, faults: [{ fault: 'reset', rate: 0.4 }], inARow: 2 });
    await list(server, proxy.url, 4);
    expect(strikes(proxy)).toBeGreaterThan(0);
    logs.push(proxy.log);
  }
  expect(logs[1]).toEqual(logs[0]);
  expect(logs[2]).not.toEqual(logs[0]);
});
