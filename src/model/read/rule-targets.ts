import { deliveredEvents } from '../../events/event-bridge/predicate.ts';
import { eventPatternEvents } from '../../events/event-bridge/rule-events.ts';
import { and, nothing, or, undecided } from '../../events/predicate.ts';
import { parseArn } from '../arn.ts';
import { askList, itemsOf } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import { readPolicy } from '../policy/document.ts';
import { allows } from '../policy/evaluate.ts';
import type { Fact, Related, RelatedList, Resource } from '../resource.ts';
import { Unknown } from '../unknown.ts';
import { busNameOf, busPolicy, eventBus } from './event-buses.ts';
import { asksForRule, busOf, rulesOn } from './event-rules.ts';
import { make, textOf } from './make.ts';
import { keyLetsIn } from './publications.ts';
import { actionTopic } from './topics.ts';

const listTargets = 'events:ListTargetsByRule';
const service = 'events.amazonaws.com';
const caller = { kind: 'service', name: service } as const;

/** The targets of a rule. */
export function targetsOf(model: OrganizationModel, rule: Resource): RelatedList {
  const { account, region } = rule;
  const bus = busOf(model, rule);
  const listed = askList(model, {
    call: listTargets,
    account,
    region,
    answering: (input) => asksForRule(input, rule, bus),
  });
  const items = itemsOf(listed, 'Targets').flatMap(({ data, source }): Resource[] => {
    const name = textOf(data, 'Id');
    if (name === undefined) return [];
    const id = `${rule.id}:target:${name}`;
    const target = make(model, { type: 'rule-target', id, account, region, name, data, sources: [source] });
    rulesByTarget(model, account)?.set(target, rule);
    return [target];
  });
  return { items, missing: listed.missing, records: listed.records };
}

/** The rule that a target stands on. */
export function ruleOfTarget(model: OrganizationModel, target: Resource): Resource | undefined {
  return rulesByTarget(model, target.account)?.get(target);
}

function rulesByTarget(model: OrganizationModel, account: string): WeakMap<Resource, Resource> | undefined {
  return model.part(account)?.keep('rules by target', () => new WeakMap<Resource, Resource>());
}

const kinds: { readonly [service: string]: string } = { sns: 'topic', sqs: 'queue' };

/** What a target is: `topic`, `bus`, `queue`, `lambda`, or the service of its ARN. */
export function targetKind(target: Resource): string | undefined {
  const arn = parseArn(textOf(target.data, 'Arn') ?? '');
  if (arn === undefined) return undefined;
  return busNameOf(arn.resource) === undefined ? (kinds[arn.service] ?? arn.service) : 'bus';
}

/** The topic that a target is; undefined where it is none, or one that does not exist. */
export function targetTopic(model: OrganizationModel, target: Resource): Related {
  return actionTopic(model, textOf(target.data, 'Arn') ?? '', target.account);
}

/**
 * Whether the policy of the topic lets EventBridge publish. The policy that a topic is made with does not: it asks for the owner of
 * the source, which EventBridge does not send (EventBridge guide, resource-based policies).
 */
export function topicAllows(target: Resource, model: OrganizationModel): Fact {
  const topic = targetTopic(model, target);
  if (topic === undefined || topic instanceof Unknown) return topic;
  const policy = textOf(topic.data, 'Policy');
  const request = { caller, action: 'sns:Publish', resource: topic.id, context };
  const allowed = policy === undefined ? false : allows(readPolicy(policy), request);
  if (allowed === true) return true;
  const undecidedTopic = (because: string): Fact =>
    model.whyMissing.undecided('sns:GetTopicAttributes', topic.account, topic.region, because);
  const role = textOf(target.data, 'RoleArn');
  if (role !== undefined) {
    return undecidedTopic(`whether role ${role} may publish to topic ${topic.name} is not collected`);
  }
  return (
    allowed ??
    undecidedTopic(`whether the policy of topic ${topic.name} lets EventBridge publish is not decided`)
  );
}

/**
 * Whether the key that encrypts the topic lets EventBridge use it. The key that AWS manages for SNS never does, and neither does
 * a statement with conditions on the source: SNS does not support them for EventBridge (SNS guide, key management).
 */
export function topicKeyAllows(target: Resource, model: OrganizationModel): Fact {
  const topic = targetTopic(model, target);
  if (topic === undefined || topic instanceof Unknown) return topic;
  return keyLetsIn(model, topic, {
    service: 'EventBridge',
    caller,
    context: {
      ...context,
      'aws:sourcearn': undefined,
      'aws:sourceaccount': undefined,
      'aws:sourceorgid': undefined,
    },
  });
}

/**
 * What EventBridge's call carries for sure. Which of the condition keys of the source (`aws:SourceArn`, `aws:SourceAccount`) it
 * carries is told differently for different targets, so a policy that hangs on them is not decided.
 */
