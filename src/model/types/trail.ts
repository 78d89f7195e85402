import { parseArn } from '../arn.ts';
import type { ResourceType } from '../schema.ts';
import type { Related, Resource } from '../resource.ts';
import type { OrganizationModel } from '../organization.ts';
import { fact, many, one } from '../define.ts';
import { bucketNamed } from '../read/buckets.ts';
import { deliveryRole, roleGrounds, roleMayDeliver } from '../read/delivery-roles.ts';
import { recordedEvents } from '../read/events.ts';
import { keyNamed } from '../read/keys.ts';
import { logGroupNamed } from '../read/logs.ts';
import { textOf } from '../read/make.ts';
import { enabledRegions } from '../read/regions.ts';
import {
  excludedManagementSources,
  recordsManagement,
  selectorGrounds,
  unlimitedDataEvents,
} from '../read/selectors.ts';
import {
  insightGrounds,
  managementInsights,
  tagGrounds,
  tagKeys,
  trailTopic,
} from '../read/trail-details.ts';
import { homeRegion, ownTrails, statusesOf, statusOf } from '../read/trails.ts';

export const trail: ResourceType = {
  name: 'trail',
  noun: 'trail',
  service: 'cloudtrail',
  description:
    'A CloudTrail trail, judged once, with its owner. Its shadow copies in other regions and member accounts are the same trail.',
  calls: ['cloudtrail:DescribeTrails'],
  fields: {
    Name: 'string',
    S3BucketName: 'string',
    S3KeyPrefix: 'string',
    SnsTopicName: 'string',
    SnsTopicARN: 'string',
    IncludeGlobalServiceEvents: 'boolean',
    IsMultiRegionTrail: 'boolean',
    HomeRegion: 'string',
    TrailARN: 'string',
    LogFileValidationEnabled: 'boolean',
    CloudWatchLogsLogGroupArn: 'string',
    CloudWatchLogsRoleArn: 'string',
    KmsKeyId: 'string',
    HasCustomEventSelectors: 'boolean',
    HasInsightSelectors: 'boolean',
    IsOrganizationTrail: 'boolean',
    RecursiveLogging: 'boolean',
  },
  relations: {
    account: one({
      to: 'account',
      description: 'The account that owns the trail.',
      calls: [],
      resolve: (resource, model) => model.account(resource.account),
    }),
    homeRegion: one({
      to: 'region',
      description: 'The region in which the trail was made, in the account that owns it.',
      calls: ['account:ListRegions', 'ec2:DescribeRegions'],
      resolve: (resource, model) => {
        const regions = enabledRegions(model, resource.account);
        const home = homeRegion(resource);
        return regions.items.find((item) => item.region === home) ?? regions.missing;
      },
    }),
    status: one({
      to: 'trail-status',
      description: 'What the trail says of itself at its home: whether it is logging, and how delivery goes.',
      calls: ['cloudtrail:GetTrailStatus'],
      resolve: (resource, model) => statusOf(model, resource),
    }),
    statuses: many({
      to: 'trail-status',
      description:
        'What the trail says of itself in each region where its owner sees it: at home, and where a multi-region trail is copied to.',
      calls: ['cloudtrail:GetTrailStatus', 'account:ListRegions', 'ec2:DescribeRegions'],
      resolve: (resource, model) => statusesOf(model, resource),
    }),
    bucket: one({
      to: 'bucket',
      description:
        'The bucket that the trail delivers to, whichever account owns it; absent where no account of the organization does.',
      calls: ['s3:ListBuckets'],
      resolve: (resource, model) => {
        const name = textOf(resource.data, 'S3BucketName');
        return name === undefined ? undefined : bucketNamed(model, name, homeRegion(resource));
      },
    }),
    key: one({
      to: 'kms-key',
      description: 'The KMS key that the trail encrypts log files with; absent where it names none.',
      calls: ['kms:DescribeKey'],
      resolve: (resource, model) => {
        const name = textOf(resource.data, 'KmsKeyId');
        return name === undefined ? undefined : keyNamed(model, name, resource);
      },
    }),
    logGroup: one({
      to: 'log-group',
      description: 'The log group that the trail delivers to, whichever account holds it.',
      calls: ['logs:DescribeLogGroups'],
      resolve: trailLogGroup,
    }),
    topic: one({
      to: 'topic',
      description:
        'The topic that the trail tells of each log file; absent where it names none, or one that is gone.',
      calls: ['sns:GetTopicAttributes'],
      resolve: trailTopic,
    }),
    deliveryRole: one({
      to: 'delivery-role',
      description: 'The role with which it delivers to CloudWatch Logs; absent where that does not exist.',
      calls: ['iam:GetRole'],
      resolve: (resource, model) => deliveryRole(model, resource),
    }),
  },
  facts: {
    roleMayDeliver: fact({
      shape: 'boolean',
      description:
        'Whether its `deliveryRole` is there, trusts CloudTrail and may write to the log group. Absent where it names no role. Where the policies leave it open, a delivery within the last day settles it.',
      calls: [
        'iam:GetRole',
        'iam:ListRolePolicies',
        'iam:GetRolePolicy',
        'iam:ListAttachedRolePolicies',
        'iam:GetPolicy',
        'iam:GetPolicyVersion',
        'cloudtrail:GetTrailStatus',
      ],
      resolve: roleMayDeliver,
      follows: roleGrounds,
    }),
    recordedEvents: fact({
      shape: 'events',
      description:
        'The events that the trail records while it is logging: what its event selectors let through.',
      calls: ['cloudtrail:GetEventSelectors'],
      resolve: recordedEvents,
      follows: selectorGrounds,
    }),
    recordsManagementReads: fact({
      shape: 'boolean',
      description:
        'Whether the event selectors let management events through that only read. Leaving out single services counts as yes.',
      calls: ['cloudtrail:GetEventSelectors'],
      resolve: (resource, model) => recordsManagement(resource, model, 'read'),
      follows: selectorGrounds,
    }),
    recordsManagementWrites: fact({
      shape: 'boolean',
      description:
        'Whether the event selectors let management events through that change something. Leaving out single services counts as yes.',
      calls: ['cloudtrail:GetEventSelectors'],
      resolve: (resource, model) => recordsManagement(resource, model, 'write'),
      follows: selectorGrounds,
    }),
    excludedManagementSources: fact({
      shape: { list: 'string' },
      description:
        'Services whose management events the trail leaves out while it records those of others: `kms.amazonaws.com`.',
      calls: ['cloudtrail:GetEventSelectors'],
      resolve: excludedManagementSources,
      follows: selectorGrounds,
    }),
    unlimitedDataEvents: fact({
      shape: { list: 'string' },
      description:
        'Types of resources of which the trail records all data events, without a limit to some resources or calls: `AWS::S3::Object`.',
      calls: ['cloudtrail:GetEventSelectors'],
      resolve: unlimitedDataEvents,
      follows: selectorGrounds,
    }),
    managementInsights: fact({
      shape: { list: 'string' },
      description:
        'Unusual things that it looks for in management events: `ApiCallRateInsight`, `ApiErrorRateInsight`.',
      calls: ['cloudtrail:GetInsightSelectors'],
      resolve: managementInsights,
      follows: insightGrounds,
    }),
    tagKeys: fact({
      shape: { list: 'string' },
      description:
        'Keys of its tags, without those of AWS (`aws:...`). Only the account that owns it is told.',
      calls: ['cloudtrail:ListTags'],
      resolve: tagKeys,
      follows: tagGrounds,
    }),
    leavesOutServices: fact({
      shape: 'boolean',
      description: 'Whether there are any `excludedManagementSources`.',
      calls: ['cloudtrail:GetEventSelectors'],
      resolve: (resource, model) => {
        const excluded = excludedManagementSources(resource, model);
        return Array.isArray(excluded) ? excluded.length > 0 : excluded;
      },
      follows: selectorGrounds,
    }),
  },
  population: (account, model) => ownTrails(model, account.id),
};

function trailLogGroup(resource: Resource, model: OrganizationModel): Related {
  const arn = parseArn(textOf(resource.data, 'CloudWatchLogsLogGroupArn') ?? '');
  if (arn === undefined) return undefined;
  const name = arn.resource.replace(/^log-group:/, '').replace(/:\*$/, '');
  return logGroupNamed(model, arn.account, arn.region, name);
}
