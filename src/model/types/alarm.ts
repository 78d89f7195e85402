import { resourceDenies } from '../read/control-policy-inquiry.ts';
import type { ResourceType } from '../schema.ts';
import { fact, many } from '../define.ts';
import { actionsOf } from '../read/actions.ts';
import { alarmsIn } from '../read/alarms.ts';
import { isHighResolution, longestPeriod } from '../read/metrics.ts';
import { isMuted, shareMuted } from '../read/mutes.ts';
import { overRegions } from '../read/regions.ts';
import { namesakesOf, readingsBy } from '../read/reverse.ts';
import { alarmTopics } from '../read/topics.ts';
import { alarmFields } from './alarm-fields.ts';

export const alarm: ResourceType = {
  name: 'alarm',
  noun: 'alarm',
  service: 'cloudwatch',
  description: 'A CloudWatch metric alarm.',
  calls: ['cloudwatch:DescribeAlarms'],
  fields: {
    ...alarmFields,
    StateValue: 'string',
    StateReason: 'string',
    StateReasonData: 'string',
    StateUpdatedTimestamp: 'time',
    StateTransitionedTimestamp: 'time',
    MetricName: 'string',
    Namespace: 'string',
    Statistic: 'string',
    ExtendedStatistic: 'string',
    Dimensions: { list: { object: { Name: 'string', Value: 'string' } } },
    Period: 'number',
    Unit: 'string',
    EvaluationPeriods: 'number',
    DatapointsToAlarm: 'number',
    Threshold: 'number',
    ComparisonOperator: 'string',
    TreatMissingData: 'string',
    EvaluateLowSampleCountPercentile: 'string',
    Metrics: { list: 'json' },
    ThresholdMetricId: 'string',
    EvaluationState: 'string',
    EvaluationCriteria: 'json',
    EvaluationInterval: 'number',
    EvaluationWindow: 'json',
    WarmUpConfiguration: 'json',
    ActionConfiguration: 'json',
  },
  relations: {
    actions: many({
      to: 'alarm-action',
      description:
        'Actions that hang on the alarm entering ALARM: its own, and those of composite alarms over it.',
      calls: [],
      resolve: (resource, model) => actionsOf(model, resource),
    }),
    readings: many({
      to: 'reading',
      description:
        'Metrics of metric filters that the alarm names: those of its own account and region, and of accounts that it names and that are linked to its own.',
      calls: ['logs:DescribeLogGroups', 'logs:DescribeMetricFilters', 'oam:ListLinks', 'iam:GetRole'],
      resolve: (resource, model) => readingsBy(model, resource),
    }),
    namesakes: many({
      to: 'metric-filter',
      description:
        'Metric filters of the account, in any region, that publish a metric of the same name, whatever its namespace and dimensions.',
      calls: [
        'account:ListRegions',
        'ec2:DescribeRegions',
        'logs:DescribeLogGroups',
        'logs:DescribeMetricFilters',
      ],
      resolve: (resource, model) => namesakesOf(model, resource),
    }),
    topics: many({
      to: 'topic',
      description: 'SNS topics among the actions that the alarm runs when it enters ALARM.',
      calls: ['sns:GetTopicAttributes'],
      resolve: (resource, model) => alarmTopics(model, resource),
    }),
  },
  facts: {
    highResolution: fact({
      shape: 'boolean',
      description:
        'Whether it is a high-resolution alarm, which costs more: it reads a metric in periods shorter than a minute.',
      calls: [],
      resolve: (resource) => isHighResolution(resource),
    }),
    longestPeriod: fact({
      shape: 'number',
      description:
        'Seconds of the longest period in which it reads a metric; absent where it states none, as alarms on queries.',
      calls: [],
      resolve: (resource) => longestPeriod(resource),
    }),
    muted: fact({
      shape: 'boolean',
      description:
        'Whether a mute rule silences the alarm at the time of the snapshot, or by its schedule always.',
      calls: ['cloudwatch:ListAlarmMuteRules', 'cloudwatch:GetAlarmMuteRule'],
      resolve: isMuted,
    }),
    mutedShare: fact({
      shape: 'number',
      description:
        'Share of all time, from 0 to 1, that the schedule of a mute rule silences the alarm; the largest of several.',
      calls: ['cloudwatch:ListAlarmMuteRules', 'cloudwatch:GetAlarmMuteRule'],
      resolve: shareMuted,
    }),
  },
  inquiries: { controlPoliciesDeny: resourceDenies(({ id }) => [id]) },
  population: (account, model) =>
    overRegions(model, account.id, (region) => alarmsIn(model, 'MetricAlarm', account.id, region)),
};
