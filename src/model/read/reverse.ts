import type { OrganizationModel } from '../organization.ts';
import type { RelatedList, Resource } from '../resource.ts';
import { joinUnknown } from '../unknown.ts';
import { metricFiltersIn } from './logs.ts';
import { joinLists, narrow, textOf } from './make.ts';
import { alarmsOnMetric, namedMetrics, readMetrics, transformationsOf } from './metrics.ts';
import { isNamed, partsOf, readingsOf } from './readings.ts';
import { overRegions } from './regions.ts';
import { watchersOf } from './sharing.ts';
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

/** What an alarm reads, by name, of metric filters: each metric of each filter once. */
export function readingsBy(model: OrganizationModel, alarm: Resource): RelatedList {
  const accounts = new Set([alarm.account, ...readMetrics(alarm).map((metric) => metric.account)]);
  return joinLists([...accounts].map((account) => readingsIn(model, alarm, account)));
}

/** The same of the filters of one account. */
function readingsIn(model: OrganizationModel, alarm: Resource, account: string): RelatedList {
  const filters = metricFiltersIn(model, account, alarm.region);
  const read = (): ReadonlyMap<string, readonly Resource[]> => {
    const byAlarm = new Map<string, Resource[]>();
    for (const filter of filters.items) {
      for (const reading of readingsOf(model, filter).items) {
        const parts = partsOf(reading);
        if (parts === undefined || !isNamed(parts)) continue;
        const list = byAlarm.get(parts.alarm.id);
        if (list === undefined) byAlarm.set(parts.alarm.id, [reading]);
        else list.push(reading);
      }
    }
    return byAlarm;
  };
  const index = model.part(account)?.keep(`readings by alarm ${alarm.region}`, read) ?? read();
  const missing =
    account === alarm.account
      ? filters.missing
      : joinUnknown([filters.missing, watchersOf(model, account, alarm.region).missing]);
  return { items: index.get(alarm.id) ?? [], missing, records: filters.records };
}

/**
 * Metric filters of the account, in any region, that publish a metric of the name which the alarm reads, whatever its
 * namespace and dimensions: what somebody who made the alarm may have had in mind. Case is overlooked.
 */
export function namesakesOf(model: OrganizationModel, alarm: Resource): RelatedList {
  const names = new Set(namedMetrics(alarm).map((metric) => metric.name.toLowerCase()));
  return narrow(
    overRegions(model, alarm.account, (region) => metricFiltersIn(model, alarm.account, region)),
    (filter) =>
      transformationsOf(filter).some((its) => names.has((textOf(its, 'metricName') ?? '').toLowerCase())),
  );
}

/** Metric alarms on how many events arrive in a log group: AWS/Logs IncomingLogEvents of that group. */
export function arrivalAlarms(model: OrganizationModel, group: Resource): RelatedList {
  return joinLists(
    ['IncomingLogEvents', 'IncomingBytes'].map((name) =>
      alarmsOnMetric(model, group.region, {
        account: group.account,
        namespace: 'AWS/Logs',
        name,
        dimensions: [['LogGroupName', group.name]],
      }),
    ),
  );
}
