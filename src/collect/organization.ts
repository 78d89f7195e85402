import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { callOf, type AnswerError, type AnswerRecord, type CallName } from '../snapshot/record.ts';
import { objects, textOf, texts } from './answer.ts';
import { callNamed, calls, nameOf, type Wanted } from './calls.ts';
import type { Identity } from './identity.ts';
import { pool } from './pool.ts';

/** An account as the organization tells of it. */
export interface KnownAccount {
  readonly id: string;
  readonly name?: string;
  /** Undefined where nobody told. */
  readonly state?: string;
  /** Names of the organizational units above it, the root's left out: `Workloads/Production`. */
  readonly path?: string;
  /** Ids of the organizational units above it and of the root. */
  readonly units: readonly string[];
}

/** A root or organizational unit. */
export interface Unit {
  readonly id: string;
  readonly path: string;
}

/** What the caller could learn about the organization. */
export interface Discovery {
  readonly organization: { readonly id: string; readonly managementAccount: string } | null;
  readonly accounts: readonly KnownAccount[];
  /** True where the organization's own list of accounts was read to its end. */
  readonly listed: boolean;
  /** Organizational units; undefined where the tree could not be read. */
  readonly units: readonly Unit[] | undefined;
  readonly records: readonly AnswerRecord[];
  /** Questions that were left out, with the reason. */
  readonly notAsked: readonly { readonly call: CallName; readonly cause: string }[];
  readonly notices: readonly string[];
}

const treeCalls = [
  'organizations:ListRoots',
  'organizations:ListOrganizationalUnitsForParent',
  'organizations:ListAccountsForParent',
] as const;
const settingCalls = [
  'organizations:ListAWSServiceAccessForOrganization',
  'organizations:ListDelegatedAdministrators',
] as const;
/** What settings of the organization name. */
const detailCalls = calls.filter((call) => call.scope === 'caller-item');
/** Everything about the organization but what it is and who is in it. */
const furtherCalls: readonly CallName[] = [...treeCalls, ...settingCalls, ...detailCalls.map(nameOf)];

/**
 * Learns which accounts there are. Without an organization, or without the right to read it, the caller's own account
 * is what is left; notices say so.
 */
export async function discover(identity: Identity, wanted: Wanted): Promise<Discovery> {
  const walk = new Walk(identity, wanted);
  const own: KnownAccount = { id: identity.account, units: [] };
  const nothing = { organization: null, accounts: [own], listed: false, units: undefined };

  const described = await walk.ask('organizations:DescribeOrganization');
  if (described.error !== undefined) {
    const alone = described.error.absent === true;
    // Without an organization there is nothing that these could tell.
    if (!alone)
      walk.leaveOut(
        ['organizations:ListAccounts', ...furtherCalls],
        'organizations:DescribeOrganization gave no answer',
      );
    walk.notices.push(
      alone
        ? `account ${identity.account} is in no organization: only accounts that are named or its own are scanned`
        : `the organization could not be read: organizations:DescribeOrganization ended with ${said(described.error)}; only accounts that are named or the caller's own are scanned. ${needed}`,
    );
    return { ...nothing, ...walk.result() };
  }
  const [answer = {}] = described.outputs;
  const facts = isJsonObject(answer['Organization']) ? answer['Organization'] : {};
  const id = textOf(facts['Id']);
  const managementAccount = textOf(facts['MasterAccountId']);
  const organization = id === undefined || managementAccount === undefined ? null : { id, managementAccount };

  const list = await walk.ask('organizations:ListAccounts');
  const found = list.outputs.flatMap((output) => objects(output['Accounts']));
  if (list.error !== undefined)
    walk.notices.push(
      `the list of accounts of organization ${id ?? '?'} is incomplete: organizations:ListAccounts ended with ${said(list.error)}. ${needed}`,
    );
  if (list.error !== undefined && found.length === 0) {
    walk.leaveOut(furtherCalls, 'organizations:ListAccounts gave no answer');
    return { ...nothing, organization, ...walk.result() };
  }
  const tree = await walk.tree(found);
  await walk.settings();
  const accounts = found.flatMap((account) => {
    const accountId = textOf(account['Id']);
    return accountId === undefined ? [] : [known(accountId, account, tree)];
  });
  if (!accounts.some((account) => account.id === identity.account)) {
    accounts.push(own);
    if (list.error === undefined)
      walk.notices.push(
        `organizations:ListAccounts does not name the caller's own account ${identity.account}: its list is not to be trusted as complete`,
      );
  }
  accounts.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { organization, accounts, listed: list.error === undefined, units: tree.units, ...walk.result() };
}

