import type { Manifest } from '../snapshot/manifest.ts';
import type { AccountPart, Answers } from './answers.ts';
import type { RelatedList, Resource } from './resource.ts';
import type { ResourceType } from './schema.ts';
import type { WhyMissing } from './why-missing.ts';

/**
 * Thrown when a relation leads into an account whose part is not in memory. Whoever evaluates catches it, awaits
 * {@link OrganizationModel.load} for the account, and evaluates again: so relations stay synchronous and only the
 * accounts that are really referred to are read.
 */
export class AccountNeeded extends Error {
  override readonly name = 'AccountNeeded';
  readonly account: string;

  constructor(account: string) {
    super(`account ${account} is not loaded`);
    this.account = account;
  }
}

/** Resources and relations of one organization, read from a snapshot account by account. */
export interface OrganizationModel {
  readonly manifest: Manifest;
  /** Time against which ages are measured: the end of collection, UTC ISO 8601. */
  readonly time: string;
  /** Every type of resource there is, by name. */
  readonly types: ReadonlyMap<string, ResourceType>;
  /** The organization itself, or undefined outside of one. */
  readonly organization: Resource | undefined;
  /**
   * Accounts of the population, sorted by id: those of the organization and those that have a part. `missing` where
   * the list of the organization's accounts is incomplete.
   */
  readonly accounts: RelatedList;
  /**
   * The account as a resource, whether its part is loaded or not; undefined when nothing in the snapshot knows it.
   * Its own fields (`Id`, `State`, ...) need no part.
   */
  account(id: string): Resource | undefined;
  /**
   * Reads the part of an account. Keeps a bounded number of parts, the least recently used go; never one that was
   * loaded for the account under evaluation.
   *
   * @param evaluating - The account whose evaluation needs the part; `id` itself where left out.
   * @param beside - Another account whose part is not to go for this one.
   * @throws {SnapshotError} For a damaged part.
   */
  load(id: string, evaluating?: string, beside?: string): Promise<void>;

  // What follows serves the resource types of this folder.

  /** Answers of the organization part. */
  readonly answers: Answers;
  readonly whyMissing: WhyMissing;
  /**
   * The loaded part of an account; undefined where the snapshot has none.
   *
   * @throws {AccountNeeded} Where it is not loaded.
   */
  part(account: string): AccountPart | undefined;
  /** The value of `compute`, worked out once for the resource and key while its account stays loaded. */
  once<T>(resource: Resource, key: object, compute: () => T): T;
}
