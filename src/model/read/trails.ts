import { parseArn } from '../arn.ts';
import { asksForAllTrails } from '../calls.ts';
import { askList, askOne, itemsOf, type Listed, type Told } from '../ask.ts';
import type { AccountPart } from '../answers.ts';
import type { CallName, StoredRecord } from '../../snapshot/record.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Related, RelatedList, Resource, Source } from '../resource.ts';
import type { JsonObject } from '../../json.ts';
import { joinUnknown, Unknown } from '../unknown.ts';
import { joinLists, make, narrow, textOf, withoutEmpty } from './make.ts';
import { enabledRegions, overRegions } from './regions.ts';

const describeTrails = 'cloudtrail:DescribeTrails';

/** The region in which a trail was made and is asked about. */
export function homeRegion(trail: Resource): string {
  return textOf(trail.data, 'HomeRegion') ?? trail.region;
}

/**
 * Trails that apply to an account in a region: those its own DescribeTrails shows there. Shadow copies are the trail
 * itself. A copy of an organization trail whose home region is not enabled in the account records nothing of it
 * (CloudTrail guide, organization trails and opt-in regions) and does not apply.
 */
export function trailsIn(model: OrganizationModel, account: string, region: string): RelatedList {
  const { listed, described } = describedTrails(model, account, region);
  const items = new Set<Resource>();
  const unsure: Unknown[] = [];
  for (const { data } of described) {
    const arn = textOf(data, 'TrailARN');
    const trail = arn === undefined ? undefined : trailSeenBy(model, arn, account);
    if (trail === undefined) continue;
    const applies = homeIsEnabled(model, trail, account);
    if (applies === true) items.add(trail);
    else if (applies !== false) unsure.push(applies);
  }
  return {
    items: [...items],
    missing: joinUnknown([listed.missing, ...unsure]),
    records: listed.records,
  };
}

/** What an account's DescribeTrails shows in a region. */
function describedTrails(
  model: OrganizationModel,
  account: string,
  region: string,
): { readonly listed: Listed; readonly described: ReturnType<typeof itemsOf> } {
  const read = (): ReturnType<typeof describedTrails> => {
    const question = { call: describeTrails, account, region, answering: asksForAllTrails } as const;
    const listed = askList(model, question);
    return { listed, described: itemsOf(listed, 'trailList') };
  };
  return model.part(account)?.keep(`described trails ${region}`, read) ?? read();
}

/** Trails that apply to an account in any of its enabled regions. */
export function trailsOf(model: OrganizationModel, account: string): RelatedList {
  return overRegions(model, account, (region) => trailsIn(model, account, region));
}

/** Trails that the account owns. */
export function ownTrails(model: OrganizationModel, account: string): RelatedList {
  return narrow(trailsOf(model, account), (trail) => trail.account === account);
}

/** The trail as its owner tells of it, else as the account that saw a copy does. */
function trailSeenBy(model: OrganizationModel, arn: string, account: string): Resource | undefined {
  const part = model.part(account);
  const seen = part === undefined ? undefined : seenTrails(model, part).get(arn);
  const owner = seen?.account ?? parseArn(arn)?.account;
  if (owner === undefined || owner === account) return seen;
  const ownersPart = model.part(owner);
  return (ownersPart === undefined ? undefined : seenTrails(model, ownersPart).get(arn)) ?? seen;
}

/** Every trail in the answers of one account, by ARN. The home region's answer is preferred: it is the original. */
function seenTrails(model: OrganizationModel, part: AccountPart): ReadonlyMap<string, Resource> {
  return part.keep('trails', () => {
    const found = new Map<string, { data: JsonObject; source: Source }[]>();
    for (const region of part.answers.regions(describeTrails)) {
      for (const item of describedTrails(model, part.account, region).described) {
        const arn = textOf(item.data, 'TrailARN');
        if (arn === undefined) continue;
        const atHome = textOf(item.data, 'HomeRegion') === region;
        const items = found.get(arn);
        if (items === undefined) {
          if (parseArn(arn) !== undefined) found.set(arn, [item]);
        } else if (atHome) items.unshift(item);
        else items.push(item);
      }
    }
    const trails = new Map<string, Resource>();
    for (const [arn, items] of found) {
      const [first] = items;
      const parsed = parseArn(arn);
      if (first === undefined || parsed === undefined) continue;
      trails.set(
        arn,
        make(model, {
          type: 'trail',
          id: arn,
          account: parsed.account,
          region: textOf(first.data, 'HomeRegion') ?? parsed.region,
          name: textOf(first.data, 'Name') ?? parsed.resource,
          data: withoutEmpty(first.data),
          sources: items.map((item) => item.source),
        }),
      );
    }
    return trails;
  });
}

