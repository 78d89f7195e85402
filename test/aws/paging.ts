import { createHash } from 'node:crypto';

import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.ts';

/** How an operation splits its answer: names of its token (in and out alike), its lists and its size parameter. */
export interface Paging {
  readonly token: string;
  readonly lists: readonly string[];
  readonly size?: string;
  /** Name of the token in the answer, where it is another one. */
  readonly out?: string;
  /** Member of the answer that holds the list and the token. */
  readonly within?: string;
  /** Items in a page when the caller asks for no size, and at most. */
  readonly most: number;
}

const organizations = (list: string): Paging => ({
  token: 'NextToken',
  lists: [list],
  size: 'MaxResults',
  most: 20,
});
const logs = (list: string): Paging => ({ token: 'nextToken', lists: [list], size: 'limit', most: 50 });
const events = (list: string): Paging => ({ token: 'NextToken', lists: [list], size: 'Limit', most: 100 });

const table: { readonly [call: string]: Paging } = {
  'account:ListRegions': { token: 'NextToken', lists: ['Regions'], size: 'MaxResults', most: 50 },
  'apigateway:GetRestApis': { token: 'position', lists: ['items'], size: 'limit', most: 500 },
  'apigatewayv2:GetApis': { token: 'NextToken', lists: ['Items'], size: 'MaxResults', most: 500 },
  'apigatewayv2:GetStages': { token: 'NextToken', lists: ['Items'], size: 'MaxResults', most: 500 },
  'cloudfront:ListDistributions': {
    token: 'Marker',
    out: 'NextMarker',
    within: 'DistributionList',
    lists: ['Items'],
    size: 'MaxItems',
    most: 100,
  },
  'cloudtrail:ListTrails': { token: 'NextToken', lists: ['Trails'], most: 100 },
  'cloudtrail:ListEventDataStores': {
    token: 'NextToken',
    lists: ['EventDataStores'],
    size: 'MaxResults',
    most: 1000,
  },
  'cloudwatch:DescribeAlarms': {
    token: 'NextToken',
    lists: ['MetricAlarms', 'CompositeAlarms', 'LogAlarms'],
    size: 'MaxRecords',
    most: 100,
  },
  'cloudwatch:ListAlarmMuteRules': {
    token: 'NextToken',
    lists: ['AlarmMuteRuleSummaries'],
    size: 'MaxRecords',
    most: 100,
  },
  'ec2:DescribeFlowLogs': { token: 'NextToken', lists: ['FlowLogs'], size: 'MaxResults', most: 1000 },
  'ec2:DescribeVpcEndpoints': { token: 'NextToken', lists: ['VpcEndpoints'], size: 'MaxResults', most: 1000 },
  'ec2:DescribeVpcs': { token: 'NextToken', lists: ['Vpcs'], size: 'MaxResults', most: 1000 },
  'elbv2:DescribeLoadBalancers': {
    token: 'Marker',
    out: 'NextMarker',
    lists: ['LoadBalancers'],
    size: 'PageSize',
    most: 400,
  },
  'events:ListEventBuses': events('EventBuses'),
  'events:ListRules': events('Rules'),
  'events:ListTargetsByRule': events('Targets'),
  'kms:ListKeys': { token: 'Marker', out: 'NextMarker', lists: ['Keys'], size: 'Limit', most: 1000 },
  'logs:DescribeLogGroups': logs('logGroups'),
  'logs:DescribeMetricFilters': logs('metricFilters'),
  'logs:DescribeSubscriptionFilters': logs('subscriptionFilters'),
  'logs:DescribeResourcePolicies': logs('resourcePolicies'),
  'logs:DescribeAccountPolicies': logs('accountPolicies'),
  'logs:DescribeDeliveries': logs('deliveries'),
  'logs:DescribeDeliverySources': logs('deliverySources'),
  'logs:DescribeDestinations': logs('destinations'),
  'iam:ListRolePolicies': { token: 'Marker', lists: ['PolicyNames'], size: 'MaxItems', most: 1000 },
  'iam:ListAttachedRolePolicies': {
    token: 'Marker',
    lists: ['AttachedPolicies'],
    size: 'MaxItems',
    most: 1000,
  },
  'oam:ListLinks': { token: 'NextToken', lists: ['Items'], most: 5 },
  'oam:ListSinks': { token: 'NextToken', lists: ['Items'], most: 100 },
  'organizations:ListAccounts': organizations('Accounts'),
  'organizations:ListAccountsForParent': organizations('Accounts'),
  'organizations:ListRoots': organizations('Roots'),
  'organizations:ListOrganizationalUnitsForParent': organizations('OrganizationalUnits'),
  'organizations:ListTagsForResource': { token: 'NextToken', lists: ['Tags'], most: 50 },
  'organizations:ListParents': organizations('Parents'),
  'organizations:ListChildren': organizations('Children'),
  'organizations:ListPolicies': organizations('Policies'),
  'organizations:ListTargetsForPolicy': organizations('Targets'),
  'organizations:ListPoliciesForTarget': organizations('Policies'),
  'organizations:ListDelegatedAdministrators': organizations('DelegatedAdministrators'),
  'organizations:ListDelegatedServicesForAccount': organizations('DelegatedServices'),
  'organizations:ListAWSServiceAccessForOrganization': organizations('EnabledServicePrincipals'),
  's3:ListBuckets': { token: 'ContinuationToken', lists: ['Buckets'], size: 'MaxBuckets', most: 1000 },
  'sns:ListSubscriptionsByTopic': { token: 'NextToken', lists: ['Subscriptions'], most: 100 },
};

