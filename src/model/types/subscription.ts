import { callsNamingTopics } from '../read/chain-calls.ts';
import type { ResourceType } from '../schema.ts';
import { fact, one } from '../define.ts';
import { joinLists } from '../read/make.ts';
import { topicsOf } from '../read/named-topics.ts';
import {
  endpointDomain,
  foreignAccounts,
  isConfirmed,
  takesAlarms,
  takesEvents,
} from '../read/subscriptions.ts';
import { subscriptionsOf, topicOfSubscription } from '../read/topics.ts';

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
  relations: {
    topic: one({
      to: 'topic',
      description: 'The topic.',
      calls: ['sns:GetTopicAttributes'],
      resolve: (resource, model) => topicOfSubscription(model, resource),
    }),
  },
  facts: {
    confirmed: fact({
      shape: 'boolean',
      description:
        'Whether somebody confirmed it: only then its `SubscriptionArn` is an ARN and no word such as `PendingConfirmation`.',
      calls: [],
      resolve: (resource) => isConfirmed(resource),
    }),
    takesAlarms: fact({
      shape: 'boolean',
      description:
        'Whether its filter policy lets through what CloudWatch sends when an alarm goes to ALARM; true without a filter policy. That such messages carry no attributes is what was seen of them.',
      calls: ['sns:GetSubscriptionAttributes'],
      resolve: takesAlarms,
    }),
    foreignAccounts: fact({
      shape: { list: 'string' },
      description:
        'Accounts that are neither that of the topic nor of its organization: its owner, and the account in the ARN of its endpoint.',
      calls: ['organizations:ListAccounts'],
      resolve: foreignAccounts,
    }),
    endpointDomain: fact({
      shape: 'string',
      description: 'Domain of an e-mail or web endpoint, in small letters; absent for others.',
      calls: [],
      resolve: (resource) => endpointDomain(resource),
    }),
    takesEvents: fact({
      shape: 'boolean',
      description:
        'Whether its filter policy lets through what event rules send; true without a filter policy, not known where the policy looks at the body.',
      calls: ['sns:GetSubscriptionAttributes'],
      resolve: takesEvents,
    }),
  },
  population: (account, model) => {
    const topics = topicsOf(model, account.id);
    return joinLists([
      { ...topics, items: [] },
      ...topics.items.map((topic) => subscriptionsOf(model, topic)),
    ]);
  },
  populationCalls: callsNamingTopics,
};
