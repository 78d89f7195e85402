import type { CallName } from '../../snapshot/record.ts';

/** Calls whose answers name topics: without one of them there may be topics that nobody saw. */
export const callsNamingTopics: readonly CallName[] = [
  'cloudtrail:DescribeTrails',
  'cloudwatch:DescribeAlarms',
  // Rules on any bus count, also where nothing that is known sends events to it.
  'events:ListEventBuses',
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
