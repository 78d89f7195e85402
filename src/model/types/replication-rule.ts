import { fact } from '../define.ts';
import { copiesLogs, leavesPlace } from '../read/bucket-rules.ts';
import type { ResourceType } from '../schema.ts';

export const replicationRule: ResourceType = {
  name: 'replication-rule',
  noun: 'replication rule',
  service: 's3',
  description: 'A rule of a bucket that copies its objects to another one.',
  calls: ['s3:GetBucketReplication'],
  fields: {
    ID: 'string',
    Priority: 'number',
    Prefix: 'string',
    Filter: 'json',
    Status: 'string',
    SourceSelectionCriteria: 'json',
    Destination: { object: { Bucket: 'string', Account: 'string', StorageClass: 'string' } },
  },
  relations: {},
  facts: {
    copiesLogs: fact({
      shape: 'boolean',
      description:
        'Whether it is enabled and takes in all that trails write which the owner of the bucket sees: their prefix, no filter by tag, and objects under a KMS key where a trail uses one. Not known for the folder of one account where other accounts may have theirs beside it.',
      calls: ['cloudtrail:DescribeTrails'],
      resolve: copiesLogs,
    }),
    leavesPlace: fact({
      shape: 'boolean',
      description:
        'Whether the copies are in another account or region. Not known for a bucket of the same account whose copies have no key, which would tell the region.',
      calls: [],
      resolve: leavesPlace,
    }),
  },
};
