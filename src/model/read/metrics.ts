import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { OrganizationModel } from '../organization.ts';
import type { RelatedList, Resource } from '../resource.ts';
import { alarmsIn } from './alarms.ts';
import { joinLists, textOf } from './make.ts';
import { watchersOf } from './sharing.ts';

/** A metric by all that makes it one: two that differ in any of them are two metrics. The region is that of who names it. */
export interface MetricId {
  /** The account that the metric is in. */
  readonly account: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly (readonly [name: string, value: string])[];
}

/** The same for two ids of one metric. */
export function metricKey({ account, namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([account, namespace, name, ...dimensions.map((pair) => JSON.stringify(pair)).sort()]);
}

/** The metric that a transformation without dimensions publishes; undefined where it names none. */
export function publishedMetric(filter: Resource, transformation: JsonObject): MetricId | undefined {
  const namespace = textOf(transformation, 'metricNamespace');
  const name = textOf(transformation, 'metricName');
  if (namespace === undefined || name === undefined) return undefined;
  return { account: filter.account, namespace, name, dimensions: [] };
}

/** Alarms that read any metric which the filter publishes, in its own account or in one that is shown its metrics. */
export function filterAlarms(model: OrganizationModel, filter: Resource): RelatedList {
  const lists = transformationsOf(filter).map((transformation) =>
    transformationAlarms(model, filter, transformation),
  );
  return lists.length === 0 ? { items: [], missing: undefined, records: [] } : joinLists(lists);
}

/** Alarms that read the metric of one transformation of the filter; alarms on queries that may find it as well. */
export function transformationAlarms(
  model: OrganizationModel,
  filter: Resource,
  transformation: JsonObject,
): RelatedList {
  const metric = publishedMetric(filter, transformation);
  if (metric === undefined) return { items: [], missing: undefined, records: [] };
  // Which values the dimensions take is decided by the events; an alarm reads one combination of values.
  const wanted = publishesDimensions(filter, transformation)
    ? dimensionNames(filter, transformation)
    : undefined;
  return overWatchers(model, filter.account, filter.region, (index) => [
    ...(wanted === undefined ? (index.byKey.get(metricKey(metric)) ?? []) : withNames(index, metric, wanted)),
    ...index.queries.filter((alarm) => mayQuery(alarm, metric)),
  ]);
}

/** Alarms that name exactly this metric, in its own account or in one that is shown it. */
export function alarmsOnMetric(model: OrganizationModel, region: string, metric: MetricId): RelatedList {
  const key = metricKey(metric);
  return overWatchers(model, metric.account, region, (index) => index.byKey.get(key) ?? []);
}

/** Alarms picked in each account that sees the metrics of one: itself, and the monitoring accounts that it is linked to. */
function overWatchers(
  model: OrganizationModel,
  account: string,
  region: string,
  pick: (index: AlarmIndex) => readonly Resource[],
): RelatedList {
  const watchers = watchersOf(model, account, region);
  const accounts = new Set([account, ...watchers.items.map((watcher) => watcher.account)]);
  return joinLists([
    ...[...accounts].map((reader) => {
      const list = alarmsIn(model, 'MetricAlarm', reader, region);
      return { ...list, items: pick(alarmIndex(model, reader, region, list)) };
    }),
    { items: [], missing: watchers.missing, records: watchers.records },
  ]);
}

function withNames(index: AlarmIndex, metric: MetricId, names: readonly string[]): readonly Resource[] {
  const wanted = [...names].sort().join('\n');
  return (index.byName.get(nameKey(metric)) ?? []).filter((alarm) =>
    readMetrics(alarm).some(
      (read) =>
        nameKey(read) === nameKey(metric) &&
        read.dimensions
          .map(([name]) => name)
          .sort()
          .join('\n') === wanted,
    ),
  );
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

/** The metrics that an alarm names: the one it is on, or those of its metric math, whether they count there or not. */
export function namedMetrics(alarm: Resource): readonly MetricId[] {
  return metricsOf(alarm, queriesOf(alarm));
}

/** Those of {@link namedMetrics} on which the state of the alarm depends. */
export function readMetrics(alarm: Resource): readonly MetricId[] {
  return metricsOf(alarm, countingQueries(queriesOf(alarm)));
}

/** Queries of metric math that the returned series is made of: itself, and those that its expression names. */
function countingQueries(queries: readonly JsonObject[]): readonly JsonObject[] {
  const counting = new Set(queries.filter((query) => query['ReturnData'] !== false));
  for (const query of counting) {
    const words = new Set((textOf(query, 'Expression') ?? '').match(/\w+/g));
    // METRICS() stands for all of them.
    const all = words.has('METRICS');
    for (const other of queries) if (all || words.has(textOf(other, 'Id') ?? '')) counting.add(other);
  }
  return [...counting];
}

function metricsOf(alarm: Resource, queries: readonly JsonObject[]): readonly MetricId[] {
  const found: MetricId[] = [];
  const own = readMetric(alarm.data, alarm.account);
  if (own !== undefined) found.push(own);
  for (const query of queries) {
    const stat = query['MetricStat'];
    const metric = isJsonObject(stat) ? stat['Metric'] : undefined;
    if (!isJsonObject(metric)) continue;
    const read = readMetric(metric, textOf(query, 'AccountId') ?? alarm.account);
    if (read !== undefined) found.push(read);
  }
  return found;
}

/** Whether an alarm reads a metric in periods shorter than a minute: such an alarm is priced as one of high resolution. */
export function isHighResolution(alarm: Resource): boolean {
  return periodsOf(alarm).some((period) => period < 60);
}

/** Seconds of the longest period in which an alarm reads a metric; undefined where it states none. */
export function longestPeriod(alarm: Resource): number | undefined {
  const periods = periodsOf(alarm);
  return periods.length === 0 ? undefined : Math.max(...periods);
}

function periodsOf(alarm: Resource): readonly number[] {
  return [alarm.data, ...queriesOf(alarm)]
    .flatMap((data) => {
      const stat = data['MetricStat'];
      return [data['Period'], isJsonObject(stat) ? stat['Period'] : undefined];
    })
    .filter((period) => typeof period === 'number');
}

function queriesOf(alarm: Resource): readonly JsonObject[] {
  const queries = alarm.data['Metrics'];
  return Array.isArray(queries) ? queries.filter(isJsonObject) : [];
}

function readMetric(data: JsonObject, account: string): MetricId | undefined {
  const namespace = textOf(data, 'Namespace');
  const name = textOf(data, 'MetricName');
  if (namespace === undefined || name === undefined) return undefined;
  return { account, namespace, name, dimensions: dimensionPairs(data['Dimensions']) };
}

function dimensionPairs(value: JsonValue | undefined): (readonly [string, string])[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter(isJsonObject)
    .map((dimension) => [textOf(dimension, 'Name') ?? '', textOf(dimension, 'Value') ?? ''] as const);
}

/**
 * Whether an alarm evaluates a query, or finds metrics by a search, that may come upon a metric: PromQL can always; Metrics
 * Insights has to name the metric; a search says which namespace it looks in.
 */
export function mayQuery(alarm: Resource, metric: MetricId): boolean {
  if (alarm.data['EvaluationCriteria'] !== undefined) return true;
  return queriesOf(alarm).some((query) => {
    const expression = textOf(query, 'Expression') ?? '';
    if (isInsightsQuery(expression)) return expression.includes(metric.name);
    const searches = expression.match(searchCall)?.length ?? 0;
    const namespaces = [...expression.matchAll(searchNamespace)].map(([, name = '']) => name.trim());
    return searches > 0 && (namespaces.length < searches || namespaces.includes(metric.namespace));
  });
}

const searchCall = /\bSEARCH\s*\(/gi;
const searchNamespace = /\bSEARCH\s*\(\s*['"]\s*\{\s*"?([^,"{}]+)/gi;

function isInsightsQuery(expression: string): boolean {
  return /^\s*SELECT\s/i.test(expression);
}

interface AlarmIndex {
  readonly byKey: ReadonlyMap<string, readonly Resource[]>;
  readonly byName: ReadonlyMap<string, readonly Resource[]>;
  /** Alarms on queries, whose metrics are not named. */
  readonly queries: readonly Resource[];
}

function alarmIndex(
  model: OrganizationModel,
  account: string,
  region: string,
  list: RelatedList,
): AlarmIndex {
  const read = (): AlarmIndex => {
    const byKey = new Map<string, Resource[]>();
    const byName = new Map<string, Resource[]>();
    const queries: Resource[] = [];
    for (const alarm of list.items) {
      for (const metric of readMetrics(alarm)) {
        addTo(byKey, metricKey(metric), alarm);
        addTo(byName, nameKey(metric), alarm);
      }
      const expressions = queriesOf(alarm).map((query) => textOf(query, 'Expression') ?? '');
      if (
        alarm.data['EvaluationCriteria'] !== undefined ||
        expressions.some((text) => isInsightsQuery(text) || text.match(searchCall) !== null)
      )
        queries.push(alarm);
    }
    return { byKey, byName, queries };
  };
  return model.part(account)?.keep(`alarms by metric ${region}`, read) ?? read();
}

function nameKey({ account, namespace, name }: MetricId): string {
  return JSON.stringify([account, namespace, name]);
}

function addTo(index: Map<string, Resource[]>, key: string, alarm: Resource): void {
  const list = index.get(key);
  if (list === undefined) index.set(key, [alarm]);
  else if (!list.includes(alarm)) list.push(alarm);
}
