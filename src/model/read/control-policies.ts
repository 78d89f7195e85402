import { itemsOf } from '../ask.ts';
import { askedMembers } from '../calls.ts';
import type { OrganizationModel } from '../organization.ts';
import type { PolicyDocument } from '../policy/document.ts';
import { readPolicy } from '../policy/document.ts';
import type { BoundAccount, PolicyLevel } from '../policy/organization-policies.ts';
import { isJsonObject } from '../../json.ts';
import type { Resource, Source } from '../resource.ts';
import { joinUnknown, Unknown } from '../unknown.ts';
import { textOf, textsOf } from './make.ts';
import { askOrganization, enabledPolicyTypes } from './organization-settings.ts';

/** Kinds of policies that bind accounts whatever is allowed in them. */
export type ControlPolicyType = 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY';

/** Calls that tell which policies bind an account. */
export const controlPolicyCalls = [
  'organizations:ListRoots',
  'organizations:ListOrganizationalUnitsForParent',
  'organizations:ListAccountsForParent',
  'organizations:ListPolicies',
  'organizations:DescribePolicy',
  'organizations:ListTargetsForPolicy',
] as const;

/** How policies of one kind bind an account, and what that was read from. */
export interface Binding {
  readonly account: BoundAccount;
  /** Why more may bind it, or less, than is known. */
  readonly missing: Unknown | undefined;
  /** The policies on its levels. */
  readonly sources: readonly Source[];
}

/** A policy at a root, unit or account. */
interface Attached {
  /** Undefined where it could not be read. */
  readonly document: PolicyDocument | undefined;
  readonly missing: Unknown | undefined;
  readonly source: Source | undefined;
}

/** All policies of one kind. */
interface Attachments {
  readonly byTarget: ReadonlyMap<string, readonly Attached[]>;
  /** Policies of which it is not known where they are attached, and why. */
  readonly anywhere: number;
  readonly missing: Unknown | undefined;
}

/** How the policies of one kind bind an account; not known where it is not known whether the kind is in force. */
export function bindingOf(
  model: OrganizationModel,
  account: Resource,
  type: ControlPolicyType,
): Binding | Unknown {
  const isManagement = model.organization?.account === account.id;
  const free = { account: { levels: [], isManagement }, missing: undefined, sources: [] };
  if (model.organization === undefined || isManagement) return free;
  const enabled = enabledPolicyTypes(model);
  if (enabled instanceof Unknown) return enabled;
  if (!textsOf(enabled as readonly string[]).includes(type)) return free;
  const chain = chainOf(model, account);
  if (chain instanceof Unknown) return chain;
  const { byTarget, anywhere, missing } = attachmentsOf(model, type);
  const unread = Array.from({ length: anywhere }, () => undefined);
  const attached = chain.map((target) => byTarget.get(target) ?? []);
  const levels = attached.map((policies): PolicyLevel => ({
    policies: [...policies.map(({ document }) => document), ...unread],
  }));
  const all = attached.flat();
  return {
    account: { levels, isManagement },
    missing: joinUnknown([missing, ...all.map((policy) => policy.missing)]),
    sources: all.flatMap(({ source }) => source ?? []),
  };
}

const known = new WeakMap<OrganizationModel, Map<ControlPolicyType, Attachments>>();

function attachmentsOf(model: OrganizationModel, type: ControlPolicyType): Attachments {
  let kept = known.get(model);
  if (kept === undefined) known.set(model, (kept = new Map()));
  let attachments = kept.get(type);
  if (attachments === undefined) kept.set(type, (attachments = readAttachments(model, type)));
  return attachments;
}

function readAttachments(model: OrganizationModel, type: ControlPolicyType): Attachments {
  const listed = askOrganization(
    model,
    'organizations:ListPolicies',
    (input) => input['Filter'] === type && askedMembers(input).length === 1,
  );
  const byTarget = new Map<string, Attached[]>();
  const missing = [listed.missing];
  let anywhere = listed.missing === undefined ? 0 : 1;
  for (const { data } of itemsOf(listed, 'Policies')) {
    const id = textOf(data, 'Id');
    if (id === undefined) continue;
    const about = (input: { readonly [name: string]: unknown }): boolean => input['PolicyId'] === id;
    const told = askOrganization(model, 'organizations:DescribePolicy', about);
    const targets = askOrganization(model, 'organizations:ListTargetsForPolicy', about);
    missing.push(targets.missing);
    if (targets.missing !== undefined) anywhere += 1;
    const record = told.pages[0];
    const policy = record?.output?.['Policy'];
    const text = isJsonObject(policy) ? textOf(policy, 'Content') : undefined;
    const attached: Attached = {
      document: text === undefined ? undefined : readPolicy(text),
      missing: told.missing,
      source: record && { record, path: 'Policy.Content' },
    };
    for (const target of itemsOf(targets, 'Targets')) {
      const at = textOf(target.data, 'TargetId');
      if (at !== undefined) byTarget.set(at, [...(byTarget.get(at) ?? []), attached]);
    }
  }
  return { byTarget, anywhere, missing: joinUnknown(missing) };
}

/** Ids from the root over the units to the account: from its paths, else from who is listed under whom. */
function chainOf(model: OrganizationModel, account: Resource): readonly string[] | Unknown {
  const [path] = textsOf(account.data['Paths']);
  const steps = path?.split('/').filter((step) => /^(?:r|ou)-/.test(step));
  if (steps !== undefined && steps.length > 0) return [...steps, account.id];
  const { parents, missing } = parentsOf(model);
  const chain = [account.id];
  for (let at = parents.get(account.id); at !== undefined && chain.length < 16; at = parents.get(at))
    chain.unshift(at);
  if (chain[0]?.startsWith('r-') === true) return chain;
  return (
    missing ??
    model.whyMissing.record('organizations:ListAccountsForParent', model.manifest.caller.account, 'global')
  );
}

interface Parents {
  readonly parents: ReadonlyMap<string, string>;
  readonly missing: Unknown | undefined;
}

const knownParents = new WeakMap<OrganizationModel, Parents>();

/** The parent of each account and unit. */
function parentsOf(model: OrganizationModel): Parents {
  const kept = knownParents.get(model);
  if (kept !== undefined) return kept;
  const parents = new Map<string, string>();
  const missing: (Unknown | undefined)[] = [];
  const lists = [
    ['organizations:ListAccountsForParent', 'Accounts'],
    ['organizations:ListOrganizationalUnitsForParent', 'OrganizationalUnits'],
  ] as const;
  for (const [call, member] of lists) {
    const asked = new Set(
      model.answers.records(call).flatMap(({ input }) => textOf(input, 'ParentId') ?? []),
    );
    for (const parent of asked) {
      const listed = askOrganization(model, call, (input) => input['ParentId'] === parent);
      missing.push(listed.missing);
      for (const { data } of itemsOf(listed, member)) {
        const id = textOf(data, 'Id');
        if (id !== undefined) parents.set(id, parent);
      }
    }
  }
  const found = { parents, missing: joinUnknown(missing) };
  knownParents.set(model, found);
  return found;
}
