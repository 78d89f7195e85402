import { expect, test } from 'vitest';
import { mutedShare } from '../../src/model/alarm/mute-schedule.ts';
import { letsAlarmsThrough } from '../../src/model/policy/filter-policy.ts';
import type { Maybe } from '../../src/model/policy/maybe.ts';

test.each<[string, string, Maybe]>([
  ['{}', 'MessageAttributes', true],
  ['{"team":["a"]}', 'MessageAttributes', false],
  ['{"team":["a",{"exists":false}]}', 'MessageAttributes', true],
  ['{"$or":[{"team":["a"]},{"x":["b"]}]}', 'MessageAttributes', undefined],
  ['{"NewStateValue":["ALARM","OK"]}', 'MessageBody', true],
  ['{"NewStateValue":[{"anything-but":["ALARM"]}]}', 'MessageBody', false],
  ['{"NewStateValue":[{"prefix":"AL"}]}', 'MessageBody', true],
  ['{"NewStateValue":["OK"],"AlarmName":["a"]}', 'MessageBody', false],
  ['{"AlarmName":["a"]}', 'MessageBody', undefined],
  ['nonsense', 'MessageBody', undefined],
])('a filter policy %s on %s', (policy, scope, expected) => {
  expect(letsAlarmsThrough(policy, scope)).toBe(expected);
});

test.each<[string, string, number | undefined]>([
  ['cron(0 2 * * *)', 'PT2H24M', 0.1],
  ['cron(0 0 * * *)', 'P1D', 1],
  ['cron(0 0 * * *)', 'P2D', 1],
  ['cron(0,30 * * * *)', 'PT15M', 0.5],
  ['cron(0 0 * * SAT-SUN)', 'P1D', undefined],
  ['cron(0 0 * * MON-WED)', 'PT24H', 3 / 7],
  ['cron(0 0 * JAN *)', 'P1D', 1 / 12],
  ['at(2026-10-01T00:00)', 'P15D', 0],
  ['cron(0 0 L * *)', 'P1D', undefined],
  ['cron(0 0 * *)', 'P1D', undefined],
  ['rate(1 hour)', 'P1D', undefined],
  ['cron(0 2 * * *)', 'two hours', undefined],
])('a mute rule of %s for %s', (expression, duration, expected) => {
  const share = mutedShare(expression, duration);
  const rounded = (value: number | undefined): number | undefined => value && Number(value.toFixed(6));
  expect(rounded(share)).toBe(rounded(expected));
});
