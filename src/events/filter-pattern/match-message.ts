import { isJsonObject, type JsonValue } from '../../json.ts';
import { matches, textTruth } from '../matches.ts';
import { Shapes } from '../text/shapes.ts';
import type { Truth } from '../value-test.ts';
import { regexTest } from './json-tests.ts';
import type { FilterPattern } from './parse.ts';
import { matchSpacePattern } from './space-delimited.ts';
import { matchTerms } from './terms.ts';

/** Whether a filter pattern matches the message of a log event, as the text that was written to the log. */
export function matchMessage(pattern: FilterPattern, message: string, shapes = new Shapes()): Truth {
  const matchesRegex = (source: string, value: string): Truth =>
    textTruth(regexTest(source, false), value, shapes);
  switch (pattern.form) {
    case 'empty':
      return true;
    case 'json': {
      const event = parseJson(message);
      return isJsonObject(event) ? matches(pattern.predicate, event, shapes) : false;
    }
    case 'terms':
      return pattern.terms.kind === 'terms'
        ? matchTerms(pattern.terms.terms, message)
        : matchesRegex(pattern.terms.source, message);
    case 'space-delimited':
      return matchSpacePattern(pattern.space, message, matchesRegex);
  }
}

/** Undefined for text that is no JSON. */
function parseJson(message: string): JsonValue | undefined {
  try {
    return JSON.parse(message) as JsonValue;
  } catch {
    return undefined;
  }
}
