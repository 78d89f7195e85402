import { isJsonObject } from '../../json.ts';
import { objects, textOf } from '../answer.ts';
import type { Answer, Call, Item } from './call.ts';
import { inItsPlace, isRegionName, splitArn } from './places.ts';

/** Asked in each enabled region of each account. */
export const lists: readonly Call[] = [
  {
    service: 'kms',
    operation: 'ListKeys',
    scope: 'region',
    input: { Limit: 1000 },
    paging: { input: 'Marker', output: 'NextMarker' },
    hasUnlessEmpty: 'Keys',
    rate: 100,
    action: 'kms:ListKeys',
    why: 'Every key, those that AWS manages included.',
  },
];

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 'kms',
    operation: 'DescribeKey',
    scope: 'item',
    input: {},
    each: {
      answers: [
        'kms:ListKeys',
        'cloudtrail:DescribeTrails',
        'logs:DescribeLogGroups',
        'sns:GetTopicAttributes',
        'cloudtrail:GetEventDataStore',
        's3:GetBucketEncryption',
      ],
      once: `once for each key that a trail, a log group, such a topic, the bucket of a trail or an event data store names or a list of keys holds, ${inItsPlace}`,
      items: (answer) => [
        ...listedKeys(answer),
        ...keysOfLists(answer),
        ...keyOfTopic(answer),
        ...keyOfBucket(answer),
        ...keyOfEventDataStore(answer),
      ],
      input: ({ name }) => ({ KeyId: name }),
      ownerOnly: true,
    },
    has: 'KeyMetadata',
    absent: ['NotFoundException'],
    rate: 1000,
    action: 'kms:DescribeKey',
    why: 'Whether a key is enabled and whose it is, and which key an alias means. Not asked about the key that AWS manages for SNS.',
  },
  {
    service: 'kms',
    operation: 'GetKeyPolicy',
    scope: 'item',
    input: { PolicyName: 'default' },
    each: {
      answers: ['kms:DescribeKey'],
      once: 'once for each of these keys that the customer manages and that is enabled',
      items: usableKey,
      input: ({ name }) => ({ KeyId: name }),
      ownerOnly: true,
    },
    has: 'Policy',
    absent: ['NotFoundException'],
    rate: 1000,
    action: 'kms:GetKeyPolicy',
    why: 'Who may use the key: CloudTrail for which trails, CloudWatch for topics, nobody from outside.',
  },
  {
    service: 'kms',
    operation: 'GetKeyRotationStatus',
    scope: 'item',
    input: {},
    each: {
      answers: ['kms:DescribeKey'],
      once: 'once for each of these keys that can rotate: symmetric, with material of KMS, no replica',
      items: rotatingKey,
      input: ({ name }) => ({ KeyId: name }),
      ownerOnly: true,
    },
    has: 'KeyRotationEnabled',
    absent: ['NotFoundException'],
    rate: 1000,
    action: 'kms:GetKeyRotationStatus',
    why: 'Whether the key gets new material every year.',
  },
];

/** A topic names its key by id, alias, or the ARN of either. An id or alias is one of the topic's account and region. */
function keyOfTopic({ output, input }: Answer): readonly Item[] {
  const attributes = output['Attributes'];
  const name = isJsonObject(attributes) ? textOf(attributes['KmsMasterKeyId']) : undefined;
  if (name === undefined || name === '' || /(?:^|:)alias\/aws\/sns$/.test(name)) return [];
  const parts = splitArn(name) ?? splitArn(textOf(input['TopicArn']) ?? '');
  return parts !== undefined && isRegionName(parts.region)
    ? [{ name, owner: parts.account, region: parts.region }]
    : [];
}

/** Trails and log groups name their keys by ARN. */
function keysOfLists({ output }: Answer): readonly Item[] {
  const names = [
    ...objects(output['trailList']).flatMap((trail) => textOf(trail['KmsKeyId']) ?? []),
    ...objects(output['logGroups']).flatMap((group) => textOf(group['kmsKeyId']) ?? []),
  ];
  return [...new Set(names)].flatMap((name) => {
    const parts = splitArn(name);
    return parts !== undefined && isRegionName(parts.region)
      ? [{ name, owner: parts.account, region: parts.region }]
      : [];
  });
}

/** A bucket names its key by id, alias, or the ARN of either; without one it is the key that AWS manages. */
function keyOfBucket({ output, account, region }: Answer): readonly Item[] {
  const configuration = output['ServerSideEncryptionConfiguration'];
  const rules = isJsonObject(configuration) ? objects(configuration['Rules']) : [];
  return rules.flatMap((rule) => {
    const byDefault = rule['ApplyServerSideEncryptionByDefault'];
    const name = isJsonObject(byDefault) ? (textOf(byDefault['KMSMasterKeyID']) ?? '') : '';
    if (name === '') return [];
    const parts = splitArn(name);
    return parts !== undefined && isRegionName(parts.region)
      ? [{ name, owner: parts.account, region: parts.region }]
      : [{ name, owner: account, region }];
  });
}

function keyOfEventDataStore({ output }: Answer): readonly Item[] {
  const name = textOf(output['KmsKeyId']) ?? '';
  const parts = splitArn(name);
  return parts !== undefined && isRegionName(parts.region)
    ? [{ name, owner: parts.account, region: parts.region }]
    : [];
}

/** The key by its ARN: GetKeyPolicy takes no alias. The policy of a key that cannot be used decides nothing. */
function usableKey({ output, account, region }: Answer): readonly Item[] {
  const key = output['KeyMetadata'];
  if (!isJsonObject(key) || key['KeyManager'] === 'AWS' || (key['KeyState'] ?? 'Enabled') !== 'Enabled')
    return [];
  const name = textOf(key['Arn']);
  return name === undefined ? [] : [{ name, owner: splitArn(name)?.account ?? account, region }];
}

/** KMS refuses to tell about the rotation of all other keys. */
function rotatingKey(answer: Answer): readonly Item[] {
  const key = answer.output['KeyMetadata'];
  if (!isJsonObject(key) || key['KeySpec'] !== 'SYMMETRIC_DEFAULT' || key['Origin'] !== 'AWS_KMS') return [];
  const multiRegion = key['MultiRegionConfiguration'];
  const isReplica = isJsonObject(multiRegion) && multiRegion['MultiRegionKeyType'] === 'REPLICA';
  return isReplica ? [] : usableKey(answer);
}

function listedKeys({ output, account, region }: Answer): readonly Item[] {
  return objects(output['Keys']).flatMap((key) => {
    const name = textOf(key['KeyArn']);
    return name === undefined ? [] : [{ name, owner: account, region }];
  });
}
