import { fact, one } from '../define.ts';
import type { ResourceType } from '../schema.ts';

export const delegation: ResourceType = {
  name: 'delegation',
  noun: 'delegation',
  service: 'organizations',
  description: 'One AWS service that a member account administers for the whole organization.',
  calls: ['organizations:ListDelegatedAdministrators', 'organizations:ListDelegatedServicesForAccount'],
  fields: { ServicePrincipal: 'string', DelegationEnabledDate: 'time' },
  relations: {
    account: one({
      to: 'account',
      description: 'The account that administers the service.',
      calls: ['organizations:ListAccounts'],
      resolve: (resource, model) => model.account(resource.account),
    }),
  },
  facts: {
    pair: fact({
      shape: 'string',
      description: 'Account and service: `222233334444/cloudtrail.amazonaws.com`.',
      calls: [],
      resolve: (resource) => resource.id,
    }),
  },
};
