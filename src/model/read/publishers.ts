import type { OrganizationModel } from '../organization.ts';
import type { Fact, RelatedList, Resource } from '../resource.ts';
import { actionParts, actionsOf } from './actions.ts';
import { joinLists, make, narrow } from './make.ts';
import { alarmsOnTopic, logAlarmsOnTopic, rulesOnTopic, trailsOnTopic } from './named-topics.ts';
import { alarmRequest, keyLetsIn, policyLetsIn, trailRequest, type Publishing } from './publications.ts';
import { targetsOf, topicAllows, topicKeyAllows } from './rule-targets.ts';

interface PublisherParts {
  readonly topic: Resource;
  /** An alarm of any kind, a trail, or the target of an event rule. */
  readonly by: Resource;
}

/** What a publisher was made of. */
const known = new WeakMap<Resource, PublisherParts>();

/** Whatever is known to publish to a topic: alarms of every kind, event rules and trails, each once. */
export function publishersOf(model: OrganizationModel, topic: Resource): RelatedList {
  const alarms = alarmsOnTopic(model, topic);
  const actors = alarms.items.flatMap((alarm) =>
    actionsOf(model, alarm).items.flatMap((action) => {
      const parts = actionParts(model, action);
      return parts?.target === topic.id ? parts.actor : [];
    }),
  );
  const rules = rulesOnTopic(model, topic);
  const targets = joinLists([
    { ...rules, items: [] },
    ...rules.items.map((rule) => narrow(targetsOf(model, rule), (target) => target.data['Arn'] === topic.id)),
  ]);
  const whole = joinLists([
    { ...alarms, items: actors },
    logAlarmsOnTopic(model, topic),
    targets,
    trailsOnTopic(model, topic),
  ]);
  const items = whole.items.map((by) => {
    const publisher = make(model, {
      type: 'publisher',
      id: `${topic.id}:publisher:${by.id}`,
      account: by.account,
      region: by.region,
      name: by.name,
      data: by.data,
      sources: by.sources,
    });
    known.set(publisher, { topic, by });
    return publisher;
  });
  return { ...whole, items };
}

/** What a publisher is: `alarm`, `composite-alarm`, `log-alarm`, `rule-target`, `trail`. */
export function publisherKind(publisher: Resource): string | undefined {
  return known.get(publisher)?.by.type.name;
}

/** Whether the policy of the topic lets the publisher in. */
export function publisherPolicyAllows(publisher: Resource, model: OrganizationModel): Fact {
  const parts = known.get(publisher);
  if (parts === undefined) return undefined;
  const { topic, by } = parts;
  return by.type.name === 'rule-target'
    ? topicAllows(by, model)
    : policyLetsIn(model, topic, publishingOf(model, by));
}

/** Whether the key that encrypts the topic lets the publisher use it. */
export function publisherKeyAllows(publisher: Resource, model: OrganizationModel): Fact {
  const parts = known.get(publisher);
  if (parts === undefined) return undefined;
  const { topic, by } = parts;
  return by.type.name === 'rule-target'
    ? topicKeyAllows(by, model)
    : keyLetsIn(model, topic, publishingOf(model, by));
}

function publishingOf(model: OrganizationModel, by: Resource): Publishing {
  return by.type.name === 'trail' ? trailRequest(by) : alarmRequest(model, by);
}
