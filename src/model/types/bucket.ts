import { fact, many, one } from '../define.ts';
import { rulesOfBucket } from '../read/bucket-rules.ts';
import {
  blocks,
  bucketPolicy,
  groundsOf,
  lockDays,
  logsToItself,
  notifies,
  objectOwnership,
  policyIsPublic,
  publicGrants,
  setting,
} from '../read/bucket-settings.ts';
import { trailBuckets, trailsInto } from '../read/buckets.ts';
import { resourceDenies } from '../read/control-policy-inquiry.ts';
import { keepsOutsidersOut, sparesServices } from '../read/resource-policy-inquiry.ts';
import type { DerivedFact, ResourceType } from '../schema.ts';

/** One of the four settings of Block Public Access. */
function block(flag: string, description: string): DerivedFact {
  return fact({
    shape: 'boolean',
    description: `${description} \`${flag}\` is on for the bucket or for its account.`,
    calls: ['s3:GetPublicAccessBlock', 's3control:GetPublicAccessBlock'],
    resolve: blocks(flag),
    follows: (bucket, model) =>
      groundsOf(model, bucket, 's3:GetPublicAccessBlock', 'PublicAccessBlockConfiguration'),
  });
}

export const bucket: ResourceType = {
  name: 'bucket',
  noun: 'bucket',
  service: 's3',
  description:
    'An S3 bucket that a trail delivers to, judged with the account that owns it. Other buckets are not asked about.',
  calls: ['s3:ListBuckets'],
  fields: { Name: 'string', CreationDate: 'time', BucketRegion: 'string', BucketArn: 'string' },
  relations: {
    account: one({
      to: 'account',
      description: 'The account that owns the bucket.',
      calls: [],
      resolve: (resource, model) => model.account(resource.account),
    }),
    trails: many({
      to: 'trail',
      description:
        'Trails that deliver to the bucket and that its account sees: its own, and those of the organization.',
      calls: ['cloudtrail:DescribeTrails'],
      resolve: (resource, model) => trailsInto(model, resource),
    }),
    policy: one({
      to: 'policy',
      description: 'The policy of the bucket, read by meaning.',
      calls: ['s3:GetBucketPolicy'],
      resolve: (resource, model) => bucketPolicy(model, resource),
    }),
    lifecycleRules: many({
      to: 'lifecycle-rule',
      description: 'Rules that move or delete objects with time.',
      calls: ['s3:GetBucketLifecycleConfiguration'],
      resolve: (resource, model) =>
        rulesOfBucket(model, resource, {
          type: 'lifecycle-rule',
          call: 's3:GetBucketLifecycleConfiguration',
        }),
    }),
    replicationRules: many({
      to: 'replication-rule',
      description: 'Rules that copy objects to another bucket.',
      calls: ['s3:GetBucketReplication'],
      resolve: (resource, model) =>
        rulesOfBucket(model, resource, {
          type: 'replication-rule',
          call: 's3:GetBucketReplication',
          within: 'ReplicationConfiguration',
        }),
    }),
  },
  facts: {
    policyIsPublic: fact({
      shape: 'boolean',
      description:
        'Whether the policy lets everybody in: as AWS says, or, where that was not obtained, as the policy means. False without a policy.',
      calls: ['s3:GetBucketPolicyStatus', 's3:GetBucketPolicy'],
      resolve: policyIsPublic,
      follows: (resource, model) => groundsOf(model, resource, 's3:GetBucketPolicyStatus', 'PolicyStatus'),
    }),
    publicGrants: fact({
      shape: { list: 'string' },
      description:
        'What the access control list grants to everybody, or to everybody with an account: `AllUsers READ`.',
      calls: ['s3:GetBucketAcl'],
      resolve: publicGrants,
      follows: (resource, model) => groundsOf(model, resource, 's3:GetBucketAcl', 'Grants'),
    }),
    objectOwnership: fact({
      shape: 'string',
      description:
        '`BucketOwnerEnforced` where access control lists do not count. Absent where nothing is set.',
      calls: ['s3:GetBucketOwnershipControls'],
      resolve: objectOwnership,
      follows: (resource, model) =>
        groundsOf(model, resource, 's3:GetBucketOwnershipControls', 'OwnershipControls'),
    }),
    blocksPublicAcls: block('BlockPublicAcls', 'Whether new public access control lists are refused:'),
    ignoresPublicAcls: block('IgnorePublicAcls', 'Whether public access control lists have no effect:'),
    blocksPublicPolicy: block('BlockPublicPolicy', 'Whether a new public policy is refused:'),
    restrictsPublicBuckets: block(
      'RestrictPublicBuckets',
      'Whether a public policy lets in nobody from outside:',
    ),
    versioning: setting({
      shape: { object: { Status: 'string', MFADelete: 'string' } },
      description: 'Versioning; without `Status` it was never on.',
      call: 's3:GetBucketVersioning',
    }),
    objectLock: setting({
      shape: {
        object: {
          ObjectLockEnabled: 'string',
          Rule: {
            object: { DefaultRetention: { object: { Mode: 'string', Days: 'number', Years: 'number' } } },
          },
        },
      },
      description: 'Object Lock; absent where it is off.',
      call: 's3:GetObjectLockConfiguration',
      member: 'ObjectLockConfiguration',
    }),
    lockDays: fact({
      shape: 'number',
      description:
        'Days for which each new object is locked; absent without a default retention. A year counts 365.',
      calls: ['s3:GetObjectLockConfiguration'],
      resolve: lockDays,
      follows: (resource, model) =>
        groundsOf(model, resource, 's3:GetObjectLockConfiguration', 'ObjectLockConfiguration'),
    }),
    encryption: setting({
      shape: {
        object: {
          Rules: {
            list: {
              object: {
                ApplyServerSideEncryptionByDefault: {
                  object: { SSEAlgorithm: 'string', KMSMasterKeyID: 'string' },
                },
                BucketKeyEnabled: 'boolean',
              },
            },
          },
        },
      },
      description: 'Default encryption of new objects.',
      call: 's3:GetBucketEncryption',
      member: 'ServerSideEncryptionConfiguration',
    }),
    logging: setting({
      shape: { object: { TargetBucket: 'string', TargetPrefix: 'string' } },
      description: 'Server access logging; absent where it is off.',
      call: 's3:GetBucketLogging',
      member: 'LoggingEnabled',
    }),
    logsToItself: fact({
      shape: 'boolean',
      description:
        'Whether its server access logs go into the bucket itself, which makes more of them without end.',
      calls: ['s3:GetBucketLogging'],
      resolve: logsToItself,
      follows: (resource, model) => groundsOf(model, resource, 's3:GetBucketLogging', 'LoggingEnabled'),
    }),
    notifies: fact({
      shape: 'boolean',
      description: 'Whether events of its objects go to a topic, queue, function or to EventBridge.',
      calls: ['s3:GetBucketNotificationConfiguration'],
      resolve: notifies,
      follows: (resource, model) => groundsOf(model, resource, 's3:GetBucketNotificationConfiguration'),
    }),
  },
  inquiries: {
    controlPoliciesDeny: resourceDenies(({ id }) => [id]),
    controlPoliciesKeepOut: keepsOutsidersOut,
    controlPoliciesSpare: sparesServices,
  },
  population: (account, model) => trailBuckets(model, account.id),
};
