import { createHash, randomBytes } from 'node:crypto';
import { closeSync, createReadStream, createWriteStream, openSync, readSync } from 'node:fs';
import { appendFile, mkdir, open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';

import { compareText } from '../text.ts';
import { recordFault } from './check-record.ts';
import { fileFault } from './file-fault.ts';
import { manifestPieces, manifestText, rootHashOf } from './manifest-text.ts';
import { Journal, type JournalHead } from './journal.ts';
import { clearDeadWork } from './leftovers.ts';
import { lockFolder, type FolderLock } from './lock.ts';
import {
  manifestFile,
  snapshotFormat,
  snapshotVersion,
  type AccountInScope,
  type Manifest,
  type PartEntry,
} from './manifest.ts';
import type { AnswerRecord } from './record.ts';
import type { RequestCounts } from './requests.ts';
import { SnapshotError } from './snapshot.ts';
import {
  accountsFolder,
  giveName,
  linesFile,
  partFile,
  targetOf,
  targetState,
  workPrefix,
} from './target.ts';
import { fitsManifestSchema } from './validator.ts';

/** Takes the records of one account, or of the organization. */
export interface PartWriter {
  /** Null for the organization. */
  readonly account: string | null;
  /**
   * Adds a record at the end. Resolves when the record is buffered; waits while buffers are being written, so await it.
   * @throws {SnapshotError} when the record is not valid or cannot be written
   */
  append(record: AnswerRecord): Promise<void>;
  /** Compresses and hashes the part. A second call gives the same entry. */
  close(): Promise<PartEntry>;
}

/** What the collector knows at the end; parts, format, version and hashes are added by the writer. */
export type ManifestSummary = Omit<Manifest, 'format' | 'version' | 'parts' | 'rootHash'>;

/**
 * Writes a compressed snapshot. Everything goes to a hidden folder beside the target, which gets the target's name
 * when the manifest, written last, is safe: a snapshot that can be seen is whole.
 *
 * Any number of parts may be open at once. Their lines wait in memory up to a limit over all of them and then in plain
 * files, since a compressor for each of thousands of open parts would not fit; a part is compressed when it is closed.
 */
export interface SnapshotWriter {
  /** Folder in which the work goes on until {@link SnapshotWriter.finish}. */
  readonly workFolder: string;
  /** The writer of a part, opened when first asked for. */
  partWriter(account: string | null): PartWriter;
  /** Writes lines that wait in memory to the work folder. */
  flush(): Promise<void>;
  /** Closes the parts that are open, writes the manifest and gives the snapshot its name. */
  finish(summary: ManifestSummary): Promise<Manifest>;
  /**
   * Brings the records of an account to disk and notes in the journal that they are there, so that an interrupted collection can be
   * gone on with. What is appended later to the same part is not safe.
   */
  checkpoint(account: AccountInScope): Promise<void>;
  /** Notes in the journal how many requests were sent so far. Does nothing after the end. */
  noteRequests(requests: RequestCounts): Promise<void>;
  /**
   * Removes everything that was written, but what the journal holds where `keep` says so. Gives the number of accounts
   * that are kept. Does nothing after {@link SnapshotWriter.finish}.
   */
  abort(keep?: 'journal'): Promise<number>;
}

export interface SnapshotWriterOptions {
  /** Replace a snapshot that stands in the folder (never anything else). It stays until the new one is whole. */
  readonly replace?: boolean;
  /** Bytes of lines that may wait in memory over all parts. */
  readonly bufferBytes?: number;
  /** Keep a journal of what is safely written, with these words at its head. */
  readonly journal?: JournalHead;
  /** Folders of interrupted collections that this one goes on with: they go when it is whole. */
  readonly supersedes?: readonly string[];
}

/** Files written at the same time: far from what a process may have open. */
const filesAtOnce = 16;
const chunkBytes = 65_536;
/** Bytes of lines up to which a part is compressed in one go: several times cheaper than a stream for small parts. */
const smallPart = 1_048_576;
/** Of gzip: the best that costs less than the calls by far. */
const level = 6;

/**
 * Begins a snapshot that will stand in `folder`.
 * @throws {SnapshotError} when the folder holds something, or cannot be written
 */
export async function createSnapshotWriter(
  folder: string,
  options: SnapshotWriterOptions = {},
): Promise<SnapshotWriter> {
  const target = targetOf(folder);
  const lock = await lockFolder(target, folder);
  try {
    return await createUnderLock(target, folder, options, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function createUnderLock(
  target: string,
  folder: string,
  options: SnapshotWriterOptions,
  lock: FolderLock,
): Promise<SnapshotWriter> {
  await clearDeadWork(target);
  await targetState(target, folder, options.replace ?? false);
  const suffix = randomBytes(4).toString('hex');
  const workFolder = path.join(path.dirname(target), `${workPrefix(target)}${suffix}`);
  try {
    await mkdir(path.join(workFolder, accountsFolder), { recursive: true });
  } catch (error) {
    throw fileFault(error, folder, 'cannot create the snapshot');
  }
  const writer = new FolderWriter(folder, target, workFolder, options, lock);
  if (options.journal !== undefined) await writer.begin(options.journal);
  return writer;
}

class FolderWriter implements SnapshotWriter {
  readonly workFolder: string;
  readonly #folder: string;
  readonly #target: string;
  readonly #limit: number;
  readonly #replace: boolean;
  readonly #parts = new Map<string | null, FolderPart>();
  readonly #lock: FolderLock;
  readonly #journal: Journal | undefined;
  readonly #supersedes: readonly string[];
  #waiting = 0;
  /** One for all parts: there are thousands. */
  readonly #memory: SharedMemory = {
    waiting: (bytes) => {
      this.#waiting += bytes;
    },
    relieve: async () => {
      if (this.#waiting > this.#limit) await this.#relieve();
    },
  };
  #ended = false;

  constructor(
    folder: string,
    target: string,
    workFolder: string,
    options: SnapshotWriterOptions,
    lock: FolderLock,
  ) {
    this.#lock = lock;
    this.#journal = options.journal === undefined ? undefined : new Journal(workFolder);
    this.#supersedes = options.supersedes ?? [];
    this.#folder = folder;
    this.#target = target;
    this.workFolder = workFolder;
    this.#replace = options.replace ?? false;
    this.#limit = options.bufferBytes ?? 16 * 1024 * 1024;
  }

  async begin(head: JournalHead): Promise<void> {
    try {
      await this.#journal?.begin(head);
    } catch (error) {
      throw fileFault(error, this.#folder, 'cannot create the snapshot');
    }
  }

  async checkpoint(account: AccountInScope): Promise<void> {
    if (this.#journal === undefined) throw new Error('the writer was made without a journal');
    try {
      const bytes = await this.#part(account.id).sync();
      await this.#journal.note({ account, bytes });
    } catch (error) {
      throw fileFault(error, this.#folder, 'cannot write the snapshot');
    }
  }

  async noteRequests(requests: RequestCounts): Promise<void> {
    if (this.#ended || this.#journal === undefined) return;
    try {
      await this.#journal.noteRequests(requests);
    } catch (error) {
      throw fileFault(error, this.#folder, 'cannot write the snapshot');
    }
  }

  partWriter(account: string | null): PartWriter {
    return this.#part(account);
  }

  #part(account: string | null): FolderPart {
    if (this.#ended) throw new Error('the snapshot was ended before');
    let part = this.#parts.get(account);
    if (part === undefined) {
      const keepsLines = this.#journal !== undefined;
      part = new FolderPart(account, this.workFolder, this.#folder, keepsLines, this.#memory);
      this.#parts.set(account, part);
    }
    return part;
  }

  async flush(): Promise<void> {
    for (const part of this.#parts.values()) await part.flush();
  }

  /** Writes out the parts that wait with most, until half of the memory is free: few long writes, not many short ones. */
  async #relieve(): Promise<void> {
    const parts = [...this.#parts.values()].sort((a, b) => b.waiting - a.waiting);
    for (let first = 0; first < parts.length && this.#waiting > this.#limit / 2; first += filesAtOnce)
      await Promise.all(parts.slice(first, first + filesAtOnce).map((part) => part.flush()));
  }

  async finish(summary: ManifestSummary): Promise<Manifest> {
    if (this.#ended) throw new Error('the snapshot was ended before');
    const parts: PartEntry[] = [];
    for (const part of this.#parts.values()) parts.push(await part.close());
    // The organization first, then accounts by id: '' sorts before every digit.
    parts.sort((a, b) => compareText(a.account ?? '', b.account ?? ''));
    const { tool, caller, partition, organization, start, end, finished, accounts, coverage, notices } =
      summary;
    const { requests, mergedFrom, redactions } = summary;
    const content = {
      format: snapshotFormat,
      version: snapshotVersion,
      tool,
      caller,
      partition,
      organization,
      start,
      end,
      finished,
      notices,
      ...(requests === undefined ? {} : { requests }),
      ...(mergedFrom === undefined ? {} : { mergedFrom }),
      ...(redactions === undefined ? {} : { redactions }),
      accounts,
      coverage,
      parts,
    } as const;
    const manifest: Manifest = { ...content, rootHash: rootHashOf(content) };
    if (!(await fitsManifestSchema(manifest)))
      (await import('./schema.ts')).checkManifest(
        JSON.parse(manifestText(manifest)),
        path.join(this.#folder, manifestFile),
      );
    try {
      const file = await open(path.join(this.workFolder, manifestFile), 'w');
      try {
        await file.writeFile(inPieces(manifestPieces(manifest)));
        await file.sync();
      } finally {
        await file.close();
      }
      // From here on the folder is whole by itself.
      for (const part of this.#parts.values()) await part.removeLines();
      await this.#journal?.remove();
      await giveName(this.workFolder, this.#target, this.#folder, this.#replace);
      for (const folder of this.#supersedes) await rm(folder, { recursive: true, force: true });
    } catch (error) {
      throw fileFault(error, this.#folder, 'cannot write the snapshot');
    }
    this.#ended = true;
    await this.#lock.release();
    return manifest;
  }

  async abort(keep?: 'journal'): Promise<number> {
    if (this.#ended) return 0;
    this.#ended = true;
    for (const part of this.#parts.values()) await part.settle();
    const kept = keep === 'journal' ? (this.#journal?.entries ?? 0) : 0;
    if (kept === 0) await rm(this.workFolder, { recursive: true, force: true });
    await this.#lock.release();
    return kept;
  }
}

/** The same text in pieces that are worth a write each. */
function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < chunkBytes) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/** What the parts of a snapshot share: the memory for lines that wait. */
interface SharedMemory {
  /** Notes that so many more (or fewer) characters wait. */
  waiting(change: number): void;
  /** Writes waiting lines out where they are too many. */
  relieve(): Promise<void>;
}

class FolderPart implements PartWriter {
  readonly account: string | null;
  readonly #workFolder: string;
  readonly #folder: string;
  readonly #keepsLines: boolean;
  readonly #memory: SharedMemory;
  #lines: string[] = [];
  #waiting = 0;
  #records = 0;
  /** Bytes of lines that stand in the file of lines. */
  #spilledBytes = 0;
  /** Writing goes on one step after the other; a fault in one stops those that follow. */
  #work: Promise<void> = Promise.resolve();
  #entry: Promise<PartEntry> | undefined;

  constructor(
    account: string | null,
    workFolder: string,
    folder: string,
    keepsLines: boolean,
    memory: SharedMemory,
  ) {
    this.#keepsLines = keepsLines;
    this.account = account;
    this.#workFolder = workFolder;
    this.#folder = folder;
    this.#memory = memory;
  }

  /** Characters of lines that wait in memory. */
  get waiting(): number {
    return this.#waiting;
  }

  get #linesFile(): string {
    return path.join(this.#workFolder, linesFile(this.account));
  }

  async append(record: AnswerRecord): Promise<void> {
    const file = path.join(this.#folder, partFile(this.account));
    if (this.#entry !== undefined) throw new Error(`${file}: the part was closed before`);
    const fault =
      recordFault(record) ??
      (this.account !== null && record.account !== this.account
        ? `a record of account ${record.account} does not belong into this part`
        : undefined);
    if (fault !== undefined) throw new SnapshotError(fault, { file, line: this.#records + 1 });
    const line = `${JSON.stringify(record)}\n`;
    this.#lines.push(line);
    this.#waiting += line.length;
    this.#records += 1;
    this.#memory.waiting(line.length);
    await this.#memory.relieve();
  }

  async flush(): Promise<void> {
    if (this.#entry !== undefined || this.#lines.length === 0) return this.#work;
    const text = Buffer.from(this.#take());
    this.#spilledBytes += text.length;
    this.#work = this.#work.then(async () => {
      try {
        await appendFile(this.#linesFile, text);
      } catch (error) {
        throw fileFault(error, path.join(this.#folder, partFile(this.account)), 'cannot write');
      }
    });
    return this.#work;
  }

  /** Brings the lines to disk; gives their bytes. */
  async sync(): Promise<number> {
    await this.flush();
    const bytes = this.#spilledBytes;
    this.#work = this.#work.then(async () => {
      const file = await open(this.#linesFile, 'a');
      try {
        await file.datasync();
      } finally {
        await file.close();
      }
    });
    await this.#work;
    return bytes;
  }

  /** Removes the lines of a part that was closed. */
  async removeLines(): Promise<void> {
    if (this.#keepsLines) await rm(this.#linesFile, { force: true });
  }

  close(): Promise<PartEntry> {
    this.#entry ??= this.#close();
    return this.#entry;
  }

  /** Resolves when nothing is being written any more, whatever came of it. */
  async settle(): Promise<void> {
    await Promise.allSettled([this.#work, this.#entry]);
  }

  async #close(): Promise<PartEntry> {
    const rest = Buffer.from(this.#take());
    await this.#work;
    const file = partFile(this.account);
    const target = path.join(this.#workFolder, file);
    const lines = this.#spilledBytes === 0 ? undefined : this.#linesFile;
    try {
      // Which way it goes depends on the content alone: each gives the same bytes for the same lines.
      const { bytes, sha256 } =
        this.#spilledBytes + rest.length <= smallPart
          ? await compressWhole(lines, this.#spilledBytes, rest, target)
          : await compressStream(lines, rest, target);
      if (lines !== undefined && !this.#keepsLines) await rm(lines);
      return { file, account: this.account, records: this.#records, bytes, sha256 };
    } catch (error) {
      throw fileFault(error, path.join(this.#folder, file), 'cannot write');
    }
  }

  #take(): string {
    const text = this.#lines.join('');
    this.#lines = [];
    this.#memory.waiting(-this.#waiting);
    this.#waiting = 0;
    return text;
  }
}

interface Compressed {
  readonly bytes: number;
  readonly sha256: string;
}

/** Holds the lines of one small part after the other: a buffer for each would lie in memory until V8 looks for garbage. */
let wholePart: Buffer | undefined;

async function compressWhole(
  lines: string | undefined,
  spilled: number,
  rest: Buffer,
  target: string,
): Promise<Compressed> {
  wholePart ??= Buffer.allocUnsafeSlow(smallPart);
  // Nothing may be awaited until this is done: another part would take the buffer.
  if (lines !== undefined) readInto(wholePart.subarray(0, spilled), lines);
  rest.copy(wholePart, spilled);
  const compressed = gzipSync(wholePart.subarray(0, spilled + rest.length), { level });
  await writeFile(target, compressed);
  return { bytes: compressed.length, sha256: createHash('sha256').update(compressed).digest('hex') };
}

/** Fills the buffer with the beginning of a file. Throws where the file is shorter. */
function readInto(buffer: Buffer, file: string): void {
  const opened = openSync(file, 'r');
  try {
    for (let end = 0; end < buffer.length;) {
      const bytes = readSync(opened, buffer, end, buffer.length - end, null);
      if (bytes === 0) throw new Error(`${file} is shorter than what was written into it`);
      end += bytes;
    }
  } finally {
    closeSync(opened);
  }
}

async function compressStream(lines: string | undefined, rest: Buffer, target: string): Promise<Compressed> {
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(
    Readable.from(chunks(lines, rest)),
    createGzip({ level }),
    measure,
    createWriteStream(target),
  );
  return { bytes, sha256: hash.digest('hex') };
}

/** The content of the file, then the rest, in pieces of one size: compressed bytes must not depend on when lines were spilled. */
async function* chunks(file: string | undefined, rest: Buffer): AsyncGenerator<Buffer> {
  let pending: Buffer = Buffer.alloc(0);
  const sources = file === undefined ? [[rest]] : [createReadStream(file), [rest]];
  for (const source of sources)
    for await (const piece of source as AsyncIterable<Buffer> | Iterable<Buffer>) {
      pending = pending.length === 0 ? piece : Buffer.concat([pending, piece]);
      let start = 0;
      for (; pending.length - start >= chunkBytes; start += chunkBytes)
        yield pending.subarray(start, start + chunkBytes);
      pending = pending.subarray(start);
    }
  if (pending.length > 0) yield pending;
}
