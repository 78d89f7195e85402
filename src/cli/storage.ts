import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { UserFault } from '../fault.ts';

/** A snapshot or report that can be read from disk for as long as this is held. */
export interface LocalCopy extends AsyncDisposable {
  readonly path: string;
}

/** True for `s3://...`. */
export function isInS3(at: string): boolean {
  return at.startsWith('s3://');
}

/**
 * A snapshot on disk: itself, or a copy of one in S3 that goes away in the end. The SDK is loaded for S3 only.
 * @throws {UserFault} when it cannot be fetched
 */
export async function localSnapshot(at: string, profile?: string): Promise<LocalCopy> {
  return await localCopy(at, '.', async (folder) => {
    const { fetchSnapshot } = await import('../collect/s3-snapshots.ts');
    await fetchSnapshot(at, folder, profile);
  });
}

/** A report on disk, as {@link localSnapshot} gives a snapshot. */
export async function localReport(at: string, profile?: string): Promise<LocalCopy> {
  return await localCopy(at, 'report', async (file) => {
    const { fetchReport } = await import('../collect/s3-reports.ts');
    await fetchReport(at, file, profile);
  });
}

async function localCopy(at: string, name: string, fetch: (to: string) => Promise<void>): Promise<LocalCopy> {
  if (!isInS3(at)) return { path: at, [Symbol.asyncDispose]: () => Promise.resolve() };
  const folder = await mkdtemp(path.join(tmpdir(), 'trailwarden-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await fetch(path.join(folder, name));
  } catch (error) {
    await remove();
    throw error;
  }
  return { path: path.join(folder, name), [Symbol.asyncDispose]: remove };
}

/** Where a snapshot is written that is made from others. */
export interface SnapshotDestination extends AsyncDisposable {
  /** The folder to write into. */
  readonly folder: string;
  /** To be called when the snapshot is whole. */
  arrive(): Promise<void>;
}

/**
 * A folder, or for a place in S3 one that goes away in the end, and is sent there when the snapshot is whole.
 * @throws {UserFault} when there is a snapshot in that place, or S3 refuses to tell
 */
export async function snapshotDestination(out: string): Promise<SnapshotDestination> {
  if (!isInS3(out))
    return {
      folder: out,
      arrive: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  const { checkFree, sendSnapshot } = await import('../collect/s3-snapshots.ts');
  await checkFree(out, undefined);
  const temporary = await mkdtemp(path.join(tmpdir(), 'trailwarden-'));
  const folder = path.join(temporary, 'snapshot');
  return {
    folder,
    arrive: () => sendSnapshot(folder, out, undefined),
    [Symbol.asyncDispose]: () => rm(temporary, { recursive: true, force: true }),
  };
}

/**
 * The folder in which a snapshot for S3 is made; the same one each time, so that an interrupted collection can be gone on with. It
 * stands in a folder that nobody else can write to: what is found there is sent as evidence.
 * @throws {UserFault} where somebody else can
 */
export function stagingFolder(url: string): string {
  const user = process.getuid?.();
  const own = path.join(tmpdir(), `trailwarden-staging${user === undefined ? '' : `-${user}`}`);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const found = lstatSync(own);
  if (!found.isDirectory() || (user !== undefined && (found.uid !== user || (found.mode & 0o022) !== 0)))
    throw new UserFault(
      `${own}: others can write there, and could put evidence into it; remove it, or set TMPDIR to a folder of your own`,
    );
  const name = createHash('sha256').update(url.replace(/\/+$/, '')).digest('hex').slice(0, 16);
  return path.join(own, name);
}
