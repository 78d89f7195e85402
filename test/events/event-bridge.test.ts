import { readFileSync } from 'node:fs';
import path from 'node:path';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { parseAddress, parseAddressRange, rangeContains } from '../../src/events/event-bridge/address.ts';
import { matchesEventPattern } from '../../src/events/event-bridge/match.ts';
import { parseEventPattern } from '../../src/events/event-bridge/parser.ts';
import { PatternFault } from '../../src/events/pattern-fault.ts';
import type { JsonObject } from '../../src/json.ts';

interface Vector {
  readonly id: string;
  readonly pattern: JsonObject;
  readonly event: JsonObject;
  readonly match: boolean;
}

const vectors = parse(readFileSync(path.resolve(import.meta.dirname, 'vectors/patterns.yaml'), 'utf8')) as {
  eventbridge_vectors: Vector[];
};

/** Whether a pattern given as plain JSON matches an event. */
function matches(pattern: unknown, event: JsonObject): boolean {
  return matchesEventPattern(parseEventPattern(JSON.stringify(pattern)), event);
}

/** The reason and position for which a pattern is refused. */
function refusal(text: string): string {
  try {
    parseEventPattern(text);
    return 'accepted';
  } catch (error) {
    if (error instanceof PatternFault) return error.message;
    throw error;
  }
}

test.each(vectors.eventbridge_vectors)('vector $id', ({ pattern, event, match }) => {
  expect(matches(pattern, event)).toBe(match);
});

