import path from 'node:path';

import { UserFault } from '../fault.ts';
import { readManifest } from '../snapshot/read.ts';
import { manifestFile } from '../snapshot/manifest.ts';
import { pool } from './pool.ts';
import { openStore } from './s3-store.ts';

/** Objects that are sent or fetched at the same time. */
const atOnce = 8;
/**
 * Refuses a prefix that holds a snapshot: looked at before a collection of hours.
 * @throws {UserFault} when it does, or the bucket cannot be looked into
 */
export async function checkFree(url: string, profile: string | undefined): Promise<void> {
  using store = await openStore(url, profile);
  if ((await store.digestOf(manifestFile)) === undefined) await store.checkBucket();
  else throw new UserFault(`${url}: holds a snapshot already; choose another prefix, nothing was changed`);
}

/**
 * Sends a snapshot to S3. No object is ever replaced; the manifest comes last, so that a snapshot that can be seen is whole. What an
 * interrupted sending left is gone on with.
 * @param folder a compressed snapshot
 * @throws {UserFault} when S3 refuses, or something else stands there
 */
export async function sendSnapshot(folder: string, url: string, profile: string | undefined): Promise<void> {
  const { parts, rootHash } = await readManifest(folder);
  using store = await openStore(url, profile);
  await pool(
    parts,
    () => atOnce,
    ({ file, sha256 }) => store.send(path.join(folder, file), file, sha256),
  );
  await store.send(path.join(folder, manifestFile), manifestFile, rootHash);
}

/**
 * Fetches a snapshot from S3 into a folder. Its readers compare every part with its hash.
 * @throws {UserFault} when S3 refuses, or there is none
 */
export async function fetchSnapshot(url: string, folder: string, profile: string | undefined): Promise<void> {
  using store = await openStore(url, profile);
  const manifest = path.join(folder, manifestFile);
  await store.fetch(manifestFile, manifest, 'no snapshot, or one that is not whole yet');
  // Checked before its names become paths.
  const { parts } = await readManifest(folder);
  await pool(
    parts,
    () => atOnce,
    ({ file }) => store.fetch(file, path.join(folder, file), 'it was removed after the snapshot was written'),
  );
}
