import { filterPatternPredicate } from '../../events/filter-pattern/parse.ts';
import { trailEvents } from '../../events/selectors/trail.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Resource } from '../resource.ts';
import { Unknown } from '../unknown.ts';
import { textOf } from './make.ts';
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

/**
 * The events that a metric filter matches when they reach its log group. A filter that sees what a transformer made of
 * the events, or only those of some accounts and regions, is not analysed.
 */
export function matchedEvents(filter: Resource, model: OrganizationModel): Fact {
  const undecided = (because: string): Unknown =>
    model.whyMissing.undecided('logs:DescribeMetricFilters', filter.account, filter.region, because);
  if (filter.data['applyOnTransformedLogs'] === true) {
    return undecided(`metric filter ${filter.name} sees what a transformer makes of the events`);
  }
  const criteria = textOf(filter.data, 'fieldSelectionCriteria');
  if (criteria !== undefined) {
    return undecided(`metric filter ${filter.name} sees only events for which ${criteria}`);
  }
  return filterPatternPredicate(textOf(filter.data, 'filterPattern') ?? '');
}
