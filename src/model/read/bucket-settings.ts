import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { CallName } from '../../snapshot/record.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Related, Resource } from '../resource.ts';
import type { DerivedFact, FieldShape, Grounds } from '../schema.ts';
import { joinUnknown, Unknown } from '../unknown.ts';
import { fact } from '../define.ts';
import { askAccountBlock, askBucket } from './buckets.ts';
import { textOf } from './make.ts';
import { policyOf } from './policies.ts';

/** A part of the configuration of buckets, as one call tells it. */
interface Setting {
  readonly description: string;
  readonly shape: FieldShape;
  readonly call: CallName;
  /** Member of the answer; the whole answer where left out. */
  readonly member?: string;
}

/** A fact that is what AWS answered, or absent where AWS said that there is none. */
export function setting({ description, shape, call, member }: Setting): DerivedFact {
  return fact({
    shape,
    description,
    calls: [call],
    resolve: (bucket, model) => {
      const told = askBucket(model, bucket, call);
      if (told instanceof Unknown) return told;
      return member === undefined ? told.output : told.output?.[member];
    },
    follows: (bucket, model) => groundsOf(model, bucket, call, member),
  });
}

/** The answer that a fact about a bucket follows from. */
export function groundsOf(model: OrganizationModel, bucket: Resource, call: CallName, member = ''): Grounds {
  const told = askBucket(model, bucket, call);
  if (told instanceof Unknown) return {};
  return { sources: [{ record: told.record, path: told.output === undefined ? '' : member }] };
}

/** A member of the answer to a question about a bucket; undefined where AWS said that there is none. */
export function memberOf(
  model: OrganizationModel,
  bucket: Resource,
  call: CallName,
  member: string,
): JsonValue | undefined | Unknown {
  const told = askBucket(model, bucket, call);
  return told instanceof Unknown ? told : told.output?.[member];
}

/** The policy of a bucket, read by meaning; undefined where it has none. */
export function bucketPolicy(model: OrganizationModel, bucket: Resource): Related {
  const told = askBucket(model, bucket, 's3:GetBucketPolicy');
  if (told instanceof Unknown) return told;
  if (told.output === undefined) return undefined;
  return policyOf(model, bucket, {
    text: textOf(told.output, 'Policy'),
    source: { record: told.record, path: 'Policy' },
    inside: [bucket.id, `${bucket.id}/*`],
  });
}

/** Whether the policy is public: what AWS says, or, where that was not obtained, what the policy means. */
export function policyIsPublic(bucket: Resource, model: OrganizationModel): Fact {
  const status = memberOf(model, bucket, 's3:GetBucketPolicyStatus', 'PolicyStatus');
  if (isJsonObject(status) && typeof status['IsPublic'] === 'boolean') return status['IsPublic'];
  if (!(status instanceof Unknown)) return false;
  const policy = bucketPolicy(model, bucket);
  if (policy === undefined) return false;
  if (policy instanceof Unknown) return joinUnknown([status, policy]);
  return policy.type.facts['opensToEveryone']?.resolve(policy, model);
}

const groups: ReadonlyMap<string, string> = new Map([
  ['http://acs.amazonaws.com/groups/global/AllUsers', 'AllUsers'],
  ['http://acs.amazonaws.com/groups/global/AuthenticatedUsers', 'AuthenticatedUsers'],
]);

/** What the access control list grants to everybody, as `AllUsers READ`. */
export function publicGrants(bucket: Resource, model: OrganizationModel): Fact {
  const grants = memberOf(model, bucket, 's3:GetBucketAcl', 'Grants');
  if (grants instanceof Unknown) return grants;
  return objectsIn(grants).flatMap((grant) => {
    const grantee = grant['Grantee'];
    const group = isJsonObject(grantee) ? groups.get(textOf(grantee, 'URI') ?? '') : undefined;
    return group === undefined ? [] : [`${group} ${textOf(grant, 'Permission') ?? ''}`];
  });
}

/** Object ownership; absent where the bucket has no such control: access control lists count. */
export function objectOwnership(bucket: Resource, model: OrganizationModel): Fact {
  const controls = memberOf(model, bucket, 's3:GetBucketOwnershipControls', 'OwnershipControls');
  if (controls instanceof Unknown) return controls;
  const [rule] = objectsIn(isJsonObject(controls) ? controls['Rules'] : undefined);
  return rule && textOf(rule, 'ObjectOwnership');
}

/** Whether one of the four settings of Block Public Access is on, for the bucket or for its account. */
export function blocks(flag: string): DerivedFact['resolve'] {
  return (bucket, model) => {
    const own = memberOf(model, bucket, 's3:GetPublicAccessBlock', 'PublicAccessBlockConfiguration');
    if (isJsonObject(own) && own[flag] === true) return true;
    const told = askAccountBlock(model, bucket.account);
    const ofAccount = told instanceof Unknown ? told : told.output?.['PublicAccessBlockConfiguration'];
    if (isJsonObject(ofAccount) && ofAccount[flag] === true) return true;
    return joinUnknown([own, ofAccount].filter((part) => part instanceof Unknown)) ?? false;
  };
}

/** Days for which each new object is locked; absent without a default retention. A year counts 365. */
export function lockDays(bucket: Resource, model: OrganizationModel): Fact {
  const lock = memberOf(model, bucket, 's3:GetObjectLockConfiguration', 'ObjectLockConfiguration');
  if (lock instanceof Unknown) return lock;
  const rule = isJsonObject(lock) ? lock['Rule'] : undefined;
  const retention = isJsonObject(rule) ? rule['DefaultRetention'] : undefined;
  if (!isJsonObject(retention)) return undefined;
  const { Days: days, Years: years } = retention;
  return typeof days === 'number' ? days : typeof years === 'number' ? years * 365 : undefined;
}

/** Whether a bucket is the target of its own access logs. */
export function logsToItself(bucket: Resource, model: OrganizationModel): Fact {
  const logging = memberOf(model, bucket, 's3:GetBucketLogging', 'LoggingEnabled');
  if (logging instanceof Unknown) return logging;
  return isJsonObject(logging) && logging['TargetBucket'] === bucket.name;
}

const targets = ['TopicConfigurations', 'QueueConfigurations', 'LambdaFunctionConfigurations'] as const;

/** Whether somebody is told of what happens to the objects of a bucket. */
export function notifies(bucket: Resource, model: OrganizationModel): Fact {
  const told = askBucket(model, bucket, 's3:GetBucketNotificationConfiguration');
  if (told instanceof Unknown) return told;
  const { output = {} } = told;
  // An empty object stands for "on".
  return (
    isJsonObject(output['EventBridgeConfiguration']) ||
    targets.some((name) => objectsIn(output[name]).length > 0)
  );
}

/** The objects in a list. */
export function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** Prefix of a rule of a bucket: of its filter, or of the rule itself in the older form. Empty for all objects. */
export function prefixOf(rule: JsonObject): string {
  const filter = rule['Filter'];
  const inside = isJsonObject(filter) ? filter : {};
  const and = inside['And'];
  return (
    textOf(inside, 'Prefix') ??
    (isJsonObject(and) ? textOf(and, 'Prefix') : undefined) ??
    textOf(rule, 'Prefix') ??
    ''
  );
}

/** True for a rule that looks at more than the prefix: tags or sizes. */
export function hasOtherFilter(rule: JsonObject): boolean {
  const filter = rule['Filter'];
  if (!isJsonObject(filter)) return false;
  const and = isJsonObject(filter['And']) ? Object.keys(filter['And']) : [];
  return [...Object.keys(filter), ...and].some((name) => name !== 'Prefix' && name !== 'And');
}
