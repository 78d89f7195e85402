import { eventsOfAccount, tellsAccounts } from '../events/account.ts';
import { createCoverage } from '../events/coverage.ts';
import { eventSetPredicate } from '../events/event-set-predicate.ts';
import type { EventSet } from '../events/event-set.ts';
import { and, everything, or } from '../events/predicate.ts';
import { resourceTypes } from '../model/types.ts';
import type { EventAlgebra, EventSetReference } from './compile/algebra.ts';
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
  const eventSet = (set: EventSet): EventSetReference => ({
    id: set.id,
    title: set.title,
    parameters: set.parameters.map((parameter) => parameter.name),
    editions: set.editions.flatMap((edition) => edition.of),
    required: (form) => eventSetPredicate(set, { ...form, partition }).required,
  });
  return {
    types: resourceTypes,
    algebra: eventAlgebra(),
    eventSet,
    parseEventSet: async (text, file) => {
      const { parseEventSet } = await import('../events/event-set-parser.ts');
      return eventSet(parseEventSet(text, file));
    },
  };
}
