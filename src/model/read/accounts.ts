import { asksForAll, askedMembers } from '../calls.ts';
import { itemsOf, joinListed, listFrom, tellFrom, type Listed } from '../ask.ts';
import type { JsonObject } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import type { OrganizationModel } from '../organization.ts';
import type { RelatedList, Resource, Source } from '../resource.ts';
import { joinUnknown, Unknown } from '../unknown.ts';
import { make, textOf } from './make.ts';

/** Accounts by id: those that Organizations lists and those that the manifest names. */
export function readAccounts(model: OrganizationModel): RelatedList {
  const listed = listedAccounts(model);
  const found = new Map<string, { data: JsonObject; source: Source }>();
  for (const item of itemsOf(listed, 'Accounts')) {
    const id = textOf(item.data, 'Id');
    if (id !== undefined && !found.has(id)) found.set(id, item);
  }
  const standAlone = model.manifest.organization === null && provedStandAlone(model);
  const missing = standAlone ? undefined : listed.missing;
  const ids = new Set([...found.keys(), ...model.manifest.accounts.map((account) => account.id)]);
  return {
    items: [...ids].sort().map((id) => makeAccount(model, id, found.get(id), missing)),
    missing,
    records: listed.records,
  };
}

/** The organization; undefined outside of one. */
export function readOrganization(model: OrganizationModel): Resource | undefined {
  const told = tellFrom(model.answers, model.whyMissing, {
    call: 'organizations:DescribeOrganization',
    account: askedBy(model),
    region: 'global',
  });
  const known = model.manifest.organization;
  const data = told instanceof Unknown ? undefined : told.output?.['Organization'];
  if (!(told instanceof Unknown) && isJsonObject(data)) {
    const id = known?.id ?? textOf(data, 'Id') ?? 'organization';
    return make(model, {
      type: 'organization',
      // Not the ARN: the manifest, which tells when this answer is missing, has no ARN.
      id,
      account: textOf(data, 'MasterAccountId') ?? known?.managementAccount ?? askedBy(model),
      region: 'global',
      name: id,
      data,
      sources: [{ record: told.record, path: 'Organization' }],
    });
  }
  if (known === null) return undefined;
  return make(model, {
    type: 'organization',
    id: known.id,
    account: known.managementAccount,
    region: 'global',
    name: known.id,
    data: { Id: known.id, MasterAccountId: known.managementAccount },
    sources: [],
    partial: told instanceof Unknown ? told : undefined,
  });
}

/** Whether the account owns the organization; unknown where AWS did not say which organization that is, or that there is none. */
export function managesOrganization(resource: Resource, model: OrganizationModel): boolean | Unknown {
  if (model.organization !== undefined) return model.organization.account === resource.id;
  if (provedStandAlone(model)) return false;
  const told = tellFrom(model.answers, model.whyMissing, {
    call: 'organizations:DescribeOrganization',
    account: askedBy(model),
    region: 'global',
  });
  return told instanceof Unknown ? told : false;
}

/** Tags of the account in the organization; none where it is in no organization. */
export function accountTags(resource: Resource, model: OrganizationModel): JsonObject | Unknown {
  const listed = listFrom(model.answers, model.whyMissing, {
    call: 'organizations:ListTagsForResource',
    account: askedBy(model),
    region: 'global',
    answering: (input) => input['ResourceId'] === resource.id,
  });
  if (listed.missing !== undefined) {
    if (model.manifest.organization === null && provedStandAlone(model)) return {};
    return listed.missing;
  }
  return Object.fromEntries(
    itemsOf(listed, 'Tags').flatMap(({ data }) => {
      const key = textOf(data, 'Key');
      return key === undefined ? [] : [[key, textOf(data, 'Value') ?? '']];
    }),
  );
}

/**
 * Names of the organizational units above the account, from the root; empty where it stands right below the root or outside
 * of an organization.
 */
export function unitPath(resource: Resource, model: OrganizationModel): string | Unknown {
  const told = model.whyMissing.inScope(resource.id)?.path;
  if (told !== undefined) return told;
  if (model.manifest.organization === null && provedStandAlone(model)) return '';
  const roots = listOf(model, 'organizations:ListRoots', asksForAll);
  const ids = itemsOf(roots, 'Roots').flatMap(({ data }) => textOf(data, 'Id') ?? []);
  const below = ids.map((id) => listOf(model, 'organizations:ListAccountsForParent', asksBelow(id)));
  const named = below.some((list) =>
    itemsOf(list, 'Accounts').some(({ data }) => textOf(data, 'Id') === resource.id),
  );
  if (named || isRightBelow(resource, ids)) return '';
  const call = 'organizations:ListOrganizationalUnitsForParent';
  return (
    joinUnknown([roots.missing, ...below.map((list) => list.missing)]) ??
    model.whyMissing.undecided(call, askedBy(model), 'global', `no unit above ${resource.id} was told`)
  );
}

/** ListAccounts tells where an account stands: `o-example/r-abcd/ou-abcd-11111111/111122223333/`. */
function isRightBelow(resource: Resource, roots: readonly string[]): boolean {
  const paths = resource.data['Paths'];
  const [path] = Array.isArray(paths) ? paths : [];
  if (typeof path !== 'string') return false;
  return roots.some((root) => path.endsWith(`/${root}/${resource.id}/`));
}

function makeAccount(
  model: OrganizationModel,
  id: string,
  item: { data: JsonObject; source: Source } | undefined,
  missing: Unknown | undefined,
): Resource {
  const scope = model.whyMissing.inScope(id);
  return make(model, {
    type: 'account',
    id,
    account: id,
    region: 'global',
    name: (item === undefined ? undefined : textOf(item.data, 'Name')) ?? scope?.name ?? id,
    data: item?.data ?? { Id: id },
    sources: item === undefined ? [] : [item.source],
    partial: item === undefined ? missing : undefined,
  });
}

function listedAccounts(model: OrganizationModel): Listed {
  const whole = listOf(model, 'organizations:ListAccounts', asksForAll);
  if (whole.missing === undefined) return whole;
  const roots = listOf(model, 'organizations:ListRoots', asksForAll);
  if (roots.records.length === 0) return whole;
  const lists: Listed[] = [roots];
  const parents = itemsOf(roots, 'Roots').flatMap(({ data }) => textOf(data, 'Id') ?? []);
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    const below = asksBelow(parent);
    const units = listOf(model, 'organizations:ListOrganizationalUnitsForParent', below);
    lists.push(units, listOf(model, 'organizations:ListAccountsForParent', below));
    parents.push(...itemsOf(units, 'OrganizationalUnits').flatMap(({ data }) => textOf(data, 'Id') ?? []));
  }
  const walked = joinListed(lists);
  if (walked.missing === undefined) return walked;
  return { ...joinListed([whole, walked]), missing: whole.missing };
}

function listOf(
  model: OrganizationModel,
  call: `organizations:${string}`,
  answering: (input: JsonObject) => boolean,
): Listed {
  return listFrom(model.answers, model.whyMissing, {
    call,
    account: askedBy(model),
    region: 'global',
    answering,
  });
}

function asksBelow(parent: string): (input: JsonObject) => boolean {
  return (input) => input['ParentId'] === parent && askedMembers(input).length === 1;
}

/** AWS said itself that the account is in no organization. */
function provedStandAlone(model: OrganizationModel): boolean {
  return model.answers
    .records('organizations:DescribeOrganization')
    .some((record) => record.error?.absent === true);
}

function askedBy(model: OrganizationModel): string {
  return model.manifest.caller.account;
}
