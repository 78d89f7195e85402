import type { JsonObject } from '../../../src/json.ts';
import { management, now, patterns, topicIn, type Raw, type World } from './world.ts';

/** True, false, or not known. */
type Truth = boolean | undefined;

const and = (...parts: readonly Truth[]): Truth =>
  parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
const or = (...parts: readonly Truth[]): Truth =>
  parts.includes(true) ? true : parts.includes(undefined) ? undefined : false;

/** A list of which more may exist. */
interface Some<T> {
  readonly items: readonly T[];
  readonly complete: boolean;
}
const any = <T>({ items, complete }: Some<T>, holds: (item: T) => Truth): Truth =>
  or(...items.map(holds), complete ? false : undefined);

/** Verdicts by `account/region/name`. */
export type Verdicts = Map<string, string>;
export type Values = Readonly<Record<string, number | boolean | string>>;
export type Oracle = (world: World, values: Values) => Verdicts;

const verdict = (holds: Truth): string => (holds === undefined ? 'unknown' : holds ? 'pass' : 'fail');
const judged = (applies: Truth, holds: () => Truth): string =>
  applies === undefined ? 'unknown' : applies ? verdict(holds()) : 'not-applicable';

const list = (output: JsonObject, name: string): readonly JsonObject[] => output[name] as never;

function answer(
  world: World,
  account: string,
  call: string,
  region: string,
  about?: string,
): Raw | undefined {
  return world.answers[account]?.find(
    (raw) =>
      raw.call === call &&
      raw.region === region &&
      (about === undefined || Object.values(raw.input ?? {}).includes(about)),
  );
}

/** The list that a call gave in a region; nothing where it was refused. */
function listed(world: World, account: string, region: string, call: string, name: string): Some<JsonObject> {
  const raw = answer(world, account, call, region);
  if (raw?.output === undefined) {
    // Filters stand on log groups: where there is no group there is none, refused or not.
    const groups = answer(world, account, 'logs:DescribeLogGroups', region)?.output;
    const nowhere =
      call === 'logs:DescribeMetricFilters' && groups !== undefined && list(groups, 'logGroups').length === 0;
    return { items: [], complete: raw === undefined || nowhere };
  }
  return { items: list(raw.output, name), complete: true };
}

const trailsIn = (world: World, account: string, region: string): Some<JsonObject> => {
  const seen = listed(world, account, region, 'cloudtrail:DescribeTrails', 'trailList');
  // A trail whose home the account has not enabled records nothing of it.
  const enabled = world.regions[account] ?? [];
  return {
    ...seen,
    items: seen.items.filter((trail) => ownerOf(trail) === account || enabled.includes(homeOf(trail))),
  };
};
const ownerOf = (trail: JsonObject): string => (trail['TrailARN'] as string).split(':')[4]!;
const homeOf = (trail: JsonObject): string => trail['HomeRegion'] as string;

function trailsOf(world: World, account: string): Some<JsonObject> {
  const places = (world.regions[account] ?? []).map((region) => trailsIn(world, account, region));
  const byArn = new Map(places.flatMap(({ items }) => items).map((trail) => [trail['TrailARN'], trail]));
  return { items: [...byArn.values()], complete: places.every(({ complete }) => complete) };
}

const about = (world: World, trail: JsonObject, call: string): JsonObject | undefined =>
  answer(world, ownerOf(trail), call, homeOf(trail), trail['TrailARN'] as string)?.output;
const status = (world: World, trail: JsonObject): JsonObject | undefined =>
  about(world, trail, 'cloudtrail:GetTrailStatus');
const logging = (world: World, trail: JsonObject): Truth => status(world, trail)?.['IsLogging'] as Truth;

/** Whether a region where the owner may see a copy of a trail tells of no delivery error. */
function copyDelivers(world: World, trail: JsonObject, region: string): Truth {
  const { items, complete } = trailsIn(world, ownerOf(trail), region);
  if (!items.some((item) => item['TrailARN'] === trail['TrailARN']))
    return trail['IsMultiRegionTrail'] !== true || complete ? true : undefined;
  const told = answer(
    world,
    ownerOf(trail),
    'cloudtrail:GetTrailStatus',
    region,
    trail['TrailARN'] as string,
  );
  return told?.output === undefined ? undefined : told.output['LatestDeliveryError'] === undefined;
}

