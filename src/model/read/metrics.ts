import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { OrganizationModel } from '../organization.ts';
import type { RelatedList, Resource } from '../resource.ts';
import { alarmsIn } from './alarms.ts';
import { joinLists, textOf } from './make.ts';

/**
 * A metric by the names that make it one: two that differ in any of them are two metrics. Account and region are those
 * of the alarm or filter that names it.
 */
export function metricKey(namespace: string, name: string, dimensions: readonly string[]): string {
  return JSON.stringify([namespace, name, [...dimensions].sort()]);
}

/** Alarms of the same account and region that read any metric which the filter publishes. */
export function filterAlarms(model: OrganizationModel, filter: Resource): RelatedList {
  const lists = transformationsOf(filter).map((transformation) =>
    transformationAlarms(model, filter, transformation),
  );
  return lists.length === 0 ? { items: [], missing: undefined, records: [] } : joinLists(lists);
}

/** Alarms of the same account and region that read the metric of one transformation of the filter. */
export function transformationAlarms(
  model: OrganizationModel,
  filter: Resource,
  transformation: JsonObject,
): RelatedList {
  const list = alarmsIn(model, 'MetricAlarm', filter.account, filter.region);
  const index = alarmsByMetric(model, filter.account, filter.region, list);
  const namespace = textOf(transformation, 'metricNamespace');
  const name = textOf(transformation, 'metricName');
  if (namespace === undefined || name === undefined) return { ...list, items: [] };
  if (!publishesDimensions(filter, transformation)) {
    return { ...list, items: index.byKey.get(metricKey(namespace, name, [])) ?? [] };
  }
  // Which values the dimensions take is decided by the events; an alarm reads one combination of values.
  const wanted = dimensionNames(filter, transformation).sort().join('\n');
  const items = (index.byName.get(JSON.stringify([namespace, name])) ?? []).filter((alarm) =>
    readMetrics(alarm).some(
      (metric) =>
        metric.name === name &&
        metric.namespace === namespace &&
        metric.dimensions
          .map(([key]) => key)
          .sort()
          .join('\n') === wanted,
    ),
  );
  return { ...list, items };
}

/** The transformations of a filter: what it publishes for each matching event. */
export function transformationsOf(filter: Resource): readonly JsonObject[] {
  const list = filter.data['metricTransformations'];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

/** A filter with dimensions publishes nothing without them (CloudWatch Logs guide, dimensions of metric filters). */
export function publishesDimensions(filter: Resource, transformation: JsonObject): boolean {
  return dimensionNames(filter, transformation).length > 0;
}

function dimensionNames(filter: Resource, transformation: JsonObject): string[] {
  const dimensions = transformation['dimensions'];
  const system = filter.data['emitSystemFieldDimensions'];
  return [
    ...(isJsonObject(dimensions) ? Object.keys(dimensions) : []),
    ...(Array.isArray(system) ? system.filter((name) => typeof name === 'string') : []),
  ];
}

/** A metric as an alarm names it. */
export interface ReadMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly (readonly [name: string, value: string])[];
  /** The account that the metric is in, where it is not the alarm's own. */
  readonly account: string | undefined;
}

/** The metrics that an alarm reads: the one it names, or those of its metric math. */
export function readMetrics(alarm: Resource): readonly ReadMetric[] {
  const found: ReadMetric[] = [];
  const own = readMetric(alarm.data, undefined);
  if (own !== undefined) found.push(own);
  const queries = alarm.data['Metrics'];
  for (const query of Array.isArray(queries) ? queries.filter(isJsonObject) : []) {
    const stat = query['MetricStat'];
    const metric = isJsonObject(stat) ? stat['Metric'] : undefined;
    if (!isJsonObject(metric)) continue;
    const read = readMetric(metric, textOf(query, 'AccountId'));
    if (read !== undefined) found.push(read);
  }
  return found;
}

function readMetric(data: JsonObject, account: string | undefined): ReadMetric | undefined {
  const namespace = textOf(data, 'Namespace');
  const name = textOf(data, 'MetricName');
  if (namespace === undefined || name === undefined) return undefined;
  return { namespace, name, dimensions: dimensionPairs(data['Dimensions']), account };
}

function dimensionPairs(value: JsonValue | undefined): (readonly [string, string])[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter(isJsonObject)
    .map((dimension) => [textOf(dimension, 'Name') ?? '', textOf(dimension, 'Value') ?? ''] as const);
}

/** Metric alarms of an account and region that read exactly this metric. `dimensions` as JSON pairs. */
export function alarmsOnMetric(
  model: OrganizationModel,
  account: string,
  region: string,
  namespace: string,
  name: string,
  dimensions: readonly string[],
): readonly Resource[] {
  const list = alarmsIn(model, 'MetricAlarm', account, region);
  return alarmsByMetric(model, account, region, list).byKey.get(metricKey(namespace, name, dimensions)) ?? [];
}

interface AlarmIndex {
  readonly byKey: ReadonlyMap<string, readonly Resource[]>;
  readonly byName: ReadonlyMap<string, readonly Resource[]>;
}

function alarmsByMetric(
  model: OrganizationModel,
  account: string,
  region: string,
  list: RelatedList,
): AlarmIndex {
  const read = (): AlarmIndex => {
    const byKey = new Map<string, Resource[]>();
    const byName = new Map<string, Resource[]>();
    for (const alarm of list.items) {
      for (const metric of readMetrics(alarm)) {
        if (metric.account !== undefined && metric.account !== account) continue;
        const dimensions = metric.dimensions.map((pair) => JSON.stringify(pair));
        addTo(byKey, metricKey(metric.namespace, metric.name, dimensions), alarm);
        addTo(byName, JSON.stringify([metric.namespace, metric.name]), alarm);
      }
    }
    return { byKey, byName };
  };
  return model.part(account)?.keep(`alarms by metric ${region}`, read) ?? read();
}

function addTo(index: Map<string, Resource[]>, key: string, alarm: Resource): void {
  const list = index.get(key);
  if (list === undefined) index.set(key, [alarm]);
  else if (!list.includes(alarm)) list.push(alarm);
}
