import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { canonicalJson, type JsonObject } from '../json.ts';
import { compareText } from '../text.ts';
import { fileFault } from './file-fault.ts';
import type { Manifest, PartEntry } from './manifest.ts';
import { forEachLine, partBytes, partDifference, readLine } from './part.ts';
import { manifestBytes, openSnapshot, readManifest, snapshotForm } from './read.ts';
import { callOf, type StoredRecord } from './record.ts';
import { SnapshotError, type SnapshotFault } from './snapshot.ts';
import { manifestFile } from './manifest.ts';
import { slashed } from '../paths.ts';

/** What {@link verifySnapshot} found. */
export interface Verification {
  /** The snapshot, as it was named. */
  readonly path: string;
  readonly form: 'compressed' | 'readable';
  /** Undefined where the manifest cannot be read. */
  readonly manifest: Manifest | undefined;
  /** Parts, records and bytes (compressed) that were read. */
  readonly parts: number;
  readonly records: number;
  readonly bytes: number;
  /** Everything that is wrong, in the order of the manifest; empty when the snapshot is what it says. */
  readonly faults: readonly SnapshotFault[];
}

/** Lines beyond those of the manifest that are looked at in a part, to say more about it. */
const mostSurplus = 10_000;
/** Faults that one part may add: a damaged one would name every line. */
const mostFaultsOfPart = 10;

/**
 * Reads all of a snapshot and compares it with what its manifest says: root hash, hash and size of every part, number
 * and form of records, files that are missing and files that should not be there. Goes on after a fault.
 * @throws {SnapshotError} when there is no snapshot at the path
 */
export async function verifySnapshot(at: string): Promise<Verification> {
  const found = await snapshotForm(at);
  if (found.form !== 'compressed') return verifyReadable(at);
  const faults: SnapshotFault[] = [];
  let manifest: Manifest;
  try {
    manifest = await readManifest(at);
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    return {
      path: at,
      form: 'compressed',
      manifest: undefined,
      parts: 0,
      records: 0,
      bytes: 0,
      faults: error.faults,
    };
  }
  let records = 0;
  let bytes = 0;
  for (const entry of manifest.parts) {
    const part = await verifyPart(at, entry);
    records += part.records;
    bytes += part.bytes;
    faults.push(...part.faults);
  }
  const manifestPath = path.join(at, manifestFile);
  faults.push(...doubledMembers((await manifestBytes(at)).toString('utf8'), manifestPath));
  faults.push(...scopeFaults(manifest, manifestPath));
  faults.push(...(await strangers(at, manifest)));
  return { path: at, form: 'compressed', manifest, parts: manifest.parts.length, records, bytes, faults };
}

/** The readable form is read whole when it is opened: opening it is the check. */
async function verifyReadable(at: string): Promise<Verification> {
  try {
    const { manifest } = await openSnapshot(at);
    const records = manifest.parts.reduce((sum, part) => sum + part.records, 0);
    const bytes = manifest.parts.reduce((sum, part) => sum + part.bytes, 0);
    return { path: at, form: 'readable', manifest, parts: manifest.parts.length, records, bytes, faults: [] };
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    return {
      path: at,
      form: 'readable',
      manifest: undefined,
      parts: 0,
      records: 0,
      bytes: 0,
      faults: error.faults,
    };
  }
}

async function verifyPart(
  folder: string,
  entry: PartEntry,
): Promise<{ records: number; bytes: number; faults: SnapshotFault[] }> {
  const file = path.join(folder, entry.file);
  const faults: SnapshotFault[] = [];
  let omitted = 0;
  const note = (error: unknown): void => {
    if (!(error instanceof SnapshotError)) throw error;
    for (const fault of error.faults)
      if (faults.length < mostFaultsOfPart) faults.push(fault);
      else omitted += 1;
  };
  let compressed: Buffer;
  try {
    compressed = partBytes(folder, entry);
  } catch (error) {
    note(error);
    return { records: 0, bytes: 0, faults };
  }
  const difference = partDifference(compressed, entry);
  if (difference !== undefined) faults.push({ message: difference, file });
  const records: StoredRecord[] = [];
  let lines = 0;
  try {
    await forEachLine(compressed, file, entry.records + mostSurplus, (line, number) => {
      lines += 1;
      try {
        const record = readLine(line, entry, file, number);
        // Kept only to say more about a part that is known to be damaged.
        if (difference !== undefined) records.push(record);
      } catch (error) {
        note(error);
      }
    });
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    faults.push(...error.faults);
  }
  if (lines !== entry.records && lines < entry.records + mostSurplus)
    faults.push({ message: `the part has ${lines} records, the manifest says ${entry.records}`, file });
  faults.push(...traces(records, file));
  if (omitted > 0) faults.push({ message: `${omitted} further faults in this part`, file });
  return { records: lines, bytes: compressed.length, faults };
}