describe('what the operators mean', () => {
  const value = (given: unknown, test_: unknown): boolean =>
    matches({ v: [test_] }, { v: given } as JsonObject);

  test('texts, numbers, truth values and null are different things', () => {
    expect(value('1', 1)).toBe(false);
    expect(value(1, '1')).toBe(false);
    expect(value(1.0, 1)).toBe(true);
    expect(value('true', true)).toBe(false);
    expect(value(null, '')).toBe(false);
    expect(value('', '')).toBe(true);
  });

  test('wildcards are anchored at both ends and may match nothing', () => {
    for (const [text, wildcard, expected] of [
      ['PutRolePolicy', 'Put*Policy', true],
      ['PutPolicy', 'Put*Policy', true],
      ['XPutPolicy', 'Put*Policy', false],
      ['aba', 'a*ba', true],
      ['ab', 'ab*ab', false],
      ['abcbcd', 'a*bc*d', true],
      ['a*b', 'a\\*b', true],
      ['axb', 'a\\*b', false],
      ['', '*', true],
    ] as const)
      expect([text, wildcard, value(text, { wildcard })]).toEqual([text, wildcard, expected]);
  });

  test('anything-but needs a value, and one element of a list that is different is enough', () => {
    expect(value(null, { 'anything-but': ['a'] })).toBe(true);
    expect(value(['a', 'b'], { 'anything-but': ['a'] })).toBe(true);
    expect(value(['a'], { 'anything-but': ['a'] })).toBe(false);
    expect(value([], { 'anything-but': ['a'] })).toBe(false);
    expect(value('Get', { 'anything-but': { wildcard: 'G*' } })).toBe(false);
    expect(value('GET', { 'anything-but': { 'equals-ignore-case': ['get', 'list'] } })).toBe(false);
    expect(value(5, { 'anything-but': [5, 6] })).toBe(false);
    expect(value('x.json', { 'anything-but': { suffix: ['.png', '.jpg'] } })).toBe(true);
  });

  test('numeric ranges take and leave their ends as written', () => {
    expect(value(0, { numeric: ['>', 0, '<=', 5] })).toBe(false);
    expect(value(5, { numeric: ['>', 0, '<', 5] })).toBe(false);
    expect(value(-1, { numeric: ['<', 0] })).toBe(true);
    expect(value(3e2, { numeric: ['=', 300] })).toBe(true);
  });

  test('address ranges of both versions', () => {
    expect(value('10.0.0.255', { cidr: '10.0.0.0/24' })).toBe(true);
    expect(value('10.0.1.0', { cidr: '10.0.0.0/24' })).toBe(false);
    expect(value('2001:db8::ffff', { cidr: '2001:db8::/32' })).toBe(true);
    expect(value('10.0.0.1', { cidr: '::/0' })).toBe(false);
    expect(value('AWS Internal', { cidr: '0.0.0.0/0' })).toBe(false);
  });

  test('$or joins whole objects and is an ordinary name otherwise', () => {
    const pattern = { a: ['x'], $or: [{ b: ['1'] }, { c: { d: ['2'] } }] };
    expect(matches(pattern, { a: 'x', c: { d: '2' } })).toBe(true);
    expect(matches(pattern, { a: 'x', c: { d: '3' } })).toBe(false);
    expect(matches({ $or: [{ prefix: 'x' }, { prefix: 'y' }] }, { $or: 'yes' })).toBe(true);
    expect(matches({ $or: ['only'] }, { $or: 'only' })).toBe(true);
  });

  test('fields of one element of a list must hold together', () => {
    const event = {
      resources: [
        { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::b/k' },
        { type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::b' },
      ],
    };
    const pattern = (type: string, ARN: string): unknown => ({ resources: { type: [type], ARN: [ARN] } });
    expect(matches(pattern('AWS::S3::Object', 'arn:aws:s3:::b/k'), event)).toBe(true);
    expect(matches(pattern('AWS::S3::Object', 'arn:aws:s3:::b'), event)).toBe(false);
  });
});

test('what the service refuses is refused with position and reason', () => {
  const patterns = [
    '',
    '[]',
    '{}',
    '{"a": {}}',
    '{"a": []}',
    '{"a": "b"}',
    '{"a": [["b"]]}',
    '{"a": ["b"], "a": ["c"]}',
    '{"a": [{"prefx": "b"}]}',
    '{"a": [{"prefix": 1}]}',
    '{"a": [{"prefix": "b", "suffix": "c"}]}',
    '{"a": [{"exists": "true"}]}',
    '{"a": [{"wildcard": "a**b"}]}',
    '{"a": [{"wildcard": "a\\\\b"}]}',
    '{"a": [{"anything-but": ["b", 1]}]}',
    '{"a": [{"anything-but": [null]}]}',
    '{"a": [{"numeric": [">", "1"]}]}',
    '{"a": [{"numeric": ["<", 5, ">", 0]}]}',
    '{"a": [{"numeric": [">", 5, "<", 5]}]}',
    '{"a": [{"numeric": ["~", 5]}]}',
    '{"a": [{"cidr": "10.0.0.0"}]}',
    '{"a": ["b"]\n  "c": ["d"]}',
    '{"a": ["b"]} x',
    `{"a": ["${'b'.repeat(5000)}"]}`,
  ];
  expect(patterns.map((each) => `${each.slice(0, 60)}  ->  ${refusal(each)}`)).toMatchInlineSnapshot(`
    [
      "  ->  line 1, column 1: the text ends: a JSON value is expected",
      "[]  ->  line 1, column 1: an event pattern is a JSON object",
      "{}  ->  line 1, column 1: an empty object is not allowed",
      "{"a": {}}  ->  line 1, column 7: an empty object is not allowed",
      "{"a": []}  ->  line 1, column 7: "a": an empty list is not allowed",
      "{"a": "b"}  ->  line 1, column 7: "a" must be a list of values or an object: write ["b"]",
      "{"a": [["b"]]}  ->  line 1, column 8: a list inside a list of values is not allowed",
      "{"a": ["b"], "a": ["c"]}  ->  line 1, column 14: "a" stands here twice in one object; remove one",
      "{"a": [{"prefx": "b"}]}  ->  line 1, column 9: "prefx" is no operator here, did you mean "prefix"?; known are prefix, suffix, equals-ignore-case, wildcard, anything-but, exists, numeric, cidr",
      "{"a": [{"prefix": 1}]}  ->  line 1, column 19: "prefix" takes a text here",
      "{"a": [{"prefix": "b", "suffix": "c"}]}  ->  line 1, column 24: only one operator may stand in an object",
      "{"a": [{"exists": "true"}]}  ->  line 1, column 19: "exists" takes true or false",
      "{"a": [{"wildcard": "a**b"}]}  ->  line 1, column 21: "**" is not allowed in a wildcard; write one "*"",
      "{"a": [{"wildcard": "a\\\\b"}]}  ->  line 1, column 21: a backslash in a wildcard may only stand before "*" or another backslash",
      "{"a": [{"anything-but": ["b", 1]}]}  ->  line 1, column 31: texts and numbers may not be mixed in "anything-but"",
      "{"a": [{"anything-but": [null]}]}  ->  line 1, column 26: "anything-but" takes texts or numbers, or an object with one operator",
      "{"a": [{"numeric": [">", "1"]}]}  ->  line 1, column 26: a number is expected after ">"",
      "{"a": [{"numeric": ["<", 5, ">", 0]}]}  ->  line 1, column 29: nothing may follow "<"; write the lower bound first",
      "{"a": [{"numeric": [">", 5, "<", 5]}]}  ->  line 1, column 29: the lower bound must be less than the upper one",
      "{"a": [{"numeric": ["~", 5]}]}  ->  line 1, column 21: "~" is no comparison; known are = < <= > >=",
      "{"a": [{"cidr": "10.0.0.0"}]}  ->  line 1, column 17: "10.0.0.0" is no range of addresses such as "10.0.0.0/24" or "2001:db8::/32"",
      "{"a": ["b"]
      "c": ["d"]}  ->  line 2, column 3: """: "," or "}" is expected",
      "{"a": ["b"]} x  ->  line 1, column 14: "x" after the end of the JSON text",
      "{"a": ["bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  ->  line 1, column 4097: longer than 4096 characters",
    ]
  `);
});

test('addresses', () => {
  expect(parseAddress('1.2.3')).toBeUndefined();
  expect(parseAddress('1.2.3.256')).toBeUndefined();
  expect(parseAddress('1::2::3')).toBeUndefined();
  expect(parseAddress('::ffff:1.2.3.4')).toEqual({ bits: 128, value: 0xffff01020304n });
  expect(parseAddressRange('1.2.3.4/33')).toBeUndefined();
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, length) => {
      const range = parseAddressRange(`${address}/${length}`);
      const first = parseAddress(address);
      return range !== undefined && first !== undefined && rangeContains(range, first);
    }),
  );
});
