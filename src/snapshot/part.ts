import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createGunzip, gunzipSync } from 'node:zlib';

import { recordFault } from './check-record.ts';
import { fileFault } from './file-fault.ts';
import type { PartEntry } from './manifest.ts';
import type { AnswerRecord, StoredRecord } from './record.ts';
import { SnapshotError } from './snapshot.ts';

const lineEnd = 10;
const damaged = 'the file was damaged or edited; restore it from a copy, or collect again';

/**
 * The bytes of a part, compressed as they are on disk. Read in one go: for files of this size a round through the thread
 * pool costs more than the reading.
 * @param folder the snapshot, as the user named it
 */
export function partBytes(folder: string, entry: PartEntry): Buffer {
  const file = path.join(folder, entry.file);
  try {
    // A link or a device could lead out of the snapshot, or never end.
    if (!lstatSync(file).isFile())
      throw new SnapshotError('is not a regular file; the manifest names it as a part', { file });
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new SnapshotError(
        'the part is missing, though the manifest names it; restore it from a copy, or collect again',
        { file },
        { cause: error },
      );
    throw fileFault(error, file, 'cannot read');
  }
}

/** What differs between a part and what the manifest says of it: size or hash. Undefined when it is the same. */
export function partDifference(bytes: Buffer, entry: PartEntry): string | undefined {
  if (bytes.length !== entry.bytes)
    return `the part has ${bytes.length} bytes, the manifest says ${entry.bytes}; ${damaged}`;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== entry.sha256)
    return `the part has SHA-256 ${sha256}, the manifest says ${entry.sha256}; ${damaged}`;
  return undefined;
}

/** Bytes that a line may have: many times more than AWS puts into one answer. A few bytes of gzip can stand for any number. */
const longestLine = 64 * 1024 * 1024;

/**
 * Calls `take` with each line of compressed NDJSON as it is decompressed, numbered from 1.
 * @param most lines that are read; what holds more is no part of the manifest that said how many
 * @throws {SnapshotError} when the bytes are no gzip, end too early, hold too much, or the last line is not ended
 */
export async function forEachLine(
  compressed: Buffer,
  file: string,
  most: number,
  take: (line: string, number: number) => void,
): Promise<void> {
  let number = 0;
  /** What was read of a line whose end was not. */
  let open: Buffer[] = [];
  let openLength = 0;
  try {
    for await (const piece of decompressed(compressed)) {
      let start = 0;
      for (let end = piece.indexOf(lineEnd); end !== -1; end = piece.indexOf(lineEnd, start)) {
        number += 1;
        if (number > most)
          throw new SnapshotError(
            `the part has more than ${most} lines, and was read no further; ${damaged}`,
            {
              file,
            },
          );
        if (open.length === 0) take(piece.toString('utf8', start, end), number);
        else {
          const line = Buffer.concat([...open, piece.subarray(start, end)]);
          [open, openLength] = [[], 0];
          take(line.toString('utf8'), number);
        }
        start = end + 1;
      }
      if (start < piece.length) {
        open.push(piece.subarray(start));
        openLength += piece.length - start;
      }
      if (openLength > longestLine)
        throw new SnapshotError(`the line is longer than ${longestLine / 1_048_576} MiB; ${damaged}`, {
          file,
          line: number + 1,
        });
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^Z_|^ERR_/.test(String(error.code)))
      throw new SnapshotError(
        `cannot be decompressed after line ${number} (${error.message}): expected gzip; ${damaged}`,
        { file },
        { cause: error },
      );
    throw error;
  }
  if (open.length > 0)
    throw new SnapshotError(`the last line is not ended; ${damaged}`, { file, line: number + 1 });
}

/** Compressed bytes up to which a part is decompressed in one go: three times cheaper than a stream for small parts. */
const smallPart = 262_144;
/** Bytes that such a part may become. */
const mostAtOnce = smallPart * 64;

/**
 * The size after decompression as gzip itself states it (RFC 1952, ISIZE), so that one piece of memory of the right size is
 * filled; in bounds where it is wrong, which costs time and nothing else.
 */
function expectedSize(compressed: Buffer): number {
  const stated = compressed.length < 18 ? 0 : compressed.readUInt32LE(compressed.length - 4);
  return Math.min(Math.max(stated + 1, 4096), mostAtOnce);
}

function decompressed(compressed: Buffer): AsyncIterable<Buffer> | Iterable<Buffer> {
  if (compressed.length <= smallPart) {
    try {
      return [gunzipSync(compressed, { chunkSize: expectedSize(compressed), maxOutputLength: mostAtOnce })];
    } catch (error) {
      // Damaged, or far larger than it seems: the stream gives the lines before the damage, and keeps memory bounded.
      if (!(error instanceof Error)) throw error;
    }
  }
  const gunzip = createGunzip({ chunkSize: 131_072 });
  gunzip.end(compressed);
  return gunzip as AsyncIterable<Buffer>;
}

/**
 * A line of a part as a record.
 * @throws {SnapshotError} when it is not JSON, no record, or belongs to another account
 */
export function readLine(line: string, entry: PartEntry, file: string, number: number): StoredRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new SnapshotError(
      `the line is not JSON (${reason}); ${damaged}`,
      { file, line: number },
      { cause: error },
    );
  }
  const fault = recordFault(value);
  if (fault !== undefined) throw new SnapshotError(fault, { file, line: number });
  const record = value as Mutable<StoredRecord>;
  if (entry.account !== null && record.account !== entry.account)
    throw new SnapshotError(
      `a record of account ${record.account} stands in the part of account ${entry.account}`,
      { file, line: number },
    );
  record.part = entry.file;
  record.line = number;
  return record;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The records of a part, in file order, after its hash was compared with the manifest.
 * @throws {SnapshotError} for anything that is not as the manifest says
 */
export async function readPart(folder: string, entry: PartEntry): Promise<readonly StoredRecord[]> {
  const file = path.join(folder, entry.file);
  const bytes = partBytes(folder, entry);
  const difference = partDifference(bytes, entry);
  if (difference !== undefined) throw new SnapshotError(difference, { file });
  const records: StoredRecord[] = [];
  await forEachLine(bytes, file, entry.records, (line, number) =>
    records.push(readLine(line, entry, file, number)),
  );
  if (records.length !== entry.records)
    throw new SnapshotError(
      `the part has ${records.length} records, the manifest says ${entry.records}; ${damaged}`,
      { file },
    );
  return records;
}

/** True when the bytes can be text at all: used before a file of unknown kind is read as text. */
export function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}

/** The record as it is stored: without the place where it stands. */
export function withoutPlace(record: AnswerRecord | StoredRecord): AnswerRecord {
  const { part: _part, line: _line, ...rest } = { part: '', line: 0, ...record };
  return rest;
}
