import { parseEventSet } from '../events/event-set-parser.ts';
import { eventSetPredicate } from '../events/event-set-predicate.ts';
import { and, everything, or, undecided } from '../events/predicate.ts';
import { resourceTypes } from '../model/types.ts';
import type { EventAlgebra } from './compile/algebra.ts';
import type { RuleLanguage } from './load.ts';

/** The event algebra as rules use it. What it works out is remembered as long as the value lives. */
function eventAlgebra(): EventAlgebra {
  return {
    and,
    or,
    everything,
    covers: () => ({ verdict: 'undecided', reason: 'coverage is not decided yet' }),
    matches: () => 'undecided',
  };
}

/** What shipped rules and users' rules are compiled against: the model's resource types and the event algebra. */
export function standardLanguage(): RuleLanguage {
  return {
    types: resourceTypes,
    algebra: eventAlgebra(),
    parseEventSet(text, file) {
      const set = parseEventSet(text, file);
      const required =
        set.parameters.length === 0
          ? eventSetPredicate(set).required
          : undecided(
              `the event set ${set.id} needs values for ${set.parameters.map(({ name }) => name).join(', ')}`,
            );
      return { id: set.id, title: set.title, required };
    },
  };
}
