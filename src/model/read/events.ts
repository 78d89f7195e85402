import type { OrganizationModel } from '../organization.ts';
import type { Fact, Resource } from '../resource.ts';
import { Unknown } from '../unknown.ts';
import { homeRegion, askTrail } from './trails.ts';

const getEventSelectors = 'cloudtrail:GetEventSelectors';

/** The events that the selectors of a trail let through. */
export function recordedEvents(trail: Resource, model: OrganizationModel): Fact {
  const told = askTrail(model, trail, getEventSelectors, 'TrailName');
  if (told instanceof Unknown) return told;
  if (told.output === undefined) return undefined;
  return model.whyMissing.undecided(getEventSelectors, trail.account, homeRegion(trail), 'not analysed yet');
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
