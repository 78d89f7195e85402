import { expect, test } from 'vitest';

import { calls, nameOf } from '../../src/collect/calls.ts';
import { commandOf, loadService } from '../../src/collect/services.ts';

/** Operations that may begin otherwise than with Describe, Get or List. */
const harmless = new Set(['sts:AssumeRole']);

test('every operation only reads', () => {
  const writing = calls
    .map((call) => nameOf(call))
    .filter((name) => !/^[a-z0-9]+:(?:Describe|Get|List)[A-Z]/.test(name) && !harmless.has(name));
  expect(writing).toEqual([]);
});

test('no operation reads content: log events, objects, messages, secrets', () => {
  const reading = calls
    .map((call) => nameOf(call))
    .filter((name) => /Get(?:Object|LogEvents|LogRecord|QueryResults|SecretValue|Parameter)/.test(name));
  expect(reading).toEqual([]);
});

test('every operation stands in the table once, and the SDK knows it', async () => {
  const names = calls.map((call) => nameOf(call));
  expect(new Set(names).size).toBe(names.length);
  for (const call of calls) {
    const service = await loadService[call.service]();
    expect(commandOf(service, call.operation, {}), nameOf(call)).toBeTypeOf('object');
  }
});

test('what is asked about a thing comes from a call earlier in the table', () => {
  calls.forEach((call, index) => {
    expect(call.scope === 'item', nameOf(call)).toBe(call.each !== undefined);
    if (call.each === undefined) return;
    const earlier = calls.slice(0, index).map((other) => nameOf(other));
    expect(earlier, nameOf(call)).toContain(call.each.answers);
  });
});

test('trails are asked at home, in the account of their ARN', () => {
  const status = calls.find((call) => call.operation === 'GetTrailStatus');
  const trail = 'arn:aws:cloudtrail:eu-west-1:111111111111:trail/all';
  expect(
    status?.each?.items(
      { trailList: [{ TrailARN: trail, HomeRegion: 'eu-west-1' }, { Name: 'nameless' }] },
      'us-east-1',
    ),
  ).toEqual([{ arn: trail, owner: '111111111111', region: 'eu-west-1' }]);
});

test('topics come from the actions of alarms of every kind, each once', () => {
  const topics = calls.find((call) => call.operation === 'GetTopicAttributes');
  const arn = (name: string): string => `arn:aws:sns:eu-west-1:222222222222:${name}`;
  const found = topics?.each?.items(
    {
      MetricAlarms: [
        { AlarmActions: [arn('a'), 'arn:aws:automate:eu-west-1:ec2:stop'], OKActions: [arn('b')] },
        { AlarmActions: [arn('a'), 'not an arn', 7] },
      ],
      CompositeAlarms: [{ AlarmActions: [arn('c')] }],
      LogAlarms: [{ InsufficientDataActions: [arn('d')] }],
    },
    'eu-west-1',
  );
  expect(found?.map((item) => item.arn)).toEqual([arn('a'), arn('b'), arn('c'), arn('d')]);
  expect(found?.[0]).toEqual({ arn: arn('a'), owner: '222222222222', region: 'eu-west-1' });
});
