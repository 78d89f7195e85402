import { describe, expect, test } from 'vitest';

import { matchMessage } from '../../src/events/filter-pattern/match-message.ts';
import { parseFilterPattern } from '../../src/events/filter-pattern/parse.ts';
import { matches } from '../../src/events/matches.ts';
import { PatternFault } from '../../src/events/pattern-fault.ts';
import { vectors } from './vectors/vectors.ts';

describe('what is established', () => {
  test.each(vectors.match_vectors)('$id: $pattern', ({ pattern, event, raw, match }) => {
    const read = parseFilterPattern(pattern);
    expect(matchMessage(read, raw ?? JSON.stringify(event))).toBe(match);
    expect(event === undefined ? match : matches(read.predicate, event)).toBe(match);
  });
});

describe('what nobody has said', () => {
  test.each(vectors.unknown_vectors)('$id: $pattern', ({ pattern, event }) => {
    expect(matches(parseFilterPattern(pattern).predicate, event)).toBe('undecided');
  });
});

describe('what the service refuses', () => {
  test.each(vectors.invalid_patterns)('$id: $pattern', ({ pattern }) => {
    expect(() => parseFilterPattern(pattern)).toThrow(PatternFault);
  });

  test('the position and the reason are told', () => {
    const faults = vectors.invalid_patterns.map(({ id, pattern }) => {
      try {
        parseFilterPattern(pattern);
        return id;
      } catch (error) {
        return `${id} ${error instanceof PatternFault ? error.message : String(error)}`;
      }
    });
    expect(faults).toMatchInlineSnapshot(`
      [
        "inv-001 line 1, column 7: EXISTS is taken after NOT only; write = "*" for a field that is there",
        "inv-002 line 1, column 10: IS NOT is not supported; for a field that is there write = "*"",
        "inv-003 line 1, column 11: "!" is not allowed in a regular expression; write \\x21",
        "inv-004 line 1, column 10: a regular expression takes no parentheses; write alternatives out with "|"",
        "inv-005 line 1, column 37: a pattern takes 2 regular expressions at most",
        "inv-006 line 1, column 3: a selector takes one wildcard at most",
        "inv-007 line 1, column 45: a pattern takes 3 selectors with a wildcard at most",
        "inv-008 line 1, column 13: the pattern ends here, "&&", "||" or "}" is expected",
        "inv-009 line 1, column 3: a field begins with "$.": write $.status",
        "inv-010 line 1, column 3: there is no negation of conditions; use != or NOT EXISTS on a field",
        "inv-011 line 1, column 9: a value takes double quotes, not single ones",
        "inv-012 line 1, column 13: write && instead of AND",
        "inv-013 line 1, column 32: a double quote at the end of a value that has none at its beginning",
        "inv-014 line 1, column 25: a backslash left over from escaping; the pattern itself holds plain double quotes",
        "inv-015 line 1, column 27: "&&", "||" or "}" is expected; a value with a blank takes double quotes",
        "inv-016 line 1, column 35: ")" is missing: this parenthesis is not closed",
      ]
    `);
  });
});
