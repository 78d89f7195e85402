import { isJsonObject, type JsonValue } from '../../json.ts';
import type { CallName } from '../../snapshot/record.ts';
import { parseArn } from '../arn.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, RelatedList, Resource } from '../resource.ts';
import { Unknown } from '../unknown.ts';
import { hasOtherFilter, objectsIn, prefixOf } from './bucket-settings.ts';
import { askBucket, trailsInto } from './buckets.ts';
import { make, textOf } from './make.ts';

/** The bucket of a lifecycle or replication rule. */
const buckets = new WeakMap<Resource, Resource>();

/** Rules of a bucket that stand in a list of one of its answers. */
export function rulesOfBucket(
  model: OrganizationModel,
  bucket: Resource,
  { type, call, within }: { readonly type: string; readonly call: CallName; readonly within?: string },
): RelatedList {
  const told = askBucket(model, bucket, call);
  if (told instanceof Unknown) return { items: [], missing: told, records: [] };
  const { record, output } = told;
  const holder: JsonValue | undefined = within === undefined ? output : output?.[within];
  const place = within === undefined ? '' : `${within}.`;
  const rules = objectsIn(isJsonObject(holder) ? holder['Rules'] : undefined);
  const items = rules.map((data, index) => {
    const rule = make(model, {
      type,
      id: `${bucket.id}/${type}/${index}`,
      account: bucket.account,
      region: bucket.region,
      name: textOf(data, 'ID') ?? `rule ${index + 1}`,
      data,
      sources: [{ record, path: `${place}Rules[${index}]` }],
    });
    buckets.set(rule, bucket);
    return rule;
  });
  return { items, missing: undefined, records: [record] };
}

/** Below this a trail writes in its bucket. Other services keep their logs there, too. */
function logPrefix(trail: Resource): string {
  const prefix = textOf(trail.data, 'S3KeyPrefix');
  return prefix === undefined ? 'AWSLogs/' : `${prefix}/AWSLogs/`;
}

/**
 * Whether keys that begin so may be those of a trail: `AWSLogs/ACCOUNT/CloudTrail/`, of an organization trail
 * `AWSLogs/ORGANIZATION/ACCOUNT/CloudTrail/`; digests and insights stand beside it in folders that begin alike (CloudTrail
 * guide, finding log files).
 */
function mayHoldLogs(prefix: string, trail: Resource): boolean {
  const logs = logPrefix(trail);
  if (logs.startsWith(prefix)) return true;
  if (!prefix.startsWith(logs)) return false;
  const parts = prefix.slice(logs.length).split('/');
  const ofOrganization = trail.data['IsOrganizationTrail'] === true;
  if (ofOrganization && parts[0]?.startsWith('o') === true) parts.shift();
  const [account = '', folder = ''] = parts;
  const wholeAccount = parts.length > 1;
  const accountFits = ofOrganization
    ? (wholeAccount ? /^\d{12}$/ : /^\d{0,12}$/).test(account)
    : wholeAccount
      ? account === trail.account
      : trail.account.startsWith(account);
  const folderFits = folder.startsWith(trailFolder) || (parts.length < 3 && trailFolder.startsWith(folder));
  return accountFits && folderFits;
}

const trailFolder = 'CloudTrail';

/** Prefixes of what the trail of some account writes, if there is one: another account may own it. */
const folderOfTrails = /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?\d{12}\/(?:$|Cloud)/;

/** The longest beginning that all keys of a trail are sure to share. */
function sharedPrefix(model: OrganizationModel, trail: Resource): string {
  const { organization } = model;
  const ofOrganization = trail.data['IsOrganizationTrail'] === true;
  const folder = ofOrganization
    ? organization === undefined
      ? ''
      : `${organization.id}/`
    : `${trail.account}/${trailFolder}`;
  return `${logPrefix(trail)}${folder}`;
}

/**
 * Whether a lifecycle rule reaches logs: its prefix leads to or into where a trail writes that the owner of the bucket
 * sees. Where it sees none, only a rule for all objects is sure to.
 */
