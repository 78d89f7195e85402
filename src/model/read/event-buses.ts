import { fromOtherRegions, fromRegion } from '../../events/event-bridge/predicate.ts';
import { and, or, undecided, type Predicate } from '../../events/predicate.ts';
import type { JsonObject } from '../../json.ts';
import { askList, askOne, itemsOf } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Related, RelatedList, Resource } from '../resource.ts';
import { joinUnknown, Unknown } from '../unknown.ts';
import { make, textOf } from './make.ts';
import { policyOf } from './policies.ts';
import { enabledRegions } from './regions.ts';
import { statusOf, trailsIn } from './trails.ts';

const listEventBuses = 'events:ListEventBuses';
const describeEventBus = 'events:DescribeEventBus';

/** Name of the bus that AWS makes in each region. CloudTrail events go there only. */
export const defaultName = 'default';

/** The event bus of a name. That it exists is for the caller to know; what AWS tells of it is there as far as it was asked. */
export function eventBus(model: OrganizationModel, account: string, region: string, name: string): Resource {
  const read = (): Resource => {
    const id = `arn:${model.manifest.partition}:events:${region}:${account}:event-bus/${name}`;
    return make(model, {
      type: 'event-bus',
      id,
      account,
      region,
      name,
      ...toldOfBus(model, { account, region, name, id }),
    });
  };
  return model.part(account)?.keep(`event bus ${region} ${name}`, read) ?? read();
}

interface BusPlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly id: string;
}

/** What the list of buses tells of one, else its own description: a scan that does not need the list asks for that. */
function toldOfBus(
  model: OrganizationModel,
  { account, region, name, id }: BusPlace,
): Pick<Resource, 'data' | 'sources' | 'partial'> {
  const listed = askList(model, { call: listEventBuses, account, region });
  const found = itemsOf(listed, 'EventBuses').find(({ data }) => data['Name'] === name);
  if (found !== undefined) return { data: found.data, sources: [found.source] };
  if (listed.missing === undefined) return { data: {}, sources: [] };
  const asksForIt = ({ Name: asked }: JsonObject): boolean => asked === name || asked === id;
  const described = askOne(model, { call: describeEventBus, account, region, answering: asksForIt });
  if (!(described instanceof Unknown)) {
    const { record, output } = described;
    return { data: output ?? {}, sources: output === undefined ? [] : [{ record, path: '' }] };
  }
  // The cause is that of the one which the scan meant to ask.
  const partial = !isUntold(described) && isUntold(listed.missing) ? described : listed.missing;
  return { data: {}, sources: [], partial };
}

/** Whether the snapshot says nothing of the question, not even why. */
function isUntold({ causes }: Unknown): boolean {
  return causes.every(({ code }) => code === 'MissingRecord');
}

/** Event buses of an account in a region, but for those of partners: they carry the partners' events only. */
export function busesIn(model: OrganizationModel, account: string, region: string): RelatedList {
  const listed = askList(model, { call: listEventBuses, account, region });
  const items = itemsOf(listed, 'EventBuses').flatMap(({ data }) => {
    const name = textOf(data, 'Name');
    return name === undefined || name.startsWith('aws.partner/')
      ? []
      : eventBus(model, account, region, name);
  });
  return { items, missing: listed.missing, records: listed.records };
}

/** Whether it is the bus that AWS services send to. */
export function isDefaultBus(bus: Resource): boolean {
  return bus.name === defaultName;
}

/**
 * The CloudTrail events that AWS sends to a default bus: those of its account and region that a running trail records there
 * (EventBridge guide, events delivered via CloudTrail). Nothing on any other bus, or without such a trail.
 *
 * Every event carries one of the account's regions. So that the buses together can be seen to get all of them, the bus
 * where global services record also stands for regions that are not enabled, in which nothing happens.
 */
export function receivedEvents(bus: Resource, model: OrganizationModel): Fact {
  if (!isDefaultBus(bus)) return undefined;
  const trails = trailsIn(model, bus.account, bus.region);
  const recorded: Predicate[] = [];
  const missing: (Unknown | undefined)[] = [trails.missing];
  for (const trail of trails.items) {
    const status = statusOf(model, trail);
    if (status instanceof Unknown) missing.push(status);
    if (status === undefined || status instanceof Unknown || status.data['IsLogging'] !== true) continue;
    const events = trail.type.facts['recordedEvents']?.resolve(trail, model);
    if (events instanceof Unknown) missing.push(events);
    else if (events !== undefined) recorded.push(events as Predicate);
  }
  const unknown = joinUnknown(missing);
  if (recorded.length === 0) return unknown;
  // One trail is enough: what others record may come on top of it.
  const [cause] = unknown?.causes ?? [];
  if (cause !== undefined)
    recorded.push(
      undecided(`what other trails record is not known: ${cause.call} gave no answer (${cause.code})`),
    );
  const here = eventsHere(bus, model);
  return here instanceof Unknown ? here : and(here, or(...recorded));
}

/** Regions in which global services record their events, by partition (CloudTrail guide, global service events). */
const globalRegions: ReadonlySet<string> = new Set(['us-east-1', 'us-gov-west-1', 'cn-northwest-1']);

function eventsHere(bus: Resource, model: OrganizationModel): Predicate | Unknown {
  const enabled = enabledRegions(model, bus.account);
  const names = enabled.items.map((region) => region.region);
  const home = names.find((region) => globalRegions.has(region)) ?? names[0];
  if (bus.region !== home && enabled.missing === undefined) return fromRegion(bus.region);
  return enabled.missing ?? fromOtherRegions(names.filter((region) => region !== bus.region));
}

/** The name in the ARN of an event bus, or in the name that stands in its place. */
export function busNameOf(resource: string): string | undefined {
  return resource.startsWith('event-bus/') ? resource.slice('event-bus/'.length) : undefined;
}

/** The policy of a bus; undefined where it has none. */
export function busPolicy(bus: Resource): string | undefined | Unknown {
  return textOf(bus.data, 'Policy') ?? bus.partial;
}

/** The same policy, read by meaning. */
export function policyOfBus(model: OrganizationModel, bus: Resource): Related {
  const text = busPolicy(bus);
  const [source] = bus.sources;
  if (text instanceof Unknown || text === undefined || source === undefined) {
    return text instanceof Unknown ? text : undefined;
  }
  const path = source.path === '' ? 'Policy' : `${source.path}.Policy`;
  return policyOf(model, bus, { text, source: { ...source, path } });
}
