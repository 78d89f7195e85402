import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { createCoverage } from '../../src/events/coverage.ts';
import { typicalRecords } from '../../src/events/cover/typical-records.ts';
import { explainLoss } from '../../src/events/explain/loss.ts';
import { patternRemarks } from '../../src/events/explain/remarks.ts';
import { filterPatternPredicate, parseFilterPattern } from '../../src/events/filter-pattern/parse.ts';
import { matches } from '../../src/events/matches.ts';
import { PatternFault } from '../../src/events/pattern-fault.ts';
import { everything } from '../../src/events/predicate.ts';
import { vectors } from './vectors/vectors.ts';
import { worstCases } from './worst-patterns.ts';

const [record = {}] = typicalRecords;
const originals = [...vectors.match_vectors, ...vectors.coverage_vectors, ...vectors.invalid_patterns]
  .map(({ pattern }) => pattern)
  .filter((pattern) => pattern.startsWith('{'));
const marks = fc.constantFrom(
  ...'" % * \\ { } [ ] ( ) && || = != <= $. . [*] .* [0] NOT EXISTS IS NULL | ^ $ ? + {2,} -1e9 é ☂ AND'.split(
    ' ',
  ),
  '\n',
  ' ',
  "['a.b']",
  '__proto__',
  '%^[a-z]{3,400}.*b$%',
);
const mutated = fc
  .tuple(
    fc.constantFrom(...originals),
    fc.constantFrom(...originals),
    fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(5), marks), { maxLength: 4 }),
  )
  .map(([original, other, edits]) =>
    edits.reduce((text, [at, cut, mark]) => {
      const position = Math.floor(at * text.length);
      const inserted = mark === 'AND' ? other.slice(1, -1) : mark;
      return text.slice(0, position) + inserted + text.slice(position + cut);
    }, original),
  );
/** More runs when asked for, the default fits a quick test. */
const scale = Number(process.env['TRAILWARDEN_FUZZ'] ?? 1);

test('any JSON pattern is read, or refused at a place inside of it', () => {
  let read = 0;
  fc.assert(
    fc.property(mutated, (text) => {
      try {
        const { predicate } = parseFilterPattern(text);
        read++;
        return [true, false, 'undecided'].includes(matches(predicate, record));
      } catch (error) {
        if (!(error instanceof PatternFault)) throw error;
        return error.offset >= 0 && error.offset <= text.length && error.reason !== '';
      }
    }),
    { numRuns: 30_000 * scale },
  );
  expect(read).toBeGreaterThan(3_000);
});

test('any pattern that is read is judged, explained and remarked on', () => {
  const coverage = createCoverage();
  fc.assert(
    fc.property(mutated, mutated, (one, other) => {
      const [required, provided] = [filterPatternPredicate(one), filterPatternPredicate(other)];
      const found = coverage.covers(required, [provided]);
      if (found.verdict === 'undecided') return found.reason !== '';
      if (found.verdict === 'proved') return true;
      const pattern = parseFilterPattern(other);
      patternRemarks(pattern, coverage);
      return (
        explainLoss(pattern, found.witness)?.message !== '' &&
        matches(required, found.witness) === true &&
        matches(provided, found.witness) === false
      );
    }),
    { numRuns: 1_500 * scale },
  );
});

test.each(worstCases)('within the limits of the service every question has an answer: $name', (worst) => {
  const required = worst.required === undefined ? everything : filterPatternPredicate(worst.required);
  const provided = worst.provided.map((text) => parseFilterPattern(text).predicate);
  const found = createCoverage().covers(required, provided);
  expect(['proved', 'refuted', 'undecided']).toContain(found.verdict);
  expect(found.verdict === 'undecided' ? found.reason : 'told').not.toBe('');
});
