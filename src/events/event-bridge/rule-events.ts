import { PatternFault } from '../pattern-fault.ts';
import { and, nothing, undecided, type Predicate } from '../predicate.ts';
import { parseEventPattern } from './parser.ts';
import { deliveredEvents, eventPatternPredicate, fromRegion } from './predicate.ts';
import type { Origin, RuleContext } from './predicate.ts';

/**
 * The CloudTrail events that make a rule send something to its targets, as far as the rule decides it: its pattern, its state, and
 * the account and region of its bus. A trail must record them, too. A rule without a pattern runs on a schedule and
 * sees none. A pattern that cannot be read gives a set that nobody can tell: the service holds it, so it reads something
 * in it that we do not.
 *
 * @param pattern `EventPattern` of the rule, as `events:ListRules` answers it
 */
export function ruleEvents(pattern: string | undefined, context: RuleContext): Predicate {
  return and(
    deliveredEvents(context.state),
    fromRegion(context.region),
    eventPatternEvents(pattern, context),
  );
}

/** As {@link ruleEvents}, by the pattern alone: of events that have come to the rule, those that it matches. */
export function eventPatternEvents(pattern: string | undefined, origin: Origin): Predicate {
  if (pattern === undefined || pattern.trim() === '') return nothing;
  try {
    return eventPatternPredicate(parseEventPattern(pattern), origin);
  } catch (error) {
    if (error instanceof PatternFault)
      return undecided(`the event pattern cannot be read (${error.message}): ${pattern}`);
    throw error;
  }
}
