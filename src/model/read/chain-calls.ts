import type { CallName } from '../../snapshot/record.ts';

/** Calls whose answers name topics: without one of them there may be topics that nobody saw. */
export const callsNamingTopics: readonly CallName[] = [
  'cloudtrail:DescribeTrails',
  'cloudwatch:DescribeAlarms',
  'events:ListTargetsByRule',
];

/** Calls whose answers name keys that the chain depends on. */
export const callsNamingKeys: readonly CallName[] = [
  ...callsNamingTopics,
  'cloudtrail:GetEventDataStore',
  'logs:DescribeLogGroups',
  's3:GetBucketEncryption',
  'sns:GetTopicAttributes',
];