/** How a call is paged, or undefined for one that is not. */
export function pagingOf(call: string): Paging | undefined {
  return table[call];
}

/** Parameters that widen or narrow an answer without naming a thing: a snapshot written by hand leaves them out. */
const wording: ReadonlySet<string> = new Set([
  'includeShadowTrails',
  'AlarmTypes',
  'AllRegions',
  'RegionOptStatusContains',
]);

/** An input without what only says how to page or how much to tell: what the question really was about. */
export function questionOf(call: string, input: JsonObject): JsonObject {
  const paging = table[call];
  return Object.fromEntries(
    Object.entries(input).filter(
      ([name, value]) =>
        value !== undefined && name !== paging?.token && name !== paging?.size && !wording.has(name),
    ),
  );
}

/** The pages of one answer as one: lists joined, the token gone, everything else from the first page that has it. */
export function joinPages(call: string, outputs: readonly JsonObject[]): JsonObject {
  const paging = table[call];
  const within = paging?.within;
  if (within !== undefined) {
    const parts = outputs.map((output) => output[within]).filter(isJsonObject);
    return { ...outputs[0], [within]: joinedPages(paging, parts) };
  }
  return joinedPages(paging, outputs);
}

function joinedPages(paging: Paging | undefined, outputs: readonly JsonObject[]): JsonObject {
  const joined: Record<string, JsonValue> = {};
  for (const output of outputs) {
    for (const [name, value] of Object.entries(output)) {
      if (value === undefined || name === (paging?.out ?? paging?.token)) continue;
      const before = joined[name];
      if (before === undefined) joined[name] = value;
      else if (Array.isArray(before) && Array.isArray(value)) joined[name] = before.concat(value);
    }
  }
  return joined;
}

/** How the pages of a server are cut. */
export interface PageCut {
  /** Items in a page at most; the service's own limit where that is smaller. */
  readonly size?: number;
  /** An empty page with a token before each page, as Organizations may give. */
  readonly emptyPages?: boolean;
}

/**
 * The page of an answer that a token asks for. Undefined for a token that was not given out for this very question:
 * a service refuses those.
 */
export function cutPage(
  call: string,
  whole: JsonObject,
  scope: string,
  input: JsonObject,
  cut: PageCut,
): JsonObject | undefined {
  const paging = table[call];
  if (paging === undefined) return whole;
  const asked = paging.size === undefined ? undefined : input[paging.size];
  const size = Math.max(
    1,
    Math.min(cut.size ?? paging.most, typeof asked === 'number' ? asked : paging.most, paging.most),
  );
  const given = input[paging.token];
  const seal = createHash('sha256')
    .update(`${scope}|${call}|${JSON.stringify(questionOf(call, input))}`)
    .digest('hex')
    .slice(0, 12);
  const place = given === undefined ? { offset: 0, empty: cut.emptyPages === true } : opened(given, seal);
  if (place === undefined) return undefined;

  const out = paging.out ?? paging.token;
  const inside = paging.within === undefined ? whole : whole[paging.within];
  if (!isJsonObject(inside)) return whole;
  const items = paging.lists.flatMap((list) => {
    const value = inside[list];
    return Array.isArray(value) ? value.map((item: JsonValue) => ({ list, item })) : [];
  });
  const end = place.empty ? place.offset : Math.min(items.length, place.offset + size);
  const page: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(inside))
    if (value !== undefined) page[name] = paging.lists.includes(name) && Array.isArray(value) ? [] : value;
  for (const { list, item } of items.slice(place.offset, end)) (page[list] as JsonValue[]).push(item);
  if (place.empty) page[out] = sealed({ offset: place.offset, empty: false }, seal);
  else if (end < items.length) page[out] = sealed({ offset: end, empty: cut.emptyPages === true }, seal);
  return paging.within === undefined ? page : { ...whole, [paging.within]: page };
}

interface Place {
  readonly offset: number;
  /** True where the page at this place is an empty one with a token. */
  readonly empty: boolean;
}

function sealed(place: Place, seal: string): string {
  return Buffer.from(`${seal}.${place.offset}.${place.empty ? 'e' : 'f'}`).toString('base64url');
}

function opened(token: JsonValue, seal: string): Place | undefined {
  if (typeof token !== 'string') return undefined;
  const match = /^([0-9a-f]{12})\.(\d+)\.([ef])$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  return match === null || match[1] !== seal
    ? undefined
    : { offset: Number(match[2]), empty: match[3] === 'e' };
}
