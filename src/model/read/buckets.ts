import type { JsonObject } from '../../json.ts';
import type { CallName, StoredRecord } from '../../snapshot/record.ts';
import { Answers } from '../answers.ts';
import { askOne, itemsOf, listFrom, type Listed, type Told } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Related, RelatedList, Resource, Source } from '../resource.ts';
import { joinUnknown, Unknown } from '../unknown.ts';
import { make, narrow, textOf } from './make.ts';
import { trailsOf } from './trails.ts';

const listBuckets = 's3:ListBuckets';

/** What an account answered when it was asked whether a bucket is its own. */
interface LookUp {
  readonly listed: Listed;
  readonly found: { readonly data: JsonObject; readonly source: Source } | undefined;
}

interface Buckets {
  /** Answers by name of the bucket, then by account. */
  readonly lookUps: ReadonlyMap<string, ReadonlyMap<string, LookUp>>;
  /** Those that an account showed as its own, by name. */
  readonly owned: ReadonlyMap<string, Resource>;
  /** Names that nobody showed, with the region of who named them: why they may be somebody's after all. */
  readonly notOwned: Map<string, Unknown | undefined>;
}

/** These answers stand in the part of the organization, so that an owner is found without reading other parts. */
const bucketsOf = new WeakMap<OrganizationModel, Buckets>();

function known(model: OrganizationModel): Buckets {
  let buckets = bucketsOf.get(model);
  if (buckets === undefined) {
    const lookUps = readLookUps(model);
    buckets = { lookUps, owned: ownedBuckets(model, lookUps), notOwned: new Map() };
    bucketsOf.set(model, buckets);
  }
  return buckets;
}

function readLookUps(model: OrganizationModel): Buckets['lookUps'] {
  const records = new Map<string, Map<string, StoredRecord[]>>();
  for (const record of model.answers.records(listBuckets)) {
    const name = record.input['Prefix'];
    if (typeof name !== 'string') continue;
    let accounts = records.get(name);
    if (accounts === undefined) records.set(name, (accounts = new Map()));
    const list = accounts.get(record.account);
    if (list === undefined) accounts.set(record.account, [record]);
    else list.push(record);
  }
  return new Map(
    [...records].map(([name, accounts]) => [
      name,
      new Map([...accounts].map(([account, list]) => [account, readLookUp(model, name, account, list)])),
    ]),
  );
}

function ownedBuckets(model: OrganizationModel, lookUps: Buckets['lookUps']): Map<string, Resource> {
  const owned = new Map<string, Resource>();
  for (const [name, accounts] of lookUps)
    for (const [account, { found }] of accounts)
      if (found !== undefined && !owned.has(name)) owned.set(name, makeBucket(model, name, account, found));
  return owned;
}

/** The account may have been asked in several regions: the best answer counts. */
function readLookUp(
  model: OrganizationModel,
  name: string,
  account: string,
  records: readonly StoredRecord[],
): LookUp {
  let best: LookUp | undefined;
  const answers = new Answers(records);
  for (const region of answers.regions(listBuckets)) {
    const answering = (input: JsonObject): boolean => input['Prefix'] === name;
    const listed = listFrom(answers, model.whyMissing, { call: listBuckets, account, region, answering });
    const found = itemsOf(listed, 'Buckets').find(({ data }) => data['Name'] === name);
    if (found !== undefined) return { listed, found };
    if (best === undefined || listed.missing === undefined) best = { listed, found };
  }
  if (best === undefined) throw new Error('an account without records was looked up');
  return best;
}

/** The bucket of a name; undefined where it belongs to no account of the organization or of the scan. */
export function bucketNamed(model: OrganizationModel, name: string, region: string): Related {
  const { owned, notOwned } = known(model);
  const bucket = owned.get(name);
  if (bucket !== undefined) return bucket;
  const key = `${region} ${name}`;
  if (!notOwned.has(key)) {
    const perhaps = model.accounts.items
      .filter(({ data }) => data['State'] !== 'CLOSED')
      .map(({ id }) => whyNotRuledOut(model, name, id, region));
    notOwned.set(key, joinUnknown([model.accounts.missing, ...perhaps]));
  }
  return notOwned.get(key);
}

