import type { Fact, Resource } from '../resource.ts';
import type { OrganizationModel } from '../organization.ts';
import type { ResourceType } from '../schema.ts';
import { Unknown } from '../unknown.ts';
import { fact, one } from '../define.ts';
import { firingOfReading, partsOf } from '../read/readings.ts';

const calls = [
  'cloudwatch:DescribeAlarms',
  'logs:DescribeLogGroups',
  'logs:DescribeMetricFilters',
  'oam:ListLinks',
  'oam:GetLink',
  'iam:GetRole',
] as const;

export const reading: ResourceType = {
  name: 'reading',
  noun: 'alarm on the metric',
  service: 'cloudwatch',
  description:
    'One metric of a metric filter as one alarm reads it, in the same account or in a monitoring account that sees its metrics. Its fields are those of the metric transformation.',
  calls,
  fields: {
    metricName: 'string',
    metricNamespace: 'string',
    metricValue: 'string',
    defaultValue: 'number',
    dimensions: { map: 'string' },
    unit: 'string',
  },
  relations: {
    alarm: one({
      to: 'alarm',
      description: 'The alarm.',
      calls: [],
      resolve: (resource) => partsOf(resource)?.alarm,
    }),
    metricFilter: one({
      to: 'metric-filter',
      description: 'The metric filter.',
      calls: [],
      resolve: (resource) => partsOf(resource)?.filter,
    }),
  },
  facts: {
    eventsToFire: fact({
      shape: 'number',
      description:
        'How many matching events in one period put the alarm into ALARM when the metric is quiet otherwise: 1 means that it fires on a single event. Absent where no number does. Computed from value, default value, statistic, period, threshold, comparison, datapoints and treatment of missing data; unknown where these leave it open.',
      calls: [],
      resolve: eventsToFire,
      follows: (resource, model) => {
        const firing = firingOfReading(model, resource);
        return {
          sources: resource.sources,
          ...(!(firing instanceof Unknown) && { because: firing.because }),
        };
      },
    }),
    firing: fact({
      shape: 'string',
      description: 'Why the alarm fires on events or never does, in words.',
      calls: [],
      resolve: (resource, model) => {
        const firing = firingOfReading(model, resource);
        return firing instanceof Unknown ? firing : firing.because;
      },
    }),
  },
};

function eventsToFire(resource: Resource, model: OrganizationModel): Fact {
  const firing = firingOfReading(model, resource);
  if (firing instanceof Unknown) return firing;
  if (firing.fires === 'yes') return firing.events;
  if (firing.fires === 'never') return undefined;
  return model.whyMissing.undecided(
    'cloudwatch:DescribeAlarms',
    resource.account,
    resource.region,
    `whether alarm ${resource.name} fires is not decided: ${firing.because}`,
  );
}
