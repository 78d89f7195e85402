import { expect, test } from 'vitest';

import { steadyList } from '../../src/collect/steady-list.ts';
import type { AnswerRecord } from '../../src/snapshot/record.ts';
import { answered } from '../aws/records.ts';

/** One reading of a list: its pages, each with the elements on it; an error code for a page that failed. */
type Reading = readonly (readonly string[] | string)[];

async function read(readings: readonly Reading[], attempts = 4): Promise<{ got: Reading; times: number }> {
  let times = 0;
  const got: (readonly string[] | string)[] = [];
  const pagesOf = (reading: Reading): readonly AnswerRecord[] =>
    reading.map((page, index) => {
      const { output, ...record } = answered('logs:DescribeLogGroups', '111111111111', 'eu-west-1', {}, {});
      const place = { number: index + 1, last: index === reading.length - 1 };
      return typeof page === 'string'
        ? {
            ...record,
            page: { ...place, last: false },
            error: { code: page, message: '', outcome: 'failed' },
          }
        : { ...record, page: place, output: { ...output, logGroups: page.map((name) => ({ name })) } };
    });
  const list = steadyList(
    async function* () {
      yield* pagesOf(readings[Math.min(times, readings.length - 1)] ?? []);
      times += 1;
    },
    attempts,
    () => {},
  );
  for await (const { output, error } of list) {
    const names = (output?.['logGroups'] ?? []) as readonly { readonly name: string }[];
    got.push(error?.code ?? names.map(({ name }) => name));
  }
  return { got, times };
}

const steady: Reading = [['a', 'b'], ['c', 'd'], ['e']];
/** `b` moved behind `c` after the first page: `c` was not seen. */
const moved: Reading = [['a', 'b'], ['b', 'd'], ['e']];

test.each<[string, readonly Reading[], Reading, number]>([
  ['one page', [[['a', 'a']]], [['a', 'a']], 1],
  ['no page at all', [[]], [], 1],
  ['pages that hold different things', [steady], steady, 1],
  ['an element that comes again', [moved, steady], steady, 2],
  ['one that comes again each time, elsewhere', [moved, [['a', 'b'], ['c', 'd'], ['d']], steady], steady, 3],
  ['one that comes again in the same place', [moved, moved, steady], steady, 3],
  ['a page that fails', [[['a', 'b'], 'Throttling']], [['a', 'b'], 'Throttling'], 1],
  [
    'an element again and a page that fails',
    [moved, [['a', 'b'], 'Throttling']],
    [['a', 'b'], 'Throttling'],
    2,
  ],
])('a list is read until it holds: %s', async (_what, readings, expected, times) => {
  expect(await read(readings)).toEqual({ got: expected, times });
});

test('a list that never holds still is no answer', async () => {
  const readings = [1, 2, 3, 4].map((number): Reading => [
    ['a', `${number}`],
    ['a', 'b'],
  ]);
  expect(await read(readings, 3)).toEqual({ got: [['a', '3'], 'MalformedAnswer'], times: 3 });
});