/** Whether the selectors of a trail let management events of one kind through. */
function records(world: World, trail: JsonObject, kind: 'ReadOnly' | 'WriteOnly'): Truth {
  const output = about(world, trail, 'cloudtrail:GetEventSelectors');
  if (output === undefined) return undefined;
  const selectors = list(output, 'EventSelectors');
  return (
    selectors.length === 0 ||
    selectors.some(
      (one) =>
        one['IncludeManagementEvents'] === true && ['All', kind].includes(one['ReadWriteType'] as string),
    )
  );
}
const recordsBoth = (world: World, trail: JsonObject): Truth =>
  and(records(world, trail, 'ReadOnly'), records(world, trail, 'WriteOnly'));

/** Hours since a time of an answer; undefined where the answer holds none. */
const age = (output: JsonObject, name: string): number | undefined =>
  output[name] === undefined ? undefined : (now - Date.parse(output[name] as string)) / 3_600_000;

function forAccounts(holds: (world: World, account: string) => Truth): Oracle {
  return (world) =>
    new Map(
      Object.keys(world.regions).map((account) => [
        `${account}/global/${account}`,
        verdict(holds(world, account)),
      ]),
    );
}

/** Own trails, and a stand-in for each region whose trails were refused. */
function forTrails(judge: (world: World, trail: JsonObject, values: Values) => string): Oracle {
  return (world, values) => {
    const found: Verdicts = new Map();
    for (const [account, regions] of Object.entries(world.regions)) {
      for (const trail of trailsOf(world, account).items)
        if (ownerOf(trail) === account)
          found.set(`${account}/${homeOf(trail)}/${trail['Name'] as string}`, judge(world, trail, values));
      for (const region of regions)
        if (!trailsIn(world, account, region).complete)
          found.set(`${account}/${region}/${region}`, 'unknown');
    }
    return found;
  };
}

/** What a call lists in each region, and a stand-in where it was refused. */
function forListed(
  call: string,
  member: string,
  name: string,
  judge: (world: World, place: Placed, values: Values) => string,
): Oracle {
  return (world, values) => {
    const found: Verdicts = new Map();
    for (const [account, regions] of Object.entries(world.regions))
      for (const region of regions) {
        const { items, complete } = listed(world, account, region, call, member);
        for (const item of items)
          found.set(
            `${account}/${region}/${item[name] as string}`,
            judge(world, { account, region, item }, values),
          );
        if (!complete) found.set(`${account}/${region}/${region}`, 'unknown');
      }
    return found;
  };
}
interface Placed {
  readonly account: string;
  readonly region: string;
  readonly item: JsonObject;
}

/** Trails that deliver to a log group of an account and region. */
const deliver = (world: World, { account, region }: Placed, group: string): Truth =>
  any(
    trailsOf(world, account),
    (trail) =>
      trail['CloudWatchLogsLogGroupArn'] === `arn:aws:logs:${region}:${account}:log-group:${group}:*`,
  );

/** Whether a metric filter stands on the log group of a trail. Of a group that was not shown nothing is known. */
function onTrail(world: World, place: Placed): Truth {
  const { account, region, item } = place;
  const groups = listed(world, account, region, 'logs:DescribeLogGroups', 'logGroups');
  const name = item['logGroupName'] as string;
  const exists = any(groups, (group) => group['logGroupName'] === name);
  return exists === true ? deliver(world, place, name) : exists;
}

/** Whether an alarm reads the metric of a filter on a trail. */
const watchesTrail = (world: World, { account, region, item }: Placed): Truth =>
  any(listed(world, account, region, 'logs:DescribeMetricFilters', 'metricFilters'), (filter) =>
    publishes(filter, item) ? onTrail(world, { account, region, item: filter }) : false,
  );
const publishes = (filter: JsonObject, alarm: JsonObject): boolean =>
  list(filter, 'metricTransformations')[0]!['metricName'] === alarm['MetricName'];

/** Parts of root use that somebody is told of by one trail: for certain, and perhaps. */
interface Told {
  readonly certain: readonly string[];
  readonly possible: readonly string[];
}
const nothing: Told = { certain: [], possible: [] };
/** What stands behind a link that was not shown: anything. */
const anything: Told = { certain: [], possible: [patterns.root] };

