import { many, one } from '../define.ts';
import type { ResourceType } from '../schema.ts';

export const organization: ResourceType = {
  name: 'organization',
  noun: 'organization',
  service: 'organizations',
  description:
    'The AWS organization that the scanned accounts belong to. Judged with its management account.',
  calls: ['organizations:DescribeOrganization'],
  fields: {
    Id: 'string',
    Arn: 'string',
    FeatureSet: 'string',
    MasterAccountArn: 'string',
    MasterAccountId: 'string',
    MasterAccountEmail: 'string',
  },
  relations: {
    accounts: many({
      to: 'account',
      description: 'Every account of the organization, whatever its state.',
      calls: ['organizations:ListAccounts', 'organizations:ListAccountsForParent'],
      resolve: (_resource, model) => model.accounts,
    }),
    managementAccount: one({
      to: 'account',
      description: 'The account that owns the organization.',
      calls: ['organizations:ListAccounts'],
      resolve: (resource, model) => model.account(resource.account),
    }),
  },
  facts: {},
  population: (account, model) => {
    const organizationItself = model.organization;
    const judgedHere =
      organizationItself !== undefined &&
      account.id ===
        (model.account(organizationItself.account) === undefined
          ? model.accounts.items[0]?.id
          : organizationItself.account);
    return { items: judgedHere ? [organizationItself] : [], missing: undefined, records: [] };
  },
};
