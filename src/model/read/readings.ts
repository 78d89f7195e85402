import type { JsonObject } from '../../json.ts';
import { firingOf, type Firing } from '../alarm/firing.ts';
import type { Metric } from '../alarm/stream.ts';
import type { OrganizationModel } from '../organization.ts';
import type { RelatedList, Resource } from '../resource.ts';
import { joinUnknown, type Unknown } from '../unknown.ts';
import { metricFiltersIn } from './logs.ts';
import { make, textOf } from './make.ts';
import {
  metricKey,
  publishedMetric,
  publishesDimensions,
  readMetrics,
  transformationAlarms,
  transformationsOf,
} from './metrics.ts';
import { watchersOf } from './sharing.ts';

/** What ties a reading together: the filter, which of its transformations, and the alarm. */
export interface ReadingParts {
  readonly filter: Resource;
  readonly transformation: JsonObject;
  readonly alarm: Resource;
}

/** Each alarm that reads a metric of the filter, once for each transformation that it reads. */
export function readingsOf(model: OrganizationModel, filter: Resource): RelatedList {
  const items: Resource[] = [];
  const lists: RelatedList[] = [];
  for (const [index, transformation] of transformationsOf(filter).entries()) {
    const list = transformationAlarms(model, filter, transformation);
    lists.push(list);
    for (const alarm of list.items) {
      const source = filter.sources[0];
      const reading = make(model, {
        type: 'reading',
        id: `${filter.id}:metric:${index}:alarm:${alarm.account === filter.account ? alarm.name : alarm.id}`,
        account: alarm.account,
        region: alarm.region,
        name: alarm.name,
        data: transformation,
        sources: [
          ...(source === undefined
            ? []
            : [{ ...source, path: `${source.path}.metricTransformations[${index}]` }]),
          ...alarm.sources,
        ],
      });
      readingParts.set(reading, { filter, transformation, alarm });
      items.push(reading);
    }
  }
  return {
    items,
    missing: joinUnknown(lists.map((list) => list.missing)),
    records: [...new Set(lists.flatMap((list) => list.records))],
  };
}

/** By the reading itself: filter and alarm may be of two accounts, either of which may be read anew. */
const readingParts = new WeakMap<Resource, ReadingParts>();

/** The filter, transformation and alarm that a reading was made of. */
export function partsOf(reading: Resource): ReadingParts | undefined {
  return readingParts.get(reading);
}

/** Whether the alarm names the metric of the filter, and does not only come upon it by a query. */
export function isNamed({ filter, transformation, alarm }: ReadingParts): boolean {
  const metric = publishedMetric(filter, transformation);
  return readMetrics(alarm).some(
    (read) =>
      read.account === metric?.account && read.namespace === metric.namespace && read.name === metric.name,
  );
}

/** What the alarm does with events that the filter matches. */
export function firingOfReading(model: OrganizationModel, reading: Resource): Firing | Unknown {
  const parts = partsOf(reading);
  const published = parts && publishedMetric(parts.filter, parts.transformation);
  if (parts === undefined || published === undefined)
    return { fires: 'undecided', because: 'its parts are not in the snapshot' };
  const { filter, transformation, alarm } = parts;
  const hidden = hiddenFrom(model, alarm.account, filter);
  if (hidden !== undefined) return hidden;
  if (publishesDimensions(filter, transformation)) {
    return {
      fires: 'undecided',
      because:
        'the filter publishes dimensions whose values come from the events, and the alarm reads one of them',
    };
  }
  const value = plainNumber(textOf(transformation, 'metricValue'));
  if (value === undefined) {
    return { fires: 'undecided', because: 'the value that the filter publishes comes from the event' };
  }
  const all = metricFiltersIn(model, filter.account, filter.region);
  if (all.missing !== undefined) return all.missing;
  const key = metricKey(published);
  const publishers = publishersByMetric(model, filter.account, filter.region, all).get(key) ?? [];
  const metric: Metric = {
    stream: { value, whenQuiet: defaultOf(transformation) },
    othersWhenQuiet: publishers
      .filter((other) => other !== transformation)
      .flatMap((other) => defaultOf(other) ?? []),
  };
  const unit = textOf(transformation, 'unit') ?? 'None';
  return firingOf(alarm.data, metric, unit, (named, account) => {
    const dimensions = named['Dimensions'];
    const plain = !Array.isArray(dimensions) || dimensions.length === 0;
    const [namespace, name] = [textOf(named, 'Namespace') ?? '', textOf(named, 'MetricName') ?? ''];
    const id = { account: account ?? alarm.account, namespace, name, dimensions: [] };
    return plain && metricKey(id) === key;
  });
}

/** Why it is not known whether an account is shown the metric of a filter; undefined where it is. */
function hiddenFrom(model: OrganizationModel, reader: string, filter: Resource): Unknown | undefined {
  if (reader === filter.account) return undefined;
  const links = watchersOf(model, filter.account, filter.region).items.filter(
    (watcher) => watcher.account === reader,
  );
  if (links.some((link) => link.seesAll === true)) return undefined;
  return joinUnknown(links.flatMap((link) => (link.seesAll === true ? [] : link.seesAll)));
}

function defaultOf(transformation: JsonObject): number | undefined {
  const value = transformation['defaultValue'];
  return typeof value === 'number' ? value : undefined;
}

/** A literal number; a field selector such as `$.size` is none. */
function plainNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text.trim())
    ? Number(text)
    : undefined;
}

/** Transformations without dimensions of an account and region, by the metric they publish. */
function publishersByMetric(
  model: OrganizationModel,
  account: string,
  region: string,
  filters: RelatedList,
): ReadonlyMap<string, readonly JsonObject[]> {
  const read = (): Map<string, JsonObject[]> => {
    const index = new Map<string, JsonObject[]>();
    for (const filter of filters.items) {
      for (const transformation of transformationsOf(filter)) {
        if (publishesDimensions(filter, transformation)) continue;
        const metric = publishedMetric(filter, transformation);
        if (metric === undefined) continue;
        const key = metricKey(metric);
        const list = index.get(key);
        if (list === undefined) index.set(key, [transformation]);
        else list.push(transformation);
      }
    }
    return index;
  };
  return model.part(account)?.keep(`publishers by metric ${region}`, read) ?? read();
}