export function touchesLogs(rule: Resource, model: OrganizationModel): Fact {
  const prefix = prefixOf(rule.data);
  if (prefix === '') return true;
  const trails = trailsOfRule(model, rule);
  if (trails.items.some((trail) => mayHoldLogs(prefix, trail))) return true;
  if (trails.missing === undefined && folderOfTrails.test(prefix)) return whereNotSeen(model, rule);
  return trails.missing ?? (trails.items.length === 0 ? whereNotSeen(model, rule) : false);
}

/** Whether a replication rule takes in all that the trails write whom the owner of the bucket sees. */
export function copiesLogs(rule: Resource, model: OrganizationModel): Fact {
  if (rule.data['Status'] !== 'Enabled' || hasOtherFilter(rule.data)) return false;
  const prefix = prefixOf(rule.data);
  const trails = trailsOfRule(model, rule);
  const encrypted = rule.data['SourceSelectionCriteria'];
  const criteria = isJsonObject(encrypted) ? encrypted['SseKmsEncryptedObjects'] : undefined;
  const takesEncrypted = isJsonObject(criteria) && criteria['Status'] === 'Enabled';
  const left = trails.items.some(
    (trail) =>
      !sharedPrefix(model, trail).startsWith(prefix) ||
      (textOf(trail.data, 'KmsKeyId') !== undefined && !takesEncrypted),
  );
  if (left) return false;
  if (prefix === '' && takesEncrypted) return true;
  // The folder of one account leaves out those of others, whose trails only they see.
  const ofOneAccount = trails.items.some(
    (trail) => trail.data['IsOrganizationTrail'] !== true && !logPrefix(trail).startsWith(prefix),
  );
  const { accounts } = model;
  if (ofOneAccount && (accounts.items.length > 1 || accounts.missing !== undefined))
    return whereNotSeen(model, rule);
  return trails.missing ?? (trails.items.length === 0 ? whereNotSeen(model, rule) : true);
}

/**
 * Whether replicas leave the account or the region. The region of a bucket in the same account shows only in the key of
 * its replicas.
 */
export function leavesPlace(rule: Resource, model: OrganizationModel): Fact {
  const destination = rule.data['Destination'];
  if (!isJsonObject(destination)) return false;
  const account = textOf(destination, 'Account');
  if (account !== undefined && account !== rule.account) return true;
  const encryption = destination['EncryptionConfiguration'];
  const key = isJsonObject(encryption) ? textOf(encryption, 'ReplicaKmsKeyID') : undefined;
  const region = key === undefined ? undefined : parseArn(key)?.region;
  if (region !== undefined) return region !== rule.region;
  return model.whyMissing.undecided(
    's3:GetBucketReplication',
    rule.account,
    rule.region,
    `in which region bucket ${textOf(destination, 'Bucket') ?? ''} is does not show`,
  );
}

/**
 * Days after which a lifecycle rule deletes current objects; absent where it deletes none. One with a date deletes
 * everything from that day on, however young, and counts as 0.
 */
export function expiresAfterDays(rule: Resource): Fact {
  const expiration = rule.data['Expiration'];
  if (!isJsonObject(expiration)) return undefined;
  if (textOf(expiration, 'Date') !== undefined) return 0;
  const days = expiration['Days'];
  return typeof days === 'number' ? days : undefined;
}

function trailsOfRule(model: OrganizationModel, rule: Resource): RelatedList {
  const bucket = buckets.get(rule);
  return bucket === undefined ? { items: [], missing: undefined, records: [] } : trailsInto(model, bucket);
}

function whereNotSeen(model: OrganizationModel, rule: Resource): Unknown {
  return model.whyMissing.undecided(
    'cloudtrail:DescribeTrails',
    rule.account,
    rule.region,
    'the account that owns the bucket sees no trail that writes there, so that it is not known whose logs are where',
  );
}