/** Follows the chain link by link: behind a link that is broken there is nothing, behind one that is not known anything. */
function toldBy(world: World, trail: JsonObject): Told {
  const recorded = and(
    trail['IsMultiRegionTrail'] as boolean,
    logging(world, trail),
    recordsBoth(world, trail),
  );
  if (recorded === false) return nothing;
  if (status(world, trail) === undefined) return anything;
  if (trail['CloudWatchLogsLogGroupArn'] === undefined) return nothing;
  const place = { account: ownerOf(trail), region: homeOf(trail) };
  const groups = listed(world, place.account, place.region, 'logs:DescribeLogGroups', 'logGroups');
  if (!groups.complete) return anything;
  const group = groups.items.find((one) => one['logGroupName'] === 'trail');
  if (group === undefined) return nothing;
  // Alarms on queries are alarms of another kind: where alarms were refused there may be one, whatever the group's class.
  if (answer(world, place.account, 'cloudwatch:DescribeAlarms', place.region)?.output === undefined)
    return anything;
  if ((group['logGroupClass'] ?? 'STANDARD') !== 'STANDARD') return nothing;
  const filters = listed(world, place.account, place.region, 'logs:DescribeMetricFilters', 'metricFilters');
  if (!filters.complete) return anything;
  const ends = filters.items
    .filter((filter) => filter['logGroupName'] === 'trail')
    .map((filter) => {
      const told = and(recorded, alarmedBy(world, place, filter));
      // What a transformer made of the events is not known, so neither is what the pattern sees.
      return filter['applyOnTransformedLogs'] === true
        ? { part: patterns.root, told: and(told, undefined) }
        : { part: filter['filterPattern'] as string, told };
    });
  return {
    certain: ends.filter((one) => one.told === true).map(({ part }) => part),
    possible: ends.filter((one) => one.told !== false).map(({ part }) => part),
  };
}

/** Whether an alarm on the metric of a filter fires on one event and somebody reads what it says. */
function alarmedBy(world: World, { account, region }: Omit<Placed, 'item'>, filter: JsonObject): Truth {
  return any(listed(world, account, region, 'cloudwatch:DescribeAlarms', 'MetricAlarms'), (alarm) =>
    publishes(filter, alarm) &&
    alarm['Threshold'] === 1 &&
    alarm['ActionsEnabled'] !== false &&
    (alarm['AlarmActions'] as readonly string[]).includes(topicIn(region))
      ? subscribed(world, region)
      : false,
  );
}

function subscribed(world: World, region: string): Truth {
  const topic = topicIn(region);
  const output = answer(world, management, 'sns:ListSubscriptionsByTopic', region, topic)?.output;
  return (
    output && list(output, 'Subscriptions').some((one) => one['SubscriptionArn'] !== 'PendingConfirmation')
  );
}

/**
 * Whether trails and the parts that somebody is told of by each make up all of root use. A trail that leaves out global
 * services sees none of their events, whatever stands behind it.
 */
function coverRoot(
  paths: readonly { readonly global: boolean; readonly parts: readonly string[] }[],
): boolean {
  return [true, false].every((wanted) => {
    const parts = paths.filter(({ global }) => global || !wanted).flatMap((path) => path.parts);
    return (
      parts.includes(patterns.root) || (parts.includes(patterns.console) && parts.includes(patterns.rest))
    );
  });
}

