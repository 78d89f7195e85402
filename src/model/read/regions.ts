import { askedMembers } from '../calls.ts';
import { askList, itemsOf, type Listed } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import type { RelatedList, Source } from '../resource.ts';
import type { JsonObject } from '../../json.ts';
import type { Unknown } from '../unknown.ts';
import { joinLists, make, textOf, textsOf } from './make.ts';

const enabledStatuses: ReadonlySet<string> = new Set(['ENABLED', 'ENABLED_BY_DEFAULT']);

/**
 * Regions that are enabled in an account: from account:ListRegions, else from ec2:DescribeRegions. Where both are
 * missing, those that answered anything, and the list is incomplete.
 */
export function enabledRegions(model: OrganizationModel, account: string): RelatedList {
  const part = model.part(account);
  if (part === undefined) {
    return {
      items: [],
      missing: model.whyMissing.account('account:ListRegions', account, 'global'),
      records: [],
    };
  }
  return part.keep('regions', () => readRegions(model, account));
}

/** What a reader finds in each enabled region of an account, as one list. */
export function overRegions(
  model: OrganizationModel,
  account: string,
  read: (region: string) => RelatedList,
): RelatedList {
  const regions = enabledRegions(model, account);
  return joinLists([
    { items: [], missing: regions.missing, records: [] },
    ...regions.items.map((region) => read(region.region)),
  ]);
}

function readRegions(model: OrganizationModel, account: string): RelatedList {
  const asked = model.part(account)?.answers.regions('account:ListRegions') ?? [];
  const listed = askList(model, {
    call: 'account:ListRegions',
    account,
    region: asked.includes('global') ? 'global' : (asked[0] ?? 'global'),
    answering: asksForEnabled,
  });
  if (listed.missing === undefined) {
    return regionList(model, account, listed, (data) =>
      enabledStatuses.has(textOf(data, 'RegionOptStatus') ?? ''),
    );
  }
  const described = describedRegions(model, account);
  if (described !== undefined) {
    return regionList(
      model,
      account,
      described,
      (data) => textOf(data, 'OptInStatus') !== 'not-opted-in',
      listed.missing,
    );
  }
  const answering = [...(model.part(account)?.answers.answeringRegions() ?? [])]
    .filter((region) => region !== 'global')
    .sort();
  return {
    items: answering.map((region) =>
      make(model, {
        type: 'region',
        id: `${account}/${region}`,
        account,
        region,
        name: region,
        data: { RegionName: region },
        sources: [],
        partial: listed.missing,
      }),
    ),
    missing: listed.missing,
    records: listed.records,
  };
}

/** ListRegions without a filter, or with one that keeps both kinds of enabled regions. */
function asksForEnabled(input: JsonObject): boolean {
  if (askedMembers(input).some((name) => name !== 'RegionOptStatusContains' && name !== 'AccountId'))
    return false;
  const filter = textsOf(input['RegionOptStatusContains']);
  return filter.length === 0 || [...enabledStatuses].every((status) => filter.includes(status));
}

/** EC2's answer, from whatever region it was asked in. */
function describedRegions(model: OrganizationModel, account: string): Listed | undefined {
  const answers = model.part(account)?.answers;
  for (const region of answers?.regions('ec2:DescribeRegions') ?? []) {
    const listed = askList(model, {
      call: 'ec2:DescribeRegions',
      account,
      region,
      answering: (input) => askedMembers(input).every((name) => name === 'AllRegions'),
    });
    if (listed.missing === undefined && listed.pages.length > 0) return listed;
  }
  return undefined;
}

function regionList(
  model: OrganizationModel,
  account: string,
  listed: Listed,
  enabled: (data: JsonObject) => boolean,
  partial?: Unknown,
): RelatedList {
  const found = new Map<string, { data: JsonObject; source: Source }>();
  for (const item of itemsOf(listed, 'Regions')) {
    const region = textOf(item.data, 'RegionName');
    if (region !== undefined && enabled(item.data) && !found.has(region)) found.set(region, item);
  }
  return {
    items: [...found.keys()].sort().flatMap((region) => {
      const item = found.get(region);
      if (item === undefined) return [];
      return make(model, {
        type: 'region',
        id: `${account}/${region}`,
        account,
        region,
        name: region,
        data: item.data,
        sources: [item.source],
        partial,
      });
    }),
    missing: undefined,
    records: listed.records,
  };
}
