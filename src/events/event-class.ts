import type { EventClass } from './event-set.ts';
import { and, field, not, or, type Predicate } from './predicate.ts';
import { exactly, textIn, valueTest } from './value-test.ts';

const categories: Readonly<Record<EventClass, string>> = {
  management: 'Management',
  data: 'Data',
  'network-activity': 'NetworkActivity',
  insight: 'Insight',
};

/**
 * Events of one of CloudTrail's classes. Told by `eventCategory`; older records lack it and are told by `managementEvent`, and
 * the oldest, which lack both, are taken for management events. Selectors and event sets use the same sets, so a
 * comparison of both is exact whatever fields a record has.
 */
export function eventsOfClass(eventClass: EventClass): Predicate {
  const named = field('eventCategory', valueTest({ text: textIn(exactly(categories[eventClass])) }));
  if (eventClass !== 'management' && eventClass !== 'data') return named;
  const unnamed = field('eventCategory', valueTest({ missing: true }));
  const notManagement = field('managementEvent', valueTest({ false: true }));
  return or(named, and(unnamed, eventClass === 'data' ? notManagement : not(notManagement)));
}

/** Events that the service counts as reads. A record that does not say so counts as a write. */
export const readEvents: Predicate = field('readOnly', valueTest({ true: true }));

/** Events that the service counts as writes. */
export const writeEvents: Predicate = not(readEvents);
