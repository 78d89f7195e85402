import type { OrganizationModel } from '../organization.ts';
import type { RelatedList, Resource } from '../resource.ts';
import { alarmsIn } from './alarms.ts';
import { metricFiltersIn } from './logs.ts';
import { joinLists, narrow, textOf } from './make.ts';
import { alarmsOnMetric, readMetrics, transformationsOf } from './metrics.ts';
import { partsOf, readingsOf } from './readings.ts';
import { overRegions } from './regions.ts';
import { trailsOf } from './trails.ts';

/**
 * Trails that deliver to a log group. Whoever points a trail at a log group does it from the account that holds the group
 * (CloudTrail guide, sending events to CloudWatch Logs), and that account sees the trail: its own, or the organization's.
 */
export function trailsInto(model: OrganizationModel, group: Resource): RelatedList {
  return narrow(trailsOf(model, group.account), (trail) => {
    const arn = textOf(trail.data, 'CloudWatchLogsLogGroupArn');
    return arn !== undefined && arn.replace(/:\*$/, '') === group.id;
  });
}

/** What an alarm reads of metric filters of its account and region: each metric of each filter once. */
export function readingsBy(model: OrganizationModel, alarm: Resource): RelatedList {
  const { account, region } = alarm;
  const filters = metricFiltersIn(model, account, region);
  const read = (): ReadonlyMap<Resource, readonly Resource[]> => {
    const byAlarm = new Map<Resource, Resource[]>();
    for (const filter of filters.items) {
      for (const reading of readingsOf(model, filter).items) {
        const reader = partsOf(model, reading)?.alarm;
        if (reader === undefined) continue;
        const list = byAlarm.get(reader);
        if (list === undefined) byAlarm.set(reader, [reading]);
        else list.push(reading);
      }
    }
    return byAlarm;
  };
  const index = model.part(account)?.keep(`readings by alarm ${region}`, read) ?? read();
  return { items: index.get(alarm) ?? [], missing: filters.missing, records: filters.records };
}

/**
 * Metric filters of the account, in any region, that publish a metric of the name which the alarm reads, whatever its
 * namespace and dimensions: what somebody who made the alarm may have had in mind. Case is overlooked.
 */
export function namesakesOf(model: OrganizationModel, alarm: Resource): RelatedList {
  const names = new Set(readMetrics(alarm).map((metric) => metric.name.toLowerCase()));
  return narrow(
    overRegions(model, alarm.account, (region) => metricFiltersIn(model, alarm.account, region)),
    (filter) =>
      transformationsOf(filter).some((its) => names.has((textOf(its, 'metricName') ?? '').toLowerCase())),
  );
}

/** Metric alarms on how many events arrive in a log group: AWS/Logs IncomingLogEvents of that group. */
export function arrivalAlarms(model: OrganizationModel, group: Resource): RelatedList {
  const list = alarmsIn(model, 'MetricAlarm', group.account, group.region);
  const dimensions = [JSON.stringify(['LogGroupName', group.name])];
  const lists = ['IncomingLogEvents', 'IncomingBytes'].map((name) => ({
    ...list,
    items: alarmsOnMetric(model, group.account, group.region, 'AWS/Logs', name, dimensions),
  }));
  return joinLists(lists);
}
