import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { matchesEventPattern } from '../../src/events/event-bridge/match.ts';
import { parseEventPattern } from '../../src/events/event-bridge/parser.ts';
import { eventPatternPredicate } from '../../src/events/event-bridge/predicate.ts';
import { createCoverage } from '../../src/events/coverage.ts';
import { matches } from '../../src/events/matches.ts';
import type { JsonObject, JsonValue } from '../../src/json.ts';

const text = fc.constantFrom('', 'a', 'A', 'ab', 'ba', 'abb', 'a*b', '10.0.0.7', '10.1.0.7', '::1');
const number = fc.constantFrom(-1, 0, 0.5, 1, 5);
const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 4, arbitrary: text },
  number,
  fc.boolean(),
  fc.constant(null),
);
const shape = fc.oneof(
  text.map((value) => ({ prefix: value })),
  text.map((value) => ({ suffix: value })),
  text.map((value) => ({ prefix: { 'equals-ignore-case': value } })),
  text.map((value) => ({ 'equals-ignore-case': value })),
  fc.constantFrom('*', 'a*', '*b', 'a*b', 'a\\*b', '*b*').map((wildcard) => ({ wildcard })),
);
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(value, { minLength: 1, maxLength: 3 });
const valueTest = fc.oneof(
  scalar,
  shape,
  fc.boolean().map((exists) => ({ exists })),
  some(text).map((texts) => ({ 'anything-but': texts })),
  some(number).map((numbers) => ({ 'anything-but': numbers })),
  shape
    .filter((each) => !('prefix' in each && typeof each.prefix === 'object'))
    .map((each) => ({ 'anything-but': each })),
  fc.constantFrom(['>', 0], ['<=', 1], ['=', 5], ['>=', 0, '<', 5]).map((numeric) => ({ numeric })),
  fc.constantFrom('10.0.0.0/16', '::/64').map((cidr) => ({ cidr })),
);
const leaf = some(valueTest);
const fieldName = fc.constantFrom('p', 'q', 'r', 'list');
const detailPattern = fc.letrec<{ node: JsonObject; member: JsonValue }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.dictionary(fieldName, tie('member'), { minKeys: 1, maxKeys: 3 }),
    fc
      .tuple(
        fc.dictionary(fieldName, leaf, { minKeys: 1, maxKeys: 1 }),
        fc.dictionary(fieldName, leaf, { minKeys: 1, maxKeys: 2 }),
        leaf,
      )
      .map(([one, other, p]) => ({ $or: [one, other], p })),
  ),
  member: fc.oneof({ depthSize: 'small' }, leaf, leaf, tie('node')),
})).node;
const record = fc.letrec<{ node: JsonObject; value: JsonValue }>((tie) => ({
  node: fc.dictionary(fieldName, tie('value'), { maxKeys: 4 }),
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.array(tie('node'), { maxLength: 2 }),
    tie('node'),
  ),
})).node;

test('the set of a pattern agrees with the pattern on any record, or is undecided', () => {
  const decided = { true: 0, false: 0, undecided: 0 };
  const property = fc.property(
    detailPattern,
    fc.array(record, { minLength: 1, maxLength: 5 }),
    (detail, records) => {
      const pattern = parseEventPattern(JSON.stringify({ detail }));
      const predicate = eventPatternPredicate(pattern);
      return records.every((one) => {
        const truth = matches(predicate, one);
        decided[String(truth) as keyof typeof decided]++;
        return truth === 'undecided' || truth === matchesEventPattern(pattern, { detail: one });
      });
    },
  );
  expect(fc.check(property, { numRuns: 3_000 })).toMatchObject({ counterexample: null });
  // The property would say nothing if most answers were the same.
  expect(decided.true).toBeGreaterThan(200);
  expect(decided.false).toBeGreaterThan(200);
  expect(decided.undecided).toBeLessThan(decided.true + decided.false);
});

test('coverage between patterns is never contradicted by a record', () => {
  const coverage = createCoverage();
  const property = fc.property(
    detailPattern,
    detailPattern,
    fc.array(record, { minLength: 1, maxLength: 20 }),
    (wanted, given, records) => {
      const [required, provided] = [wanted, given].map((detail) =>
        parseEventPattern(JSON.stringify({ detail })),
      );
      if (required === undefined || provided === undefined) return false;
      const found = coverage.covers(eventPatternPredicate(required), [eventPatternPredicate(provided)]);
      if (found.verdict === 'refuted')
        return (
          matchesEventPattern(required, { detail: found.witness }) &&
          !matchesEventPattern(provided, { detail: found.witness })
        );
      if (found.verdict === 'undecided') return true;
      return !records.some(
        (detail) => matchesEventPattern(required, { detail }) && !matchesEventPattern(provided, { detail }),
      );
    },
  );
  expect(fc.check(property, { numRuns: 400 })).toMatchObject({ counterexample: null });
});