/** Why a bucket that nobody showed may be that of an account after all; undefined where the account said that it is not. */
function whyNotRuledOut(
  model: OrganizationModel,
  name: string,
  account: string,
  region: string,
): Unknown | undefined {
  const lookUp = known(model).lookUps.get(name)?.get(account);
  if (lookUp !== undefined) return lookUp.listed.missing;
  const { whyMissing } = model;
  return whyMissing.inScope(account)?.scan === 'collected'
    ? whyMissing.record(listBuckets, account, region)
    : whyMissing.account(listBuckets, account, region);
}

function makeBucket(
  model: OrganizationModel,
  name: string,
  account: string,
  { data, source }: NonNullable<LookUp['found']>,
): Resource {
  return make(model, {
    type: 'bucket',
    id: textOf(data, 'BucketArn') ?? `arn:${model.manifest.partition}:s3:::${name}`,
    account,
    region: textOf(data, 'BucketRegion') ?? source.record.region,
    name,
    data,
    sources: [source],
  });
}

/** Buckets of trails that the account owns. */
export function trailBuckets(model: OrganizationModel, account: string): RelatedList {
  const read = (): RelatedList => readTrailBuckets(model, account);
  return model.part(account)?.keep('buckets of trails', read) ?? read();
}

function readTrailBuckets(model: OrganizationModel, account: string): RelatedList {
  const trails = trailsOf(model, account);
  const regions = new Map(
    trails.items.flatMap((trail) => {
      const name = textOf(trail.data, 'S3BucketName');
      return name === undefined ? [] : [[name, trail.region] as const];
    }),
  );
  const { lookUps } = known(model);
  const items: Resource[] = [];
  const missing: (Unknown | undefined)[] = [trails.missing];
  const records: StoredRecord[] = [];
  for (const name of [...new Set([...lookUps.keys(), ...regions.keys()])].sort()) {
    const region = regions.get(name) ?? 'global';
    const bucket = bucketNamed(model, name, region);
    records.push(...(lookUps.get(name)?.get(account)?.listed.records ?? []));
    if (bucket instanceof Unknown) missing.push(whyNotRuledOut(model, name, account, region));
    else if (bucket?.account === account) items.push(bucket);
  }
  return { items, missing: joinUnknown(missing), records };
}

/** Trails that deliver to a bucket, as far as its owner sees them. */
export function trailsInto(model: OrganizationModel, bucket: Resource): RelatedList {
  return narrow(trailsOf(model, bucket.account), (trail) => trail.data['S3BucketName'] === bucket.name);
}

/** What the owner of a bucket answered to a question about it. */
export function askBucket(model: OrganizationModel, bucket: Resource, call: CallName): Told | Unknown {
  return askOne(model, {
    call,
    account: bucket.account,
    region: bucket.region,
    answering: (input) => input['Bucket'] === bucket.name,
  });
}

/** Block Public Access of an account, whichever region was asked. */
export function askAccountBlock(model: OrganizationModel, account: string): Told | Unknown {
  const call = 's3control:GetPublicAccessBlock';
  const part = model.part(account);
  let answer: Told | Unknown | undefined;
  for (const region of part?.answers.regions(call) ?? []) {
    answer = askOne(model, { call, account, region, answering: (input) => input['AccountId'] === account });
    if (!(answer instanceof Unknown)) return answer;
  }
  if (answer !== undefined) return answer;
  const region = trailBuckets(model, account).items[0]?.region ?? 'global';
  return part === undefined
    ? model.whyMissing.account(call, account, region)
    : model.whyMissing.record(call, account, region);
}
