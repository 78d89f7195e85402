import { fact } from '../define.ts';
import { publisherKeyAllows, publisherKind, publisherPolicyAllows } from '../read/publishers.ts';
import type { ResourceType } from '../schema.ts';

export const publisher: ResourceType = {
  name: 'publisher',
  noun: 'publisher',
  service: 'sns',
  description:
    'What publishes to an SNS topic: an alarm of any kind, the target of an event rule, or a trail.',
  calls: ['cloudtrail:DescribeTrails', 'cloudwatch:DescribeAlarms', 'events:ListTargetsByRule'],
  fields: {},
  relations: {},
  facts: {
    kind: fact({
      shape: 'string',
      description: '`alarm`, `composite-alarm`, `log-alarm`, `rule-target` or `trail`.',
      calls: [],
      resolve: (resource) => publisherKind(resource),
    }),
    policyAllows: fact({
      shape: 'boolean',
      description:
        'Whether the policy of the topic lets its service publish: CloudWatch for the alarm, EventBridge, CloudTrail for the trail.',
      calls: ['sns:GetTopicAttributes'],
      resolve: publisherPolicyAllows,
    }),
    keyAllows: fact({
      shape: 'boolean',
      description:
        'Whether the key that encrypts the topic lets its service use it; true for a topic that is not encrypted, false for the key that AWS manages for SNS.',
      calls: ['sns:GetTopicAttributes', 'kms:DescribeKey', 'kms:GetKeyPolicy'],
      resolve: publisherKeyAllows,
    }),
  },
};
