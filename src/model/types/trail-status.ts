import type { ResourceType } from '../schema.ts';
import { one } from '../define.ts';
import { trailOfStatus } from '../read/trails.ts';

export const trailStatus: ResourceType = {
  name: 'trail-status',
  noun: 'trail status',
  service: 'cloudtrail',
  description: 'What a trail says of itself in a region: that of its home, or one that it is copied to.',
  calls: ['cloudtrail:GetTrailStatus'],
  fields: {
    IsLogging: 'boolean',
    LatestDeliveryError: 'string',
    LatestNotificationError: 'string',
    LatestDeliveryTime: 'time',
    LatestNotificationTime: 'time',
    StartLoggingTime: 'time',
    StopLoggingTime: 'time',
    LatestCloudWatchLogsDeliveryError: 'string',
    LatestCloudWatchLogsDeliveryTime: 'time',
    LatestDigestDeliveryTime: 'time',
    LatestDigestDeliveryError: 'string',
  },
  relations: {
    trail: one({
      to: 'trail',
      description: 'The trail.',
      calls: ['cloudtrail:DescribeTrails'],
      resolve: (resource, model) => trailOfStatus(model, resource),
    }),
  },
  facts: {},
};
