import { isJsonObject, type JsonObject } from '../../json.ts';
import type { CallName } from '../../snapshot/record.ts';
import { parseArn } from '../arn.ts';
import { askList, askOne } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import { decodedDocument, readPolicy, type PolicyDocument } from '../policy/document.ts';
import { allows, decide, type PolicyRequest } from '../policy/evaluate.ts';
import { allOf, anyOf, negated, type Maybe } from '../policy/maybe.ts';
import type { Fact, Related, Resource, Source } from '../resource.ts';
import type { Grounds } from '../schema.ts';
import { joinUnknown, Unknown } from '../unknown.ts';
import { make, textOf, textsOf } from './make.ts';
import { statusOf } from './trails.ts';

const getRole = 'iam:GetRole';
const cloudTrail = { kind: 'service', name: 'cloudtrail.amazonaws.com' } as const;
/** CloudTrail says of its call neither for which trail nor for which account it is made, as far as its guide tells. */
const context = { 'aws:securetransport': 'true' } as const;

/** The trail that uses a role. */
const trailsByRole = new WeakMap<Resource, Resource>();

/** The trail that uses a role. */
export function trailOfRole(role: Resource): Resource | undefined {
  return trailsByRole.get(role);
}

/** The role with which a trail delivers to CloudWatch Logs; undefined where it names none, or one that does not exist. */
export function deliveryRole(model: OrganizationModel, trail: Resource): Related {
  const named = textOf(trail.data, 'CloudWatchLogsRoleArn') ?? '';
  const account = parseArn(named)?.account;
  if (account === undefined) return undefined;
  const told = askOne(model, { ...aboutRole(named), call: getRole, account });
  if (told instanceof Unknown) return told;
  const data = told.output?.['Role'];
  // A role of the same name with another path is another role.
  if (!isJsonObject(data) || (textOf(data, 'Arn') ?? named) !== named) return undefined;
  const role = make(model, {
    type: 'delivery-role',
    id: `${trail.id}/delivery-role`,
    account,
    region: 'global',
    name: nameOf(named),
    data,
    sources: [{ record: told.record, path: 'Role' }],
  });
  trailsByRole.set(role, trail);
  return role;
}

/**
 * Whether a trail can deliver with its role: it exists, CloudTrail may take it on, and it may write to the log group. Absent
 * where the trail names no role. Where the policies leave it open, a delivery within the last day settles it.
 */
export function roleMayDeliver(trail: Resource, model: OrganizationModel): Fact {
  if (textOf(trail.data, 'CloudWatchLogsRoleArn') === undefined) return undefined;
  const role = deliveryRole(model, trail);
  if (role instanceof Unknown) return role;
  if (role === undefined) return false;
  const verdicts = [trustsCloudTrail(role, model), mayWrite(role, model)];
  if (verdicts.includes(false)) return false;
  const unknown = joinUnknown(verdicts.filter((verdict) => verdict instanceof Unknown));
  if (unknown === undefined) return true;
  const open = unknown.causes.every(({ code }) => code === 'Undecided');
  return open && deliveredLately(trail, model) ? true : unknown;
}

/** Why a trail can deliver or not. */
export function roleGrounds(trail: Resource, model: OrganizationModel): Grounds {
  const role = deliveryRole(model, trail);
  const named = textOf(trail.data, 'CloudWatchLogsRoleArn');
  if (named === undefined) return {};
  if (role === undefined) return { because: `role ${nameOf(named)} does not exist` };
  if (role instanceof Unknown) return {};
  const { sources, name } = role;
  if (trustsCloudTrail(role, model) === false)
    return { sources, because: `role ${name} does not trust cloudtrail.amazonaws.com` };
  if (mayWrite(role, model) === false)
    return {
      sources: policiesOf(model, role).sources,
      because: `role ${name} may not write to the log group`,
    };
  return { sources };
}

const day = 24 * 60 * 60 * 1000;

function deliveredLately(trail: Resource, model: OrganizationModel): boolean {
  const status = statusOf(model, trail);
  if (status === undefined || status instanceof Unknown) return false;
  const time = Date.parse(textOf(status.data, 'LatestCloudWatchLogsDeliveryTime') ?? '');
  const error = textOf(status.data, 'LatestCloudWatchLogsDeliveryError');
  return error === undefined && Date.parse(model.time) - time <= day;
}

/** Whether the trust policy of the role lets CloudTrail take it on. */
export function trustsCloudTrail(role: Resource, model: OrganizationModel): boolean | Unknown {
  const policy = readPolicy(decodedDocument(textOf(role.data, 'AssumeRolePolicyDocument') ?? ''));
  const request = { caller: cloudTrail, action: 'sts:AssumeRole', resource: role.id, context };
  return (
    allows(policy, request) ??
    undecided(model, role, `whether role ${role.name} trusts cloudtrail.amazonaws.com is not decided`)
  );
}

/** Whether the policies of the role let it make log streams in the log group of the trail and write to them. */
export function mayWrite(role: Resource, model: OrganizationModel): boolean | Unknown {
  const trail = trailsByRole.get(role);
  const group = trail === undefined ? undefined : groupOf(trail);
  if (trail === undefined || group === undefined) return false;
  const { documents, missing } = policiesOf(model, role);
  const may = (stream: string): Maybe =>
    allOf(
      ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) =>
        grant(documents, { caller: undefined, action, resource: `${group}:log-stream:${stream}`, context }),
      ),
    );
  // Streams are named for the account; those of an organization trail for the organization as well, but nobody says when.
  const own = may(`${trail.account}_CloudTrail_${trail.region}*`);
  const organization = model.organization?.id ?? 'o-*';
  const verdict = trail.data['IsOrganizationTrail'] === true ? both(own, may(`${organization}_*`)) : own;
  if (verdict === false && missing === undefined) return false;
  const open = leftOpen(role, group);
  if (verdict === true && missing === undefined && open === undefined) return true;
  const because = open ?? `whether role ${role.name} may write to log group ${group} is not decided`;
  return missing ?? undecided(model, role, because);
}

