import type { JsonObject } from '../../src/json.ts';
import { createModel } from '../../src/model/create-model.ts';
import { AccountNeeded, type OrganizationModel } from '../../src/model/organization.ts';
import type { Fact, Related, RelatedList, Resource } from '../../src/model/resource.ts';
import type { AccountInScope, CoverageCell, Manifest } from '../../src/snapshot/manifest.ts';
import type { AnswerError, CallName, StoredRecord } from '../../src/snapshot/record.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';

/** One answer as a test writes it. */
export interface Given {
  readonly call: CallName;
  /** In the part of the organization: who was asked, where not the management account. */
  readonly account?: string;
  readonly region?: string;
  readonly input?: JsonObject;
  readonly output?: JsonObject;
  readonly error?: AnswerError;
  readonly page?: { readonly number: number; readonly last: boolean };
}

export interface GivenAccount extends Partial<AccountInScope> {
  /** Undefined: the account has no part. */
  readonly records?: readonly Given[];
}

export interface GivenSnapshot {
  readonly accounts: Readonly<Record<string, GivenAccount>>;
  readonly organization?: readonly Given[];
  readonly management?: string | null;
  readonly coverage?: readonly CoverageCell[];
}

/** A snapshot in memory. `loads` counts how often each part was read. */
export function snapshotOf(given: GivenSnapshot): Snapshot & { readonly loads: string[] } {
  const ids = Object.keys(given.accounts);
  const management = given.management === undefined ? (ids[0] ?? null) : given.management;
  const manifest: Manifest = {
    format: 'trailwarden-snapshot',
    version: 1,
    tool: { name: 'test', version: '0' },
    caller: { arn: 'arn:aws:iam::111111111111:role/auditor', account: management ?? ids[0] ?? '' },
    partition: 'aws',
    organization: management === null ? null : { id: 'o-example', managementAccount: management },
    start: '2026-10-01T05:00:00.000Z',
    end: '2026-10-01T06:00:00.000Z',
    finished: true,
    accounts: ids.map((id) => {
      const { records, ...scope } = given.accounts[id] ?? {};
      return { id, scan: records === undefined ? 'not-reached' : 'collected', ...scope };
    }),
    coverage: given.coverage ?? [],
    parts: [],
    rootHash: '',
    notices: [],
  };
  const loads: string[] = [];
  return {
    manifest,
    loads,
    organization: async () => stored(given.organization ?? [], management ?? '', 'organization.ndjson'),
    account: async (id) => {
      loads.push(id);
      const records = given.accounts[id]?.records;
      return records === undefined ? undefined : stored(records, id, `accounts/${id}.ndjson`);
    },
  };
}

function stored(records: readonly Given[], account: string, part: string): StoredRecord[] {
  return records.map((record, index) => {
    const [service = '', operation = ''] = record.call.split(':');
    const { call: _call, region, input, ...rest } = record;
    return {
      service,
      operation,
      account,
      region: region ?? 'global',
      input: input ?? {},
      time: '2026-10-01T05:30:00.000Z',
      ...rest,
      part,
      line: index + 1,
    };
  });
}

/** Evaluates for an account as the evaluator does: loads what is needed and starts again. */
export async function evaluating<T>(model: OrganizationModel, account: string, work: () => T): Promise<T> {
  await model.load(account);
  for (let round = 0; round < 100; round += 1) {
    try {
      return work();
    } catch (fault) {
      if (!(fault instanceof AccountNeeded)) throw fault;
      await model.load(fault.account, account);
    }
  }
  throw new Error('accounts are asked for without end');
}

/** Opens the snapshot and works on one account. */
export async function inAccount<T>(
  given: GivenSnapshot,
  account: string,
  work: (resource: Resource, model: OrganizationModel) => T,
): Promise<T> {
  const model = await createModel(snapshotOf(given));
  return evaluating(model, account, () => work(known(model.account(account)), model));
}

export function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected something');
  return value;
}

export function list(resource: Resource, relation: string, model: OrganizationModel): RelatedList {
  const found = resource.type.relations[relation];
  if (found?.kind !== 'many') throw new Error(`${resource.type.name} has no list ${relation}`);
  return found.resolve(resource, model);
}

export function related(resource: Resource, relation: string, model: OrganizationModel): Related {
  const found = resource.type.relations[relation];
  if (found?.kind !== 'one') throw new Error(`${resource.type.name} has no relation ${relation}`);
  return found.resolve(resource, model);
}

export function factOf(resource: Resource, name: string, model: OrganizationModel): Fact {
  return known(resource.type.facts[name]).resolve(resource, model);
}

export function population(type: string, account: Resource, model: OrganizationModel): RelatedList {
  return known(known(model.types.get(type)).population)(account, model);
}

export const ids = (items: RelatedList): string[] => items.items.map((item) => item.id);

export const denied = (message = 'no'): AnswerError => ({
  code: 'AccessDenied',
  message,
  outcome: 'denied',
  status: 403,
});

export const gone = (code: string): AnswerError => ({
  code,
  message: 'there is none',
  outcome: 'obtained',
  absent: true,
});

export function listRegions(...regions: readonly (string | { name: string; status: string })[]): Given {
  return {
    call: 'account:ListRegions',
    output: {
      Regions: regions.map((region) =>
        typeof region === 'string'
          ? { RegionName: region, RegionOptStatus: 'ENABLED_BY_DEFAULT' }
          : { RegionName: region.name, RegionOptStatus: region.status },
      ),
    },
  };
}

export function trail(owner: string, name: string, fields: JsonObject = {}): JsonObject {
  const home = typeof fields['HomeRegion'] === 'string' ? fields['HomeRegion'] : 'us-east-1';
  return {
    Name: name,
    TrailARN: `arn:aws:cloudtrail:${home}:${owner}:trail/${name}`,
    HomeRegion: home,
    IsMultiRegionTrail: true,
    IsOrganizationTrail: false,
    ...fields,
  };
}

export function describeTrails(region: string, ...trails: readonly JsonObject[]): Given {
  return { call: 'cloudtrail:DescribeTrails', region, output: { trailList: trails } };
}
