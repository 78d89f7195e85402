import type { CallName, Outcome } from './record.ts';
import type { RequestCounts } from './requests.ts';

/** Name of the manifest inside a compressed snapshot. */
export const manifestFile = 'manifest.json';
/** The file of a readable folder that holds all but the records. */
export const readableFile = 'snapshot.yaml';

export const snapshotFormat = 'trailwarden-snapshot';
export const snapshotVersion = 1;

/** An account that the scan was meant to see, or knowingly left out. */
export interface AccountInScope {
  readonly id: string;
  /** Name in the organization. Untrusted text. */
  readonly name?: string;
  /** `State` of Organizations (`Status` where an old answer has no `State`). */
  readonly state?: string;
  /** Path of organizational unit names from the root, for people: `Workloads/Production`. */
  readonly path?: string;
  /** `collected`: a part exists. Others: why there is none. */
  readonly scan: 'collected' | 'left-out' | 'not-active' | 'not-reachable' | 'not-reached';
  /** For a person, when `scan` is not `collected`: "AssumeRole was denied: ...". */
  readonly reason?: string;
  /** Regions in which questions were to be asked. Absent when they could not be learned. */
  readonly regions?: readonly string[];
  /** How `regions` was learned: the account API, EC2, or a list of ours because both were refused. */
  readonly regionsFrom?: 'account:ListRegions' | 'ec2:DescribeRegions' | 'stated';
  /** Enabled regions that `--regions` left out. */
  readonly regionsLeftOut?: readonly string[];
}

/**
 * What became of calls. Equal cells are written once: the cell holds for each account in `accounts`
 * in each region of `regions`. Together the cells hold every account x region x operation that was meant to be asked.
 */
export interface CoverageCell {
  readonly operation: CallName;
  readonly outcome: Outcome;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  /** Error code behind an outcome other than `obtained`. */
  readonly code?: string;
  /** For a person: AWS's message, or why it was not asked. Untrusted text. */
  readonly cause?: string;
  /** Principal that was refused, where the answer tells. */
  readonly principal?: string;
}

export interface PartEntry {
  /** Path inside the snapshot, with `/`. */
  readonly file: string;
  /** Twelve digits, or null for the part of the organization. */
  readonly account: string | null;
  readonly records: number;
  /** Size in bytes of the compressed file (readable form: of the records as canonical JSON lines). */
  readonly bytes: number;
  /** SHA-256, lower-case hex, of those bytes. */
  readonly sha256: string;
}

/** A snapshot that this one was merged from. */
export interface MergedSnapshot {
  readonly rootHash: string;
  readonly caller: Manifest['caller'];
  readonly tool: Manifest['tool'];
  readonly start: string;
  readonly end: string;
}

/** That and what was removed from a snapshot. */
export interface Redaction {
  /** Root hash of the snapshot before. */
  readonly of: string;
  /** How the hashes that stand in place of what was removed are made; the key is known to who removed it. */
  readonly hash: 'HMAC-SHA-256';
  readonly removed: readonly { readonly kind: string; readonly count: number }[];
}

/** `manifest.json`: what the snapshot is, who took it, what was meant to be seen and what was. */
export interface Manifest {
  readonly format: typeof snapshotFormat;
  readonly version: number;
  readonly tool: { readonly name: string; readonly version: string };
  /** Who asked: answer of sts:GetCallerIdentity. */
  readonly caller: { readonly arn: string; readonly account: string };
  readonly partition: string;
  /** Null when the account is in no organization, or when that could not be learned (see notices). */
  readonly organization: { readonly id: string; readonly managementAccount: string } | null;
  /** Start and end of collection, UTC ISO 8601. Ages are measured against `end`. */
  readonly start: string;
  readonly end: string;
  /** False when collection was interrupted before every question of the plan was asked. */
  readonly finished: boolean;
  readonly accounts: readonly AccountInScope[];
  readonly coverage: readonly CoverageCell[];
  readonly parts: readonly PartEntry[];
  /** SHA-256 over the whole manifest as canonical JSON without this member; see docs/reference/snapshot.md. */
  readonly rootHash: string;
  readonly notices: readonly string[];
  /**
   * Requests sent to AWS by call, retries included, over all runs that went on with one another; what a run sent in the second
   * before it was ended by force may be missing. Absent where nothing was asked to make the snapshot.
   */
  readonly requests?: RequestCounts;
  /** Only in snapshots that were merged: what from. */
  readonly mergedFrom?: readonly MergedSnapshot[];
  /** Only in snapshots from which something was removed: each time that was done. */
  readonly redactions?: readonly Redaction[];
}