/** Marks that dropped, doubled or reordered records leave in a part whose hash differs. */
function traces(records: readonly StoredRecord[], file: string): SnapshotFault[] {
  const faults: SnapshotFault[] = [];
  const seen = new Map<string, number>();
  const pages = new Map<string, { number: number; last: boolean; line: number }>();
  for (const record of records) {
    const question = `${callOf(record)} ${record.region} ${canonicalJson(record.input)}`;
    const { page, line } = record;
    const key = canonicalJson({ ...record, part: '', line: 0 } as unknown as JsonObject);
    const before = seen.get(key);
    if (before === undefined) seen.set(key, line);
    else faults.push({ message: `the record is the same as that in line ${before}`, file, line });
    if (page === undefined) continue;
    const last = pages.get(question);
    const expected = last === undefined || last.last ? 1 : last.number + 1;
    if (page.number !== expected && before === undefined)
      faults.push({
        message: `page ${page.number} of ${callOf(record)} in ${record.region} stands where page ${expected} is expected`,
        file,
        line,
      });
    pages.set(question, { ...page, line });
  }
  return faults.slice(0, mostFaultsOfPart);
}

/**
 * Members that an object of the manifest has twice. Programs that read JSON keep one of them and do not agree on which, so the root
 * hash, made from what was read, does not show the other.
 * @param text JSON
 */
function doubledMembers(text: string, file: string): SnapshotFault[] {
  const faults: SnapshotFault[] = [];
  /** Names of the members so far of the objects that are open; undefined for lists. */
  const open: (Set<string> | undefined)[] = [];
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]+|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token.endsWith(':')) {
      const name = JSON.parse(token.slice(0, -1)) as string;
      const names = open.at(-1);
      if (names?.has(name) === true)
        faults.push({
          message: `\`${name}\` stands twice in the same object; the manifest was damaged or edited`,
          file,
          line: text.slice(0, index).split('\n').length,
        });
      names?.add(name);
    }
  }
  return faults.slice(0, mostFaultsOfPart);
}

/** Accounts and parts have to agree. */
function scopeFaults(manifest: Manifest, file: string): SnapshotFault[] {
  const withPart = new Set(manifest.parts.map((part) => part.account));
  const inScope = new Map(manifest.accounts.map((account) => [account.id, account]));
  const faults: SnapshotFault[] = [];
  if (inScope.size < manifest.accounts.length) {
    const ids = manifest.accounts.map(({ id }) => id);
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
    faults.push({ message: `\`accounts\` names ${[...new Set(twice)].join(', ')} twice`, file });
  }
  for (const account of manifest.accounts) {
    const collected = account.scan === 'collected';
    if (collected === withPart.has(account.id)) continue;
    faults.push({
      message: collected
        ? `account ${account.id} is said to be collected, but has no part`
        : `account ${account.id} is said to be ${account.scan}, but has a part`,
      file,
    });
  }
  for (const part of manifest.parts)
    if (part.account !== null && !inScope.has(part.account))
      faults.push({ message: `account ${part.account} has a part, but is not among \`accounts\``, file });
  return faults;
}

/** Files that the manifest does not name. */
async function strangers(folder: string, manifest: Manifest): Promise<SnapshotFault[]> {
  const known = new Set([manifestFile, ...manifest.parts.map((part) => part.file)]);
  let entries: { isDirectory(): boolean; readonly name: string; readonly parentPath: string }[];
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw fileFault(error, folder, 'cannot read the folder');
  }
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => slashed(path.relative(folder, path.join(entry.parentPath, entry.name))))
    .filter((name) => !known.has(name))
    .sort(compareText)
    .map((name) => ({
      message: 'the manifest does not name this file; remove it',
      file: path.join(folder, name),
    }));
}