/** Accounts whose tags are asked for at the same time: more than the rate of Organizations feeds. */
const tagsAtOnce = 20;

/**
 * Asks for the tags of accounts; the session's rate limit spaces the questions. `take` gets the answers about each account,
 * in any order. Throws where the scan is stopped.
 */
export async function readTags(
  identity: Identity,
  accounts: readonly KnownAccount[],
  take: (account: string, records: readonly AnswerRecord[]) => void,
): Promise<void> {
  const walk = new Walk(identity, () => true);
  await pool(
    accounts,
    () => tagsAtOnce,
    async ({ id }) => take(id, await walk.read('organizations:ListTagsForResource', { ResourceId: id })),
  );
}

const needed =
  'Run as the management account or a delegated administrator, with organizations:DescribeOrganization, ListAccounts, ListRoots, ListOrganizationalUnitsForParent and ListAccountsForParent';

interface Tree {
  readonly units: readonly Unit[] | undefined;
  /** Path of names and chain of ids of each root and unit. */
  readonly places: ReadonlyMap<string, { readonly path: string; readonly chain: readonly string[] }>;
  /** Parent of each account. */
  readonly parents: ReadonlyMap<string, string>;
}

interface Answers {
  readonly outputs: readonly JsonObject[];
  readonly error?: AnswerError;
}

class Walk {
  readonly notices: string[] = [];
  readonly #identity: Identity;
  readonly #wanted: Wanted;
  readonly #records: AnswerRecord[] = [];
  readonly #notAsked: { call: CallName; cause: string }[] = [];

  constructor(identity: Identity, wanted: Wanted) {
    this.#identity = identity;
    this.#wanted = wanted;
    this.#records.push(identity.record);
  }

  async ask(name: Parameters<typeof callNamed>[0], input: JsonObject = {}): Promise<Answers> {
    const records = await this.read(name, input);
    this.#records.push(...records);
    return answersOf(records);
  }

  leaveOut(names: readonly CallName[], cause: string): void {
    for (const call of names) if (this.#wanted(callNamed(call))) this.#notAsked.push({ call, cause });
  }

  result(): Pick<Discovery, 'records' | 'notAsked' | 'notices'> {
    return { records: this.#records, notAsked: this.#notAsked, notices: this.notices };
  }

  /** Reads roots and units level by level, and who is where unless the accounts themselves tell. */
  async tree(accounts: readonly JsonObject[]): Promise<Tree> {
    const places = new Map<string, { path: string; chain: readonly string[] }>();
    const parents = new Map<string, string>();
    const roots = await this.ask('organizations:ListRoots');
    let whole = roots.error === undefined;
    if (!whole && roots.outputs.length === 0)
      this.leaveOut(
        ['organizations:ListOrganizationalUnitsForParent', 'organizations:ListAccountsForParent'],
        'it is not known what to ask about: organizations:ListRoots gave no answer',
      );
    let level = roots.outputs
      .flatMap((output) => objects(output['Roots']))
      .flatMap((root) => textOf(root['Id']) ?? []);
    for (const root of level) places.set(root, { path: '', chain: [root] });
    while (level.length > 0) {
      const children = await this.#each('organizations:ListOrganizationalUnitsForParent', level);
      const next: string[] = [];
      for (const [parent, { outputs, error }] of children) {
        if (error !== undefined) whole = false;
        const above = places.get(parent);
        for (const unit of outputs.flatMap((output) => objects(output['OrganizationalUnits']))) {
          const id = textOf(unit['Id']);
          if (id === undefined || above === undefined || places.has(id)) continue;
          const name = textOf(unit['Name']) ?? id;
          places.set(id, {
            path: above.path === '' ? name : `${above.path}/${name}`,
            chain: [...above.chain, id],
          });
          next.push(id);
        }
      }
      level = next;
    }

    for (const account of accounts) {
      const id = textOf(account['Id']);
      const parent = parentOf(account['Paths']);
      if (id !== undefined && parent !== undefined) parents.set(id, parent);
    }
    const untold = accounts.some((account) => !parents.has(textOf(account['Id']) ?? ''));
    if (untold && places.size > 0) {
      for (const [parent, { outputs, error }] of await this.#each('organizations:ListAccountsForParent', [
        ...places.keys(),
      ])) {
        if (error !== undefined) whole = false;
        for (const account of outputs.flatMap((output) => objects(output['Accounts']))) {
          const id = textOf(account['Id']);
          if (id !== undefined) parents.set(id, parent);
        }
      }
    }
    if (!whole) this.notices.push(`the tree of organizational units could not be read to its end. ${needed}`);
    const units = [...places].map(([id, { path }]) => ({ id, path }));
    return { units: whole ? units : undefined, places, parents };
  }

