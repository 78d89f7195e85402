import { resourceDenies } from '../read/control-policy-inquiry.ts';
import { isJsonObject } from '../../json.ts';
import type { Resource } from '../resource.ts';
import type { ResourceType } from '../schema.ts';
import { fact, many, one } from '../define.ts';
import { alarmsIn } from '../read/alarms.ts';
import { keyNamed } from '../read/keys.ts';
import { subscriptionsOfGroup } from '../read/log-access.ts';
import { logGroupsIn, metricFiltersOf } from '../read/logs.ts';
import { narrow, textOf, textsOf } from '../read/make.ts';
import { overRegions } from '../read/regions.ts';
import { arrivalAlarms, trailsInto } from '../read/reverse.ts';

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
    key: one({
      to: 'kms-key',
      description: 'The key that its events are encrypted with; absent where that is one of AWS.',
      calls: ['kms:DescribeKey'],
      resolve: (resource, model) => {
        const name = textOf(resource.data, 'kmsKeyId');
        return name === undefined ? undefined : keyNamed(model, name, resource);
      },
    }),
    metricFilters: many({
      to: 'metric-filter',
      description: 'Metric filters of the log group.',
      calls: ['logs:DescribeMetricFilters'],
      resolve: (resource, model) => metricFiltersOf(model, resource),
    }),
    trails: many({
      to: 'trail',
      description: 'Trails that deliver to the log group: those of its account, and organization trails.',
      calls: ['cloudtrail:DescribeTrails'],
      resolve: (resource, model) => trailsInto(model, resource),
    }),
    subscriptions: many({
      to: 'log-subscription',
      description:
        'What gets a live copy of its events: subscription filters, and subscription policies of the account. Known of log groups of trails.',
      calls: ['logs:DescribeSubscriptionFilters', 'logs:DescribeAccountPolicies'],
      resolve: (resource, model) => subscriptionsOfGroup(model, resource),
    }),
    arrivalAlarms: many({
      to: 'alarm',
      description:
        'Metric alarms on how much arrives in the log group: `IncomingLogEvents` or `IncomingBytes` of `AWS/Logs`, in its own account or a monitoring account.',
      calls: ['cloudwatch:DescribeAlarms', 'oam:ListLinks', 'iam:GetRole'],
      resolve: (resource, model) => arrivalAlarms(model, resource),
    }),
    logAlarms: many({
      to: 'log-alarm',
      description: 'Log alarms of the same account and region whose query reads the log group.',
      calls: ['cloudwatch:DescribeAlarms'],
      resolve: (resource, model) =>
        narrow(alarmsIn(model, 'LogAlarm', resource.account, resource.region), (alarm) =>
          queriesGroup(alarm, resource),
        ),
    }),
  },
  facts: {
    class: fact({
      shape: 'string',
      description: 'Class of the log group; `STANDARD` where the answer names none, as AWS documents.',
      calls: [],
      resolve: (resource) => textOf(resource.data, 'logGroupClass') ?? 'STANDARD',
    }),
    storedGigabytes: fact({
      shape: 'number',
      description: '`storedBytes` in gigabytes (2 to the power of 30 bytes).',
      calls: [],
      resolve: (resource) => {
        const bytes = resource.data['storedBytes'];
        return typeof bytes === 'number' ? bytes / 2 ** 30 : undefined;
      },
    }),
    deletionProtected: fact({
      shape: 'boolean',
      description:
        'Whether the log group is protected against deletion. Unknown where the answer does not say: older versions of the API did not.',
      calls: [],
      resolve: (resource, model) => {
        const value = resource.data['deletionProtectionEnabled'];
        if (typeof value === 'boolean') return value;
        return model.whyMissing.undecided(
          'logs:DescribeLogGroups',
          resource.account,
          resource.region,
          `the answer does not say whether log group ${resource.name} is protected against deletion`,
        );
      },
    }),
    showsOriginalEvents: fact({
      shape: 'boolean',
      description:
        'True where metric filters see events as they came. Unknown where a data protection policy may mask what a pattern looks at.',
      calls: [],
      resolve: (resource, model) => {
        const masks =
          resource.data['dataProtectionStatus'] === 'ACTIVATED' ||
          textsOf(resource.data['inheritedProperties']).includes('ACCOUNT_DATA_PROTECTION');
        if (!masks) return true;
        return model.whyMissing.undecided(
          'logs:DescribeLogGroups',
          resource.account,
          resource.region,
          `data protection of log group ${resource.name} may mask what metric filters look at`,
        );
      },
    }),
  },
  inquiries: { controlPoliciesDeny: resourceDenies(({ id }) => [id, `${id}:*`]) },
  population: (account, model) =>
    overRegions(model, account.id, (region) => logGroupsIn(model, account.id, region)),
};

/** A query that names no log groups may find them by itself. */
function queriesGroup(alarm: Resource, group: Resource): boolean {
  const query = alarm.data['ScheduledQueryConfiguration'];
  const named = textsOf(isJsonObject(query) ? query['LogGroupIdentifiers'] : undefined);
  return (
    named.length === 0 || named.some((text) => text === group.name || text.replace(/:\*$/, '') === group.id)
  );
}
