import type { ResourceType } from '../schema.ts';
import { many, one } from '../define.ts';
import { subscriptionsOf } from '../read/topics.ts';

export const topic: ResourceType = {
  name: 'topic',
  noun: 'topic',
  service: 'sns',
  description: 'An SNS topic that something refers to. Its fields are its attributes: all of them text.',
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
  },
  relations: {
    account: one({
      to: 'account',
      description: 'The account that owns the topic.',
      calls: [],
      resolve: (resource, model) => model.account(resource.account),
    }),
    subscriptions: many({
      to: 'subscription',
      description: 'Subscriptions of the topic, confirmed or not.',
      calls: ['sns:ListSubscriptionsByTopic'],
      resolve: (resource, model) => subscriptionsOf(model, resource),
    }),
  },
  facts: {},
};