function homeIsEnabled(model: OrganizationModel, trail: Resource, account: string): true | false | Unknown {
  if (trail.account === account) return true;
  const regions = enabledRegions(model, account);
  const home = homeRegion(trail);
  if (regions.items.some((region) => region.region === home)) return true;
  return regions.missing ?? false;
}

/**
 * What AWS tells about one trail: the owner's answer at the trail's home, or, where the owner was not scanned, that of
 * the account which saw the copy.
 */
export function askTrail(
  model: OrganizationModel,
  trail: Resource,
  call: CallName,
  member: string,
): Told | Unknown {
  const region = homeRegion(trail);
  const asks = (asked: JsonObject, short: boolean): boolean =>
    asked[member] === trail.id || (short && asked[member] === trail.data['Name']);
  if (model.part(trail.account) !== undefined) {
    return askOne(model, {
      call,
      account: trail.account,
      region,
      answering: (input) => asks(input, true),
    });
  }
  const owner = model.whyMissing.account(call, trail.account, region);
  const seenBy = trail.sources[0]?.record.account;
  if (seenBy === undefined || seenBy === trail.account) return owner;
  const answer = askOne(model, {
    call,
    account: seenBy,
    region,
    answering: (input) => asks(input, false),
  });
  return answer instanceof Unknown ? new Unknown([...owner.causes, ...answer.causes]) : answer;
}

/** What the trail says of itself at its home. */
export function statusOf(model: OrganizationModel, trail: Resource): Related {
  const told = askTrail(model, trail, 'cloudtrail:GetTrailStatus', 'Name');
  return told instanceof Unknown ? told : makeStatus(model, trail, homeRegion(trail), told);
}

/** Undefined where the region does not know the trail. */
function makeStatus(model: OrganizationModel, trail: Resource, region: string, told: Told): Related {
  if (told.output === undefined) return undefined;
  const atHome = region === homeRegion(trail);
  const status = make(model, {
    type: 'trail-status',
    id: `${trail.id}/status${atHome ? '' : `/${region}`}`,
    account: trail.account,
    region,
    name: atHome ? trail.name : `${trail.name} in ${region}`,
    data: withoutEmpty(told.output),
    sources: [{ record: told.record, path: '' }],
  });
  trailsByStatus(model, told.record.account)?.set(status, trail);
  return status;
}

/**
 * What a trail says of itself in each region where its owner sees it: at home, and where a multi-region trail is copied to.
 * Delivery may fail in one of them alone (CloudTrail API reference, GetTrailStatus tells of one region).
 */
export function statusesOf(model: OrganizationModel, trail: Resource): RelatedList {
  const home = homeRegion(trail);
  const atHome = listOf(statusOf(model, trail));
  if (trail.data['IsMultiRegionTrail'] !== true) return atHome;
  const copies = overRegions(model, trail.account, (region) =>
    region === home ? listOf(undefined) : statusOfCopy(model, trail, region),
  );
  return joinLists([atHome, copies]);
}

function statusOfCopy(model: OrganizationModel, trail: Resource, region: string): RelatedList {
  const { account } = trail;
  const { listed, described } = describedTrails(model, account, region);
  if (!described.some(({ data }) => data['TrailARN'] === trail.id))
    return { items: [], missing: listed.missing, records: listed.records };
  const told = askOne(model, {
    call: 'cloudtrail:GetTrailStatus',
    account,
    region,
    answering: (input) => input['Name'] === trail.id,
  });
  return listOf(told instanceof Unknown ? told : makeStatus(model, trail, region, told));
}

function listOf(related: Related): RelatedList {
  if (related instanceof Unknown) return { items: [], missing: related, records: [] };
  const items = related === undefined ? [] : [related];
  return { items, missing: undefined, records: items.flatMap(recordsOf) };
}

function recordsOf({ sources }: Resource): readonly StoredRecord[] {
  return sources.map(({ record }) => record);
}

/** The trail that a status was asked for. */
export function trailOfStatus(model: OrganizationModel, status: Resource): Related {
  const teller = status.sources[0]?.record.account ?? status.account;
  return trailsByStatus(model, teller)?.get(status);
}

function trailsByStatus(model: OrganizationModel, account: string): WeakMap<Resource, Resource> | undefined {
  return model.part(account)?.keep('trails by status', () => new WeakMap<Resource, Resource>());
}
