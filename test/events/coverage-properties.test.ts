import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { JsonObject, JsonValue } from '../../src/json.ts';
import { normalForm, predicateKey } from '../../src/events/canonical.ts';
import { createCoverage, type CoverageVerdict } from '../../src/events/coverage.ts';
import { parseFilterPattern } from '../../src/events/filter-pattern/parse.ts';
import { printJsonPattern } from '../../src/events/filter-pattern/print.ts';
import { matches } from '../../src/events/matches.ts';
import { and, not, or, type Predicate } from '../../src/events/predicate.ts';
import { decidedTests, groups, patternTests, predicates } from './generated.ts';

const coverage = createCoverage();
const runs = { numRuns: 300, seed: 5 };

const values: Readonly<Record<string, readonly (JsonValue | undefined)[]>> = {
  eventName: ['StopLogging', 'StartLogging', 'DeleteTrail', 'GetTrail', 'ConsoleLogin', 'x', ''],
  eventSource: ['cloudtrail.amazonaws.com', 'iam.amazonaws.com', 'x'],
  awsRegion: ['us-east-1', 'eu-west-1'],
  eventType: ['AwsApiCall', 'AwsServiceEvent', 'AwsConsoleSignIn'],
  errorCode: [undefined, 'AccessDenied', 'AccessDeniedException', 'Client.UnauthorizedOperation', 'x'],
  readOnly: [undefined, true, false],
  userIdentity: [
    {},
    { type: 'Root' },
    { type: 'Root', invokedBy: 'AWS Internal' },
    { type: 'IAMUser', userName: 'mara' },
    { invokedBy: 'x' },
  ],
  requestParameters: [
    null,
    {},
    { name: 'a' },
    { name: null },
    { name: 5 },
    { name: ['a'] },
    { name: { b: 1 } },
  ],
};

/** Records with all that every record has, and boundary values in the fields that patterns ask for. */
const records: fc.Arbitrary<JsonObject> = fc
  .record(Object.fromEntries(Object.entries(values).map(([name, each]) => [name, fc.constantFrom(...each)])))
  .map((chosen) => ({
    ...Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined)),
    sourceIPAddress: '203.0.113.24',
    eventTime: '2026-10-01T06:30:00Z',
    eventID: '1',
    eventVersion: '1.11',
    responseElements: null,
  }));

const atomTexts = fc.constantFrom(
  '$.eventName = "StopLogging"',
  '$.eventName = StartLogging',
  '$.eventName = "*Logging"',
  '$.eventName = "St*"',
  '$.eventName != "GetTrail"',
  '$.eventName = %^St.*g$|Trail%',
  '$.eventName = "S*g"',
  '$.eventSource = "cloudtrail.amazonaws.com"',
  '$.eventSource = "*.amazonaws.com"',
  '$.awsRegion = "us-east-1"',
  '$.eventType != "AwsServiceEvent"',
  '$.errorCode = "AccessDenied*"',
  '$.errorCode = "*UnauthorizedOperation"',
  '$.errorCode NOT EXISTS',
  '$.errorCode = "*"',
  '$.readOnly IS FALSE',
  '$.readOnly IS TRUE',
  '$.userIdentity.type = "Root"',
  '$.userIdentity.invokedBy NOT EXISTS',
  '$.userIdentity.invokedBy != "x"',
  '$.requestParameters IS NULL',
  '$.requestParameters.name = "a"',
  '$.requestParameters.name != "a"',
  '$.requestParameters.name NOT EXISTS',
  '$.requestParameters.name > 3',
);

const patternTexts: fc.Arbitrary<string> = fc
  .array(fc.array(atomTexts, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 })
  .map((alternatives) => `{ ${alternatives.map((atoms) => `(${atoms.join(' && ')})`).join(' || ')} }`)
  // The service takes two regular expressions in a pattern.
  .filter((text) => text.split('%').length <= 5);
