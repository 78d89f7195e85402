import { resourceDenies } from '../read/control-policy-inquiry.ts';
import type { ResourceType } from '../schema.ts';
import { many } from '../define.ts';
import { childrenOf, silencedChildren } from '../read/actions.ts';
import { alarmsIn } from '../read/alarms.ts';
import { overRegions } from '../read/regions.ts';
import { alarmTopics } from '../read/topics.ts';
import { alarmFields } from './alarm-fields.ts';

export const compositeAlarm: ResourceType = {
  name: 'composite-alarm',
  noun: 'composite alarm',
  service: 'cloudwatch',
  description: 'A CloudWatch alarm whose state follows from the states of other alarms.',
  calls: ['cloudwatch:DescribeAlarms'],
  fields: {
    ...alarmFields,
    AlarmRule: 'string',
    StateValue: 'string',
    StateReason: 'string',
    StateUpdatedTimestamp: 'time',
    StateTransitionedTimestamp: 'time',
    ActionsSuppressor: 'string',
    ActionsSuppressorWaitPeriod: 'number',
    ActionsSuppressorExtensionPeriod: 'number',
    ActionsSuppressedBy: 'string',
    ActionsSuppressedReason: 'string',
    ActionConfiguration: 'json',
  },
  relations: {
    children: many({
      to: 'alarm',
      description: 'Metric alarms that its rule names.',
      calls: [],
      resolve: (resource, model) => childrenOf(model, resource),
    }),
    silencedChildren: many({
      to: 'alarm',
      description:
        'Those of `children` that cannot put it into ALARM alone. Incomplete where that depends on the state of other alarms.',
      calls: [],
      resolve: (resource, model) => silencedChildren(model, resource),
    }),
    topics: many({
      to: 'topic',
      description: 'SNS topics among the actions that the alarm runs when it enters ALARM.',
      calls: ['sns:GetTopicAttributes'],
      resolve: (resource, model) => alarmTopics(model, resource),
    }),
  },
  facts: {},
  inquiries: { controlPoliciesDeny: resourceDenies(({ id }) => [id]) },
  population: (account, model) =>
    overRegions(model, account.id, (region) => alarmsIn(model, 'CompositeAlarm', account.id, region)),
};
