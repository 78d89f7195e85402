import { callsNamingTopics } from '../read/chain-calls.ts';
import { resourceDenies } from '../read/control-policy-inquiry.ts';
import type { ResourceType } from '../schema.ts';
import { fact, many, one } from '../define.ts';
import {
  alarmsOnTopic,
  isNamedElsewhere,
  logAlarmsOnTopic,
  rulesOnTopic,
  topicsOf,
  trailsOnTopic,
} from '../read/named-topics.ts';
import { usesDefaultKey } from '../read/publications.ts';
import { publishersOf } from '../read/publishers.ts';
import { subscriptionsOf, topicPolicy } from '../read/topics.ts';

export const topic: ResourceType = {
  name: 'topic',
  noun: 'topic',
  service: 'sns',
  description:
    'An SNS topic that an alarm, an event rule or a trail names. Its fields are its attributes: all of them text.',
  calls: ['sns:GetTopicAttributes'],
  fields: {
    TopicArn: 'string',
    DisplayName: 'string',
    Owner: 'string',
    Policy: 'string',
    EffectiveDeliveryPolicy: 'string',
    DeliveryPolicy: 'string',
    SubscriptionsConfirmed: 'string',
    SubscriptionsPending: 'string',
    SubscriptionsDeleted: 'string',
    KmsMasterKeyId: 'string',
    TracingConfig: 'string',
    SignatureVersion: 'string',
    FifoTopic: 'string',
    ContentBasedDeduplication: 'string',
    HTTPFailureFeedbackRoleArn: 'string',
    FirehoseFailureFeedbackRoleArn: 'string',
    LambdaFailureFeedbackRoleArn: 'string',
    ApplicationFailureFeedbackRoleArn: 'string',
    SQSFailureFeedbackRoleArn: 'string',
  },
  relations: {
    account: one({
      to: 'account',
      description: 'The account that owns the topic.',
      calls: [],
      resolve: (resource, model) => model.account(resource.account),
    }),
    policy: one({
      to: 'policy',
      description: 'The policy of the topic, read by meaning.',
      calls: [],
      resolve: (resource, model) => topicPolicy(model, resource),
    }),
    subscriptions: many({
      to: 'subscription',
      description: 'Subscriptions of the topic, confirmed or not.',
      calls: ['sns:ListSubscriptionsByTopic'],
      resolve: (resource, model) => subscriptionsOf(model, resource),
    }),
    alarms: many({
      to: 'alarm',
      description:
        'Metric alarms that notify the topic when they enter ALARM, themselves or through a composite alarm: those of its account, and of the accounts that hold the log groups of trails which apply there.',
      calls: ['cloudtrail:DescribeTrails', 'cloudwatch:DescribeAlarms'],
      resolve: (resource, model) => alarmsOnTopic(model, resource),
    }),
    logAlarms: many({
      to: 'log-alarm',
      description: 'Log alarms of the same accounts that notify the topic.',
      calls: ['cloudtrail:DescribeTrails', 'cloudwatch:DescribeAlarms'],
      resolve: (resource, model) => logAlarmsOnTopic(model, resource),
    }),
    eventRules: many({
      to: 'event-rule',
      description:
        'Event rules of its account that may see CloudTrail events and have the topic as a target.',
      calls: ['events:ListEventBuses', 'events:ListRules', 'events:ListTargetsByRule'],
      resolve: (resource, model) => rulesOnTopic(model, resource),
    }),
    publishers: many({
      to: 'publisher',
      description:
        'What is known to publish to the topic: those `alarms` (and composite alarms over them), `logAlarms`, `eventRules` and `trails`.',
      calls: callsNamingTopics,
      resolve: (resource, model) => publishersOf(model, resource),
    }),
    trails: many({
      to: 'trail',
      description: 'Trails that tell the topic of each log file they deliver.',
      calls: ['cloudtrail:DescribeTrails'],
      resolve: (resource, model) => trailsOnTopic(model, resource),
    }),
  },
  facts: {
    namedElsewhere: fact({
      shape: 'boolean',
      description:
        'True where no alarm, event rule or trail of its own account names the topic, so that one of another account does.',
      calls: [
        'cloudtrail:DescribeTrails',
        'cloudwatch:DescribeAlarms',
        'events:ListEventBuses',
        'events:ListRules',
        'events:ListTargetsByRule',
      ],
      resolve: isNamedElsewhere,
    }),
    usesDefaultKey: fact({
      shape: 'boolean',
      description: 'Whether the topic is encrypted with the key that AWS manages for SNS.',
      calls: [],
      resolve: (resource) => usesDefaultKey(resource),
    }),
  },
  inquiries: { controlPoliciesDeny: resourceDenies(({ id }) => [id]) },
  population: (account, model) => topicsOf(model, account.id),
  populationCalls: callsNamingTopics,
};
