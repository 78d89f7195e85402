import { isJsonObject } from '../../json.ts';
import { askList, itemsOf, type Listed } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Related, Resource } from '../resource.ts';
import type { Grounds } from '../schema.ts';
import { Unknown } from '../unknown.ts';
import { textOf, textsOf } from './make.ts';
import { topicNamed } from './topics.ts';
import { askTrail, homeRegion } from './trails.ts';

const getInsightSelectors = 'cloudtrail:GetInsightSelectors';

/**
 * Types of insights that a trail looks for in management events. DescribeTrails tells which trails have none; a selector
 * without categories is about management events (CloudTrail API reference, InsightSelector).
 */
export function managementInsights(trail: Resource, model: OrganizationModel): Fact {
  if (trail.data['HasInsightSelectors'] === false) return [];
  const told = askTrail(model, trail, getInsightSelectors, 'TrailName');
  if (told instanceof Unknown) return told;
  const selectors = told.output?.['InsightSelectors'];
  const types = (Array.isArray(selectors) ? selectors : []).flatMap((selector) => {
    if (!isJsonObject(selector)) return [];
    const categories = textsOf(selector['EventCategories']);
    return categories.length === 0 || categories.includes('Management')
      ? (textOf(selector, 'InsightType') ?? [])
      : [];
  });
  return [...new Set(types)].sort();
}

/** The answer that the insight selectors of a trail stand in. */
export function insightGrounds(trail: Resource, model: OrganizationModel): Grounds {
  if (trail.data['HasInsightSelectors'] === false) return { sources: trail.sources.slice(0, 1) };
  const told = askTrail(model, trail, getInsightSelectors, 'TrailName');
  return told instanceof Unknown ? {} : { sources: [{ record: told.record, path: 'InsightSelectors' }] };
}

/** Keys of the tags of a trail, without those of AWS. */
export function tagKeys(trail: Resource, model: OrganizationModel): Fact {
  const listed = listTags(trail, model);
  if (listed.missing !== undefined) return listed.missing;
  const keys = itemsOf(listed, 'ResourceTagList').flatMap(({ data }) =>
    data['ResourceId'] === trail.id && Array.isArray(data['TagsList'])
      ? data['TagsList'].flatMap((tag) => (isJsonObject(tag) ? (textOf(tag, 'Key') ?? []) : []))
      : [],
  );
  return keys.filter((key) => !key.startsWith('aws:')).sort();
}

/** The answers that the tags of a trail stand in. */
export function tagGrounds(trail: Resource, model: OrganizationModel): Grounds {
  return { sources: listTags(trail, model).pages.map((record) => ({ record, path: 'ResourceTagList' })) };
}

function listTags(trail: Resource, model: OrganizationModel): Listed {
  return askList(model, {
    call: 'cloudtrail:ListTags',
    account: trail.account,
    region: homeRegion(trail),
    answering: (input) => textsOf(input['ResourceIdList']).includes(trail.id),
  });
}

/** The topic that a trail tells of each log file; absent where it names none, or one that is gone. */
export function trailTopic(trail: Resource, model: OrganizationModel): Related {
  const arn = textOf(trail.data, 'SnsTopicARN');
  return arn === undefined ? undefined : topicNamed(model, arn, trail.account).topic;
}
