import { expect, test } from 'vitest';

import { describeDuration, describeProgress } from '../../src/cli/progress.ts';
import { renewable } from '../../src/collect/credentials.ts';
import { Gate } from '../../src/collect/gate.ts';
import { OrderedRecords } from '../../src/collect/ordered.ts';
import { pool } from '../../src/collect/pool.ts';
import type { AnswerRecord } from '../../src/snapshot/record.ts';
import { answered } from '../aws/records.ts';

const now = 1_000_000;

test('the gate lets in so many at a time, in the order in which they came', async () => {
  const gate = new Gate(2);
  const log: string[] = [];
  let inside = 0;
  let most = 0;
  const enter = (name: string): Promise<void> =>
    gate.run(async () => {
      log.push(name);
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      if (name === 'b') throw new Error('a failure gives its place back');
    });
  const results = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map(enter));
  expect(log).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(most).toBe(2);
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
});

test('the pool follows its limit as it changes, and begins nothing after a failure', async () => {
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  let limit = 1;
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (item === 2) limit = 3;
    if (item === 6) throw new Error('six');
  };
  await expect(pool([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], () => limit, work)).rejects.toThrow('six');
  expect(most).toBe(3);
  expect(begun.length).toBeLessThan(12);
  expect(running).toBe(0);
});

test('records come out in the order of their places', async () => {
  const out: string[] = [];
  const ordered = new OrderedRecords(async (record: AnswerRecord) => {
    await new Promise((resolve) => setImmediate(resolve));
    out.push(record.region);
  });
  const record = (name: string): AnswerRecord =>
    answered('logs:DescribeLogGroups', '111111111111', name, {}, {});
  const [first, second, third] = [ordered.slot(), ordered.slot(), ordered.slot()];
  await third.add(record('3a'));
  await third.close();
  await second.add(record('2a'));
  expect(out).toEqual([]);
  await first.add(record('1a'));
  expect(out).toEqual(['1a']);
  await Promise.all([first.add(record('1b')), second.add(record('2b')), first.close(), second.close()]);
  expect(out).toEqual(['1a', '1b', '2a', '2b', '3a']);
});

test('a scan that ends early writes what waits behind an open place', async () => {
  const out: string[] = [];
  const ordered = new OrderedRecords(async (record) => void out.push(record.region));
  ordered.slot();
  await ordered.slot().add(answered('logs:DescribeLogGroups', '111111111111', 'waiting', {}, {}));
  expect(out).toEqual([]);
  await ordered.flush();
  expect(out).toEqual(['waiting']);
});

test('credentials are fetched once, and again shortly before they expire, when given up, and after a failure', async () => {
  let fetched = 0;
  let clock = now;
  let broken = false;
  const source = renewable(
    async () => {
      if (broken) throw new Error('not now');
      fetched += 1;
      return { accessKeyId: `key-${fetched}`, secretAccessKey: 'x', expiration: new Date(clock + 3_600_000) };
    },
    () => clock,
  );
  const key = async (): Promise<string> => (await source.get()).accessKeyId;
  expect(await Promise.all([key(), key(), key()])).toEqual(['key-1', 'key-1', 'key-1']);
  clock += 54 * 60_000;
  expect(await key()).toBe('key-1');
  clock += 2 * 60_000;
  expect(await key()).toBe('key-2');
  source.renew();
  expect(await key()).toBe('key-3');
  source.renew();
  broken = true;
  await expect(key()).rejects.toThrow('not now');
  broken = false;
  expect(await key()).toBe('key-4');
});

test('progress in words', () => {
  const progress = {
    phase: 'accounts',
    accountsDone: 12,
    accountsTotal: 340,
    calls: 5120,
    retries: 9,
  } as const;
  expect(describeProgress({ ...progress, errors: 3, throttled: 17, elapsed: 1000, left: 250_000 })).toBe(
    'accounts 12/340, 5120 calls, 3 without answer, 17 throttled, about 4 min left',
  );
  expect(
    describeProgress({
      ...progress,
      phase: 'organization',
      errors: 0,
      throttled: 0,
      elapsed: 1,
      left: undefined,
    }),
  ).toBe('reading the organization, 5120 calls');
  expect([0, 89_400, 95_000, 5_400_000].map(describeDuration)).toEqual([
    '0 s',
    '89 s',
    '2 min',
    '1 h 30 min',
  ]);
});
