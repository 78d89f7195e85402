import { trailEvents } from '../../events/selectors/trail.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Resource } from '../resource.ts';
import { Unknown } from '../unknown.ts';
import { selectorsOf } from './selectors.ts';
import { homeRegion } from './trails.ts';

/** The events that a trail records while it runs. */
export function recordedEvents(trail: Resource, model: OrganizationModel): Fact {
  const selectors = selectorsOf(trail, model);
  if (selectors instanceof Unknown || selectors === undefined) return selectors;
  return trailEvents({
    selectors,
    ...(trail.data['IsMultiRegionTrail'] === true ? {} : { onlyRegion: homeRegion(trail) }),
    globalServiceEvents: trail.data['IncludeGlobalServiceEvents'] !== false,
  });
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
