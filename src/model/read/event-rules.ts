import { deliveredEvents } from '../../events/event-bridge/predicate.ts';
import { eventPatternEvents } from '../../events/event-bridge/rule-events.ts';
import { and, type Predicate } from '../../events/predicate.ts';
import { mayMatchCloudTrailEvents } from '../../event-pattern.ts';
import type { JsonObject } from '../../json.ts';
import { parseArn } from '../arn.ts';
import { askList, itemsOf } from '../ask.ts';
import { asksForBus } from '../calls.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, RelatedList, Resource } from '../resource.ts';
import { busesIn, busNameOf, defaultName, eventBus } from './event-buses.ts';
import { Unknown } from '../unknown.ts';
import { joinLists, make, textOf } from './make.ts';
import { overRegions } from './regions.ts';

const listRules = 'events:ListRules';

/** Rules on the default event bus of an account in a region. */
export function defaultRules(model: OrganizationModel, account: string, region: string): RelatedList {
  return rulesOn(model, eventBus(model, account, region, defaultName));
}

/** Rules on an event bus. */
export function rulesOn(model: OrganizationModel, bus: Resource): RelatedList {
  const { account, region } = bus;
  const read = (): RelatedList => {
    const listed = askList(model, {
      call: listRules,
      account,
      region,
      answering: (input) => asksForBus(input, bus),
    });
    const items = itemsOf(listed, 'Rules').flatMap(({ data, source }): Resource[] => {
      const name = textOf(data, 'Name');
      if (name === undefined) return [];
      const place = bus.name === defaultName ? name : `${bus.name}/${name}`;
      const id =
        textOf(data, 'Arn') ?? `arn:${model.manifest.partition}:events:${region}:${account}:rule/${place}`;
      return [make(model, { type: 'event-rule', id, account, region, name, data, sources: [source] })];
    });
    return { items, missing: listed.missing, records: listed.records };
  };
  return model.part(account)?.keep(`event rules ${region} ${bus.name}`, read) ?? read();
}

/** Rules of an account on the buses of all its enabled regions, but for those of partners. */
export function rulesOf(model: OrganizationModel, account: string): RelatedList {
  return overRegions(model, account, (region) => {
    const buses = busesIn(model, account, region);
    return joinLists([{ ...buses, items: [] }, ...buses.items.map((bus) => rulesOn(model, bus))]);
  });
}

/** Whether a rule can be there to see CloudTrail events: its targets are collected then. */
export function seesCloudTrailEvents(rule: Resource): boolean {
  return (
    textOf(rule.data, 'ManagedBy') === undefined &&
    mayMatchCloudTrailEvents(textOf(rule.data, 'EventPattern'))
  );
}

/** The bus that a rule stands on. */
export function busOf(model: OrganizationModel, rule: Resource): Resource {
  const told = textOf(rule.data, 'EventBusName') ?? defaultName;
  const name = busNameOf(parseArn(told)?.resource ?? '') ?? told;
  return eventBus(model, rule.account, rule.region, name);
}

/** The name that a rule goes by when its targets are asked for, and that of its bus. */
export function asksForRule(input: JsonObject, rule: Resource, bus: Resource): boolean {
  return input['Rule'] === rule.name && asksForBus({ EventBusName: input['EventBusName'] }, bus);
}

/** The events that reach a rule on a default bus and that it matches; undefined where AWS sends nothing to its bus. */
export function ruleMatches(rule: Resource, model: OrganizationModel): Fact {
  const bus = busOf(model, rule);
  const received = bus.type.facts['receivedEvents']?.resolve(bus, model);
  if (received === undefined || received instanceof Unknown) return received;
  return and(
    received as Predicate,
    deliveredEvents(textOf(rule.data, 'State') ?? 'ENABLED'),
    eventPatternEvents(textOf(rule.data, 'EventPattern'), { account: rule.account, region: rule.region }),
  );
}
