import { objects, textOf } from '../answer.ts';
import type { Answer, Call, Item } from './call.ts';
import { inItsPlace, isRegionName, splitArn } from './places.ts';

const cloudtrailRate = { rate: 10, rateOfService: true } as const;
const eachTrail = {
  answers: ['cloudtrail:DescribeTrails'],
  once: `once for each trail, ${inItsPlace}`,
  items: trailsOf,
  namedByOwner: true,
} as const;
const eachEventDataStore = {
  answers: ['cloudtrail:ListEventDataStores'],
  once: `once for each event data store, ${inItsPlace}`,
  items: eventDataStoresOf,
} as const;

/** Asked in each enabled region of each account. */
export const lists: readonly Call[] = [
  {
    service: 'cloudtrail',
    operation: 'DescribeTrails',
    scope: 'region',
    // Replicas of multi-region trails and copies of organization trails are what tells that an account is covered.
    input: { includeShadowTrails: true },
    hasUnlessEmpty: 'trailList',
    ...cloudtrailRate,
    action: 'cloudtrail:DescribeTrails',
    why: 'Trails that record in the region, those of other regions and of the organization included.',
  },
  {
    service: 'cloudtrail',
    operation: 'ListEventDataStores',
    scope: 'region',
    input: { MaxResults: 1000 },
    paging: { input: 'NextToken', output: 'NextToken' },
    hasUnlessEmpty: 'EventDataStores',
    isNew: true,
    ...cloudtrailRate,
    action: 'cloudtrail:ListEventDataStores',
    why: 'Event data stores of CloudTrail Lake in the region.',
  },
];

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 'cloudtrail',
    operation: 'GetTrailStatus',
    scope: 'item',
    input: {},
    each: {
      ...eachTrail,
      once: `once for each trail, ${inItsPlace}, and once in each other region where the account that owns it sees a copy`,
      items: trailsAndCopiesOf,
      input: ({ name }) => ({ Name: name }),
    },
    has: 'IsLogging',
    absent: ['TrailNotFoundException'],
    absentToOwnerOnly: true,
    ...cloudtrailRate,
    action: 'cloudtrail:GetTrailStatus',
    why: 'Whether the trail logs and delivers. Delivery may fail in one region alone.',
  },
  {
    service: 'cloudtrail',
    operation: 'GetEventSelectors',
    scope: 'item',
    input: {},
    each: {
      ...eachTrail,
      input: ({ name }) => ({ TrailName: name }),
    },
    hasUnlessEmpty: 'TrailARN',
    absent: ['TrailNotFoundException'],
    absentToOwnerOnly: true,
    ...cloudtrailRate,
    action: 'cloudtrail:GetEventSelectors',
    why: 'Which events the trail records; asked once, at its home.',
  },
  {
    service: 'cloudtrail',
    operation: 'GetInsightSelectors',
    scope: 'item',
    input: {},
    each: {
      answers: ['cloudtrail:DescribeTrails'],
      once: `once for each trail that has insight selectors, ${inItsPlace}`,
      items: insightTrailsOf,
      namedByOwner: true,
      input: ({ name }) => ({ TrailName: name }),
    },
    hasUnlessEmpty: 'TrailARN',
    absent: ['InsightNotEnabledException', 'TrailNotFoundException'],
    absentToOwnerOnly: true,
    ...cloudtrailRate,
    action: 'cloudtrail:GetInsightSelectors',
    why: 'Whether the trail looks for unusual rates of calls and errors.',
  },
  {
    service: 'cloudtrail',
    operation: 'ListTags',
    scope: 'item',
    input: {},
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      ...eachTrail,
      input: ({ name }) => ({ ResourceIdList: [name] }),
      ownerOnly: true,
    },
    hasUnlessEmpty: 'ResourceTagList',
    absent: ['ResourceNotFoundException'],
    ...cloudtrailRate,
    action: 'cloudtrail:ListTags',
    why: 'Tags of the trail. AWS shows them to its owner alone.',
  },
  {
    service: 'cloudtrail',
    operation: 'GetEventDataStore',
    scope: 'item',
    input: {},
    each: {
      ...eachEventDataStore,
      input: ({ name }) => ({ EventDataStore: name }),
    },
    has: 'EventDataStoreArn',
    absent: ['EventDataStoreNotFoundException'],
    absentToOwnerOnly: true,
    ...cloudtrailRate,
    action: 'cloudtrail:GetEventDataStore',
    why: 'What the store keeps, for how long, under which key. The list tells its name alone.',
  },
  {
    service: 'cloudtrail',
    operation: 'GetResourcePolicy',
    scope: 'item',
    input: {},
    each: {
      ...eachEventDataStore,
      input: ({ name }) => ({ ResourceArn: name }),
    },
    has: 'ResourceArn',
    absent: ['ResourcePolicyNotFoundException', 'ResourceNotFoundException'],
    absentToOwnerOnly: true,
    ...cloudtrailRate,
    action: 'cloudtrail:GetResourcePolicy',
    why: 'Who else may query the store.',
  },
];

export function trailsOf({ output, region }: Answer): readonly Item[] {
  return objects(output['trailList']).flatMap((trail) => {
    const arn = trail['TrailARN'];
    if (typeof arn !== 'string') return [];
    const parts = splitArn(arn);
    // A region becomes part of a host name, so it has to look like one.
    const home = [trail['HomeRegion'], parts?.region].find((name) => isRegionName(name));
    return [{ name: arn, owner: parts?.account, region: home ?? region }];
  });
}

/** Trails at their homes, and the copies that their owners see in other regions. */
function trailsAndCopiesOf(answer: Answer): readonly Item[] {
  return trailsOf(answer).flatMap((trail) =>
    trail.owner === answer.account && trail.region !== answer.region
      ? [trail, { ...trail, region: answer.region }]
      : [trail],
  );
}

/** Trails that may have insight selectors: DescribeTrails says of each whether it has. */
function insightTrailsOf(answer: Answer): readonly Item[] {
  const { trailList } = answer.output;
  const some = objects(trailList).filter((trail) => trail['HasInsightSelectors'] !== false);
  return trailsOf({ ...answer, output: { trailList: [...some] } });
}

function eventDataStoresOf({ output, region }: Answer): readonly Item[] {
  return objects(output['EventDataStores']).flatMap((store) => {
    const name = textOf(store['EventDataStoreArn']);
    if (name === undefined) return [];
    const parts = splitArn(name);
    return [{ name, owner: parts?.account, region: isRegionName(parts?.region) ? parts.region : region }];
  });
}
