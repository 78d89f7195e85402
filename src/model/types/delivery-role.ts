import { fact, one } from '../define.ts';
import {
  isOfLogGroupAccount,
  mayWrite,
  policiesOf,
  reachesBeyond,
  trailOfRole,
  trustsCloudTrail,
} from '../read/delivery-roles.ts';
import type { ResourceType } from '../schema.ts';

const policyCalls = [
  'iam:ListRolePolicies',
  'iam:GetRolePolicy',
  'iam:ListAttachedRolePolicies',
  'iam:GetPolicy',
  'iam:GetPolicyVersion',
] as const;

export const deliveryRole: ResourceType = {
  name: 'delivery-role',
  noun: 'role of the trail',
  service: 'iam',
  description: 'The role with which one trail delivers to CloudWatch Logs.',
  calls: ['iam:GetRole'],
  fields: {
    RoleName: 'string',
    RoleId: 'string',
    Arn: 'string',
    Path: 'string',
    CreateDate: 'time',
    AssumeRolePolicyDocument: 'string',
    Description: 'string',
    MaxSessionDuration: 'number',
    PermissionsBoundary: 'json',
    RoleLastUsed: { object: { LastUsedDate: 'time', Region: 'string' } },
  },
  relations: {
    trail: one({
      to: 'trail',
      description: 'The trail.',
      calls: [],
      resolve: (resource) => trailOfRole(resource),
    }),
  },
  facts: {
    trustsCloudTrail: fact({
      shape: 'boolean',
      description: 'Whether its trust policy lets `cloudtrail.amazonaws.com` take it on.',
      calls: [],
      resolve: trustsCloudTrail,
    }),
    isOfLogGroupAccount: fact({
      shape: 'boolean',
      description: 'Whether it belongs to the account that holds the log group of the trail.',
      calls: [],
      resolve: isOfLogGroupAccount,
    }),
    mayWrite: fact({
      shape: 'boolean',
      description:
        'Whether its policies allow `logs:CreateLogStream` and `logs:PutLogEvents` in the log group of the trail. Not known where a permissions boundary, or another account that holds the log group, may take that away.',
      calls: policyCalls,
      resolve: mayWrite,
      follows: (resource, model) => ({ sources: policiesOf(model, resource).sources }),
    }),
    reachesBeyond: fact({
      shape: { list: 'string' },
      description: 'Resources other than the log group of the trail that its policies name in an Allow.',
      calls: policyCalls,
      resolve: reachesBeyond,
      follows: (resource, model) => ({ sources: policiesOf(model, resource).sources }),
    }),
    onlyDelivers: fact({
      shape: 'boolean',
      description: 'Whether `reachesBeyond` is empty.',
      calls: policyCalls,
      resolve: (resource, model) => {
        const beyond = reachesBeyond(resource, model);
        return Array.isArray(beyond) ? beyond.length === 0 : beyond;
      },
      follows: (resource, model) => {
        const beyond = reachesBeyond(resource, model);
        return {
          sources: policiesOf(model, resource).sources,
          ...(Array.isArray(beyond) &&
            beyond.length > 0 && { because: `it may act on ${beyond.join(', ')}` }),
        };
      },
    }),
  },
};
