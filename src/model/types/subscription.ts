import type { ResourceType } from '../schema.ts';
import { fact } from '../define.ts';
import { textOf } from '../read/make.ts';

export const subscription: ResourceType = {
  name: 'subscription',
  noun: 'subscription',
  service: 'sns',
  description: 'A subscription of an SNS topic.',
  calls: ['sns:ListSubscriptionsByTopic'],
  fields: {
    SubscriptionArn: 'string',
    Owner: 'string',
    Protocol: 'string',
    Endpoint: 'string',
    TopicArn: 'string',
  },
  relations: {},
  facts: {
    confirmed: fact({
      shape: 'boolean',
      description:
        'Whether somebody confirmed it: only then its `SubscriptionArn` is an ARN and no word such as `PendingConfirmation`.',
      calls: [],
      resolve: (resource) => (textOf(resource.data, 'SubscriptionArn') ?? '').startsWith('arn:'),
    }),
  },
};
