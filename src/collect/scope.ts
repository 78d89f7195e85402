import { createHash } from 'node:crypto';

import { CollectError } from './error.ts';
import type { Settings } from './options.ts';
import type { Discovery, KnownAccount, Unit } from './organization.ts';
import type { Regions } from './regions.ts';

/** What is done with an account. */
export interface Choice {
  readonly account: KnownAccount;
  readonly visit: boolean;
  /** True where the collection of another shard visits it. */
  readonly otherShard?: boolean;
  /** Why not, as the manifest says it. */
  readonly scan?: 'left-out' | 'not-active';
  readonly reason?: string;
}

/**
 * Chooses the accounts to visit: those that are active and that the options do not leave out.
 * @throws {CollectError} for accounts or units that do not exist, and when nothing is left to visit
 */
export function chooseAccounts(settings: Settings, discovery: Discovery): readonly Choice[] {
  const { shard } = settings;
  const wanted = settings.accounts === undefined ? undefined : new Set(settings.accounts);
  const units = settings.units === undefined ? undefined : unitsOf(settings.units, discovery);
  const known = new Set(discovery.accounts.map((account) => account.id));
  const strangers = [...(wanted ?? [])].filter((id) => !known.has(id)).sort();
  if (strangers.length > 0 && discovery.listed)
    throw new CollectError(
      'unknown-account',
      `not in organization ${discovery.organization?.id ?? ''}: account ${strangers.join(', ')}; the organization has ${counted(known.size, 'account')}: ${listed([...known])}`,
    );
  // Without a list of accounts, those that are named are believed.
  const accounts = [...discovery.accounts, ...strangers.map((id): KnownAccount => ({ id, units: [] }))];
  const choices = accounts.map((account): Choice => {
    const { id, state } = account;
    if (wanted !== undefined && !wanted.has(id))
      return {
        account,
        visit: false,
        scan: 'left-out',
        reason: 'not among the accounts that were asked for',
      };
    if (units !== undefined && !account.units.some((unit) => units.has(unit)))
      return {
        account,
        visit: false,
        scan: 'left-out',
        reason: 'not in the organizational units that were asked for',
      };
    if (shard !== undefined && shardOf(id, shard.of) !== shard.number)
      return {
        account,
        visit: false,
        otherShard: state === undefined || state === 'ACTIVE',
        scan: 'left-out',
        reason: `in another shard than ${shard.number}/${shard.of}`,
      };
    if (state !== undefined && state !== 'ACTIVE')
      return { account, visit: false, scan: 'not-active', reason: `its state is ${state}` };
    return { account, visit: true };
  });
  if (!choices.some((choice) => choice.visit)) {
    const inactive = choices.filter((choice) => choice.scan === 'not-active').length;
    throw new CollectError(
      'bad-option',
      `nothing is left to scan: ${choices.length - inactive} accounts are left out, ${inactive} are not active`,
    );
  }
  return choices.toSorted((a, b) => (a.account.id < b.account.id ? -1 : 1));
}

/**
 * The shard of an account, from 1: by a hash of its id, so that accounts that come and go move no other one.
 * @param of how many shards there are
 */
export function shardOf(account: string, of: number): number {
  return (createHash('sha256').update(account).digest().readUInt32BE(0) % of) + 1;
}

function unitsOf(wanted: readonly string[], { units }: Discovery): ReadonlySet<string> {
  if (units === undefined)
    throw new CollectError(
      'unknown-unit',
      'accounts cannot be chosen by organizational unit: the tree of units could not be read (organizations:ListRoots, ListOrganizationalUnitsForParent); name accounts instead',
    );
  const found = new Set<string>();
  for (const text of wanted) {
    const path = text.replace(/^\/+|\/+$/g, '');
    const matching = units.filter((unit) => unit.id === text || (path !== '' && unit.path === path));
    if (matching.length === 0)
      throw new CollectError(
        'unknown-unit',
        `no organizational unit ${JSON.stringify(text)}; there are: ${listed(units.map(named))}`,
      );
    for (const unit of matching) found.add(unit.id);
  }
  return found;
}

function named({ id, path }: Unit): string {
  return path === '' ? id : `${path} (${id})`;
}

/** Regions of an account to ask in, and those that are left out. */
export interface RegionChoice {
  readonly asked: readonly string[];
  readonly leftOut: readonly string[];
}

export function chooseRegions(
  wanted: readonly string[] | undefined,
  { enabled, from }: Regions,
): RegionChoice {
  if (wanted === undefined) return { asked: enabled, leftOut: [] };
  const names = new Set(wanted);
  // Where AWS did not say what is enabled, those that were asked for are tried.
  if (from === 'stated') return { asked: [...names].sort(), leftOut: [] };
  return {
    asked: enabled.filter((region) => names.has(region)),
    leftOut: enabled.filter((region) => !names.has(region)),
  };
}

/**
 * Refuses regions that do not exist.
 * @throws {CollectError} that lists those that do
 */
export function checkRegions(wanted: readonly string[] | undefined, { existing, from }: Regions): void {
  if (wanted === undefined || from === 'stated') return;
  const unknown = wanted.filter((region) => !existing.includes(region));
  if (unknown.length > 0)
    throw new CollectError(
      'unknown-region',
      `no such region: ${unknown.join(', ')}; there are: ${existing.join(', ')}`,
    );
}

/** "3 accounts". */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** The first of many, and how many more there are. */
export function listed(names: readonly string[], most = 12): string {
  return names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

/** Accounts for a person: all of a few, else how many. */
export function some(accounts: readonly string[]): string {
  const [first = ''] = accounts;
  return accounts.length <= 5 ? accounts.join(', ') : `${accounts.length} accounts (${first}, ...)`;
}
