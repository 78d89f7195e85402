import { expect, test } from 'vitest';

import { TokenBucket } from '../../src/collect/token-bucket.ts';

const now = 1_000_000;

function waits(bucket: TokenBucket, count: number, at = now): number[] {
  return Array.from({ length: count }, () => Math.round(bucket.reserve(at)));
}

test('a bucket lets one second of quota go at once and spaces the rest', () => {
  const bucket = new TokenBucket(5);
  expect(waits(bucket, 10)).toEqual([0, 0, 0, 0, 0, 200, 400, 600, 800, 1000]);
  // Quiet for ten seconds, it holds one second's worth again, not ten.
  expect(waits(bucket, 6, now + 11_000)).toEqual([0, 0, 0, 0, 0, 200]);
});

test('throttled, a bucket gives no burst, whenever the request was made', () => {
  const bucket = new TokenBucket(10);
  expect(waits(bucket, 2, now + 10_000)).toEqual([0, 0]);
  bucket.answered(bucket.stage, true, now + 20_000);
  expect(waits(bucket, 2, now + 20_000)).toEqual([100, 200]);
  bucket.answered(bucket.stage - 1, true, now + 30_000);
  expect(waits(bucket, 2, now + 30_000)).toEqual([100, 200]);
});

test('few throttled answers do not slow a bucket down, and answers to requests of an earlier rate do not count', () => {
  const bucket = new TokenBucket(10);
  const earlier = bucket.stage;
  const answers = (stage: number, count: number): void => {
    for (let index = 1; index <= count; index += 1) bucket.answered(stage, true, now + 100 * index);
  };
  answers(earlier, 19);
  expect(waits(bucket, 2, now + 2000)).toEqual([0, 100]);
  // All of twenty were throttled: down to a tenth of the quota.
  bucket.answered(earlier, true, now + 2000);
  expect(waits(bucket, 3, now + 10_000)).toEqual([0, 1000, 2000]);
  const slowed = bucket.stage;
  answers(earlier, 100);
  expect(bucket.stage).toBe(slowed);
});

/** A server: throttles what comes faster than `perSecond` with one second's worth of burst, and a share of all. */
interface Server {
  readonly perSecond: (second: number) => number;
  readonly share: number;
}
/** What came out of it, in requests a second. */
interface Flow {
  readonly sent: number;
  readonly answered: number;
}

/** As many requests as the bucket lets go, in simulated time; measured from second `from` to second `to`. */
function flow(quota: number, server: Server, from: number, to: number): Flow {
  const bucket = new TokenBucket(quota);
  const latency = 150;
  const answers: { readonly at: number; readonly stage: number; readonly throttled: boolean }[] = [];
  let dice = 1;
  let time = 0;
  let tokens = server.perSecond(0);
  let sent = 0;
  let answered = 0;
  for (let next = bucket.reserve(now); next < to * 1000; next = time + bucket.reserve(now + time)) {
    while ((answers[0]?.at ?? Number.POSITIVE_INFINITY) <= next) {
      const { at, stage, throttled } = answers.shift() ?? { at: 0, stage: 0, throttled: false };
      bucket.answered(stage, throttled, now + at);
    }
    const perSecond = server.perSecond(next / 1000);
    tokens = Math.min(perSecond, tokens + ((next - time) / 1000) * perSecond);
    time = next;
    dice = (dice * 48_271) % 2_147_483_647;
    const passes = dice / 2_147_483_647 >= server.share && tokens >= 1;
    if (passes) tokens -= 1;
    answers.push({ at: time + latency, stage: bucket.stage, throttled: !passes });
    if (time < from * 1000) continue;
    sent += 1;
    if (passes) answered += 1;
  }
  return { sent: sent / (to - from), answered: answered / (to - from) };
}

const always = (perSecond: number) => (): number => perSecond;

test.for([5, 10, 50, 500])('%i a second: a bucket finds a limit that is lower', (quota) => {
  for (const limit of [quota / 3, quota * 0.8]) {
    const { sent, answered } = flow(quota, { perSecond: always(limit), share: 0 }, 100, 400);
    expect(answered / limit).toBeGreaterThan(0.9);
    expect(1 - answered / sent).toBeLessThan(0.1);
  }
});

test.for([5, 10, 50, 500])(
  '%i a second: a bucket does not give way to throttling that does not depend on its rate',
  (quota) => {
    for (const share of [0.2, 0.3]) {
      const { sent } = flow(quota, { perSecond: always(Number.MAX_SAFE_INTEGER), share }, 0, 400);
      expect(sent / quota).toBeGreaterThan(0.65);
    }
  },
);

test('a bucket goes on at a tenth of its quota when everything is throttled', () => {
  const { sent } = flow(10, { perSecond: always(0), share: 0 }, 100, 400);
  expect(sent).toBeGreaterThan(0.9);
  expect(sent).toBeLessThan(2);
});

test('a bucket comes back slowly to its quota when a limit is lifted', () => {
  const lifted = { perSecond: (second: number): number => (second < 100 ? 10 : 1000), share: 0 };
  expect(flow(50, lifted, 90, 100).sent).toBeLessThan(12);
  expect(flow(50, lifted, 101, 103).sent).toBeLessThan(25);
  expect(flow(50, lifted, 150, 160).sent).toBeCloseTo(50, 0);
});