/** What may take away from a role what its own policies allow. */
function leftOpen(role: Resource, group: string): string | undefined {
  if (role.data['PermissionsBoundary'] !== undefined)
    return `the permissions boundary of role ${role.name} is not looked at`;
  return parseArn(group)?.account === role.account
    ? undefined
    : `role ${role.name} is of another account than log group ${group}`;
}

/** Whether a role belongs to the account that holds the log group of its trail. */
export function isOfLogGroupAccount(role: Resource): boolean {
  const trail = trailsByRole.get(role);
  return parseArn((trail && groupOf(trail)) ?? '')?.account === role.account;
}

function both(a: Maybe, b: Maybe): Maybe {
  return a === b ? a : undefined;
}

function grant(documents: readonly (PolicyDocument | undefined)[], request: PolicyRequest): Maybe {
  const decisions = documents.map((document) =>
    document === undefined ? { allowed: undefined, denied: undefined } : decide(document, request),
  );
  return allOf([
    anyOf(decisions.map(({ allowed }) => allowed)),
    negated(anyOf(decisions.map(({ denied }) => denied))),
  ]);
}

/** What the policies of the role allow beside the log group of the trail: the resources that they name. */
export function reachesBeyond(role: Resource, model: OrganizationModel): Fact {
  const trail = trailsByRole.get(role);
  const group = (trail && groupOf(trail)) ?? '';
  const { documents, missing } = policiesOf(model, role);
  if (missing !== undefined) return missing;
  const found = new Set<string>();
  for (const document of documents) {
    if (document === undefined) return undecided(model, role, `a policy of role ${role.name} cannot be read`);
    for (const { effect, resources } of document.statements) {
      if (effect === 'Deny') continue;
      if (resources === undefined || resources.excluded) found.add('*');
      else
        for (const pattern of resources.patterns)
          if (pattern !== group && !pattern.startsWith(`${group}:`)) found.add(pattern);
    }
  }
  return [...found].sort();
}

/** ARN of the log group without the trailing `:*`. */
function groupOf(trail: Resource): string | undefined {
  return textOf(trail.data, 'CloudWatchLogsLogGroupArn')?.replace(/:\*$/, '');
}

interface Policies {
  readonly documents: readonly (PolicyDocument | undefined)[];
  readonly missing: Unknown | undefined;
  readonly sources: readonly Source[];
}

/** The policies in the role and those attached to it. */
export function policiesOf(model: OrganizationModel, role: Resource): Policies {
  const read = (): Policies => readPolicies(model, role);
  return model.part(role.account)?.keep(`policies of role ${role.name}`, read) ?? read();
}

function readPolicies(model: OrganizationModel, role: Resource): Policies {
  const { account } = role;
  const documents: (PolicyDocument | undefined)[] = [];
  const missing: (Unknown | undefined)[] = [];
  const sources: Source[] = [];
  const list = (call: CallName) => {
    const listed = askList(model, { ...aboutRole(role.name), call, account });
    missing.push(listed.missing);
    for (const record of listed.pages) sources.push({ record, path: '' });
    return listed.pages;
  };
  const one = (call: CallName, asks: (input: JsonObject) => boolean): JsonObject | undefined => {
    const told = askOne(model, { call, account, region: 'global', answering: asks });
    if (told instanceof Unknown) missing.push(told);
    else sources.push({ record: told.record, path: '' });
    return told instanceof Unknown ? undefined : told.output;
  };
  const add = (text: string | undefined): void => {
    if (text !== undefined) documents.push(readPolicy(decodedDocument(text)));
  };
  for (const page of list('iam:ListRolePolicies')) {
    for (const name of textsOf(page.output?.['PolicyNames'])) {
      const told = one(
        'iam:GetRolePolicy',
        (input) => input['RoleName'] === role.name && input['PolicyName'] === name,
      );
      add(told && textOf(told, 'PolicyDocument'));
    }
  }
  for (const page of list('iam:ListAttachedRolePolicies')) {
    const attached = page.output?.['AttachedPolicies'];
    for (const policy of Array.isArray(attached) ? attached.filter(isJsonObject) : []) {
      const arn = textOf(policy, 'PolicyArn');
      const told = one('iam:GetPolicy', (input) => input['PolicyArn'] === arn)?.['Policy'];
      const version = isJsonObject(told) ? textOf(told, 'DefaultVersionId') : undefined;
      if (version === undefined) continue;
      const inForce = one(
        'iam:GetPolicyVersion',
        (input) => input['PolicyArn'] === arn && input['VersionId'] === version,
      )?.['PolicyVersion'];
      add(isJsonObject(inForce) ? textOf(inForce, 'Document') : undefined);
    }
  }
  return { documents, missing: joinUnknown(missing), sources };
}

function aboutRole(named: string) {
  const name = nameOf(named);
  return { region: 'global', answering: (input: JsonObject): boolean => input['RoleName'] === name };
}

/** The last part of an ARN: a name without its path. */
function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

function undecided(model: OrganizationModel, role: Resource, because: string): Unknown {
  return model.whyMissing.undecided(getRole, role.account, 'global', because);
}
