import { describe, expect, test } from 'vitest';

import { readEventInputs } from '../../src/events/event-input.ts';
import { fieldPaths, leadsTo } from '../../src/events/field-paths.ts';
import { filterPatternPredicate } from '../../src/events/filter-pattern/parse.ts';
import { anyElement } from '../../src/events/predicate.ts';

const record = { eventName: 'StopLogging' };
const asRecord = { kind: 'record', record };

describe('events in the forms that AWS hands out', () => {
  test('one record, a log file, a list, one object a line', () => {
    expect(readEventInputs(JSON.stringify(record))).toEqual([asRecord]);
    expect(readEventInputs(JSON.stringify({ Records: [record, record] }))).toEqual([asRecord, asRecord]);
    expect(readEventInputs(JSON.stringify([record]))).toEqual([asRecord]);
    expect(readEventInputs(`${JSON.stringify(record)}\n\n${JSON.stringify(record)}\n`)).toEqual([
      asRecord,
      asRecord,
    ]);
  });

  test('what FilterLogEvents and LookupEvents answer', () => {
    const message = JSON.stringify(record);
    expect(readEventInputs(JSON.stringify({ events: [{ message }, { message: 'plain' }] }))).toEqual([
      asRecord,
      { kind: 'message', message: 'plain' },
    ]);
    expect(
      readEventInputs(JSON.stringify({ Events: [{ EventName: 'x', CloudTrailEvent: message }] })),
    ).toEqual([asRecord]);
  });

  test('an EventBridge event keeps its envelope', () => {
    const event = { source: 'aws.cloudtrail', 'detail-type': 'AWS API Call via CloudTrail', detail: record };
    expect(readEventInputs(JSON.stringify(event))).toEqual([{ kind: 'envelope', event, record }]);
  });

  test('messages, also those that begin like JSON', () => {
    for (const message of ['ERROR: gave up', '[ERROR] gave up', '{not json at all', '42'])
      expect(readEventInputs(`${message}\n`)).toEqual([{ kind: 'message', message }]);
  });

  test('broken JSON is a fault where it breaks, in a file of lines, too', () => {
    expect(() => readEventInputs('{"a": 1,\n "b": }')).toThrow('line 2, column 7');
    expect(() => readEventInputs('{"a": 1}\n{"b" 2}\n')).toThrow('line 2, column 6');
  });
});

test('the fields that a pattern looks at are found in an event', () => {
  const paths = fieldPaths(
    filterPatternPredicate('{ $.a.b = x || $.list[*].c = y && $.list[0].d NOT EXISTS && $.a.b != z }'),
  );
  expect(paths).toEqual([
    ['a', 'b'],
    ['list', anyElement, 'c'],
    ['list', 0, 'd'],
  ]);
  const isLed = (place: (string | number)[]): boolean => paths.some((path) => leadsTo(path, place));
  expect(
    [
      ['a', 'b'],
      ['list', 3, 'c'],
      ['list', 0, 'd'],
    ].map(isLed),
  ).toEqual([true, true, true]);
  expect([['a'], ['a', 'b', 'c'], ['list', 1, 'd'], ['b']].map(isLed)).toEqual([false, false, false, false]);
});
