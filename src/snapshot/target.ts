import { realpathSync } from 'node:fs';
import { lstat, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { isJsonObject } from '../json.ts';
import { fileFault } from './file-fault.ts';
import { manifestFile, snapshotFormat } from './manifest.ts';
import { SnapshotError } from './snapshot.ts';

/** File of the part of an account, or of the organization (null), inside a compressed snapshot. */
export function partFile(account: string | null): string {
  return account === null ? 'organization.ndjson.gz' : `${accountsFolder}/${account}.ndjson.gz`;
}

/** File in which the lines of a part wait, inside the work folder. */
export function linesFile(account: string | null): string {
  return `${partFile(account)}.lines`;
}

export const accountsFolder = 'accounts';

/** The folder itself, as an absolute path: a name that is a link cannot be given to a new folder, and would hide who else writes there. */
export function targetOf(folder: string): string {
  const target = path.resolve(folder);
  try {
    return realpathSync(target);
  } catch {
    // Not there yet: whoever writes says what is in the way.
    return target;
  }
}

/** How the names of the folders begin, beside a target, in which a snapshot is written until it gets its name. */
export function workPrefix(target: string): string {
  return `.${path.basename(target)}.partial-`;
}

/** What is added to the name of a work folder for the snapshot that it replaces, between the two renames. */
export const replacedSuffix = '.replaced';

/**
 * What stands where the snapshot is to stand. Looked at before the work and again at its end, hours later.
 * @throws {SnapshotError} when it is anything that must not go
 */
export async function targetState(
  target: string,
  folder: string,
  replace: boolean,
): Promise<'nothing' | 'empty folder' | 'snapshot'> {
  let entries: string[];
  try {
    if (!(await stat(target)).isDirectory())
      throw new SnapshotError('is a file; name a folder that does not exist yet', { file: folder });
    // A snapshot is written beside its place and gets its name last, which a mounted disk does not give up.
    if ((await stat(target)).dev !== (await stat(path.dirname(target))).dev)
      throw new SnapshotError('is where a disk is mounted; name a folder in it', { file: folder });
    entries = await readdir(target);
    if (entries.length === 0) return 'empty folder';
    if (await isOnlySnapshot(target, entries)) {
      if (replace) return 'snapshot';
      throw new SnapshotError(
        'the folder already holds a snapshot; choose a new folder or ask to replace it, nothing was changed',
        { file: folder },
      );
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      if (await isLink(target))
        throw new SnapshotError('is a link that leads nowhere; remove it, or name another folder', {
          file: folder,
        });
      return 'nothing';
    }
    throw fileFault(error, folder, 'cannot create the snapshot');
  }
  throw new SnapshotError(
    'the folder holds something else than a snapshot; choose a new folder, nothing was changed',
    { file: folder },
  );
}

async function isLink(file: string): Promise<boolean> {
  try {
    return (await lstat(file)).isSymbolicLink();
  } catch {
    return false;
  }
}

/** True when nothing but a snapshot of ours is in the folder: other things have a `manifest.json` too. */
export async function isOnlySnapshot(folder: string, entries: readonly string[]): Promise<boolean> {
  const ours = new Set([manifestFile, partFile(null), accountsFolder]);
  if (!entries.includes(manifestFile) || entries.some((entry) => !ours.has(entry))) return false;
  const parts = entries.includes(accountsFolder) ? await readdir(path.join(folder, accountsFolder)) : [];
  if (parts.some((part) => !/^[0-9]{12}\.ndjson\.gz$/.test(part))) return false;
  try {
    const manifest: unknown = JSON.parse(await readFile(path.join(folder, manifestFile), 'utf8'));
    return isJsonObject(manifest) && manifest['format'] === snapshotFormat;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/**
 * Gives a work folder its final name; what stood there stays until then and goes after.
 * @throws {SnapshotError} when something stands there that must not go
 */
export async function giveName(
  workFolder: string,
  target: string,
  folder: string,
  replace: boolean,
): Promise<void> {
  const state = await targetState(target, folder, replace);
  if (state === 'empty folder') await rmdir(target);
  if (state !== 'snapshot') return rename(workFolder, target);
  const old = `${workFolder}${replacedSuffix}`;
  await rename(target, old);
  try {
    await rename(workFolder, target);
  } catch (error) {
    await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}
