import { UserFault } from '../fault.ts';
import type { Manifest } from './manifest.ts';
import type { StoredRecord } from './record.ts';

/**
 * A snapshot that can be read, whatever form it is stored in: compressed parts on disk, or readable YAML.
 * Every method throws {@link SnapshotError} for content that is damaged, foreign or from a newer version.
 */
export interface Snapshot {
  readonly manifest: Manifest;
  /** Records of the organization part, in file order; empty where there is none. */
  organization(): Promise<readonly StoredRecord[]>;
  /** Records of one account, in file order; undefined where the snapshot has no part for it. */
  account(id: string): Promise<readonly StoredRecord[] | undefined>;
}

/** A fault in a snapshot, for the person who gave it: what is wrong, in which file and line, what was expected. */
export class SnapshotError extends UserFault {
  override readonly name = 'SnapshotError';
  readonly file: string;
  /** From 1; undefined where the fault is not in a line. */
  readonly line: number | undefined;

  constructor(message: string, place: { file: string; line?: number }, options?: ErrorOptions) {
    super(
      place.line === undefined ? `${place.file}: ${message}` : `${place.file}:${place.line}: ${message}`,
      options,
    );
    this.file = place.file;
    this.line = place.line;
  }
}
