import { eventsOfAccount, tellsAccounts } from '../events/account.ts';
import { createCoverage } from '../events/coverage.ts';
import { eventSetPredicate } from '../events/event-set-predicate.ts';
import { parseEventSet } from '../events/event-set-parser.ts';
import { and, everything, or } from '../events/predicate.ts';
import { resourceTypes } from '../model/types.ts';
import type { EventAlgebra } from './compile/algebra.ts';
import type { RuleLanguage } from './load.ts';

/** The event algebra of src/events. What it works out is kept as long as the value is. */
export function eventAlgebra(): EventAlgebra {
  const coverage = createCoverage();
  return {
    everything,
    and,
    or,
    ofAccount: eventsOfAccount,
    tellsAccounts,
    covers: (required, provided) => coverage.covers(required, provided),
    matches: (predicate, event) => coverage.matches(predicate, event),
  };
}

/**
 * What shipped and users' rules are compiled against: the resource types of the model, and event sets as they are in an
 * AWS partition (`aws` where left out).
 */
export function standardLanguage(partition = 'aws'): RuleLanguage {
  return {
    types: resourceTypes,
    algebra: eventAlgebra(),
    parseEventSet: (text, file) => {
      const set = parseEventSet(text, file);
      return {
        id: set.id,
        title: set.title,
        parameters: set.parameters.map((parameter) => parameter.name),
        editions: set.editions.flatMap((edition) => edition.of),
        required: (form) => eventSetPredicate(set, { ...form, partition }).required,
      };
    },
  };
}
