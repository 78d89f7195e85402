import { readFileSync } from 'node:fs';
import path from 'node:path';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import {
  matchSpacePattern,
  parseSpacePattern,
  splitFields,
} from '../../src/events/filter-pattern/space-delimited.ts';
import { matchTerms, parseTermPattern } from '../../src/events/filter-pattern/terms.ts';
import { PatternFault } from '../../src/events/pattern-fault.ts';

interface Vector {
  readonly id: string;
  readonly pattern: string;
  readonly raw?: string;
  readonly match: boolean;
}
const vectors = (
  parse(readFileSync(path.resolve(import.meta.dirname, 'vectors/patterns.yaml'), 'utf8')) as {
    match_vectors: Vector[];
  }
).match_vectors.filter(({ raw, pattern }) => raw !== undefined && !pattern.startsWith('{'));

function refusal(parser: (text: string) => unknown, text: string): string {
  try {
    parser(text);
    return 'accepted';
  } catch (error) {
    if (error instanceof PatternFault) return error.message;
    throw error;
  }
}

/** Decides a term pattern without regular expressions. */
function terms(pattern: string, message: string): boolean | 'undecided' {
  const parsed = parseTermPattern(pattern);
  if (parsed.kind === 'regex') throw new Error('not for regular expressions');
  return matchTerms(parsed.terms, message);
}

