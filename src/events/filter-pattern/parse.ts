import { PatternFault } from '../pattern-fault.ts';
import { everything, undecided, type Predicate } from '../predicate.ts';
import { parseRegex, RegexFault } from '../text/regex.ts';
import { parseJsonPattern } from './json-parser.ts';
import type { JsonClause } from './json-pattern.ts';
import { parseSpacePattern, type SpacePattern } from './space-delimited.ts';
import { parseTermPattern, type TermPattern } from './terms.ts';
import { spacePatternPredicate, termPatternPredicate } from './text-predicate.ts';

/** Longest pattern that PutMetricFilter takes, in characters. */
export const longestPattern = 1024;

/** A filter pattern of CloudWatch Logs that was read. */
export type FilterPattern =
  | { readonly form: 'empty'; readonly text: string; readonly predicate: Predicate }
  | {
      readonly form: 'json';
      readonly text: string;
      readonly predicate: Predicate;
      readonly clause: JsonClause;
    }
  | {
      readonly form: 'terms';
      readonly text: string;
      readonly predicate: Predicate;
      readonly terms: TermPattern;
    }
  | {
      readonly form: 'space-delimited';
      readonly text: string;
      readonly predicate: Predicate;
      readonly space: SpacePattern;
    };

/**
 * Reads a filter pattern of any form. `predicate` is the set of CloudTrail events that it matches.
 *
 * @throws PatternFault where the service would refuse it, with the position and the reason
 */
export function parseFilterPattern(text: string): FilterPattern {
  const length = Array.from(text).length;
  if (length > longestPattern)
    throw new PatternFault(
      text,
      longestPattern,
      `the pattern has ${length} characters, the service takes ${longestPattern}`,
    );
  const start = text.trimStart();
  if (start === '') return { form: 'empty', text, predicate: everything };
  if (start.startsWith('{')) {
    const clause = parseJsonPattern(text);
    return { form: 'json', text, clause, predicate: clause.predicate };
  }
  if (start.startsWith('[')) {
    const space = parseSpacePattern(text);
    return { form: 'space-delimited', text, space, predicate: spacePatternPredicate(space) };
  }
  const terms = parseTermPattern(text);
  if (terms.kind === 'terms' && terms.terms.length === 0)
    return { form: 'empty', text, predicate: everything };
  if (terms.kind === 'regex') checkRegex(text, terms.source, terms.at);
  return { form: 'terms', text, terms, predicate: termPatternPredicate(terms) };
}

/**
 * The set of CloudTrail events that a filter matches. A pattern that the service would refuse gives a set that nobody can
 * tell, with the position of the fault in its reason: the service holds it, so it read something in it that we do not.
 */
export function filterPatternPredicate(text: string): Predicate {
  try {
    return parseFilterPattern(text).predicate;
  } catch (error) {
    if (error instanceof PatternFault)
      return undecided(`the filter pattern cannot be read (${error.message}): ${text}`);
    throw error;
  }
}

function checkRegex(text: string, source: string, at: number): void {
  try {
    parseRegex(source);
  } catch (error) {
    if (!(error instanceof RegexFault)) throw error;
    if (error.why === 'refused') throw new PatternFault(text, at + error.at, error.message);
  }
}
