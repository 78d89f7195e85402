import type { Resource, RelatedList } from '../resource.ts';
import type { OrganizationModel } from '../organization.ts';
import type { AlarmType } from '../calls.ts';
import type { ResourceType } from '../schema.ts';
import { Unknown } from '../unknown.ts';
import { fact, many, one } from '../define.ts';
import { alarmsIn } from '../read/alarms.ts';
import { askAccountBlock, trailBuckets } from '../read/buckets.ts';
import { busesIn } from '../read/event-buses.ts';
import { eventDataStoresOf } from '../read/event-data-stores.ts';
import { defaultRules } from '../read/event-rules.ts';
import { callsNamingKeys } from '../read/chain-calls.ts';
import { chainKeys } from '../read/keys.ts';
import { logPoliciesOf } from '../read/log-access.ts';
import { logGroupsIn, metricFiltersIn } from '../read/logs.ts';
import { joinLists, narrow, textOf } from '../read/make.ts';
import { accountDenies } from '../read/control-policy-inquiry.ts';
import { monitoringLinks, monitoringSinks, sharingRole } from '../read/monitoring-access.ts';
import { topicsOf } from '../read/named-topics.ts';
import { vpcEndpointsOf } from '../read/neighbours.ts';
import { organizationOf } from '../read/organization-settings.ts';
import { accountTags, managesOrganization, unitPath } from '../read/accounts.ts';
import { enabledRegions, overRegions } from '../read/regions.ts';
import { alarmTopics } from '../read/topics.ts';
import { trailsOf } from '../read/trails.ts';

const regionCalls = ['account:ListRegions', 'ec2:DescribeRegions'] as const;

