import { parseArn } from '../arn.ts';
import { askList, askOne, itemsOf, type Told } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Related, RelatedList, Resource } from '../resource.ts';
import { joinUnknown, Unknown } from '../unknown.ts';
import type { JsonObject } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import { make, textOf, textsOf } from './make.ts';
import { policyOf } from './policies.ts';

const getAttributes = 'sns:GetTopicAttributes';
const listSubscriptions = 'sns:ListSubscriptionsByTopic';

/** Topics among the actions that an alarm runs in state ALARM. One that does not exist is not among them. */
export function alarmTopics(model: OrganizationModel, alarm: Resource): RelatedList {
  const items = new Set<Resource>();
  const missing: Unknown[] = [];
  const records = new Set(alarm.sources.map((source) => source.record));
  for (const arn of textsOf(alarm.data['AlarmActions'])) {
    if (parseArn(arn)?.service !== 'sns') continue;
    const { topic, told } = topicNamed(model, arn, alarm.account);
    if (topic instanceof Unknown) missing.push(topic);
    else if (topic !== undefined) items.add(topic);
    if (!(told instanceof Unknown)) records.add(told.record);
  }
  return { items: [...items], missing: joinUnknown(missing), records: [...records] };
}

/** The topic that an action names; undefined where it names none, or one that does not exist. */
export function actionTopic(model: OrganizationModel, target: string, asker: string): Related {
  return parseArn(target)?.service === 'sns' ? topicNamed(model, target, asker).topic : undefined;
}

/** What is known of the topic of an ARN, and the answer that tells it. */
interface NamedTopic {
  /** Undefined where there is no such topic. */
  readonly topic: Related;
  readonly told: Told | Unknown;
}

/** A topic, told of by its owner where that account was scanned, else by the account that names it. */
export function topicNamed(model: OrganizationModel, arn: string, asker: string): NamedTopic {
  const { told, teller } = askAboutTopic(model, arn, asker);
  if (told instanceof Unknown) return { topic: told, told };
  const output = told.output;
  if (output === undefined) return { topic: undefined, told };
  const read = (): Resource => {
    const parsed = parseArn(arn);
    const attributes = output['Attributes'];
    return make(model, {
      type: 'topic',
      id: arn,
      account: parsed?.account ?? asker,
      region: parsed?.region ?? told.record.region,
      name: parsed?.resource ?? arn,
      data: isJsonObject(attributes) ? attributes : {},
      sources: [{ record: told.record, path: 'Attributes' }],
    });
  };
  return { topic: model.part(teller)?.keep(`topic ${arn}`, read) ?? read(), told };
}

function askAboutTopic(
  model: OrganizationModel,
  arn: string,
  asker: string,
): { told: Told | Unknown; teller: string } {
  const owner = parseArn(arn)?.account ?? asker;
  const region = parseArn(arn)?.region ?? 'global';
  const question = { call: getAttributes, region, answering: asksAbout(arn) } as const;
  const byOwner = askOne(model, { ...question, account: owner });
  if (!(byOwner instanceof Unknown) || owner === asker) return { told: byOwner, teller: owner };
  const byAsker = askOne(model, { ...question, account: asker });
  if (!(byAsker instanceof Unknown)) return { told: byAsker, teller: asker };
  return { told: new Unknown([...byOwner.causes, ...byAsker.causes]), teller: owner };
}

/** Subscriptions of a topic, confirmed or not. */
export function subscriptionsOf(model: OrganizationModel, topic: Resource): RelatedList {
  const asker = topic.sources[0]?.record.account ?? topic.account;
  const read = (): RelatedList => readSubscriptions(model, topic, asker);
  return model.part(asker)?.keep(`subscriptions ${topic.id}`, read) ?? read();
}

function readSubscriptions(model: OrganizationModel, topic: Resource, asker: string): RelatedList {
  const region = topic.region;
  const question = { call: listSubscriptions, region, answering: asksAbout(topic.id) } as const;
  let listed = askList(model, { ...question, account: topic.account });
  if (listed.missing !== undefined && asker !== topic.account) {
    const byAsker = askList(model, { ...question, account: asker });
    listed =
      byAsker.missing === undefined || byAsker.pages.length > listed.pages.length
        ? byAsker
        : { ...listed, missing: joinUnknown([listed.missing, byAsker.missing]) };
  }
  const seen = new Map<string, number>();
  const items = itemsOf(listed, 'Subscriptions').map(({ data, source }) => {
    const arn = textOf(data, 'SubscriptionArn') ?? '';
    const protocol = textOf(data, 'Protocol') ?? '';
    const endpoint = textOf(data, 'Endpoint') ?? '';
    // Unconfirmed subscriptions have no ARN, and the same endpoint may have been asked twice.
    const key = arn.startsWith('arn:') ? arn : `${topic.id}:${arn}:${protocol}:${endpoint}`;
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    const subscription = make(model, {
      type: 'subscription',
      id: count === 0 ? key : `${key}:${count + 1}`,
      account: topic.account,
      region,
      name: [protocol, endpoint].filter((text) => text !== '').join(' ') || arn,
      data,
      sources: [source],
    });
    topicsBySubscription(model, asker)?.set(subscription, topic);
    return subscription;
  });
  return { items, missing: listed.missing, records: listed.records };
}

/** The topic whose subscription it is. */
export function topicOfSubscription(model: OrganizationModel, subscription: Resource): Resource | undefined {
  const tellers = [subscription.sources[0]?.record.account, subscription.account];
  for (const teller of tellers) {
    const topic = teller === undefined ? undefined : topicsBySubscription(model, teller)?.get(subscription);
    if (topic !== undefined) return topic;
  }
  return undefined;
}

function topicsBySubscription(
  model: OrganizationModel,
  account: string,
): WeakMap<Resource, Resource> | undefined {
  return model.part(account)?.keep('topics by subscription', () => new WeakMap<Resource, Resource>());
}

/** The policy of a topic, read by meaning; undefined where it has none. */
export function topicPolicy(model: OrganizationModel, topic: Resource): Related {
  const [source] = topic.sources;
  if (source === undefined) return undefined;
  return policyOf(model, topic, {
    text: textOf(topic.data, 'Policy'),
    source: { ...source, path: `${source.path}.Policy` },
  });
}

function asksAbout(arn: string): (input: JsonObject) => boolean {
  return (input) => input['TopicArn'] === arn;
}
