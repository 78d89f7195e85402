import { isJsonObject, type JsonObject } from '../../json.ts';
import type { StoredRecord } from '../../snapshot/record.ts';
import { parseArn } from '../arn.ts';
import { askList, askOne, itemsOf, type Told } from '../ask.ts';
import type { CallName } from '../../snapshot/record.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Related, RelatedList, Resource } from '../resource.ts';
import { joinUnknown, Unknown } from '../unknown.ts';
import { memberOf, objectsIn } from './bucket-settings.ts';
import { trailBuckets } from './buckets.ts';
import { eventDataStoresOf } from './event-data-stores.ts';
import { logGroupNamed } from './logs.ts';
import { make, narrow, textOf } from './make.ts';
import { topicsOf } from './named-topics.ts';
import { policyOf } from './policies.ts';
import { overRegions } from './regions.ts';
import { usesDefaultKey } from './publications.ts';
import { trailsOf } from './trails.ts';

const describeKey = 'kms:DescribeKey';

/** What names a key: where it stands decides what an id or alias means. */
type Namer = Pick<Resource, 'account' | 'region'>;

/**
 * The key of a name: id, alias, or the ARN of either. A key that KMS does not know is a key without a state: whoever
 * names it cannot encrypt.
 */
export function keyNamed(model: OrganizationModel, name: string, namer: Namer): Resource | Unknown {
  const arn = parseArn(name);
  const account = arn?.account ?? namer.account;
  const region = arn?.region ?? namer.region;
  const told = askOne(model, {
    call: describeKey,
    account,
    region,
    answering: (input) => input['KeyId'] === name,
  });
  if (told instanceof Unknown) return told;
  const metadata = told.output?.['KeyMetadata'];
  const data: JsonObject = isJsonObject(metadata) ? metadata : { Arn: name };
  const id = textOf(data, 'Arn') ?? name;
  const read = (): Resource =>
    make(model, {
      type: 'kms-key',
      id,
      account: parseArn(id)?.account ?? account,
      region,
      name: parseArn(id)?.resource ?? id,
      data,
      sources: [{ record: told.record, path: told.output === undefined ? '' : 'KeyMetadata' }],
    });
  return model.part(account)?.keep(`key ${id}`, read) ?? read();
}

/** Keys of the account that the chain depends on: of its trails, their log groups and buckets, topics and event data stores. */
export function chainKeys(model: OrganizationModel, account: string): RelatedList {
  const missing: (Unknown | undefined)[] = [];
  const named = new Map<string, readonly [name: string, namer: Namer]>();
  const add = (name: string | undefined, namer: Namer): void => {
    if (name === undefined || (parseArn(name)?.account ?? namer.account) !== account) return;
    named.set(`${parseArn(name)?.region ?? namer.region} ${name}`, [name, namer]);
  };
  const addAll = (list: RelatedList, member: string): void => {
    missing.push(list.missing);
    for (const item of list.items) add(textOf(item.data, member), item);
  };
  const trails = trailsOf(model, account);
  addAll(trails, 'KmsKeyId');
  for (const trail of trails.items) {
    const group = groupOf(model, trail, account);
    if (group instanceof Unknown) missing.push(group);
    else if (group !== undefined) add(textOf(group.data, 'kmsKeyId'), group);
  }
  const topics = topicsOf(model, account);
  addAll(
    narrow(topics, (topic) => !usesDefaultKey(topic)),
    'KmsMasterKeyId',
  );
  addAll(eventDataStoresOf(model, account), 'KmsKeyId');
  const buckets = trailBuckets(model, account);
  missing.push(buckets.missing);
  for (const bucket of buckets.items) {
    const name = defaultKey(model, bucket);
    if (name instanceof Unknown) missing.push(name);
    else add(name, bucket);
  }
  const items = new Set<Resource>();
  for (const [, [name, namer]] of [...named].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const key = keyNamed(model, name, namer);
    if (key instanceof Unknown) missing.push(key);
    else items.add(key);
  }
  const records: readonly StoredRecord[] = [...items].flatMap(({ sources }) =>
    sources.map(({ record }) => record),
  );
  return { items: [...items], missing: joinUnknown(missing), records };
}

/** All keys of an account that customers manage, in all enabled regions, whether anything of the chain uses them or not. */
export function customerKeys(model: OrganizationModel, account: string): RelatedList {
  return overRegions(model, account, (region) => {
    const listed = askList(model, { call: 'kms:ListKeys', account, region });
    const missing = [listed.missing];
    const items = itemsOf(listed, 'Keys').flatMap(({ data }): Resource[] => {
      const name = textOf(data, 'KeyArn') ?? textOf(data, 'KeyId');
      if (name === undefined) return [];
      const key = keyNamed(model, name, { account, region });
      if (key instanceof Unknown) {
        missing.push(key);
        return [];
      }
      // One that is gone since it was listed has no state.
      if (key.data['KeyManager'] === 'AWS' || key.data['KeyState'] === undefined) return [];
      return [make(model, { ...key, type: 'customer-key' })];
    });
    return { items, missing: joinUnknown(missing), records: listed.records };
  });
}

/** The log group of a trail, where the account holds it. */
function groupOf(model: OrganizationModel, trail: Resource, account: string): Related {
  const arn = parseArn(textOf(trail.data, 'CloudWatchLogsLogGroupArn') ?? '');
  if (arn?.account !== account) return undefined;
  return logGroupNamed(
    model,
    account,
    arn.region,
    arn.resource.replace(/^log-group:/, '').replace(/:\*$/, ''),
  );
}

function defaultKey(model: OrganizationModel, bucket: Resource): string | undefined | Unknown {
  const configuration = memberOf(
    model,
    bucket,
    's3:GetBucketEncryption',
    'ServerSideEncryptionConfiguration',
  );
  if (configuration instanceof Unknown) return configuration;
  const [rule] = objectsIn(isJsonObject(configuration) ? configuration['Rules'] : undefined);
  const byDefault = rule?.['ApplyServerSideEncryptionByDefault'];
  return isJsonObject(byDefault) ? textOf(byDefault, 'KMSMasterKeyID') : undefined;
}

/** Trails that encrypt with a key, as far as its account sees them. */
export function trailsUnder(model: OrganizationModel, key: Resource): RelatedList {
  return narrow(trailsOf(model, key.account), (trail) => {
    const name = textOf(trail.data, 'KmsKeyId');
    if (name === undefined) return false;
    const named = parseArn(name)?.account === key.account ? keyNamed(model, name, trail) : undefined;
    return named instanceof Unknown ? name === key.id : named?.id === key.id;
  });
}

/** The policy of a key, read by meaning. */
export function keyPolicy(model: OrganizationModel, key: Resource): Related {
  const told = askKey(model, key, 'kms:GetKeyPolicy');
  if (told instanceof Unknown) return told;
  if (told.output === undefined) return undefined;
  return policyOf(model, key, {
    text: textOf(told.output, 'Policy'),
    source: { record: told.record, path: 'Policy' },
  });
}

/** Rotation of a key; absent for a key that KMS does not know any more. */
export function keyRotation(key: Resource, model: OrganizationModel): Fact {
  const told = askKey(model, key, 'kms:GetKeyRotationStatus');
  return told instanceof Unknown ? told : told.output;
}

/** What the account of a key answered to a question about it. */
export function askKey(model: OrganizationModel, key: Resource, call: CallName): Told | Unknown {
  return askOne(model, {
    call,
    account: key.account,
    region: key.region,
    answering: (input) => input['KeyId'] === key.id || input['KeyId'] === key.data['KeyId'],
  });
}
