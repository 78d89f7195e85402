import { askedMembers, asksForAll } from '../calls.ts';
import { askList, itemsOf } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Related, RelatedList, Resource } from '../resource.ts';
import type { Unknown } from '../unknown.ts';
import { make, textOf } from './make.ts';

interface Indexed {
  readonly list: RelatedList;
  readonly byName: ReadonlyMap<string, readonly Resource[]>;
}

/** Log groups of an account in a region. */
export function logGroupsIn(model: OrganizationModel, account: string, region: string): RelatedList {
  return logGroups(model, account, region).list;
}

/** The log group of that name; undefined where the whole list is known and does not hold it. */
export function logGroupNamed(
  model: OrganizationModel,
  account: string,
  region: string,
  name: string,
): Related {
  const { list, byName } = logGroups(model, account, region);
  return byName.get(name)?.[0] ?? list.missing;
}

/** Metric filters of an account in a region. */
export function metricFiltersIn(model: OrganizationModel, account: string, region: string): RelatedList {
  return metricFilters(model, account, region).list;
}

/** Metric filters of one log group. */
export function metricFiltersOf(model: OrganizationModel, logGroup: Resource): RelatedList {
  const { list, byName } = metricFilters(model, logGroup.account, logGroup.region);
  const name = textOf(logGroup.data, 'logGroupName') ?? logGroup.name;
  if (list.missing === undefined) return { ...list, items: byName.get(name) ?? [] };
  const asked = askList(model, {
    call: 'logs:DescribeMetricFilters',
    account: logGroup.account,
    region: logGroup.region,
    answering: (input) => input['logGroupName'] === name && askedMembers(input).length === 1,
  });
  if (asked.missing !== undefined) return { ...list, items: byName.get(name) ?? [] };
  return {
    items: itemsOf(asked, 'metricFilters').flatMap((item) => makeFilter(model, logGroup, item) ?? []),
    missing: undefined,
    records: asked.records,
  };
}

type Item = ReturnType<typeof itemsOf>[number];

function logGroups(model: OrganizationModel, account: string, region: string): Indexed {
  const read = (): Indexed => {
    const listed = askList(model, {
      call: 'logs:DescribeLogGroups',
      account,
      region,
      answering: asksForAll,
    });
    const items = itemsOf(listed, 'logGroups').flatMap(({ data, source }) => {
      const name = textOf(data, 'logGroupName');
      if (name === undefined) return [];
      const partition = model.manifest.partition;
      const arn =
        textOf(data, 'logGroupArn') ??
        textOf(data, 'arn')?.replace(/:\*$/, '') ??
        `arn:${partition}:logs:${region}:${account}:log-group:${name}`;
      return make(model, { type: 'log-group', id: arn, account, region, name, data, sources: [source] });
    });
    return indexed(items, listed, (resource) => resource.name);
  };
  return model.part(account)?.keep(`log groups ${region}`, read) ?? read();
}

function metricFilters(model: OrganizationModel, account: string, region: string): Indexed {
  const read = (): Indexed => {
    const groups = logGroupsIn(model, account, region);
    const asked = askList(model, { call: 'logs:DescribeMetricFilters', account, region });
    // Filters belong to log groups. Where there is no group there is no filter, and nobody asks.
    const none = asked.missing !== undefined && groups.missing === undefined && groups.items.length === 0;
    const listed = none ? { ...asked, missing: undefined, records: groups.records } : asked;
    const items = itemsOf(listed, 'metricFilters').flatMap(
      (item) => makeFilter(model, { account, region }, item) ?? [],
    );
    return indexed(items, listed, (resource) => textOf(resource.data, 'logGroupName') ?? '');
  };
  return model.part(account)?.keep(`metric filters ${region}`, read) ?? read();
}

function makeFilter(
  model: OrganizationModel,
  place: { readonly account: string; readonly region: string },
  { data, source }: Item,
): Resource | undefined {
  const name = textOf(data, 'filterName');
  const group = textOf(data, 'logGroupName');
  if (name === undefined || group === undefined) return undefined;
  const { account, region } = place;
  return make(model, {
    type: 'metric-filter',
    // AWS gives metric filters no ARN; neither name can hold a colon, so this is unique.
    id: `arn:${model.manifest.partition}:logs:${region}:${account}:log-group:${group}:metric-filter:${name}`,
    account,
    region,
    name,
    data,
    sources: [source],
  });
}

function indexed(
  items: readonly Resource[],
  listed: { readonly missing: Unknown | undefined; readonly records: RelatedList['records'] },
  keyOf: (resource: Resource) => string,
): Indexed {
  const byName = new Map<string, Resource[]>();
  for (const item of items) {
    const key = keyOf(item);
    const same = byName.get(key);
    if (same === undefined) byName.set(key, [item]);
    else same.push(item);
  }
  return { list: { items, missing: listed.missing, records: listed.records }, byName };
}
