import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { anyRecords } from '../../src/events/background.ts';
import { createCoverage, type CoverageVerdict } from '../../src/events/coverage.ts';
import { matches } from '../../src/events/matches.ts';
import type { Predicate } from '../../src/events/predicate.ts';
import { Shapes } from '../../src/events/text/shapes.ts';
import { decidedTests, eventsOf, groups, patternTests, predicates, type Group } from './generated.ts';

/** What trying every small event says: one is missed, none is, or it hangs on what nobody can tell. */
function tried(required: Predicate, provided: readonly Predicate[], used: readonly Group[]): string {
  const shapes = new Shapes();
  let result = 'proved';
  for (const event of eventsOf(used)) {
    const wanted = matches(required, event, shapes);
    if (wanted === false) continue;
    const seen = provided.map((each) => matches(each, event, shapes));
    if (seen.includes(true)) continue;
    if (wanted === true && !seen.includes('undecided')) return 'refuted';
    result = 'undecided';
  }
  return result;
}

/** Trying takes what nobody can tell in two places as unrelated; the algebra may know better and prove more. */
function disagrees(
  found: CoverageVerdict,
  expected: string,
  required: Predicate,
  provided: readonly Predicate[],
): boolean {
  switch (found.verdict) {
    case 'proved':
      return expected === 'refuted';
    case 'undecided':
      return expected !== 'undecided';
    case 'refuted':
      // The witness may lie outside of the values that are tried, but it must be one.
      return (
        matches(required, found.witness) !== true ||
        !provided.every((each) => matches(each, found.witness) === false)
      );
  }
}

// A longer run: ORACLE_RUNS=50 ORACLE_SEED=3
const scale = Number(process.env['ORACLE_RUNS'] ?? 1);
const seed = Number(process.env['ORACLE_SEED'] ?? 7);

const choices = [
  [['x'], decidedTests, 300],
  [['x'], patternTests, 300],
  [['p', 'q', 'r'], decidedTests, 100],
  [['p', 'q', 'r'], patternTests, 100],
  [['y'], decidedTests, 200],
  [['y'], patternTests, 200],
  [['list'], decidedTests, 60],
  [['list'], patternTests, 60],
] as const;

describe('covers agrees with trying every small event', () => {
  test.each(choices)('on %j', (names, tests, runs) => {
    const used = groups.filter(({ name }) => (names as readonly string[]).includes(name));
    const coverage = createCoverage({ background: anyRecords });
    const small = predicates(used, tests);
    fc.assert(
      fc.property(small, fc.array(small, { maxLength: 2 }), (required, provided) => {
        const found = coverage.covers(required, provided);
        const expected = tried(required, provided, used);
        expect({ found, expected, disagrees: disagrees(found, expected, required, provided) }).toMatchObject({
          disagrees: false,
        });
      }),
      { numRuns: runs * scale, seed },
    );
  });
});
