import { fact } from '../define.ts';
import { expiresAfterDays, touchesLogs } from '../read/bucket-rules.ts';
import type { ResourceType } from '../schema.ts';

export const lifecycleRule: ResourceType = {
  name: 'lifecycle-rule',
  noun: 'lifecycle rule',
  service: 's3',
  description: 'A rule of a bucket that moves or deletes objects with time.',
  calls: ['s3:GetBucketLifecycleConfiguration'],
  fields: {
    ID: 'string',
    Status: 'string',
    Prefix: 'string',
    Filter: 'json',
    Expiration: { object: { Date: 'time', Days: 'number', ExpiredObjectDeleteMarker: 'boolean' } },
    Transitions: { list: 'json' },
    NoncurrentVersionExpiration: { object: { NoncurrentDays: 'number', NewerNoncurrentVersions: 'number' } },
    NoncurrentVersionTransitions: { list: 'json' },
    AbortIncompleteMultipartUpload: { object: { DaysAfterInitiation: 'number' } },
  },
  relations: {},
  facts: {
    touchesLogs: fact({
      shape: 'boolean',
      description:
        'Whether its prefix takes in objects of trails that the owner of the bucket sees. Filters by tag or size are taken to let them through. Not known for folders in which a trail that it does not see may write.',
      calls: ['cloudtrail:DescribeTrails'],
      resolve: touchesLogs,
    }),
    expiresAfterDays: fact({
      shape: 'number',
      description:
        'Age in days at which it deletes current objects; absent where it deletes none. 0 for a rule with a date, which from that day on deletes objects of any age.',
      calls: [],
      resolve: (resource) => expiresAfterDays(resource),
    }),
  },
};
