import type { JsonObject } from '../../json.ts';
import { firingOf, type Firing } from '../alarm/firing.ts';
import type { Metric } from '../alarm/stream.ts';
import type { OrganizationModel } from '../organization.ts';
import type { RelatedList, Resource } from '../resource.ts';
import type { Unknown } from '../unknown.ts';
import { metricFiltersIn } from './logs.ts';
import { make, textOf } from './make.ts';
import { metricKey, publishesDimensions, transformationAlarms, transformationsOf } from './metrics.ts';

/** What ties a reading together: the filter, which of its transformations, and the alarm. */
export interface ReadingParts {
  readonly filter: Resource;
  readonly transformation: JsonObject;
  readonly alarm: Resource;
}

/** Each alarm that reads a metric of the filter, once for each transformation that it reads. */
export function readingsOf(model: OrganizationModel, filter: Resource): RelatedList {
  const items: Resource[] = [];
  let list: RelatedList | undefined;
  for (const [index, transformation] of transformationsOf(filter).entries()) {
    list = transformationAlarms(model, filter, transformation);
    for (const alarm of list.items) {
      const source = filter.sources[0];
      const reading = make(model, {
        type: 'reading',
        id: `${filter.id}:metric:${index}:alarm:${alarm.name}`,
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
      knownParts(model, alarm.account)?.set(reading, { filter, transformation, alarm });
      items.push(reading);
    }
  }
  return { items, missing: list?.missing, records: list?.records ?? [] };
}

/** The filter, transformation and alarm that a reading was made of. */
export function partsOf(model: OrganizationModel, reading: Resource): ReadingParts | undefined {
  return knownParts(model, reading.account)?.get(reading);
}

function knownParts(model: OrganizationModel, account: string): WeakMap<Resource, ReadingParts> | undefined {
  return model.part(account)?.keep('reading parts', () => new WeakMap<Resource, ReadingParts>());
}

/** What the alarm does with events that the filter matches. */
export function firingOfReading(model: OrganizationModel, reading: Resource): Firing | Unknown {
  const parts = partsOf(model, reading);
  if (parts === undefined) return { fires: 'undecided', because: 'its parts are not in the snapshot' };
  const { filter, transformation, alarm } = parts;
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
  const key = keyOf(transformation);
  const publishers = publishersByMetric(model, filter.account, filter.region, all).get(key) ?? [];
  const metric: Metric = {
    stream: { value, whenQuiet: defaultOf(transformation) },
    othersWhenQuiet: publishers
      .filter((other) => other !== transformation)
      .flatMap((other) => defaultOf(other) ?? []),
  };
  const unit = textOf(transformation, 'unit') ?? 'None';
  return firingOf(alarm.data, metric, unit, (named, account) => {
    if (account !== undefined && account !== filter.account) return false;
    const dimensions = named['Dimensions'];
    const plain = !Array.isArray(dimensions) || dimensions.length === 0;
    return (
      plain && metricKey(textOf(named, 'Namespace') ?? '', textOf(named, 'MetricName') ?? '', []) === key
    );
  });
}

function keyOf(transformation: JsonObject): string {
  return metricKey(
    textOf(transformation, 'metricNamespace') ?? '',
    textOf(transformation, 'metricName') ?? '',
    [],
  );
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
        const key = keyOf(transformation);
        const list = index.get(key);
        if (list === undefined) index.set(key, [transformation]);
        else list.push(transformation);
      }
    }
    return index;
  };
  return model.part(account)?.keep(`publishers by metric ${region}`, read) ?? read();
}
