import type { ResourceType } from '../schema.ts';
import { fact, many } from '../define.ts';
import { alarmTopics } from '../read/topics.ts';
import { alarmFields } from './alarm-fields.ts';

export const logAlarm: ResourceType = {
  name: 'log-alarm',
  noun: 'log alarm',
  service: 'cloudwatch',
  description: 'A CloudWatch alarm on the results of a scheduled Logs Insights query.',
  calls: ['cloudwatch:DescribeAlarms'],
  fields: {
    ...alarmFields,
    StateValue: 'string',
    StateReason: 'string',
    StateReasonData: 'string',
    StateUpdatedTimestamp: 'time',
    StateTransitionedTimestamp: 'time',
    ScheduledQueryConfiguration: 'json',
    QueryResultsToEvaluate: 'number',
    QueryResultsToAlarm: 'number',
    Threshold: 'number',
    ComparisonOperator: 'string',
    TreatMissingData: 'string',
    EvaluationState: 'string',
    WarmUpConfiguration: 'json',
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
  facts: {
    matchedEvents: fact({
      shape: 'events',
      description:
        'The events that its query finds. Always unknown: Logs Insights queries are not analysed, so an alarm of this kind is neither believed nor ignored.',
      calls: [],
      resolve: (resource, model) =>
        model.whyMissing.undecided(
          'cloudwatch:DescribeAlarms',
          resource.account,
          resource.region,
          'the Logs Insights query of a log alarm is not analysed',
        ),
    }),
  },
};