/** Written from the catalogue of rules and AWS's documentation, over raw answers, without the model or the rule files. */
export const oracles: Readonly<Record<string, Oracle>> = {
  'org-all-features-enabled': ({ organization }) => {
    const [raw] = organization;
    const set = (raw?.output?.['Organization'] as JsonObject | undefined)?.['FeatureSet'];
    return new Map([[`${management}/global/o-example`, verdict(raw?.output && set === 'ALL')]]);
  },
  'org-trail-exists': (world) => {
    const own = trailsOf(world, management);
    const holds = any(
      { ...own, items: own.items.filter((trail) => ownerOf(trail) === management) },
      (trail) =>
        and(
          trail['IsOrganizationTrail'] === true,
          trail['IsMultiRegionTrail'] === true,
          logging(world, trail),
          recordsBoth(world, trail),
        ),
    );
    return new Map([[`${management}/global/o-example`, verdict(holds)]]);
  },
  'cloudtrail-account-has-logging-trail': forAccounts((world, account) =>
    any(trailsOf(world, account), (trail) => logging(world, trail)),
  ),
  'cloudtrail-multi-region': forAccounts((world, account) =>
    any(trailsOf(world, account), (trail) =>
      and(trail['IsMultiRegionTrail'] === true, logging(world, trail), recordsBoth(world, trail)),
    ),
  ),
  'cloudtrail-global-service-events': forAccounts((world, account) =>
    any(trailsOf(world, account), (trail) =>
      and(
        logging(world, trail),
        trail['IncludeGlobalServiceEvents'] === true,
        trail['IsMultiRegionTrail'] === true || homeOf(trail) === 'us-east-1',
      ),
    ),
  ),
  'cloudtrail-management-events-read-write': forAccounts((world, account) =>
    and(
      ...(world.regions[account] ?? []).flatMap((region) =>
        (['ReadOnly', 'WriteOnly'] as const).map((kind) =>
          any(trailsIn(world, account, region), (trail) =>
            and(logging(world, trail), records(world, trail, kind)),
          ),
        ),
      ),
    ),
  ),
  'org-every-active-account-covered': forAccounts((world, account) =>
    and(
      ...(world.regions[account] ?? []).map((region) =>
        any(trailsIn(world, account, region), (trail) =>
          and(logging(world, trail), recordsBoth(world, trail)),
        ),
      ),
    ),
  ),
  'cloudtrail-trail-is-logging': forTrails((world, trail) => verdict(logging(world, trail))),
  'cloudtrail-log-file-validation': forTrails((_, trail) =>
    verdict(trail['LogFileValidationEnabled'] === true),
  ),
  'cloudtrail-cloudwatch-logs-integration': forTrails((_, trail) =>
    verdict(trail['CloudWatchLogsLogGroupArn'] !== undefined),
  ),
  'cloudtrail-s3-delivery-no-error': forTrails((world, trail) =>
    judged(logging(world, trail), () =>
      and(
        status(world, trail)?.['LatestDeliveryError'] === undefined,
        ...(world.regions[ownerOf(trail)] ?? [])
          .filter((region) => region !== homeOf(trail))
          .map((region) => copyDelivers(world, trail, region)),
      ),
    ),
  ),
  'cloudtrail-s3-delivery-fresh': forTrails((world, trail, { maximumAge, grace }) =>
    judged(logging(world, trail), () => {
      const told = status(world, trail)!;
      const delivered = age(told, 'LatestDeliveryTime');
      if (delivered !== undefined) return delivered <= Number.parseInt(String(maximumAge), 10);
      const started = age(told, 'StartLoggingTime');
      return started !== undefined && started <= Number.parseInt(String(grace), 10);
    }),
  ),
  'loggroup-retention-set': forListed('logs:DescribeLogGroups', 'logGroups', 'logGroupName', (_, { item }) =>
    judged(item['logGroupClass'] !== 'DELIVERY', () => item['retentionInDays'] !== undefined),
  ),
  'loggroup-retention-minimum': forListed(
    'logs:DescribeLogGroups',
    'logGroups',
    'logGroupName',
    (_, { item }, { minimumDays, maximumDays, mustExpire }) =>
      judged(item['logGroupClass'] !== 'DELIVERY', () => {
        const days = item['retentionInDays'] as number | undefined;
        if (days === undefined) return mustExpire === false;
        return days >= Number(minimumDays) && days <= Number(maximumDays);
      }),
  ),
  'loggroup-class-supports-filters': forListed(
    'logs:DescribeLogGroups',
    'logGroups',
    'logGroupName',
    (world, place) =>
      judged(
        deliver(world, place, place.item['logGroupName'] as string),
        () => (place.item['logGroupClass'] ?? 'STANDARD') === 'STANDARD',
      ),
  ),
  'metric-filter-sees-original-events': forListed(
    'logs:DescribeMetricFilters',
    'metricFilters',
    'filterName',
    (world, place) =>
      judged(onTrail(world, place), () => {
        const { account, region, item } = place;
        if (item['applyOnTransformedLogs'] !== true) return true;
        const group = item['logGroupName'] as string;
        const told = answer(world, account, 'logs:GetTransformer', region, group)?.output;
        return told?.['transformerConfig'] === undefined ? undefined : false;
      }),
  ),
  'alarm-has-description': forListed(
    'cloudwatch:DescribeAlarms',
    'MetricAlarms',
    'AlarmName',
    (world, place) =>
      judged(watchesTrail(world, place), () => /\S/.test((place.item['AlarmDescription'] as string) ?? '')),
  ),
  'monitor-root-usage': forAccounts((world, account) => {
    const trails = trailsOf(world, account);
    const told = trails.items.map((trail) => ({
      ...toldBy(world, trail),
      // What a trail with unknown selectors records is taken for unknown as a whole.
      global: trail['IncludeGlobalServiceEvents'] === true || recordsBoth(world, trail) === undefined,
    }));
    if (coverRoot(told.map(({ global, certain: parts }) => ({ global, parts })))) return true;
    const possible = coverRoot(told.map(({ global, possible: parts }) => ({ global, parts })));
    return possible || !trails.complete ? undefined : false;
  }),
};
