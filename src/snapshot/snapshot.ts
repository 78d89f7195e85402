import { UserFault } from '../fault.ts';
import { visibleText } from '../text.ts';
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

/** One thing that is wrong with a snapshot, and where. */
export interface SnapshotFault {
  /** What is wrong, what was expected, what to do. May hold untrusted text. */
  readonly message: string;
  readonly file: string;
  /** From 1; absent where the fault is not in a line. */
  readonly line?: number;
  /** From 1; only with `line`. */
  readonly column?: number;
}

/** A fault as one line `file:line:column: message`, safe to print. */
export function faultText(fault: SnapshotFault): string {
  let place = fault.file;
  if (fault.line !== undefined) place += `:${fault.line}`;
  if (fault.line !== undefined && fault.column !== undefined) place += `:${fault.column}`;
  return visibleText(`${place}: ${fault.message}`);
}

/**
 * A snapshot that cannot be read or written, for the person who gave it: what is wrong, in which file and line, what
 * was expected. The message has a line for each fault and is safe to print.
 */
export class SnapshotError extends UserFault {
  override readonly name = 'SnapshotError';
  /** All that was found wrong; at least one. */
  readonly faults: readonly SnapshotFault[];
  readonly file: string;
  /** Of the first fault, from 1; undefined where it is not in a line. */
  readonly line: number | undefined;

  constructor(
    message: string,
    place: { file: string; line?: number; column?: number },
    options?: ErrorOptions & { more?: readonly SnapshotFault[] },
  ) {
    const faults = [{ message, ...place }, ...(options?.more ?? [])];
    super(faults.map(faultText).join('\n'), options);
    this.faults = faults;
    this.file = place.file;
    this.line = place.line;
  }

  /** The error for several faults found together; undefined when there are none. */
  static of(faults: readonly SnapshotFault[]): SnapshotError | undefined {
    const [first, ...more] = faults;
    if (first === undefined) return undefined;
    const { message, ...place } = first;
    return new SnapshotError(message, place, { more });
  }
}
