import type { ResourceType } from '../schema.ts';
import { fact, one } from '../define.ts';
import {
  eventCategories,
  eventDataStoresOf,
  keyGrounds,
  storePolicy,
  usesCustomerKey,
} from '../read/event-data-stores.ts';

export const eventDataStore: ResourceType = {
  name: 'event-data-store',
  noun: 'event data store',
  service: 'cloudtrail',
  description:
    'An event data store of CloudTrail Lake, judged with the account that owns it. A store of the organization belongs to the management account, whoever made it.',
  calls: ['cloudtrail:ListEventDataStores', 'cloudtrail:GetEventDataStore'],
  fields: {
    EventDataStoreArn: 'string',
    Name: 'string',
    Status: 'string',
    AdvancedEventSelectors: { list: 'json' },
    MultiRegionEnabled: 'boolean',
    OrganizationEnabled: 'boolean',
    RetentionPeriod: 'number',
    TerminationProtectionEnabled: 'boolean',
    CreatedTimestamp: 'time',
    UpdatedTimestamp: 'time',
    KmsKeyId: 'string',
    BillingMode: 'string',
    FederationStatus: 'string',
    FederationRoleArn: 'string',
  },
  relations: {
    account: one({
      to: 'account',
      description: 'The account that owns the store.',
      calls: [],
      resolve: (resource, model) => model.account(resource.account),
    }),
    policy: one({
      to: 'policy',
      description: 'The resource policy of the store, read by meaning; absent where it has none.',
      calls: ['cloudtrail:GetResourcePolicy'],
      resolve: storePolicy,
    }),
  },
  facts: {
    eventCategories: fact({
      shape: { list: 'string' },
      description:
        'Categories of what it takes in: `Management`, `Data` and `NetworkActivity` are events of CloudTrail; `Insight`, `ConfigurationItem` and others are not.',
      calls: [],
      resolve: eventCategories,
    }),
    usesCustomerKey: fact({
      shape: 'boolean',
      description: 'Whether the key that encrypts it is one that a customer made.',
      calls: ['kms:DescribeKey'],
      resolve: usesCustomerKey,
      follows: keyGrounds,
    }),
  },
  population: (account, model) => eventDataStoresOf(model, account.id),
};
