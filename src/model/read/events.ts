import type { OrganizationModel } from '../organization.ts';
import type { Fact, Resource } from '../resource.ts';
import { Unknown } from '../unknown.ts';
import { selectorsOf, undecided } from './selectors.ts';

/** The events that the selectors of a trail let through. */
export function recordedEvents(trail: Resource, model: OrganizationModel): Fact {
  const selectors = selectorsOf(trail, model);
  if (selectors instanceof Unknown || selectors === undefined) return selectors;
  return undecided(trail, model, 'not analysed yet');
}

/** The events that the pattern of a metric filter matches. */
export function matchedEvents(filter: Resource, model: OrganizationModel): Fact {
  return model.whyMissing.undecided(
    'logs:DescribeMetricFilters',
    filter.account,
    filter.region,
    'not analysed yet',
  );
}
