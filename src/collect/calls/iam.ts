import { isJsonObject } from '../../json.ts';
import { objects, textOf, texts } from '../answer.ts';
import type { Answer, Call, Item, ItemSource } from './call.ts';
import { regionsOfMetrics } from './oam.ts';
import { nameInArn, splitArn } from './places.ts';

/** IAM answers only about roles and policies of the account that asks. */
const eachDeliveryRole: Omit<ItemSource, 'once'> = {
  answers: ['cloudtrail:DescribeTrails'],
  items: deliveryRolesOf,
  input: ({ name }) => ({ RoleName: nameInArn(name) }),
  ownerOnly: true,
};
const iamAbsent = ['NoSuchEntity', 'NoSuchEntityException'];
const iamRate = { rate: 10, rateOfService: true } as const;

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 'iam',
    operation: 'GetRole',
    scope: 'item',
    input: {},
    each: {
      ...eachDeliveryRole,
      answers: ['cloudtrail:DescribeTrails', 'logs:DescribeMetricFilters'],
      once: 'once for each role with which a trail delivers to CloudWatch Logs, and for the one that lets other accounts read metrics',
      items: (answer) => [...deliveryRolesOf(answer), ...sharingRolesOf(answer)],
    },
    has: 'Role',
    absent: iamAbsent,
    ...iamRate,
    action: 'iam:GetRole',
    why: 'Whether the role is there, and whom it trusts.',
  },
  {
    service: 'iam',
    operation: 'ListRolePolicies',
    scope: 'item',
    input: { MaxItems: 1000 },
    paging: { input: 'Marker', output: 'Marker' },
    each: { ...eachDeliveryRole, once: 'once for each such role' },
    hasUnlessEmpty: 'PolicyNames',
    absent: iamAbsent,
    ...iamRate,
    action: 'iam:ListRolePolicies',
    why: 'Names of the policies in the role.',
  },
  {
    service: 'iam',
    operation: 'ListAttachedRolePolicies',
    scope: 'item',
    input: { MaxItems: 1000 },
    paging: { input: 'Marker', output: 'Marker' },
    each: { ...eachDeliveryRole, once: 'once for each such role' },
    hasUnlessEmpty: 'AttachedPolicies',
    absent: iamAbsent,
    ...iamRate,
    action: 'iam:ListAttachedRolePolicies',
    why: 'Policies that are attached to the role.',
  },
  {
    service: 'iam',
    operation: 'GetRolePolicy',
    scope: 'item',
    input: {},
    each: {
      answers: ['iam:ListRolePolicies'],
      once: 'once for each policy in such a role',
      items: policiesInRole,
      input: ({ name }) => {
        const [RoleName = '', PolicyName = ''] = name.split('/');
        return { RoleName, PolicyName };
      },
      ownerOnly: true,
    },
    has: 'PolicyDocument',
    absent: iamAbsent,
    ...iamRate,
    action: 'iam:GetRolePolicy',
    why: 'Whether the role may write to the log group.',
  },
  {
    service: 'iam',
    operation: 'GetPolicy',
    scope: 'item',
    input: {},
    each: {
      answers: ['iam:ListAttachedRolePolicies'],
      once: 'once for each policy that is attached to such a role',
      items: attachedPolicies,
      input: ({ name }) => ({ PolicyArn: name }),
      ownerOnly: true,
    },
    has: 'Policy',
    absent: iamAbsent,
    ...iamRate,
    action: 'iam:GetPolicy',
    why: 'Which version of the policy is in force.',
  },
  {
    service: 'iam',
    operation: 'GetPolicyVersion',
    scope: 'item',
    input: {},
    each: {
      answers: ['iam:GetPolicy'],
      once: 'once for each of these policies',
      items: versionInForce,
      input: ({ name }) => {
        const [PolicyArn = '', VersionId = ''] = name.split(' ');
        return { PolicyArn, VersionId };
      },
      ownerOnly: true,
    },
    has: 'PolicyVersion',
    absent: iamAbsent,
    ...iamRate,
    action: 'iam:GetPolicyVersion',
    why: 'Whether the role may write to the log group.',
  },
];

/** The roles with which trails deliver to CloudWatch Logs. */
function deliveryRolesOf({ output }: Answer): readonly Item[] {
  return objects(output['trailList']).flatMap((trail) => {
    const name = textOf(trail['CloudWatchLogsRoleArn']);
    const owner = name === undefined ? undefined : splitArn(name)?.account;
    return name === undefined || owner === undefined ? [] : [{ name, owner, region: 'global' }];
  });
}

/** The role by which an account lets others read its metrics, where there are metrics of interest. */
function sharingRolesOf(answer: Answer): readonly Item[] {
  return regionsOfMetrics(answer).map(({ owner }) => ({
    name: 'CloudWatch-CrossAccountSharingRole',
    owner,
    region: 'global',
  }));
}

/** Names of roles and policies hold no slash. */
function policiesInRole({ output, input, account }: Answer): readonly Item[] {
  const role = textOf(input['RoleName']) ?? '';
  return texts(output['PolicyNames']).map((name) => ({
    name: `${role}/${name}`,
    owner: account,
    region: 'global',
  }));
}

function attachedPolicies({ output, account }: Answer): readonly Item[] {
  return objects(output['AttachedPolicies']).flatMap((policy) => {
    const name = textOf(policy['PolicyArn']);
    return name === undefined ? [] : [{ name, owner: account, region: 'global' }];
  });
}

function versionInForce({ output, input, account }: Answer): readonly Item[] {
  const policy = output['Policy'];
  const version = isJsonObject(policy) ? textOf(policy['DefaultVersionId']) : undefined;
  const arn = textOf(input['PolicyArn']);
  return version === undefined || arn === undefined
    ? []
    : [{ name: `${arn} ${version}`, owner: account, region: 'global' }];
}
