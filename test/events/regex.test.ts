import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseRegex, RegexFault } from '../../src/events/text/regex.ts';
import { Shapes } from '../../src/events/text/shapes.ts';
import { createCoverage } from '../../src/events/coverage.ts';
import { field, type Predicate } from '../../src/events/predicate.ts';
import {
  exactly,
  globOf,
  startingWith,
  textIn,
  valueTest,
  type TextShape,
} from '../../src/events/value-test.ts';

const units = fc.constantFrom(
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '[a-c]',
  '\\w',
  '\\d',
  '\\x61',
  '\\.',
  '-',
  '_',
  ',',
);
const piece = fc
  .tuple(units, fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,}', '{0,2}'))
  .map(([unit, count]) => unit + count);
const branch = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.oneof(piece, fc.constantFrom('^', '$')), { minLength: 1, maxLength: 5 }),
    fc.boolean(),
  )
  .map(([start, pieces, end]) => `${start ? '^' : ''}${pieces.join('')}${end ? '$' : ''}`);
const regexes = fc.array(branch, { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|'));
const texts = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '1', '.', '-', '_', ',', '\n'),
  maxLength: 8,
});

describe('our automaton finds what a backtracking engine finds', () => {
  // Without line breaks the dialects agree; `s` makes the dot of the wide reading.
  test.each([
    ['narrow', ''],
    ['wide', 's'],
  ] as const)('%s', (lineBreaks, flags) => {
    fc.assert(
      fc.property(regexes, fc.array(texts, { minLength: 5, maxLength: 10 }), (source, samples) => {
        const shape = new Shapes().ready({ kind: 'regex', source, lineBreaks });
        const engine = new RegExp(source, flags);
        for (const text of samples) {
          // The wide "$" also stands before a last line break, which JavaScript's does not.
          const isApart = lineBreaks === 'wide' && text.includes('\n') && source.includes('$');
          expect([source, text, isApart || shape.has(text)]).toEqual([
            source,
            text,
            isApart || engine.test(text),
          ]);
        }
      }),
      { numRuns: 3000, seed: 3 },
    );
  });

  test('an expression on which backtracking would never end takes no time', () => {
    const shape = new Shapes().ready({
      kind: 'regex',
      source: '^a*a*a*a*a*a*a*a*a*a*b$',
      lineBreaks: 'narrow',
    });
    expect(shape.has('a'.repeat(5000))).toBe(false);
    expect(shape.has(`${'a'.repeat(5000)}b`)).toBe(true);
  });
});

test.each([
  ['(a)', 0, 'refused'],
  ['a!', 1, 'refused'],
  ['a"b', 1, 'refused'],
  ['é', 0, 'refused'],
  ['*a', 0, 'refused'],
  ['a{3,2}', 1, 'refused'],
  ['[b-a]', 1, 'refused'],
  ['[]', 0, 'refused'],
  ['[a', 0, 'refused'],
  ['a\\', 1, 'refused'],
  ['\\xg1', 0, 'refused'],
  ['\\k', 0, 'refused'],
  ['a b', 1, 'undocumented'],
  ['a||b', 2, 'undocumented'],
  ['a**', 2, 'undocumented'],
  ['a}', 1, 'undocumented'],
  ['a\\-b', 1, 'undocumented'],
] as const)('%s: at %i, %s', (source, at, why) => {
  const fault = ((): unknown => {
    try {
      return parseRegex(source);
    } catch (error) {
      return error;
    }
  })();
  expect(fault).toBeInstanceOf(RegexFault);
  expect(fault).toMatchObject({ at, why });
});

describe('addresses', () => {
  const coverage = createCoverage();
  const from = (...shapes: readonly TextShape[]): Predicate =>
    field('sourceIPAddress', valueTest({ text: textIn(...shapes) }));
  const block = (text: string): TextShape => ({ kind: 'cidr', block: text });

  test('a block is covered by its halves and by a wider one', () => {
    expect(coverage.covers(from(block('10.1.2.0/24')), [from(block('10.0.0.0/8'))]).verdict).toBe('proved');
    expect(
      coverage.covers(from(block('10.1.2.0/23')), [from(block('10.1.2.0/24')), from(block('10.1.3.0/24'))])
        .verdict,
    ).toBe('proved');
    expect(coverage.covers(from(block('172.16.0.0/12')), [from(startingWith('172.1'))])).toMatchObject({
      verdict: 'refuted',
    });
    expect(coverage.covers(from(block('10.1.2.0/24')), [from(globOf('10.1.*'))])).toMatchObject({
      // Zeros in front, as in 010.1.2.3, are addresses, too.
      verdict: 'refuted',
    });
    expect(coverage.covers(from(exactly('10.1.2.3', '10.1.9.9')), [from(block('10.1.0.0/16'))]).verdict).toBe(
      'proved',
    );
  });

  test('version 6 has too many spellings for a proof that is not plain', () => {
    const wide = from(block('2001:db8::/32'));
    expect(coverage.covers(from(exactly('2001:db8::7')), [wide]).verdict).toBe('proved');
    expect(coverage.covers(wide, [wide]).verdict).toBe('proved');
    expect(coverage.covers(wide, [from(exactly('2001:db8::7'))]).verdict).toBe('refuted');
    expect(coverage.covers(from(block('2001:db8::/64')), [wide]).verdict).toBe('undecided');
  });
});