  /** Reads what is set for the organization as a whole, then what that names. */
  async settings(): Promise<void> {
    for (const name of settingCalls) if (this.#wanted(callNamed(name))) await this.ask(name);
    for (const call of detailCalls.filter(this.#wanted)) {
      const sources = this.#records.filter((record) => call.each?.answers.includes(callOf(record)));
      const refused = sources.some(({ error }) => error !== undefined && error.absent !== true);
      const leftOut = this.#notAsked.some(({ call: name }) => call.each?.answers.includes(name));
      if (refused || leftOut)
        this.leaveOut(
          [nameOf(call)],
          `it is not known what to ask about: ${call.each?.answers.join(' and ')} gave no answer`,
        );
      const items = sources.flatMap((record) =>
        record.output === undefined ? [] : (call.each?.items({ ...record, output: record.output }) ?? []),
      );
      const named = new Map(items.map((item) => [item.name, item]));
      const answered = await Promise.all(
        [...named.values()].map((item) => this.read(nameOf(call), call.each?.input(item) ?? {})),
      );
      this.#records.push(...answered.flat());
    }
  }

  /** Asks for each parent; the session's rate limit spaces the questions. */
  async #each(
    name: (typeof treeCalls)[number],
    parents: readonly string[],
  ): Promise<readonly (readonly [string, Answers])[]> {
    const answered = await Promise.all(
      parents.map(async (parent) => [parent, await this.read(name, { ParentId: parent })] as const),
    );
    return answered.map(([parent, records]) => {
      this.#records.push(...records);
      return [parent, answersOf(records)] as const;
    });
  }

  /** All pages of one answer. */
  async read(name: Parameters<typeof callNamed>[0], input: JsonObject): Promise<readonly AnswerRecord[]> {
    const { session, partition } = this.#identity;
    const records: AnswerRecord[] = [];
    const question = { call: callNamed(name), region: partition.home, recordedRegion: 'global', input };
    for await (const record of session.ask(question)) records.push(record);
    return records;
  }
}

function answersOf(records: readonly AnswerRecord[]): Answers {
  const error = records.find((record) => record.error !== undefined)?.error;
  const outputs = records.map((record) => record.output).filter((output) => output !== undefined);
  return error === undefined ? { outputs } : { outputs, error };
}

function known(id: string, account: JsonObject, { places, parents }: Tree): KnownAccount {
  const name = textOf(account['Name']);
  // `Status` is what `State` was called until 2026.
  const state = textOf(account['State']) ?? textOf(account['Status']);
  const place = places.get(parents.get(id) ?? '');
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(state === undefined ? {} : { state }),
    ...(place === undefined || place.path === '' ? {} : { path: place.path }),
    units: place?.chain ?? [],
  };
}

/** The unit or root right above an account, out of `o-example/r-abcd/ou-abcd-11111111/111122223333/`. */
function parentOf(paths: JsonValue | undefined): string | undefined {
  return texts(paths)[0]
    ?.split('/')
    .findLast((step) => /^(?:r|ou)-/.test(step));
}

function said({ code, message }: AnswerError): string {
  return `${code} (${message})`;
}
