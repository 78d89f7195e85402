import { describe, expect, test } from 'vitest';

import type { Background } from '../../src/events/background.ts';
import { createCoverage } from '../../src/events/coverage.ts';
import { filterPatternPredicate } from '../../src/events/filter-pattern/parse.ts';
import { matches } from '../../src/events/matches.ts';
import { and, field } from '../../src/events/predicate.ts';
import { exactly, textIn, valueTest, type ValueTest } from '../../src/events/value-test.ts';
import { control } from './controls.ts';
import { vectors } from './vectors/vectors.ts';

const coverage = createCoverage();
const verdictOf = { proved: 'covers', refuted: 'misses', undecided: 'unknown' } as const;

describe('patterns against controls', () => {
  test.each(vectors.coverage_vectors)(
    '$id: $pattern',
    ({ control: name, pattern, verdict, missed_event }) => {
      const required = control(name);
      const provided = filterPatternPredicate(pattern);
      const found = coverage.covers(required, [provided]);
      expect([verdictOf[found.verdict], found]).toEqual([verdict, found]);
      const witness = found.verdict === 'refuted' ? found.witness : undefined;
      expect(witness === undefined ? true : matches(required, witness)).toBe(true);
      expect(witness === undefined ? false : matches(provided, witness)).toBe(false);
      expect(missed_event === undefined ? false : matches(provided, missed_event)).toBe(false);
    },
  );
});

test('what nobody has said is never a proof', () => {
  const anything: Background = { fields: [] };
  for (const { pattern, event } of vectors.unknown_vectors) {
    const fields = Object.entries(event).map(([name, value]) => field([name], exactlyThis(value)));
    const found = createCoverage({ background: anything }).covers(and(...fields), [
      filterPatternPredicate(pattern),
    ]);
    expect([pattern, found.verdict]).not.toEqual([pattern, 'proved']);
  }
});

function exactlyThis(value: unknown): ValueTest {
  if (typeof value === 'string') return valueTest({ text: textIn(exactly(value)) });
  if (typeof value === 'number')
    return valueTest({ number: [{ from: value, fromOpen: false, to: value, toOpen: false }] });
  if (typeof value === 'boolean') return valueTest({ [String(value)]: true });
  if (value === null) return valueTest({ null: true });
  return valueTest(Array.isArray(value) ? { array: true } : { object: true });
}
