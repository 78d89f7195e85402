import { filterPatternPredicate } from '../../events/filter-pattern/parse.ts';
import { trailEvents } from '../../events/selectors/trail.ts';
import { askOne } from '../ask.ts';
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
 * Whether a metric filter sees what a transformer makes of the events: it asks for that, and its log group has a transformer.
 * Where the group has none of its own, one of the account may stand in for it; those are not collected.
 */
export function seesTransformed(filter: Resource, model: OrganizationModel): Fact {
  if (filter.data['applyOnTransformedLogs'] !== true) return false;
  const { account, region } = filter;
  const group = textOf(filter.data, 'logGroupName');
  const told = askOne(model, {
    call: 'logs:GetTransformer',
    account,
    region,
    answering: (input) => input['logGroupIdentifier'] === group,
  });
  if (told instanceof Unknown) return told;
  const config = told.output?.['transformerConfig'];
  if (Array.isArray(config) && config.length > 0) return true;
  return model.whyMissing.undecided(
    'logs:GetTransformer',
    account,
    region,
    `whether a transformer of the account changes what metric filter ${filter.name} sees is not collected`,
  );
}

/** Whether a metric filter sees the events of every account and region. Selections of them are not analysed. */
export function seesAllSources(filter: Resource, model: OrganizationModel): Fact {
  const criteria = textOf(filter.data, 'fieldSelectionCriteria');
  return criteria === undefined ? true : selectsEvents(filter, model, criteria);
}

function selectsEvents(filter: Resource, model: OrganizationModel, criteria: string): Unknown {
  return model.whyMissing.undecided(
    'logs:DescribeMetricFilters',
    filter.account,
    filter.region,
    `metric filter ${filter.name} sees only events for which ${criteria}`,
  );
}

/**
 * The events that a metric filter matches when they reach its log group. A filter that sees what a transformer made of
 * the events, or only those of some accounts and regions, is not analysed.
 */
export function matchedEvents(filter: Resource, model: OrganizationModel): Fact {
  if (filter.data['applyOnTransformedLogs'] === true) {
    return model.whyMissing.undecided(
      'logs:DescribeMetricFilters',
      filter.account,
      filter.region,
      `metric filter ${filter.name} sees what a transformer makes of the events`,
    );
  }
  const criteria = textOf(filter.data, 'fieldSelectionCriteria');
  if (criteria !== undefined) return selectsEvents(filter, model, criteria);
  return filterPatternPredicate(textOf(filter.data, 'filterPattern') ?? '');
}
