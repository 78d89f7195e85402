import type { ResourceType } from '../schema.ts';
import { fact, many, one } from '../define.ts';
import { logGroupsIn, metricFiltersOf } from '../read/logs.ts';
import { textOf } from '../read/make.ts';
import { overRegions } from '../read/regions.ts';

export const logGroup: ResourceType = {
  name: 'log-group',
  noun: 'log group',
  service: 'logs',
  description: 'A CloudWatch Logs log group. Its id is the ARN without the trailing `:*`.',
  calls: ['logs:DescribeLogGroups'],
  fields: {
    logGroupName: 'string',
    creationTime: 'number',
    retentionInDays: 'number',
    retentionPolicyName: 'string',
    metricFilterCount: 'number',
    arn: 'string',
    storedBytes: 'number',
    kmsKeyId: 'string',
    dataProtectionStatus: 'string',
    inheritedProperties: { list: 'string' },
    logGroupClass: 'string',
    logGroupArn: 'string',
    deletionProtectionEnabled: 'boolean',
    bearerTokenAuthenticationEnabled: 'boolean',
  },
  relations: {
    account: one({
      to: 'account',
      description: 'The account that holds the log group.',
      calls: [],
      resolve: (resource, model) => model.account(resource.account),
    }),
    metricFilters: many({
      to: 'metric-filter',
      description: 'Metric filters of the log group.',
      calls: ['logs:DescribeMetricFilters'],
      resolve: (resource, model) => metricFiltersOf(model, resource),
    }),
  },
  facts: {
    class: fact({
      shape: 'string',
      description: 'Class of the log group; `STANDARD` where the answer names none, as AWS documents.',
      calls: [],
      resolve: (resource) => textOf(resource.data, 'logGroupClass') ?? 'STANDARD',
    }),
  },
  population: (account, model) =>
    overRegions(model, account.id, (region) => logGroupsIn(model, account.id, region)),
};
