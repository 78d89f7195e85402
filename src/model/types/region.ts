import type { ResourceType } from '../schema.ts';
import { fact, many, one } from '../define.ts';
import { askOne, type Told } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Resource } from '../resource.ts';
import { isJsonObject } from '../../json.ts';
import { Unknown } from '../unknown.ts';
import { alarmsIn } from '../read/alarms.ts';
import { defaultRules } from '../read/event-rules.ts';
import { logGroupsIn, metricFiltersIn } from '../read/logs.ts';
import { joinLists, textOf } from '../read/make.ts';
import { recordersIn, securityHubIn } from '../read/neighbours.ts';
import { enabledRegions } from '../read/regions.ts';
import { alarmTopics } from '../read/topics.ts';
import { trailsIn } from '../read/trails.ts';

export const region: ResourceType = {
  name: 'region',
  noun: 'region',
  service: 'account',
  description: 'A region that is enabled in an account.',
  calls: ['account:ListRegions', 'ec2:DescribeRegions'],
  fields: { RegionName: 'string', RegionOptStatus: 'string', OptInStatus: 'string', Endpoint: 'string' },
  relations: {
    account: one({
      to: 'account',
      description: 'The account.',
      calls: [],
      resolve: (resource, model) => model.account(resource.account),
    }),
    trails: many({
      to: 'trail',
      description:
        'Trails that apply to the account in this region: those that log here, own or replicated from the organization.',
      calls: ['cloudtrail:DescribeTrails'],
      resolve: (resource, model) => trailsIn(model, resource.account, resource.region),
    }),
    logGroups: many({
      to: 'log-group',
      description: 'Log groups in this region.',
      calls: ['logs:DescribeLogGroups'],
      resolve: (resource, model) => logGroupsIn(model, resource.account, resource.region),
    }),
    metricFilters: many({
      to: 'metric-filter',
      description: 'Metric filters in this region.',
      calls: ['logs:DescribeLogGroups', 'logs:DescribeMetricFilters'],
      resolve: (resource, model) => metricFiltersIn(model, resource.account, resource.region),
    }),
    alarms: many({
      to: 'alarm',
      description: 'Metric alarms in this region.',
      calls: ['cloudwatch:DescribeAlarms'],
      resolve: (resource, model) => alarmsIn(model, 'MetricAlarm', resource.account, resource.region),
    }),
    compositeAlarms: many({
      to: 'composite-alarm',
      description: 'Composite alarms in this region.',
      calls: ['cloudwatch:DescribeAlarms'],
      resolve: (resource, model) => alarmsIn(model, 'CompositeAlarm', resource.account, resource.region),
    }),
    logAlarms: many({
      to: 'log-alarm',
      description: 'Log alarms in this region.',
      calls: ['cloudwatch:DescribeAlarms'],
      resolve: (resource, model) => alarmsIn(model, 'LogAlarm', resource.account, resource.region),
    }),
    eventRules: many({
      to: 'event-rule',
      description: 'Rules on the default event bus of the region.',
      calls: ['events:ListRules'],
      resolve: (resource, model) => defaultRules(model, resource.account, resource.region),
    }),
    configRecorders: many({
      to: 'config-recorder',
      description: 'Configuration recorders of AWS Config in this region.',
      calls: ['config:DescribeConfigurationRecorders'],
      resolve: (resource, model) => recordersIn(model, resource.account, resource.region),
    }),
    securityHub: one({
      to: 'security-hub',
      description: 'Security Hub in this region; absent where it is off.',
      calls: ['securityhub:DescribeHub'],
      resolve: (resource, model) => securityHubIn(model, resource.account, resource.region),
    }),
    topics: many({
      to: 'topic',
      description: 'SNS topics that alarms in this region notify.',
      calls: ['cloudwatch:DescribeAlarms', 'sns:GetTopicAttributes'],
      resolve: (resource, model) => {
        const lists = (['MetricAlarm', 'CompositeAlarm'] as const).map((type) =>
          alarmsIn(model, type, resource.account, resource.region),
        );
        return joinLists([
          ...lists.map((list) => ({ ...list, items: [] })),
          ...lists.flatMap((list) => list.items.map((alarm) => alarmTopics(model, alarm))),
        ]);
      },
    }),
  },
  facts: {
    functionCount: fact({
      shape: 'number',
      description: 'How many Lambda functions there are in the region.',
      calls: ['lambda:GetAccountSettings'],
      resolve: functionCount,
      follows: (resource, model) => {
        const told = askAccountSettings(model, resource);
        return told instanceof Unknown ? {} : { sources: [{ record: told.record, path: 'AccountUsage' }] };
      },
    }),
    optIn: fact({
      shape: 'boolean',
      description: 'Whether the region is one that each account has to switch on for itself.',
      calls: ['account:ListRegions', 'ec2:DescribeRegions'],
      resolve: (resource) => {
        const status = textOf(resource.data, 'RegionOptStatus');
        if (status !== undefined) return status !== 'ENABLED_BY_DEFAULT';
        const optIn = textOf(resource.data, 'OptInStatus');
        return optIn === undefined ? resource.partial : optIn !== 'opt-in-not-required';
      },
    }),
  },
  population: (account, model) => enabledRegions(model, account.id),
};

function askAccountSettings(model: OrganizationModel, { account, region: at }: Resource): Told | Unknown {
  return askOne(model, { call: 'lambda:GetAccountSettings', account, region: at });
}

/** A region that does not know Lambda has no function. */
function functionCount(resource: Resource, model: OrganizationModel): Fact {
  const told = askAccountSettings(model, resource);
  if (told instanceof Unknown) return told;
  const usage = told.output?.['AccountUsage'];
  return isJsonObject(usage) && typeof usage['FunctionCount'] === 'number' ? usage['FunctionCount'] : 0;
}
