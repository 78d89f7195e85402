import { one } from '../define.ts';
import { logDestinationsOf, policyIn } from '../read/log-access.ts';
import type { ResourceType } from '../schema.ts';

export const logsDestination: ResourceType = {
  name: 'logs-destination',
  noun: 'logs destination',
  service: 'logs',
  description:
    'A destination of CloudWatch Logs, to which other accounts may send their logs, in a region with log groups.',
  calls: ['logs:DescribeLogGroups', 'logs:DescribeDestinations'],
  fields: {
    destinationName: 'string',
    targetArn: 'string',
    roleArn: 'string',
    accessPolicy: 'string',
    arn: 'string',
    creationTime: 'number',
  },
  relations: {
    policy: one({
      to: 'policy',
      description: 'Its access policy, read by meaning; without one nobody can send.',
      calls: [],
      resolve: (resource, model) => policyIn(model, resource, 'accessPolicy'),
    }),
  },
  facts: {},
  population: (account, model) => logDestinationsOf(model, account.id),
};
