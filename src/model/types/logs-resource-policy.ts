import { one } from '../define.ts';
import { logPoliciesOf, policyIn } from '../read/log-access.ts';
import type { ResourceType } from '../schema.ts';

export const logsResourcePolicy: ResourceType = {
  name: 'logs-resource-policy',
  noun: 'resource policy',
  service: 'logs',
  description:
    'A resource policy of CloudWatch Logs: one of the account, in a region with log groups, or one of the log group of a trail.',
  calls: ['logs:DescribeLogGroups', 'cloudtrail:DescribeTrails', 'logs:DescribeResourcePolicies'],
  fields: {
    policyName: 'string',
    policyDocument: 'string',
    lastUpdatedTime: 'number',
    policyScope: 'string',
    resourceArn: 'string',
    revisionId: 'string',
  },
  relations: {
    policy: one({
      to: 'policy',
      description: 'The policy, read by meaning.',
      calls: [],
      resolve: (resource, model) => policyIn(model, resource, 'policyDocument'),
    }),
  },
  facts: {},
  population: (account, model) => logPoliciesOf(model, account.id),
};
