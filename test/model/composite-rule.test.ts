import { expect, test } from 'vitest';
import { alarmsIn, holds, parseCompositeRule } from '../../src/model/alarm/composite-rule.ts';

/** `a` is in ALARM, `ok` in OK; of any other alarm only that it is not in ALARM is known. */
function value(text: string): boolean | undefined | 'unreadable' {
  const rule = parseCompositeRule(text);
  if (rule === undefined) return 'unreadable';
  return holds(rule, (alarm, state) => {
    if (alarm === 'a' || alarm === 'an alarm, with (signs)') return state === 'ALARM';
    if (alarm === 'ok') return state === 'OK';
    return state === 'ALARM' ? false : undefined;
  });
}

test.each<[string, boolean | undefined | 'unreadable']>([
  ['ALARM(a)', true],
  ['ALARM("a")', true],
  ['ALARM("an alarm, with (signs)")', true],
  ['ALARM(b)', false],
  ['OK(b)', undefined],
  ['INSUFFICIENT_DATA(ok)', false],
  ['ALARM(a) OR ALARM(b)', true],
  ['ALARM(a) AND ALARM(b)', false],
  ['ALARM(a) AND OK(ok)', true],
  ['ALARM(a) AND OK(b)', undefined],
  ['ALARM(a) AND NOT ALARM(b)', true],
  ['NOT ALARM(a) OR ALARM(a)', true],
  ['ALARM(b) AND ALARM(b) OR ALARM(a)', true],
  ['ALARM(b) AND (ALARM(b) OR ALARM(a))', false],
  ['NOT (ALARM(a) OR ALARM(b))', false],
  ['TRUE', true],
  ['FALSE OR ALARM(a)', true],
  ['AT_LEAST(1, ALARM, (a, b, c))', true],
  ['AT_LEAST(2, ALARM, (a, b, c))', false],
  ['AT_LEAST(50%, ALARM, (a, "b"))', true],
  ['AT_LEAST(2, NOT ALARM, (a, b, c))', true],
  ['AT_LEAST(2, OK, (ok, b))', undefined],
  ['ALARM(a', 'unreadable'],
  ['ALARM(a) ALARM(b)', 'unreadable'],
  ['ALARM()', 'unreadable'],
  ['SOMETHING(a)', 'unreadable'],
  ['', 'unreadable'],
])('%s', (text, expected) => expect(value(text)).toBe(expected));

test('names the alarms of a rule once each', () => {
  const rule = parseCompositeRule('ALARM(x) AND (NOT OK("y z") OR ALARM(x))');
  expect(rule && alarmsIn(rule)).toEqual(['x', 'y z']);
});
