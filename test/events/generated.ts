import * as fc from 'fast-check';

import type { JsonObject, JsonValue } from '../../src/json.ts';
import { jsonTest, type JsonLiteral } from '../../src/events/filter-pattern/json-tests.ts';
import {
  and,
  anyElement,
  field,
  not,
  or,
  undecided,
  type FieldPath,
  type Predicate,
} from '../../src/events/predicate.ts';
import {
  endingWith,
  exactly,
  exactlyIgnoringCase,
  globOf,
  numbersEqual,
  numbersOutside,
  numbersWhere,
  startingWith,
  textIn,
  textNotIn,
  valueTest,
  type ValueTest,
} from '../../src/events/value-test.ts';

/** Small predicates over few fields, in which a gap, if there is one, shows in a small event. */
export interface Group {
  readonly name: string;
  readonly paths: readonly FieldPath[];
  /** Values that, together, show every gap of the small tests in this place of the record. */
  readonly values: readonly (JsonValue | undefined)[];
}

const letters = ['a', 'b', 'c'];
const shortTexts = letters.reduce<string[][]>(
  (words) => [...words, (words.at(-1) ?? []).flatMap((word) => letters.map((letter) => word + letter))],
  [['']],
);
const words = letters
  .reduce(
    (longer) => [...longer, longer.at(-1)?.flatMap((word) => letters.map((letter) => word + letter)) ?? []],
    [['']],
  )
  .concat([shortTexts[2]?.flatMap((word) => (shortTexts[2] ?? []).map((other) => word + other)) ?? []])
  .flat();

const numbers = [-1, 0, 0.5, 1, 1.25, 1.5, 2];
const plain: readonly (JsonValue | undefined)[] = [undefined, null, true, false, {}, []];
const few: readonly (JsonValue | undefined)[] = [
  ...plain,
  'a',
  'b',
  'ab',
  'cc',
  '*',
  'A',
  'bc',
  'ba',
  ...numbers,
];

const lists: readonly JsonValue[] = few.flatMap((value): JsonValue[] =>
  value === undefined ? [] : [[value], ['a', value], [value, 'b', 1], [1, value]],
);

const elements: readonly JsonValue[] = ['a', 'b', 'cc', 'ab', 'bc', ...numbers, null, true, false, {}, []];

export const groups: readonly Group[] = [
  { name: 'x', paths: [['x']], values: [...plain, ...new Set(words), 'A', 'a*b', 'B', ...numbers] },
  {
    name: 'y',
    paths: [['y'], ['y', 'z']],
    values: [
      ...few,
      ...lists,
      ...[...few, ...lists].flatMap((value): JsonValue[] =>
        value === undefined ? [] : [{ z: value }, [{ z: value }], ['a', { z: value }], [1, { z: value }]],
      ),
    ],
  },
  ...['p', 'q', 'r'].map((name): Group => ({ name, paths: [[name]], values: few })),
  {
    name: 'list',
    paths: [
      ['list', anyElement],
      ['list', 0],
      ['list', 1],
    ],
    values: [
      ...plain,
      'a',
      ...elements.flatMap((first): JsonValue[] => [
        [first],
        ...elements.flatMap((second): JsonValue[] => [
          [first, second],
          ...elements.map((third) => [first, second, third]),
        ]),
      ]),
    ],
  },
];

/** Every event of the values of some groups. */
export function* eventsOf(used: readonly Group[]): Generator<JsonObject> {
  const [group, ...others] = used;
  if (group === undefined) {
    yield {};
    return;
  }
  for (const rest of eventsOf(others))
    for (const value of group.values) yield value === undefined ? rest : { ...rest, [group.name]: value };
}

const literal: fc.Arbitrary<JsonLiteral> = fc.oneof(
  fc
    .constantFrom('a', 'b', 'a*', '*a', '*b*', '*', 'a*b', '*a*b')
    .map((text) => ({ kind: 'text', text }) as const),
  fc.constantFrom('0', '1', '1.5').map((source) => ({ kind: 'number', source }) as const),
  fc
    .constantFrom('^a', 'b$', 'a|b', '^a?b$', '[ab]c', 'a.b')
    .map((source) => ({ kind: 'regex', source }) as const),
);

/** Tests of the filter pattern language. */
export const patternTests: fc.Arbitrary<ValueTest> = fc.oneof(
  fc
    .tuple(fc.constantFrom('=' as const, '!=' as const), literal)
    .map(([operator, value]) => jsonTest({ operator, value })),
  fc
    .tuple(
      fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
      fc.constantFrom('0', '1', '1.5'),
    )
    .map(([operator, source]) => jsonTest({ operator, value: { kind: 'number', source } })),
  fc
    .constantFrom('NULL' as const, 'TRUE' as const, 'FALSE' as const)
    .map((value) => jsonTest({ operator: 'IS', value })),
  fc.constant(jsonTest({ operator: 'NOT EXISTS' })),
);

/** Tests in which everything is decided. */
export const decidedTests: fc.Arbitrary<ValueTest> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        exactly('a'),
        exactly('a', 'b'),
        exactly('ab', 'cc'),
        exactlyIgnoringCase('a'),
        startingWith('a'),
        endingWith('b'),
        globOf('*b*'),
        globOf('a*b'),
        globOf('*c'),
      ),
      fc.boolean(),
      fc.boolean(),
    )
    .map(([shape, isNegated, onMissing]) =>
      valueTest({ text: isNegated ? textNotIn(shape) : textIn(shape), missing: onMissing, null: isNegated }),
    ),
  fc.constant(valueTest({ missing: true })),
  fc.constant(
    valueTest({ null: true, true: true, false: true, text: true, number: true, object: true, array: true }),
  ),
  fc.constantFrom(
    valueTest({ number: numbersEqual(1) }),
    valueTest({ number: numbersWhere('>', 0) }),
    valueTest({ number: numbersWhere('<=', 1) }),
    valueTest({ number: numbersOutside(numbersEqual(0, 1)) }),
    valueTest({ array: true }),
    valueTest({ object: true, null: true }),
    valueTest({ true: true }),
  ),
);

/** Predicates over some groups. */
export function predicates(used: readonly Group[], tests: fc.Arbitrary<ValueTest>): fc.Arbitrary<Predicate> {
  const atoms = fc
    .tuple(fc.constantFrom(...used.flatMap(({ paths }) => paths)), tests, fc.boolean())
    .map(([path, test, disputed]): Predicate => {
      const isSeveral = path.some((step) => typeof step === 'object');
      return field(path, test, {
        several: isSeveral && disputed && test.missing === false ? 'some' : 'some',
      });
    });
  const searched = fc
    .tuple(fc.constantFrom(...used.flatMap(({ paths }) => paths)), tests)
    .filter(([path]) => path.every((step) => typeof step === 'string'))
    .map(([path, test]): Predicate => field(path, test, { arrays: 'searched' }));
  const leaves = fc.oneof(
    { weight: 12, arbitrary: atoms },
    { weight: used.some(({ name }) => name === 'y') ? 2 : 0, arbitrary: searched },
    { weight: 1, arbitrary: fc.constantFrom(undecided('first'), undecided('second')) },
  );
  return fc.letrec<{ predicate: Predicate }>((tie) => ({
    predicate: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      leaves,
      fc.array(tie('predicate'), { minLength: 2, maxLength: 3 }).map((parts) => and(...parts)),
      fc.array(tie('predicate'), { minLength: 2, maxLength: 3 }).map((parts) => or(...parts)),
      tie('predicate').map(not),
    ),
  })).predicate;
}
