import { customerKeys } from '../read/keys.ts';
import type { ResourceType } from '../schema.ts';
import { kmsKey } from './kms-key.ts';

export const customerKey: ResourceType = {
  name: 'customer-key',
  noun: 'key',
  service: 'kms',
  description:
    'A KMS key that customers manage: every one of an account, whether the chain depends on it or not.',
  calls: ['account:ListRegions', 'ec2:DescribeRegions', 'kms:ListKeys', 'kms:DescribeKey'],
  fields: kmsKey.fields,
  relations: {},
  facts: kmsKey.facts,
  population: (account, model) => customerKeys(model, account.id),
};
