import { fact, many, one } from '../define.ts';
import {
  delegationsOf,
  enabledPolicyTypes,
  organizationGrounds,
  trustedServices,
} from '../read/organization-settings.ts';
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
    delegations: many({
      to: 'delegation',
      description: 'What member accounts administer for the organization: each service of each of them.',
      calls: ['organizations:ListDelegatedAdministrators', 'organizations:ListDelegatedServicesForAccount'],
      resolve: (_resource, model) => delegationsOf(model),
    }),
  },
  facts: {
    enabledPolicyTypes: fact({
      shape: { list: 'string' },
      description: 'Kinds of policies that are enabled at the root: `SERVICE_CONTROL_POLICY`.',
      calls: ['organizations:ListRoots'],
      resolve: (_resource, model) => enabledPolicyTypes(model),
      follows: (_resource, model) => organizationGrounds(model, 'organizations:ListRoots'),
    }),
    trustedServices: fact({
      shape: { list: 'string' },
      description: 'Services that have trusted access to the organization: `cloudtrail.amazonaws.com`.',
      calls: ['organizations:ListAWSServiceAccessForOrganization'],
      resolve: (_resource, model) => trustedServices(model),
      follows: (_resource, model) =>
        organizationGrounds(model, 'organizations:ListAWSServiceAccessForOrganization'),
    }),
  },
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