test.each(vectors.filter(({ pattern }) => !/^[[%]/.test(pattern)))(
  'term vector $id',
  ({ pattern, raw, match }) => {
    expect(terms(pattern, raw ?? '')).toBe(match);
  },
);

test.each(vectors.filter(({ pattern }) => pattern.startsWith('[')))(
  'space vector $id',
  ({ pattern, raw, match }) => {
    expect(matchSpacePattern(parseSpacePattern(pattern), raw ?? '', () => 'undecided')).toBe(match);
  },
);

describe('terms', () => {
  test('excluded phrases, blanks of every kind, a leading dash inside a phrase', () => {
    expect(terms('GET -"not found"', 'GET /x not found')).toBe(false);
    expect(terms(' a\t\nb ', 'b a')).toBe(true);
    expect(terms('"-x"', 'a -x b')).toBe(true);
    expect(terms('-x', 'abc')).toBe(true);
  });

  test('optional terms beside excluded ones are undecided unless both readings agree', () => {
    expect(terms('?a ?b -c', 'a')).toBe(true);
    expect(terms('?a ?b -c', 'c')).toBe(false);
    expect(terms('?a ?b -c', 'x')).toBe('undecided');
  });

  test('a backslash in a phrase is never decided to match', () => {
    expect(terms('"a\\"b"', 'a"b')).toBe('undecided');
    expect(terms('"a\\"b" zzz', 'a"b')).toBe(false);
  });

  test('what the service refuses', () => {
    const patterns = ['a.b', '"open', '"a"b', '-', '?', '%a% b', '%open', '%%', '"a" ""', 'eventName=X'];
    expect(patterns.map((each) => `${each}  ->  ${refusal(parseTermPattern, each)}`)).toMatchInlineSnapshot(`
      [
        "a.b  ->  line 1, column 2: "." may stand only inside double quotes: write "a.b" in quotes",
        ""open  ->  line 1, column 1: the phrase is not closed with a double quote",
        ""a"b  ->  line 1, column 4: a blank is expected after a phrase in quotes",
        "-  ->  line 1, column 1: a term is expected after "-"",
        "?  ->  line 1, column 1: a term is expected after "?"",
        "%a% b  ->  line 1, column 4: nothing may follow a regular expression in a term pattern",
        "%open  ->  line 1, column 1: the regular expression is not closed with "%"",
        "%%  ->  line 1, column 1: the regular expression is empty",
        ""a" ""  ->  line 1, column 5: an empty phrase matches nothing in particular",
        "eventName=X  ->  line 1, column 10: "=" may stand only inside double quotes: write "eventName=X" in quotes",
      ]
    `);
  });
});

describe('space-delimited patterns', () => {
  const line = '127.0.0.1 - alice [10/Oct/2000:13:25:15 -0700] "GET /a b.html HTTP/1.0" 404 1534';
  const matches = (pattern: string): boolean | 'undecided' =>
    matchSpacePattern(parseSpacePattern(pattern), line, (source, value) => value.includes(source));

  test('brackets and quotes hold one field together', () => {
    expect(splitFields(line)).toEqual([
      '127.0.0.1',
      '-',
      'alice',
      '10/Oct/2000:13:25:15 -0700',
      'GET /a b.html HTTP/1.0',
      '404',
      '1534',
    ]);
  });

  test('the number of fields counts, unless an ellipsis stands for some', () => {
    expect(matches('[a, b, c]')).toBe(false);
    expect(matches('[a, b, c, ...]')).toBe(true);
    expect(matches('[..., status = 404, bytes]')).toBe(true);
    expect(matches('[..., status = 404]')).toBe(false);
  });

  test('conditions join with && before ||', () => {
    expect(matches('[..., status = 500 || status = 4* && status != 401, bytes > 1000]')).toBe(true);
    expect(matches('[..., (status = 500 || status = 4*) && status != 404, bytes]')).toBe(false);
    expect(matches('[..., status >= 400 && status < 500, bytes <= 1.534e3]')).toBe(true);
    expect(matches('[ip = "127.*", ...]')).toBe(true);
    expect(matches('[ip = %127%, ...]')).toBe(true);
  });

  test('an inner asterisk is decided only where both of its readings agree', () => {
    expect(matches('[ip = 127*0.1, ...]')).toBe('undecided');
    expect(matches('[ip = 128*0.1, ...]')).toBe(false);
  });

  test('what the service refuses', () => {
    const patterns = [
      '[',
      '[]',
      '[...]',
      '[a, ..., b]',
      '[..., a, ...]',
      '[a, a]',
      '[a = ]',
      '[a = "x]',
      "[a = 'x']",
      '[a = x b]',
      '[a = x, b = y && c = z]',
      '[a > x]',
      '[a ~ x]',
      '[(a = x]',
      '[a] b',
      '[a = "x\\"y"]',
    ];
    expect(patterns.map((each) => `${each}  ->  ${refusal(parseSpacePattern, each)}`)).toMatchInlineSnapshot(`
      [
        "[  ->  line 1, column 2: the name of a field is expected",
        "[]  ->  line 1, column 2: the name of a field is expected",
        "[...]  ->  line 1, column 6: at least one field is expected",
        "[a, ..., b]  ->  line 1, column 8: an ellipsis may stand only first or last",
        "[..., a, ...]  ->  line 1, column 10: only one ellipsis may stand in a pattern",
        "[a, a]  ->  line 1, column 5: the field a stands here twice",
        "[a = ]  ->  line 1, column 6: a value is expected; other than letters and digits must stand in quotes",
        "[a = "x]  ->  line 1, column 6: the value is not closed with "",
        "[a = 'x']  ->  line 1, column 6: a value is expected; other than letters and digits must stand in quotes",
        "[a = x b]  ->  line 1, column 8: "," or "]" is expected",
        "[a = x, b = y && c = z]  ->  line 1, column 18: only b may stand in its own condition, not c",
        "[a > x]  ->  line 1, column 6: ">" takes a number",
        "[a ~ x]  ->  line 1, column 4: one of = != < <= > >= is expected",
        "[(a = x]  ->  line 1, column 8: ")" is expected",
        "[a] b  ->  line 1, column 5: nothing may follow "]"",
        "[a = "x\\"y"]  ->  line 1, column 6: how a backslash is read is not documented; leave it out",
      ]
    `);
  });
});

test('any text gives a pattern or a located fault, and any message an answer', () => {
  const pieces = '[ ] , ... a b1 = != < >= && || ( ) " % * - ? \\ 1e3 é'.split(' ').concat(' ', '\n');
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((parts) => parts.join(''));
  const outcome = (decide: () => unknown, pattern: string): unknown => {
    try {
      return decide();
    } catch (error) {
      if (error instanceof PatternFault && error.offset <= pattern.length) return 'located fault';
      throw error;
    }
  };
  fc.assert(
    fc.property(text, fc.string(), (pattern, message) => {
      const answers = [true, false, 'undecided', 'located fault'];
      const space = (): unknown => matchSpacePattern(parseSpacePattern(pattern), message, () => 'undecided');
      expect(answers).toContain(outcome(space, pattern));
      const term = (): unknown => {
        const parsed = parseTermPattern(pattern);
        return parsed.kind === 'regex' ? 'undecided' : matchTerms(parsed.terms, message);
      };
      expect(answers).toContain(outcome(term, pattern));
    }),
    { numRuns: 5_000 },
  );
});
