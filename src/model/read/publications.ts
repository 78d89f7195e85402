import { parseArn } from '../arn.ts';
import { askOne } from '../ask.ts';
import type { RequestContext } from '../policy/condition.ts';
import { readPolicy } from '../policy/document.ts';
import { allows, type Caller } from '../policy/evaluate.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Related, Resource } from '../resource.ts';
import { Unknown } from '../unknown.ts';
import { actionParts } from './actions.ts';
import { make, textOf } from './make.ts';
import { actionTopic } from './topics.ts';

/** A topic and the alarm that publishes to it. */
export interface PublicationParts {
  readonly topic: Resource;
  readonly publisher: Resource;
}

/**
 * What an alarm action does with the topic it names; undefined where there is no such topic, or one of another region, which
 * alarms cannot notify (CloudWatch API reference, PutMetricAlarm).
 */
export function publicationOf(model: OrganizationModel, action: Resource): Related {
  const parts = actionParts(model, action);
  if (parts === undefined) return undefined;
  const topic = actionTopic(model, parts.target, parts.actor.account);
  if (topic === undefined || topic instanceof Unknown) return topic;
  if (topic.region !== parts.actor.region) return undefined;
  const publication = make(model, {
    type: 'publication',
    id: `${action.id}:publication`,
    account: action.account,
    region: action.region,
    name: topic.name,
    data: topic.data,
    sources: topic.sources,
  });
  knownPublications(model, action.account)?.set(publication, { topic, publisher: parts.actor });
  return publication;
}

/** What a publication was made of. */
export function publicationParts(
  model: OrganizationModel,
  publication: Resource,
): PublicationParts | undefined {
  return knownPublications(model, publication.account)?.get(publication);
}

/** Whether the policy of the topic lets CloudWatch publish for this alarm. */
export function policyAllows(publication: Resource, model: OrganizationModel): Fact {
  const parts = publicationParts(model, publication);
  if (parts === undefined) return undefined;
  return policyLetsIn(model, parts.topic, alarmRequest(model, parts.publisher));
}

/** A service that publishes for a resource, and what its call carries. */
export interface Publishing {
  /** For sentences: `CloudWatch`. */
  readonly service: string;
  /** The resource for which it calls. */
  readonly source: Resource;
  readonly caller: Caller;
  readonly context: RequestContext;
}

/** Whether the policy of a topic lets a service publish for a resource. */
export function policyLetsIn(
  model: OrganizationModel,
  topic: Resource,
  publishing: Publishing,
): boolean | Unknown {
  const { service, source, caller, context } = publishing;
  const policy = textOf(topic.data, 'Policy');
  // Every topic has a policy; the one it is made with lets in the owner of the source, if the call tells that.
  if (policy === undefined) return context['aws:sourceowner'] === topic.account;
  const allowed = allows(readPolicy(policy), { caller, context, action: 'sns:Publish', resource: topic.id });
  return (
    allowed ??
    model.whyMissing.undecided(
      'sns:GetTopicAttributes',
      topic.account,
      topic.region,
      `whether the policy of topic ${topic.name} lets ${service} publish for ${source.type.noun} ${source.name} is not decided`,
    )
  );
}

/** Whether a topic is encrypted with the key that AWS manages for SNS. */
export function usesDefaultKey(topic: Resource): boolean {
  return /(^|:)alias\/aws\/sns$/.test(textOf(topic.data, 'KmsMasterKeyId') ?? '');
}

/**
 * Whether the key that encrypts the topic lets CloudWatch use it. The key that AWS manages for SNS never does, and the
 * message is lost without an error (CloudWatch guide, alarms and encrypted topics).
 */
export function keyAllows(publication: Resource, model: OrganizationModel): Fact {
  const parts = publicationParts(model, publication);
  return parts === undefined
    ? undefined
    : keyLetsIn(model, parts.topic, alarmRequest(model, parts.publisher));
}

