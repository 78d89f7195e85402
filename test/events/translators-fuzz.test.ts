import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { UserFault } from '../../src/fault.ts';
import { parseEventPattern } from '../../src/events/event-bridge/parser.ts';
import { rulePredicate } from '../../src/events/event-bridge/predicate.ts';
import { readEventInputs } from '../../src/events/event-input.ts';
import { EventSetFault, parseEventSet } from '../../src/events/event-set-parser.ts';
import { eventSetPredicate } from '../../src/events/event-set-predicate.ts';
import { parseFilterPattern } from '../../src/events/filter-pattern/parse.ts';
import { parseLocatedJson, plainJson } from '../../src/events/located-json.ts';
import { PatternFault } from '../../src/events/pattern-fault.ts';
import { selectorsPredicate } from '../../src/events/selectors/predicate.ts';
import { parseEventSelectors } from '../../src/events/selectors/reader.ts';

const root = path.resolve(import.meta.dirname, '../..');

const eventPatterns = [
  '{"source": ["aws.iam"], "detail-type": ["AWS API Call via CloudTrail"], "detail": {"eventName": [{"prefix": "Put"}, {"wildcard": "*Policy\\\\*"}]}}',
  '{"detail": {"$or": [{"errorCode": [{"anything-but": {"prefix": ["A", "B"]}}]}, {"x.y": [{"numeric": [">", 0, "<=", 5.5e1]}]}]}}',
  '{"detail": {"readOnly": [true, null, 4, {"exists": false}], "sourceIPAddress": [{"cidr": "10.0.0.0/8"}], "n": [{"anything-but": [1, 2]}]}}',
];
const selectors = [
  '{"TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/t", "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::b/"]}], "ExcludeManagementEventSources": ["kms.amazonaws.com"]}]}',
  '{"AdvancedEventSelectors": [{"Name": "x", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.ARN", "NotStartsWith": ["arn:aws:s3:::b/"], "EndsWith": ["/"]}]}]}',
];
const texts = [
  'ERROR -"not found" ?retry',
  '%[a-z]+%',
  '[ip, ..., status = 4* && status != 404 || status = "5*"]',
];
const eventSets = readdirSync(path.join(root, 'rules/events')).map((file) =>
  readFileSync(path.join(root, 'rules/events', file), 'utf8'),
);

/** A text with some parts cut, doubled, moved or replaced by marks that the languages know. */
function mutated(originals: readonly string[]): fc.Arbitrary<string> {
  const marks = fc.constantFrom(
    ...'" \\ { } [ ] , : % * $or null true 1e999 -0 \u0000 \ud800 é ( && || ... & *a !!x <<'.split(' '),
    '\n',
    ' ',
    '__proto__',
    'constructor',
  );
  const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(6), mark: marks });
  return fc
    .tuple(fc.constantFrom(...originals), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([original, edits]) =>
      edits.reduce((text, { at, cut, mark }) => {
        const position = Math.floor(at * text.length);
        return text.slice(0, position) + mark + text.slice(position + cut);
      }, original),
    );
}

/**
 * Runs a reader on mutated texts: it must give a result, or a fault at a place inside the text. Gives the text on which it did
 * neither, with what was thrown.
 */
function breaks(originals: readonly string[], read: (text: string) => unknown, runs: number): unknown {
  const property = fc.property(mutated(originals), (text) => {
    try {
      return read(text) !== undefined;
    } catch (error) {
      if (error instanceof PatternFault) return error.offset >= 0 && error.offset <= text.length;
      if (error instanceof EventSetFault)
        return error.faults.length > 0 && error.faults.every(({ line }) => line >= 1);
      throw error;
    }
  });
  const { counterexample, errorInstance } = fc.check(property, { numRuns: runs });
  return counterexample === null ? undefined : { counterexample, errorInstance };
}

/** More runs when asked for, the default fits a quick test. */
const scale = Number(process.env['TRAILWARDEN_FUZZ'] ?? 1);

describe('mutated input gives a result or a located fault', () => {
  test('EventBridge patterns', () => {
    const context = { state: 'ENABLED', region: 'eu-west-1', account: '111122223333' };
    expect(
      breaks(eventPatterns, (text) => rulePredicate(parseEventPattern(text), context), 35_000 * scale),
    ).toBeUndefined();
  });

  test('event selectors', () => {
    expect(
      breaks(selectors, (text) => selectorsPredicate(parseEventSelectors(text)), 30_000 * scale),
    ).toBeUndefined();
  });

  test('filter patterns of every form', () => {
    expect(breaks(texts, parseFilterPattern, 35_000 * scale)).toBeUndefined();
  });

  test('event sets', () => {
    const read = (text: string): unknown => {
      const set = parseEventSet(text, 'set.yaml');
      const parameters = Object.fromEntries(set.parameters.map(({ name, example }) => [name, example]));
      return eventSetPredicate(set, { parameters });
    };
    expect(breaks(eventSets, read, 300 * scale)).toBeUndefined();
  });

  test('events to try patterns on', () => {
    const records = ['signin-user-no-mfa', 'insight-call-rate'].map((name) =>
      readFileSync(path.join(root, `fixtures/events/${name}.json`), 'utf8'),
    );
    const inOneLine = records.map((text) => JSON.stringify(JSON.parse(text)));
    expect(
      breaks(
        [...records, inOneLine.join('\n'), `{"Records": [${inOneLine.join()}]}`],
        readEventInputs,
        1_000 * scale,
      ),
    ).toBeUndefined();
  });
});

test('our JSON reader takes what JSON.parse takes and nothing else', () => {
  const same = (text: string): boolean => {
    let expected: unknown = 'refused';
    try {
      expected = JSON.parse(text);
    } catch {
      // Refused by both.
    }
    let found: unknown = 'refused';
    try {
      found = plainJson(parseLocatedJson(text));
    } catch (error) {
      if (!(error instanceof UserFault)) throw error;
      // Doubled names are refused by ours alone.
      if (error.message.includes('twice')) return true;
    }
    return isDeepStrictEqual(found, expected);
  };
  const jsonTexts = fc.oneof(fc.json(), mutated([...eventPatterns, ...selectors]));
  expect(fc.check(fc.property(jsonTexts, same), { numRuns: 4_000 }).counterexample).toBeNull();
});
