import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { interruptedCollections, journalFile, readJournal } from './journal.ts';
import { lockFolder } from './lock.ts';
import { manifestFile, type Manifest } from './manifest.ts';
import { partBytes, partDifference } from './part.ts';
import { readManifest } from './read.ts';
import { SnapshotError } from './snapshot.ts';
import { giveName, linesFile, replacedSuffix, targetOf, workPrefix } from './target.ts';

/**
 * Clears away what killed writers left beside a target and nobody can use: work folders with neither a journal of something nor a
 * whole snapshot in them, and what a snapshot was about to replace. To be called by who holds the lock of the target:
 * then no such folder is in use.
 */
export async function clearDeadWork(target: string): Promise<void> {
  for (const name of await workNames(target)) {
    const folder = path.join(path.dirname(target), name);
    if (name.endsWith(replacedSuffix)) await settleReplaced(folder, target);
    else if (!(await hasJournal(folder)) && (await wholeManifest(folder)) === undefined)
      await rm(folder, { recursive: true, force: true });
  }
}

/** A snapshot that was moved aside for one that did not come: it gets its place back, unless another stands there or is about to. */
async function settleReplaced(folder: string, target: string): Promise<void> {
  if (await exists(target)) await rm(folder, { recursive: true, force: true });
  else if ((await wholeManifest(folder.slice(0, -replacedSuffix.length))) === undefined)
    await rename(folder, target);
}

/** The manifests of snapshots that were written whole and killed before they got their name, the latest first. */
export async function unnamedSnapshots(
  target: string,
): Promise<readonly { readonly workFolder: string; readonly manifest: Manifest }[]> {
  const found: { workFolder: string; manifest: Manifest }[] = [];
  for (const name of await workNames(target)) {
    if (name.endsWith(replacedSuffix)) continue;
    const workFolder = path.join(path.dirname(target), name);
    const manifest = await wholeManifest(workFolder);
    if (manifest !== undefined) found.push({ workFolder, manifest });
  }
  return found.sort((a, b) => (a.manifest.end > b.manifest.end ? -1 : 1));
}

/**
 * Gives a snapshot that was written whole, and killed before it got its name, that name. Clears away what it was gone on
 * with from. Undefined where there is none.
 * @param replace whether a snapshot that stands there goes; one that it was gone on with from always does
 * @throws {SnapshotError} when something stands in the folder that must not go, or another process writes there
 */
export async function nameUnnamed(folder: string, replace: boolean): Promise<Manifest | undefined> {
  const target = targetOf(folder);
  if ((await unnamedSnapshots(target)).length === 0) return undefined;
  const lock = await lockFolder(target, folder);
  try {
    for (const { workFolder, manifest } of await unnamedSnapshots(target)) {
      if (!isIntact(workFolder, manifest)) continue;
      for (const { account } of manifest.parts)
        await rm(path.join(workFolder, linesFile(account)), { force: true });
      await rm(path.join(workFolder, journalFile), { force: true });
      const goesOn = (await snapshotBegunAt(target, manifest.start)) !== undefined;
      await giveName(workFolder, target, folder, replace || goesOn);
      for (const left of await interruptedCollections(target))
        if (left.head.start === manifest.start) await rm(left.folder, { recursive: true, force: true });
      await clearDeadWork(target);
      return manifest;
    }
    return undefined;
  } finally {
    await lock.release();
  }
}

async function workNames(target: string): Promise<readonly string[]> {
  try {
    const names = await readdir(path.dirname(target));
    return names.filter((name) => name.startsWith(workPrefix(target))).sort();
  } catch {
    return [];
  }
}

/** True where there is a journal with something to go on with. */
async function hasJournal(folder: string): Promise<boolean> {
  return ((await readJournal(path.join(folder, journalFile)))?.entries.length ?? 0) > 0;
}

/** The manifest of a folder in which all parts stand as it says, by their size. */
async function wholeManifest(folder: string): Promise<Manifest | undefined> {
  if (!(await exists(path.join(folder, manifestFile)))) return undefined;
  try {
    const manifest = await readManifest(folder);
    for (const { file, bytes } of manifest.parts)
      if ((await stat(path.join(folder, file))).size !== bytes) return undefined;
    return manifest;
  } catch {
    // Cut off in the middle.
    return undefined;
  }
}

function isIntact(folder: string, manifest: Manifest): boolean {
  try {
    return manifest.parts.every((entry) => partDifference(partBytes(folder, entry), entry) === undefined);
  } catch (error) {
    if (error instanceof SnapshotError) return false;
    throw error;
  }
}

/** The manifest of the snapshot at the target, if it began at this time: what goes on with one takes its start over. */
export async function snapshotBegunAt(target: string, start: string): Promise<Manifest | undefined> {
  try {
    const manifest = await readManifest(target);
    return manifest.start === start ? manifest : undefined;
  } catch {
    return undefined;
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch {
    return false;
  }
}
