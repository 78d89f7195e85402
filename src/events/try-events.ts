import { matchesEventPattern } from './event-bridge/match.ts';
import { parseEventPattern } from './event-bridge/parser.ts';
import { eventPatternPredicate } from './event-bridge/predicate.ts';
import type { EventInput } from './event-input.ts';
import { matchMessage } from './filter-pattern/match-message.ts';
import { parseFilterPattern } from './filter-pattern/parse.ts';
import { matches } from './matches.ts';
import type { Predicate } from './predicate.ts';
import { selectorsPredicate } from './selectors/predicate.ts';
import { parseEventSelectors } from './selectors/reader.ts';
import type { Truth } from './value-test.ts';

/** Tells whether something would see an event. */
export interface EventTrial {
  /** The fields that it looks at; for a log message it may look at the text. */
  readonly predicate: Predicate;
  on(input: EventInput): Truth;
}

/**
 * A trial of a filter pattern, which is searched in records and in any other message.
 *
 * @throws PatternFault where the service would refuse it
 */
export function filterPatternTrial(text: string): EventTrial {
  const pattern = parseFilterPattern(text);
  return {
    predicate: pattern.predicate,
    // The log holds the record as text; an EventBridge event is one more JSON object there.
    on: (input) => matchMessage(pattern, messageOf(input)),
  };
}

/**
 * A trial of an EventBridge pattern. On a bare record it says what its event would do, envelope and all.
 *
 * @throws PatternFault where the service would refuse it
 */
export function eventPatternTrial(text: string): EventTrial {
  const pattern = parseEventPattern(text);
  const predicate = eventPatternPredicate(pattern);
  return {
    predicate,
    on(input) {
      if (input.kind === 'envelope') return matchesEventPattern(pattern, input.event);
      return input.kind === 'record' ? matches(predicate, input.record) : false;
    },
  };
}

/**
 * A trial of a trail's event selectors.
 *
 * @throws PatternFault where they are not what CloudTrail answers
 */
export function selectorsTrial(text: string): EventTrial {
  return predicateTrial(selectorsPredicate(parseEventSelectors(text)));
}

/** A trial of a set of events. */
export function predicateTrial(predicate: Predicate): EventTrial {
  return {
    predicate,
    on: (input) => (input.kind === 'message' ? false : matches(predicate, input.record)),
  };
}

function messageOf(input: EventInput): string {
  if (input.kind === 'message') return input.message;
  return JSON.stringify(input.kind === 'record' ? input.record : input.event);
}
