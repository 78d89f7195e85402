import { PatternFault } from '../pattern-fault.ts';
import { nothing, undecided, type Predicate } from '../predicate.ts';
import { parseEventPattern } from './parser.ts';
import { rulePredicate, type RuleContext } from './predicate.ts';

/**
 * The CloudTrail events that make a rule send something to its targets, as far as the rule decides it: its pattern, its state, and
 * the account and region of its bus. A trail must record them, too. A rule without a pattern runs on a schedule and
 * sees none. A pattern that cannot be read gives a set that nobody can tell: the service holds it, so it reads something
 * in it that we do not.
 *
 * @param pattern `EventPattern` of the rule, as `events:ListRules` answers it
 */
export function ruleEvents(pattern: string | undefined, context: RuleContext): Predicate {
  if (pattern === undefined || pattern.trim() === '') return nothing;
  try {
    return rulePredicate(parseEventPattern(pattern), context);
  } catch (error) {
    if (error instanceof PatternFault)
      return undecided(`the event pattern cannot be read (${error.message}): ${pattern}`);
    throw error;
  }
}
