import { objects, textOf } from '../answer.ts';
import type { Answer, Call, Item, Paging } from './call.ts';

const organizationPaging: Paging = { input: 'NextToken', output: 'NextToken' };
const organizationRate = { rate: 5, rateOfService: true } as const;
const eachControlPolicy = {
  answers: ['organizations:ListPolicies'],
  once: 'by the caller, once for each of these policies',
  items: controlPoliciesOf,
  input: ({ name }: Item) => ({ PolicyId: name }),
} as const;

/** Asked by the caller about the organization. */
export const calls: readonly Call[] = [
  {
    service: 'organizations',
    operation: 'DescribeOrganization',
    scope: 'caller',
    input: {},
    has: 'Organization',
    absent: ['AWSOrganizationsNotInUseException'],
    ...organizationRate,
    action: 'organizations:DescribeOrganization',
    why: 'The organization, its management account and feature set.',
  },
  {
    service: 'organizations',
    operation: 'ListAccounts',
    scope: 'caller',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    has: 'Accounts',
    ...organizationRate,
    action: 'organizations:ListAccounts',
    why: 'Every account with its state: the denominator of each verdict about the organization.',
  },
  {
    service: 'organizations',
    operation: 'ListRoots',
    scope: 'caller',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    has: 'Roots',
    ...organizationRate,
    action: 'organizations:ListRoots',
    why: 'Top of the tree of organizational units.',
  },
  {
    service: 'organizations',
    operation: 'ListOrganizationalUnitsForParent',
    scope: 'unit',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    hasUnlessEmpty: 'OrganizationalUnits',
    ...organizationRate,
    action: 'organizations:ListOrganizationalUnitsForParent',
    why: 'Organizational units and their names.',
  },
  {
    service: 'organizations',
    operation: 'ListAccountsForParent',
    scope: 'unit',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    hasUnlessEmpty: 'Accounts',
    ...organizationRate,
    action: 'organizations:ListAccountsForParent',
    why: 'Which account is in which unit. Asked only where ListAccounts gave no paths.',
  },
  {
    service: 'organizations',
    operation: 'ListAWSServiceAccessForOrganization',
    scope: 'caller',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    hasUnlessEmpty: 'EnabledServicePrincipals',
    ...organizationRate,
    action: 'organizations:ListAWSServiceAccessForOrganization',
    why: 'Services that may work in every account of the organization.',
  },
  {
    service: 'organizations',
    operation: 'ListDelegatedAdministrators',
    scope: 'caller',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    hasUnlessEmpty: 'DelegatedAdministrators',
    ...organizationRate,
    action: 'organizations:ListDelegatedAdministrators',
    why: 'Member accounts that administer a service for the organization.',
  },
  {
    service: 'organizations',
    operation: 'ListDelegatedServicesForAccount',
    scope: 'caller-item',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    each: {
      answers: ['organizations:ListDelegatedAdministrators'],
      once: 'by the caller, once for each delegated administrator',
      items: administratorsOf,
      input: ({ name }) => ({ AccountId: name }),
    },
    hasUnlessEmpty: 'DelegatedServices',
    absent: ['AccountNotRegisteredException'],
    ...organizationRate,
    action: 'organizations:ListDelegatedServicesForAccount',
    why: 'Which services such an account administers.',
  },
  {
    service: 'organizations',
    operation: 'ListPolicies',
    scope: 'caller-item',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    each: {
      answers: ['organizations:ListRoots'],
      once: 'by the caller, once for service and once for resource control policies, where the root has them enabled',
      items: controlPolicyTypesOf,
      input: ({ name }) => ({ Filter: name }),
    },
    hasUnlessEmpty: 'Policies',
    ...organizationRate,
    action: 'organizations:ListPolicies',
    why: 'Policies that bind accounts whatever is allowed in them.',
  },
  {
    service: 'organizations',
    operation: 'DescribePolicy',
    scope: 'caller-item',
    input: {},
    each: eachControlPolicy,
    has: 'Policy',
    absent: ['PolicyNotFoundException'],
    ...organizationRate,
    action: 'organizations:DescribePolicy',
    why: 'What such a policy says.',
  },
  {
    service: 'organizations',
    operation: 'ListTargetsForPolicy',
    scope: 'caller-item',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    each: eachControlPolicy,
    hasUnlessEmpty: 'Targets',
    absent: ['PolicyNotFoundException'],
    ...organizationRate,
    action: 'organizations:ListTargetsForPolicy',
    why: 'Roots, organizational units and accounts that it is attached to.',
  },
  {
    service: 'organizations',
    operation: 'ListTagsForResource',
    scope: 'listed',
    input: {},
    paging: organizationPaging,
    hasUnlessEmpty: 'Tags',
    onDemand: true,
    ...organizationRate,
    action: 'organizations:ListTagsForResource',
    why: 'Tags of an account, for parameters that are set by tag and rules that read them.',
  },
];

function administratorsOf({ output, region }: Answer): readonly Item[] {
  return objects(output['DelegatedAdministrators']).flatMap((account) => {
    const name = textOf(account['Id']);
    return name === undefined ? [] : [{ name, owner: undefined, region }];
  });
}

/** Kinds of policies that bind accounts and that a root has enabled. Others cannot matter. */
function controlPolicyTypesOf({ output, region }: Answer): readonly Item[] {
  const types = objects(output['Roots']).flatMap((root) => objects(root['PolicyTypes']));
  return ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY']
    .filter((name) => types.some(({ Type, Status }) => Type === name && Status === 'ENABLED'))
    .map((name) => ({ name, owner: undefined, region }));
}

function controlPoliciesOf({ output, region }: Answer): readonly Item[] {
  return objects(output['Policies']).flatMap((policy) => {
    const name = textOf(policy['Id']);
    return name === undefined ? [] : [{ name, owner: undefined, region }];
  });
}
