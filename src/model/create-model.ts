import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import { AccountPart, Answers } from './answers.ts';
import { AccountNeeded, type OrganizationModel } from './organization.ts';
import { readAccounts, readOrganization } from './read/accounts.ts';
import type { RelatedList, Resource } from './resource.ts';
import type { ResourceType } from './schema.ts';
import { resourceTypes } from './types.ts';
import { WhyMissing } from './why-missing.ts';

export interface ModelOptions {
  /** How many account parts that others asked for stay in memory beside those that the account under evaluation needs. Default 8. */
  readonly keep?: number;
}

/**
 * Opens a snapshot as an organization of resources. Reads the organization part; account parts are read by
 * {@link OrganizationModel.load}.
 *
 * @throws {SnapshotError} For a damaged organization part.
 */
export async function createModel(
  snapshot: Snapshot,
  options: ModelOptions = {},
): Promise<OrganizationModel> {
  return new SnapshotModel(snapshot, new Answers(await snapshot.organization()), options.keep ?? 8);
}

interface Loaded {
  readonly part: AccountPart;
  readonly memo: Memo;
  /** Whether the evaluation of another account has asked for it: others will, too. */
  shared: boolean;
  /** Evaluation in which it was last needed. */
  used: number;
}

type Memo = Map<Resource, Map<object, unknown>>;

class SnapshotModel implements OrganizationModel {
  readonly manifest: Manifest;
  readonly time: string;
  readonly types: ReadonlyMap<string, ResourceType> = resourceTypes;
  readonly organization: Resource | undefined;
  readonly accounts: RelatedList;
  readonly answers: Answers;
  readonly whyMissing: WhyMissing;
  readonly #snapshot: Snapshot;
  readonly #keep: number;
  readonly #byId: ReadonlyMap<string, Resource>;
  readonly #loaded = new Map<string, Loaded>();
  readonly #withoutPart = new Set<string>();
  readonly #pinned = new Set<string>();
  #evaluating: string | undefined;
  #evaluation = 0;
  /** For resources of accounts without a part: kept for one evaluation. */
  #looseMemo: Memo = new Map();

  constructor(snapshot: Snapshot, answers: Answers, keep: number) {
    this.manifest = snapshot.manifest;
    this.time = snapshot.manifest.end;
    this.answers = answers;
    this.whyMissing = new WhyMissing(snapshot.manifest);
    this.#snapshot = snapshot;
    this.#keep = keep;
    this.organization = readOrganization(this);
    this.accounts = readAccounts(this);
    this.#byId = new Map(this.accounts.items.map((account) => [account.id, account]));
  }

  account(id: string): Resource | undefined {
    return this.#byId.get(id);
  }

  part(account: string): AccountPart | undefined {
    const loaded = this.#loaded.get(account);
    if (loaded !== undefined) {
      loaded.used = this.#evaluation;
      return loaded.part;
    }
    if (this.#withoutPart.has(account)) return undefined;
    throw new AccountNeeded(account);
  }

  once<T>(resource: Resource, key: object, compute: () => T): T {
    const memo = this.#loaded.get(resource.account)?.memo ?? this.#looseMemo;
    let values = memo.get(resource);
    if (values === undefined) memo.set(resource, (values = new Map()));
    if (values.has(key)) return values.get(key) as T;
    const value = compute();
    values.set(key, value);
    return value;
  }

  async load(id: string, evaluating: string = id, beside?: string): Promise<void> {
    if (evaluating !== this.#evaluating) {
      this.#evaluating = evaluating;
      this.#evaluation += 1;
      this.#pinned.clear();
      this.#pinned.add(evaluating);
      if (beside !== undefined) this.#pinned.add(beside);
      // Before the next part is read, so that they are not in memory together. One that is needed again is read again, and
      // is a shared one then.
      this.#makeRoom(false, 0);
      this.#looseMemo = new Map();
    }
    this.#pinned.add(id);
    const loaded = this.#loaded.get(id);
    const shared = id !== evaluating;
    if (loaded !== undefined) {
      loaded.used = this.#evaluation;
      loaded.shared ||= shared;
      return;
    }
    const records = await this.#snapshot.account(id);
    if (records === undefined) {
      this.#withoutPart.add(id);
      return;
    }
    const part = new AccountPart(id, records);
    this.#loaded.set(id, { part, memo: new Map(), shared, used: this.#evaluation });
    this.#makeRoom(true, this.#keep);
  }

  #makeRoom(shared: boolean, keep: number): void {
    const free = [...this.#loaded].filter(([id, part]) => part.shared === shared && !this.#pinned.has(id));
    free.sort(([, a], [, b]) => a.used - b.used);
    for (const [id] of free.slice(0, Math.max(0, free.length - keep))) this.#loaded.delete(id);
  }
}
