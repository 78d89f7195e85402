import { fact, many, one } from '../define.ts';
import { callsNamingKeys } from '../read/chain-calls.ts';
import { resourceDenies } from '../read/control-policy-inquiry.ts';
import { askKey, chainKeys, keyPolicy, keyRotation, trailsUnder } from '../read/keys.ts';
import type { ResourceType } from '../schema.ts';
import { Unknown } from '../unknown.ts';

export const kmsKey: ResourceType = {
  name: 'kms-key',
  noun: 'key',
  service: 'kms',
  description:
    'A KMS key that a trail, the log group or bucket of a trail, a topic or an event data store names, judged with the account that owns it. Keys that AWS manages for SNS are not among them. One that KMS does not know has no `KeyState`.',
  calls: ['kms:DescribeKey'],
  fields: {
    KeyId: 'string',
    Arn: 'string',
    AWSAccountId: 'string',
    Description: 'string',
    CreationDate: 'time',
    Enabled: 'boolean',
    KeyState: 'string',
    KeyUsage: 'string',
    KeyManager: 'string',
    KeySpec: 'string',
    Origin: 'string',
    DeletionDate: 'time',
    ValidTo: 'time',
    ExpirationModel: 'string',
    MultiRegion: 'boolean',
    MultiRegionConfiguration: { object: { MultiRegionKeyType: 'string' } },
    PendingDeletionWindowInDays: 'number',
  },
  relations: {
    account: one({
      to: 'account',
      description: 'The account that owns the key.',
      calls: [],
      resolve: (resource, model) => model.account(resource.account),
    }),
    trails: many({
      to: 'trail',
      description:
        'Trails that encrypt with the key and that its account sees: its own, and those of the organization.',
      calls: ['cloudtrail:DescribeTrails'],
      resolve: (resource, model) => trailsUnder(model, resource),
    }),
    policy: one({
      to: 'policy',
      description:
        'The policy of the key, read by meaning. Not asked for where the key is not enabled or is one of AWS.',
      calls: ['kms:GetKeyPolicy'],
      resolve: (resource, model) => keyPolicy(model, resource),
    }),
  },
  facts: {
    rotation: fact({
      shape: { object: { KeyRotationEnabled: 'boolean', RotationPeriodInDays: 'number' } },
      description:
        'Rotation of the key. Asked only for enabled symmetric keys with material of KMS that are no replicas.',
      calls: ['kms:GetKeyRotationStatus'],
      resolve: keyRotation,
      follows: (resource, model) => {
        const told = askKey(model, resource, 'kms:GetKeyRotationStatus');
        return told instanceof Unknown ? {} : { sources: [{ record: told.record, path: '' }] };
      },
    }),
  },
  inquiries: { controlPoliciesDeny: resourceDenies(({ id }) => [id]) },
  population: (account, model) => chainKeys(model, account.id),
  populationCalls: callsNamingKeys,
};