const context = {
  'aws:sourceowner': undefined,
  'aws:securetransport': 'true',
  'aws:principalisawsservice': 'true',
  'aws:principalservicename': service,
  'aws:principalorgid': undefined,
  'aws:principalaccount': undefined,
  'aws:principalarn': undefined,
} as const;

/**
 * Whether somebody is told of what arrives at a target that is neither a topic nor a bus: what functions, queues and others do
 * with it cannot be seen.
 */
export function targetTells(target: Resource, model: OrganizationModel): Fact {
  const kind = targetKind(target);
  if (kind === undefined || kind === 'topic' || kind === 'bus') return undefined;
  return model.whyMissing.undecided(
    listTargets,
    target.account,
    target.region,
    `what ${textOf(target.data, 'Arn') ?? target.name} does with the events cannot be seen`,
  );
}

/** The bus that a target is; undefined where it is none. */
export function targetBus(model: OrganizationModel, target: Resource): Resource | undefined {
  const arn = parseArn(textOf(target.data, 'Arn') ?? '');
  const name = arn === undefined ? undefined : busNameOf(arn.resource);
  return arn === undefined || name === undefined ? undefined : eventBus(model, arn.account, arn.region, name);
}

/** Whether a target that is a bus takes the events: its own account's role does the sending, or the policy of the bus lets it. */
export function busAllows(target: Resource, model: OrganizationModel): Fact {
  const bus = targetBus(model, target);
  if (bus === undefined) return undefined;
  const undecidedBus = (because: string): Fact =>
    model.whyMissing.undecided('events:ListEventBuses', bus.account, bus.region, because);
  const sender = target.account;
  const role = textOf(target.data, 'RoleArn');
  if (bus.account !== sender) {
    const policy = busPolicy(bus);
    if (policy instanceof Unknown) return policy;
    if (policy === undefined) return false;
    const allowed = allows(readPolicy(policy), {
      caller: {
        ...caller,
        callers: [sender, `arn:${model.manifest.partition}:iam::${sender}:root`, role ?? sender],
      },
      action: 'events:PutEvents',
      resource: bus.id,
      context: {
        'aws:principalaccount': sender,
        'aws:principalorgid':
          model.organization === undefined || model.account(sender) === undefined
            ? undefined
            : textOf(model.organization.data, 'Id'),
      },
    });
    if (allowed === false) return false;
    if (allowed === undefined)
      return undecidedBus(
        `whether the policy of event bus ${bus.name} lets account ${sender} send is not decided`,
      );
  }
  return role === undefined && (bus.account !== sender || bus.region === target.region)
    ? true
    : undecidedBus(`whether the role of the target may send to event bus ${bus.name} is not collected`);
}

/** The rules of the bus that a target is, each as what it makes of the events that this target sends there. */
export function rulesBehind(model: OrganizationModel, target: Resource): RelatedList {
  const bus = targetBus(model, target);
  if (bus === undefined) return { items: [], missing: undefined, records: [] };
  const rules = rulesOn(model, bus);
  const items = rules.items.map((rule) => {
    const behind = make(model, {
      type: 'rule-behind',
      id: `${target.id}:behind:${rule.id}`,
      account: target.account,
      region: target.region,
      name: rule.name,
      data: rule.data,
      sources: rule.sources,
    });
    rulesBehindTargets(model, target.account)?.set(behind, { rule, target });
    return behind;
  });
  return { ...rules, items };
}

/** The rule on the other bus. */
export function ruleOfBehind(model: OrganizationModel, behind: Resource): Resource | undefined {
  return rulesBehindTargets(model, behind.account)?.get(behind)?.rule;
}

/** The targets of a rule behind a bus. */
export function targetsBehind(model: OrganizationModel, behind: Resource): RelatedList {
  const rule = ruleOfBehind(model, behind);
  return rule === undefined ? { items: [], missing: undefined, records: [] } : targetsOf(model, rule);
}

/**
 * The events that a rule behind a bus matches of those that are sent there. They keep the account and region that they come from.
 * Whether its state holds back reads that another rule sends there is not documented.
 */
export function matchesBehind(behind: Resource): Fact {
  const state = textOf(behind.data, 'State') ?? 'ENABLED';
  const pattern = textOf(behind.data, 'EventPattern');
  if (state === 'DISABLED') return nothing;
  return and(
    or(
      deliveredEvents(state),
      undecided('whether reads that another bus sends on reach a rule that is ENABLED'),
    ),
    eventPatternEvents(pattern, { account: behind.account, region: behind.region }),
  );
}

interface Behind {
  readonly rule: Resource;
  readonly target: Resource;
}

function rulesBehindTargets(
  model: OrganizationModel,
  account: string,
): WeakMap<Resource, Behind> | undefined {
  return model.part(account)?.keep('rules behind targets', () => new WeakMap<Resource, Behind>());
}