const patterns = patternTexts.map((text) => parseFilterPattern(text).predicate);
/** Required sets that are often covered. */
const questions = fc.oneof(
  fc.tuple(patterns, patterns),
  fc.tuple(patterns, patterns).map(([a, b]): [Predicate, Predicate] => [and(a, b), b]),
  fc.tuple(patterns, patterns).map(([a, b]): [Predicate, Predicate] => [a, or(a, b)]),
  fc
    .tuple(patterns, patterns, patterns)
    .map(([a, b, c]): [Predicate, Predicate] => [or(and(a, b), and(a, not(b), c)), a]),
);

function isGap(required: Predicate, provided: readonly Predicate[], event: JsonObject): boolean {
  return matches(required, event) === true && provided.every((each) => matches(each, event) === false);
}

test('no record shows a gap where a cover is proved, and every witness shows one', () => {
  const verdicts = new Set<CoverageVerdict['verdict']>();
  let tried = 0;
  fc.assert(
    fc.property(questions, fc.array(records, { minLength: 60, maxLength: 60 }), ([required, one], events) => {
      const found = coverage.covers(required, [one]);
      verdicts.add(found.verdict);
      if (found.verdict === 'refuted') return isGap(required, [one], found.witness);
      if (found.verdict !== 'proved') return true;
      tried += events.length;
      return !events.some((event) => isGap(required, [one], event));
    }),
    { ...runs, numRuns: 500 },
  );
  expect(verdicts.size).toBe(3);
  expect(tried).toBeGreaterThan(10_000);
});

test('a set covers itself, whatever it is made of', () => {
  const anySet = fc.oneof(
    patterns,
    predicates(groups, fc.oneof(patternTests, decidedTests)),
    fc.tuple(patterns, patterns).map(([a, b]) => and(a, not(b))),
  );
  fc.assert(
    fc.property(anySet, (set) => {
      expect(coverage.covers(set, [set])).toEqual({ verdict: 'proved' });
    }),
    runs,
  );
});

test('more filters, or fewer events to be seen, never lose a proof', () => {
  fc.assert(
    fc.property(questions, patterns, ([required, provided], other) => {
      fc.pre(coverage.covers(required, [provided]).verdict === 'proved');
      expect(coverage.covers(required, [provided, other]).verdict).toBe('proved');
      expect(coverage.covers(and(required, other), [provided]).verdict).toBe('proved');
    }),
    runs,
  );
});

test('what covers a cover covers', () => {
  fc.assert(
    fc.property(patterns, patterns, patterns, (a, b, c) => {
      const [narrow, middle, wide] = [and(a, b), b, or(b, c)];
      expect(coverage.covers(narrow, [middle]).verdict).toBe('proved');
      expect(coverage.covers(middle, [wide]).verdict).toBe('proved');
      expect(coverage.covers(narrow, [wide]).verdict).toBe('proved');
    }),
    runs,
  );
});

test('a pattern that is printed reads back as the same set', () => {
  fc.assert(
    fc.property(patternTexts, (text) => {
      const { predicate } = parseFilterPattern(text);
      const printed = printJsonPattern(predicate) ?? 'not printed';
      expect(predicateKey(parseFilterPattern(printed).predicate)).toBe(predicateKey(predicate));
    }),
    runs,
  );
});

test('the normal form matches the same events and stays as it is', () => {
  fc.assert(
    fc.property(predicates(groups, patternTests), fc.array(records, { minLength: 20 }), (set, events) => {
      const normal = normalForm(set);
      for (const event of events) expect(matches(normal, event)).toBe(matches(set, event));
      expect(predicateKey(normalForm(normal))).toBe(predicateKey(normal));
    }),
    runs,
  );
});

test('the order and the grouping of conditions do not matter to the key', () => {
  const [first, second] = [
    '{ ($.a = 1 && $.b = "x") || $.c NOT EXISTS }',
    '{ $.c NOT EXISTS || (($.b = x) && $.a = 1.0) }',
  ];
  expect(predicateKey(parseFilterPattern(first).predicate)).toBe(
    predicateKey(parseFilterPattern(second).predicate),
  );
});
