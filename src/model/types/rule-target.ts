import type { ResourceType } from '../schema.ts';
import { fact, many, one } from '../define.ts';
import {
  busAllows,
  ruleOfTarget,
  rulesBehind,
  targetBus,
  targetKind,
  targetTells,
  targetTopic,
  topicAllows,
  topicKeyAllows,
} from '../read/rule-targets.ts';

export const ruleTarget: ResourceType = {
  name: 'rule-target',
  noun: 'target',
  service: 'events',
  description: 'What an event rule sends the events to that it matches.',
  calls: ['events:ListTargetsByRule'],
  fields: {
    Id: 'string',
    Arn: 'string',
    RoleArn: 'string',
    Input: 'string',
    InputPath: 'string',
    InputTransformer: 'json',
    DeadLetterConfig: { object: { Arn: 'string' } },
    RetryPolicy: { object: { MaximumRetryAttempts: 'number', MaximumEventAgeInSeconds: 'number' } },
  },
  relations: {
    rule: one({
      to: 'event-rule',
      description: 'The rule that it stands on.',
      calls: [],
      resolve: (resource, model) => ruleOfTarget(model, resource),
    }),
    topic: one({
      to: 'topic',
      description:
        'The SNS topic that it is; absent where it is something else, or the topic does not exist.',
      calls: ['sns:GetTopicAttributes'],
      resolve: (resource, model) => targetTopic(model, resource),
    }),
    bus: one({
      to: 'event-bus',
      description: 'The event bus that it is; absent where it is something else.',
      calls: ['events:DescribeEventBus'],
      resolve: (resource, model) => targetBus(model, resource),
    }),
    rulesBehind: many({
      to: 'rule-behind',
      description: 'Rules on the event bus that it is, in whichever account that stands.',
      calls: ['events:DescribeEventBus', 'events:ListRules'],
      resolve: (resource, model) => rulesBehind(model, resource),
    }),
  },
  facts: {
    kind: fact({
      shape: 'string',
      description: '`topic`, `bus`, `queue`, `lambda`, or the service of the ARN where it is another.',
      calls: [],
      resolve: (resource) => targetKind(resource),
    }),
    topicAllows: fact({
      shape: 'boolean',
      description:
        'Whether the policy of the topic lets EventBridge publish; the one that a topic is made with does not. Absent where it is no topic.',
      calls: ['sns:GetTopicAttributes'],
      resolve: topicAllows,
    }),
    keyAllows: fact({
      shape: 'boolean',
      description:
        'Whether the key that encrypts the topic lets EventBridge use it; true for a topic that is not encrypted, false for the key that AWS manages for SNS. Absent where it is no topic.',
      calls: ['sns:GetTopicAttributes', 'kms:DescribeKey', 'kms:GetKeyPolicy'],
      resolve: topicKeyAllows,
    }),
    busAllows: fact({
      shape: 'boolean',
      description:
        'Whether the event bus lets the events in. Absent where it is no bus; not known where a role does the sending.',
      calls: ['events:DescribeEventBus'],
      resolve: busAllows,
    }),
    tells: fact({
      shape: 'boolean',
      description:
        'Whether somebody is told of what arrives at a function, queue or other target: that is never known. Absent for topics and buses.',
      calls: [],
      resolve: targetTells,
    }),
  },
};
