import { objects, textOf } from '../answer.ts';
import type { Answer, Call, Item } from './call.ts';
import { trailsOf } from './cloudtrail.ts';
import { isRegionName } from './places.ts';

/** No rates are published for the configuration of buckets; this one is a choice. */
const s3Rate = { rate: 10, rateOfService: true } as const;

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 's3',
    operation: 'ListBuckets',
    scope: 'item',
    input: { MaxBuckets: 1000 },
    paging: { input: 'ContinuationToken', output: 'ContinuationToken' },
    each: {
      answers: ['cloudtrail:DescribeTrails'],
      once: "once for each bucket that a trail names, by the account that sees the trail; by all accounts where it is not that one's own",
      items: bucketsOfTrails,
      input: ({ name }) => ({ Prefix: name }),
      findsOwner: true,
    },
    hasUnlessEmpty: 'Buckets',
    ...s3Rate,
    action: 's3:ListAllMyBuckets',
    why: 'Which account owns the bucket of a trail, and its region. No other buckets are asked for.',
  },
  bucketCall('GetBucketPolicy', 'GetBucketPolicy', 'Who may read, write and delete the logs.', {
    has: 'Policy',
    absent: ['NoSuchBucketPolicy'],
  }),
  bucketCall('GetBucketPolicyStatus', 'GetBucketPolicyStatus', 'Whether AWS calls that policy public.', {
    has: 'PolicyStatus',
    absent: ['NoSuchBucketPolicy'],
  }),
  bucketCall('GetPublicAccessBlock', 'GetBucketPublicAccessBlock', 'Block Public Access of the bucket.', {
    has: 'PublicAccessBlockConfiguration',
    absent: ['NoSuchPublicAccessBlockConfiguration'],
  }),
  bucketCall('GetBucketAcl', 'GetBucketAcl', 'Grants to everybody in the access control list.', {
    has: 'Owner',
  }),
  bucketCall('GetBucketOwnershipControls', 'GetBucketOwnershipControls', 'Whether that list counts at all.', {
    has: 'OwnershipControls',
    absent: ['OwnershipControlsNotFoundError'],
  }),
  bucketCall('GetBucketVersioning', 'GetBucketVersioning', 'Whether an overwritten log can be had back.'),
  bucketCall(
    'GetObjectLockConfiguration',
    'GetBucketObjectLockConfiguration',
    'How long nobody can delete logs.',
    {
      has: 'ObjectLockConfiguration',
      absent: ['ObjectLockConfigurationNotFoundError'],
    },
  ),
  bucketCall('GetBucketEncryption', 'GetEncryptionConfiguration', 'Default encryption and its key.', {
    has: 'ServerSideEncryptionConfiguration',
    absent: ['ServerSideEncryptionConfigurationNotFoundError'],
  }),
  bucketCall('GetBucketLifecycleConfiguration', 'GetLifecycleConfiguration', 'When logs are deleted.', {
    absent: ['NoSuchLifecycleConfiguration'],
  }),
  bucketCall('GetBucketLogging', 'GetBucketLogging', 'Whether access to the logs is logged, and where to.'),
  bucketCall('GetBucketReplication', 'GetReplicationConfiguration', 'Whether logs are copied elsewhere.', {
    has: 'ReplicationConfiguration',
    absent: ['ReplicationConfigurationNotFoundError'],
  }),
  bucketCall(
    'GetBucketNotificationConfiguration',
    'GetBucketNotification',
    'Whether somebody is told of new and deleted objects.',
  ),
  {
    service: 's3control',
    operation: 'GetPublicAccessBlock',
    scope: 'item',
    input: {},
    each: {
      answers: ['s3:ListBuckets'],
      once: 'once for each account that owns such a bucket, in its region',
      items: (answer) =>
        bucketsFound(answer).map((item) => ({ ...item, name: answer.account, owner: answer.account })),
      input: ({ name }) => ({ AccountId: name }),
    },
    has: 'PublicAccessBlockConfiguration',
    absent: ['NoSuchPublicAccessBlockConfiguration'],
    ...s3Rate,
    action: 's3:GetAccountPublicAccessBlock',
    why: 'Block Public Access of the account.',
  },
];

/** A row that asks the owner of a trail's bucket about it, in the region of the bucket. */
function bucketCall(
  operation: string,
  action: string,
  why: string,
  more: Pick<Call, 'has' | 'absent'> = {},
): Call {
  return {
    service: 's3',
    operation,
    scope: 'item',
    input: {},
    each: {
      answers: ['s3:ListBuckets'],
      once: 'once for each bucket of a trail, in the account that owns it',
      items: bucketsFound,
      input: ({ name }) => ({ Bucket: name }),
    },
    ...more,
    ...s3Rate,
    action: `s3:${action}`,
    why,
  };
}

/** The bucket of each trail. A name does not tell who owns it. */
function bucketsOfTrails(answer: Answer): readonly Item[] {
  const homes = new Map(trailsOf(answer).map(({ name, region }) => [name, region]));
  const found = new Map<string, Item>();
  for (const trail of objects(answer.output['trailList'])) {
    const name = textOf(trail['S3BucketName']);
    const region = homes.get(textOf(trail['TrailARN']) ?? '');
    // The home of the trail, so that all regions in which the trail shows ask the same.
    if (name !== undefined && name !== '' && region !== undefined)
      found.set(`${region} ${name}`, { name, owner: undefined, region });
  }
  return [...found.values()];
}

/** The bucket that was looked for, where the account owns it. */
function bucketsFound({ output, input, account, region }: Answer): readonly Item[] {
  return objects(output['Buckets']).flatMap((bucket) => {
    const name = textOf(bucket['Name']);
    if (name === undefined || name !== input['Prefix']) return [];
    return [
      {
        name,
        owner: account,
        region: isRegionName(bucket['BucketRegion']) ? bucket['BucketRegion'] : region,
      },
    ];
  });
}
