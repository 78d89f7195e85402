import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

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

/** The folder in which a snapshot for S3 is made; the same one each time, so that an interrupted collection can be gone on with. */
export function stagingFolder(url: string): string {
  const name = createHash('sha256').update(url).digest('hex').slice(0, 16);
  return path.join(tmpdir(), `trailwarden-staging-${name}`);
}
