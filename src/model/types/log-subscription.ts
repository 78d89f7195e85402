import { fact } from '../define.ts';
import { foreignTarget, subscriptionTarget } from '../read/log-access.ts';
import type { ResourceType } from '../schema.ts';

export const logSubscription: ResourceType = {
  name: 'log-subscription',
  noun: 'log subscription',
  service: 'logs',
  description:
    'What gets a live copy of the events of a log group: a subscription filter, or a subscription policy of the account, which no log group shows.',
  calls: ['logs:DescribeSubscriptionFilters', 'logs:DescribeAccountPolicies'],
  fields: {
    filterName: 'string',
    logGroupName: 'string',
    filterPattern: 'string',
    destinationArn: 'string',
    roleArn: 'string',
    policyName: 'string',
    policyDocument: 'string',
    selectionCriteria: 'string',
  },
  relations: {},
  facts: {
    destination: fact({
      shape: 'string',
      description: 'ARN of where it sends: a function, a stream, or the destination of another account.',
      calls: [],
      resolve: (resource) => subscriptionTarget(resource),
    }),
    foreignAccount: fact({
      shape: 'string',
      description:
        'The account to which it sends, where that is neither the account of the log group nor of its organization.',
      calls: ['organizations:ListAccounts'],
      resolve: foreignTarget,
    }),
  },
};