/** Whether the key that encrypts a topic lets a service use it that publishes there; true for a topic that is not encrypted. */
export function keyLetsIn(
  model: OrganizationModel,
  topic: Resource,
  publishing: Pick<Publishing, 'service' | 'caller' | 'context'>,
): boolean | Unknown {
  const named = textOf(topic.data, 'KmsMasterKeyId');
  if (named === undefined) return true;
  if (usesDefaultKey(topic)) return false;
  const owner = parseArn(named)?.account ?? topic.account;
  const region = parseArn(named)?.region ?? topic.region;
  const asks = (input: JsonObject): boolean => input['KeyId'] === named;
  const described = askOne(model, { call: 'kms:DescribeKey', account: owner, region, answering: asks });
  if (described instanceof Unknown) return described;
  const key = described.output?.['KeyMetadata'];
  if (!isJsonObject(key)) return false;
  if (key['KeyManager'] === 'AWS' || (key['KeyState'] ?? 'Enabled') !== 'Enabled') return false;
  const arn = textOf(key, 'Arn') ?? named;
  const holder = parseArn(arn)?.account ?? owner;
  const told = askOne(model, {
    call: 'kms:GetKeyPolicy',
    account: holder,
    region,
    answering: (input) => [named, arn, key['KeyId']].includes(input['KeyId']),
  });
  if (told instanceof Unknown) return told;
  const policy = told.output === undefined ? undefined : textOf(told.output, 'Policy');
  if (policy === undefined) return false;
  const { service, caller, context } = publishing;
  const request = { caller, context, resource: arn };
  const verdicts = ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) =>
    allows(readPolicy(policy), { ...request, action }),
  );
  if (verdicts.includes(false)) return false;
  if (!verdicts.includes(undefined)) return true;
  return model.whyMissing.undecided(
    'kms:GetKeyPolicy',
    holder,
    region,
    `whether the policy of key ${arn} lets ${service} use it is not decided`,
  );
}

/** What CloudWatch's call carries when an alarm acts. Services act over TLS and belong to no organization. */
export function alarmRequest(model: OrganizationModel, publisher: Resource): Publishing {
  return {
    service: 'CloudWatch',
    source: publisher,
    caller: { kind: 'service', name: 'cloudwatch.amazonaws.com' },
    context: {
      'aws:sourcearn': publisher.id,
      'aws:sourceaccount': publisher.account,
      'aws:sourceowner': publisher.account,
      'aws:sourceorgid': model.organization === undefined ? undefined : textOf(model.organization.data, 'Id'),
      'aws:securetransport': 'true',
      'aws:principalisawsservice': 'true',
      'aws:principalservicename': 'cloudwatch.amazonaws.com',
      'aws:principalorgid': undefined,
      'aws:principalaccount': undefined,
      'aws:principalarn': undefined,
    },
  };
}

/**
 * What CloudTrail's call carries when it tells a topic of a log file (CloudTrail guide, topic policy for SNS). Of the owner
 * of the source, by which the policy that a topic is made with goes, the guide says nothing.
 */
export function trailRequest(trail: Resource): Publishing {
  return {
    service: 'CloudTrail',
    source: trail,
    caller: { kind: 'service', name: 'cloudtrail.amazonaws.com' },
    context: {
      'aws:sourcearn': trail.id,
      'aws:sourceaccount': trail.account,
      'aws:securetransport': 'true',
      'aws:principalisawsservice': 'true',
      'aws:principalservicename': 'cloudtrail.amazonaws.com',
      'aws:principalorgid': undefined,
      'aws:principalaccount': undefined,
      'aws:principalarn': undefined,
    },
  };
}

function knownPublications(
  model: OrganizationModel,
  account: string,
): WeakMap<Resource, PublicationParts> | undefined {
  return model.part(account)?.keep('publication parts', () => new WeakMap<Resource, PublicationParts>());
}
