import type { Manifest } from '../snapshot/manifest.ts';
import type { RelatedList, Resource } from './resource.ts';

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
  /** Reads the part of an account. Keeps a bounded number of parts, the least recently used go. */
  load(id: string): Promise<void>;
}
