import type { ResourceType } from '../schema.ts';
import { fact, one } from '../define.ts';
import { keyAllows, policyAllows, publicationParts, usesDefaultKey } from '../read/publications.ts';

export const publication: ResourceType = {
  name: 'publication',
  noun: 'topic that the action notifies',
  service: 'sns',
  description:
    'A topic as one alarm action publishes to it: whether the message gets in. Its fields are attributes of the topic.',
  calls: ['sns:GetTopicAttributes'],
  fields: { TopicArn: 'string', Owner: 'string', Policy: 'string', KmsMasterKeyId: 'string' },
  relations: {
    topic: one({
      to: 'topic',
      description: 'The topic.',
      calls: [],
      resolve: (resource, model) => publicationParts(model, resource)?.topic,
    }),
  },
  facts: {
    policyAllows: fact({
      shape: 'boolean',
      description:
        'Whether the policy of the topic lets CloudWatch publish for this alarm: its own account by the default policy, others where a statement says so.',
      calls: [],
      resolve: policyAllows,
    }),
    keyAllows: fact({
      shape: 'boolean',
      description:
        'Whether the key that encrypts the topic lets CloudWatch use it; true for a topic that is not encrypted, false for the key that AWS manages for SNS.',
      calls: ['kms:DescribeKey', 'kms:GetKeyPolicy'],
      resolve: keyAllows,
    }),
    usesDefaultKey: fact({
      shape: 'boolean',
      description:
        'Whether the topic is encrypted with the key that AWS manages for SNS, which CloudWatch may never use.',
      calls: [],
      resolve: (resource) => usesDefaultKey(resource),
    }),
    sameAccount: fact({
      shape: 'boolean',
      description: 'Whether topic and alarm are in one account.',
      calls: [],
      resolve: (resource, model) => {
        const parts = publicationParts(model, resource);
        return parts === undefined ? undefined : parts.topic.account === parts.publisher.account;
      },
    }),
  },
};
