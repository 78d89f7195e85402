import type { ResourceType } from '../schema.ts';
import { fact, many, one } from '../define.ts';
import { matchedEvents, seesAllSources, seesTransformed } from '../read/events.ts';
import { logGroupNamed, metricFiltersIn } from '../read/logs.ts';
import { textOf } from '../read/make.ts';
import { overRegions } from '../read/regions.ts';
import { filterAlarms } from '../read/metrics.ts';
import { readingsOf } from '../read/readings.ts';

export const metricFilter: ResourceType = {
  name: 'metric-filter',
  noun: 'metric filter',
  service: 'logs',
  description: 'A metric filter of a log group: its pattern picks events, each adds to a metric.',
  calls: ['logs:DescribeLogGroups', 'logs:DescribeMetricFilters'],
  fields: {
    filterName: 'string',
    filterPattern: 'string',
    metricTransformations: {
      list: {
        object: {
          metricName: 'string',
          metricNamespace: 'string',
          metricValue: 'string',
          defaultValue: 'number',
          dimensions: { map: 'string' },
          unit: 'string',
        },
      },
    },
    creationTime: 'number',
    logGroupName: 'string',
    applyOnTransformedLogs: 'boolean',
    fieldSelectionCriteria: 'string',
    emitSystemFieldDimensions: { list: 'string' },
  },
  relations: {
    logGroup: one({
      to: 'log-group',
      description: 'The log group that the filter stands on.',
      calls: ['logs:DescribeLogGroups'],
      resolve: (resource, model) =>
        logGroupNamed(model, resource.account, resource.region, textOf(resource.data, 'logGroupName') ?? ''),
    }),
    alarms: many({
      to: 'alarm',
      description:
        'Metric alarms that read a metric of the filter: same region, namespace, name and dimensions; in the same account or in a monitoring account that it is linked to. Alarms on queries that may find the metric are among them.',
      calls: ['cloudwatch:DescribeAlarms', 'oam:ListLinks', 'iam:GetRole'],
      resolve: (resource, model) => filterAlarms(model, resource),
    }),
    readings: many({
      to: 'reading',
      description:
        'The same alarms, once for each metric of the filter that they read, with what they make of it.',
      calls: ['cloudwatch:DescribeAlarms', 'oam:ListLinks', 'iam:GetRole', 'oam:GetLink'],
      resolve: (resource, model) => readingsOf(model, resource),
    }),
  },
  facts: {
    matchedEvents: fact({
      shape: 'events',
      description: 'The events that the pattern of the filter matches.',
      calls: [],
      resolve: matchedEvents,
    }),
    seesTransformedEvents: fact({
      shape: 'boolean',
      description:
        'Whether it sees what a transformer makes of the events: `applyOnTransformedLogs` is on, and its log group has a transformer. Unknown where only one of the account may be.',
      calls: ['logs:GetTransformer'],
      resolve: seesTransformed,
    }),
    seesAllSources: fact({
      shape: 'boolean',
      description:
        'True where it sees the events of every account and region. Unknown where `fieldSelectionCriteria` select some: what they select is not analysed.',
      calls: [],
      resolve: seesAllSources,
    }),
  },
  population: (account, model) =>
    overRegions(model, account.id, (region) => metricFiltersIn(model, account.id, region)),
};