export const account: ResourceType = {
  name: 'account',
  noun: 'account',
  service: 'organizations',
  description: 'An AWS account: a member of the organization, or one that was scanned on its own.',
  calls: ['organizations:ListAccounts', 'organizations:ListAccountsForParent'],
  fields: {
    Id: 'string',
    Arn: 'string',
    Email: 'string',
    Name: 'string',
    State: 'string',
    Status: 'string',
    JoinedMethod: 'string',
    JoinedTimestamp: 'time',
    Paths: { list: 'string' },
  },
  relations: {
    organization: one({
      to: 'organization',
      description:
        'The organization that the account is a member of; absent for an account that the organization does not list.',
      calls: ['organizations:DescribeOrganization', 'organizations:ListAccounts'],
      resolve: organizationOf,
    }),
    regions: many({
      to: 'region',
      description: 'Regions that are enabled in the account.',
      calls: regionCalls,
      resolve: (resource, model) => enabledRegions(model, resource.id),
    }),
    trails: many({
      to: 'trail',
      description:
        'Trails that apply to the account in any enabled region: its own, and organization trails replicated into it. Each trail once.',
      calls: [...regionCalls, 'cloudtrail:DescribeTrails'],
      resolve: (resource, model) => trailsOf(model, resource.id),
    }),
    ownTrails: many({
      to: 'trail',
      description: 'Those of `trails` that the account owns.',
      calls: [...regionCalls, 'cloudtrail:DescribeTrails'],
      resolve: (resource, model) =>
        narrow(trailsOf(model, resource.id), (trail) => trail.account === resource.id),
    }),
    inheritedTrails: many({
      to: 'trail',
      description: 'Those of `trails` that another account owns: organization trails.',
      calls: [...regionCalls, 'cloudtrail:DescribeTrails'],
      resolve: (resource, model) =>
        narrow(trailsOf(model, resource.id), (trail) => trail.account !== resource.id),
    }),
    vpcEndpoints: many({
      to: 'vpc-endpoint',
      description: 'Endpoints in networks of the account, in all enabled regions.',
      calls: [...regionCalls, 'ec2:DescribeVpcs', 'ec2:DescribeVpcEndpoints'],
      resolve: (resource, model) => vpcEndpointsOf(model, resource.id),
    }),
    eventDataStores: many({
      to: 'event-data-store',
      description: 'Event data stores of CloudTrail Lake that the account owns, in all enabled regions.',
      calls: [...regionCalls, 'cloudtrail:ListEventDataStores', 'cloudtrail:GetEventDataStore'],
      resolve: (resource, model) => eventDataStoresOf(model, resource.id),
    }),
    logGroups: many({
      to: 'log-group',
      description: 'Log groups of the account in all enabled regions.',
      calls: [...regionCalls, 'logs:DescribeLogGroups'],
      resolve: (resource, model) =>
        overRegions(model, resource.id, (region) => logGroupsIn(model, resource.id, region)),
    }),
    metricFilters: many({
      to: 'metric-filter',
      description: 'Metric filters of the account in all enabled regions.',
      calls: [...regionCalls, 'logs:DescribeLogGroups', 'logs:DescribeMetricFilters'],
      resolve: (resource, model) =>
        overRegions(model, resource.id, (region) => metricFiltersIn(model, resource.id, region)),
    }),
    alarms: many({
      to: 'alarm',
      description: 'Metric alarms of the account in all enabled regions.',
      calls: [...regionCalls, 'cloudwatch:DescribeAlarms'],
      resolve: (resource, model) => alarmsOf(model, 'MetricAlarm', resource.id),
    }),
    compositeAlarms: many({
      to: 'composite-alarm',
      description: 'Composite alarms of the account in all enabled regions.',
      calls: [...regionCalls, 'cloudwatch:DescribeAlarms'],
      resolve: (resource, model) => alarmsOf(model, 'CompositeAlarm', resource.id),
    }),
    logAlarms: many({
      to: 'log-alarm',
      description: 'Log alarms (on scheduled Logs Insights queries) of the account in all enabled regions.',
      calls: [...regionCalls, 'cloudwatch:DescribeAlarms'],
      resolve: (resource, model) => alarmsOf(model, 'LogAlarm', resource.id),
    }),
    trailBuckets: many({
      to: 'bucket',
      description: 'Buckets of the account that a trail delivers to.',
      calls: [...regionCalls, 'cloudtrail:DescribeTrails', 's3:ListBuckets'],
      resolve: (resource, model) => trailBuckets(model, resource.id),
    }),
    keys: many({
      to: 'kms-key',
      description:
        'KMS keys that the account owns and the chain depends on: those that its trails, their log groups and buckets, topics and event data stores name.',
      calls: [
        ...regionCalls,
        ...callsNamingKeys,
        'events:ListRules',
        'cloudtrail:ListEventDataStores',
        's3:ListBuckets',
        'kms:DescribeKey',
      ],
      resolve: (resource, model) => chainKeys(model, resource.id),
    }),
    eventRules: many({
      to: 'event-rule',
      description:
        'Rules on the default event buses of the account in all enabled regions: those to which CloudTrail events come.',
      calls: [...regionCalls, 'events:ListRules'],
      resolve: (resource, model) =>
        overRegions(model, resource.id, (region) => defaultRules(model, resource.id, region)),
    }),
    eventBuses: many({
      to: 'event-bus',
      description: 'Event buses of the account in all enabled regions, but for those of partners.',
      calls: [...regionCalls, 'events:ListEventBuses'],
      resolve: (resource, model) =>
        overRegions(model, resource.id, (region) => busesIn(model, resource.id, region)),
    }),
    logsResourcePolicies: many({
      to: 'logs-resource-policy',
      description:
        'Resource policies of CloudWatch Logs: those of the account in regions with log groups, and those of the log groups of trails.',
      calls: [
        ...regionCalls,
        'cloudtrail:DescribeTrails',
        'logs:DescribeLogGroups',
        'logs:DescribeResourcePolicies',
      ],
      resolve: (resource, model) => logPoliciesOf(model, resource.id),
    }),
    namedTopics: many({
      to: 'topic',
      description:
        'SNS topics that the account owns and that an alarm, an event rule or a trail names, of whichever account.',
      calls: [
        ...regionCalls,
        'cloudtrail:DescribeTrails',
        'cloudwatch:DescribeAlarms',
        'events:ListEventBuses',
        'events:ListRules',
        'events:ListTargetsByRule',
        'sns:GetTopicAttributes',
      ],
      resolve: (resource, model) => topicsOf(model, resource.id),
    }),
    monitoringLinks: many({
      to: 'monitoring-link',
      description:
        'Links of Observability Access Manager, by which monitoring accounts see what this one measures and logs, in regions with metric filters or the log group of a trail.',
      calls: [...regionCalls, 'oam:ListLinks'],
      resolve: (resource, model) => monitoringLinks(model, resource.id),
    }),
    monitoringSinks: many({
      to: 'monitoring-sink',
      description:
        'Sinks of Observability Access Manager, to which other accounts link, in the same regions.',
      calls: [...regionCalls, 'oam:ListSinks'],
      resolve: (resource, model) => monitoringSinks(model, resource.id),
    }),
    sharingRole: one({
      to: 'sharing-role',
      description:
        'The role CloudWatch-CrossAccountSharingRole, through which others look at its CloudWatch. Asked for where `monitoringLinks` are.',
      calls: [
        ...regionCalls,
        'cloudtrail:DescribeTrails',
        'logs:DescribeLogGroups',
        'logs:DescribeMetricFilters',
        'iam:GetRole',
      ],
      resolve: (resource, model) => sharingRole(model, resource.id),
    }),
    topics: many({
      to: 'topic',
      description: 'SNS topics that alarms of the account notify, whichever account owns them.',
      calls: [...regionCalls, 'cloudwatch:DescribeAlarms', 'sns:GetTopicAttributes'],
      resolve: (resource, model) => {
        const metric = alarmsOf(model, 'MetricAlarm', resource.id);
        const composite = alarmsOf(model, 'CompositeAlarm', resource.id);
        return joinLists([
          { ...metric, items: [] },
          { ...composite, items: [] },
          ...[...metric.items, ...composite.items].map((alarm) => alarmTopics(model, alarm)),
        ]);
      },
    }),
  },
  facts: {
    chainBuckets: fact({
      shape: { list: 'string' },
      description: 'Names of the buckets that the trails which apply to the account deliver to.',
      calls: [...regionCalls, 'cloudtrail:DescribeTrails'],
      resolve: (resource, model) => {
        const trails = trailsOf(model, resource.id);
        const names = trails.items.flatMap((trail) => textOf(trail.data, 'S3BucketName') ?? []);
        return trails.missing ?? [...new Set(names)].sort();
      },
    }),
    publicAccessBlock: fact({
      shape: {
        object: {
          BlockPublicAcls: 'boolean',
          IgnorePublicAcls: 'boolean',
          BlockPublicPolicy: 'boolean',
          RestrictPublicBuckets: 'boolean',
        },
      },
      description:
        'Block Public Access of S3 for the whole account; absent where it was never set. Asked only of accounts that own the bucket of a trail.',
      calls: ['s3control:GetPublicAccessBlock'],
      resolve: (resource, model) => {
        const told = askAccountBlock(model, resource.id);
        return told instanceof Unknown ? told : told.output?.['PublicAccessBlockConfiguration'];
      },
      follows: (resource, model) => {
        const told = askAccountBlock(model, resource.id);
        return told instanceof Unknown ? {} : { sources: [{ record: told.record, path: '' }] };
      },
    }),
    state: fact({
      shape: 'string',
      description:
        'State of the account: `State` of Organizations, `Status` where an old answer has no `State`. `ACTIVE` for an account that answered outside of an organization; of others that nobody lists it is unknown.',
      calls: ['organizations:ListAccounts'],
      resolve: accountState,
    }),
    managesOrganization: fact({
      shape: 'boolean',
      description: 'Whether it is the management account of the organization.',
      calls: ['organizations:DescribeOrganization'],
      resolve: managesOrganization,
    }),
    unitPath: fact({
      shape: 'string',
      description:
        'Names of the organizational units above the account, from the root: `Workloads/Production`. Empty right below the root.',
      calls: [
        'organizations:ListRoots',
        'organizations:ListOrganizationalUnitsForParent',
        'organizations:ListAccountsForParent',
      ],
      resolve: unitPath,
    }),
    tags: fact({
      shape: { map: 'string' },
      description: "Tags of the account in the organization: `tags['team']`.",
      calls: ['organizations:ListTagsForResource'],
      resolve: accountTags,
    }),
  },
  inquiries: { controlPoliciesDeny: accountDenies },
  population: (resource) => ({ items: [resource], missing: undefined, records: [] }),
};

function alarmsOf(model: OrganizationModel, type: AlarmType, id: string): RelatedList {
  return overRegions(model, id, (region) => alarmsIn(model, type, id, region));
}

/**
 * The manifest repeats the state that ListAccounts gave. An account that nobody lists but that answered is active:
 * AWS lets no role into a suspended or closed one. Of any other that nobody lists the state is not known.
 */
function accountState(
  resource: Resource,
  model: OrganizationModel,
): string | undefined | Resource['partial'] {
  const told = textOf(resource.data, 'State') ?? textOf(resource.data, 'Status');
  if (told !== undefined) return told;
  const scope = model.whyMissing.inScope(resource.id);
  if (scope?.state !== undefined) return scope.state;
  if (scope?.scan === 'collected' || resource.id === model.manifest.caller.account) return 'ACTIVE';
  return resource.partial ?? model.whyMissing.account('organizations:ListAccounts', resource.id, 'global');
}
