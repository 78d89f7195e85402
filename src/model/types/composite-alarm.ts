import type { ResourceType } from '../schema.ts';
import { many } from '../define.ts';
import { alarmsIn } from '../read/alarms.ts';
import { overRegions } from '../read/regions.ts';
import { alarmTopics } from '../read/topics.ts';

export const compositeAlarm: ResourceType = {
  name: 'composite-alarm',
  noun: 'composite alarm',
  service: 'cloudwatch',
  description: 'A CloudWatch alarm whose state follows from the states of other alarms.',
  calls: ['cloudwatch:DescribeAlarms'],
  fields: {
    AlarmName: 'string',
    AlarmArn: 'string',
    AlarmDescription: 'string',
    AlarmConfigurationUpdatedTimestamp: 'time',
    ActionsEnabled: 'boolean',
    OKActions: { list: 'string' },
    AlarmActions: { list: 'string' },
    InsufficientDataActions: { list: 'string' },
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
    topics: many({
      to: 'topic',
      description: 'SNS topics among the actions that the alarm runs when it enters ALARM.',
      calls: ['sns:GetTopicAttributes'],
      resolve: (resource, model) => alarmTopics(model, resource),
    }),
  },
  facts: {},
  population: (account, model) =>
    overRegions(model, account.id, (region) => alarmsIn(model, 'CompositeAlarm', account.id, region)),
};
