import { constants } from 'node:fs';
import { access, lstat, stat } from 'node:fs/promises';
import path from 'node:path';

import { UserFault } from '../../fault.ts';
import { writeWhole } from '../rules/write.ts';

/** A file to write. */
export interface NewFile {
  /** Relative to the folder that is set up, with `/`. */
  readonly name: string;
  readonly text: string;
  /** What it is for, in a few words. */
  readonly what: string;
}

/** What became of a file. */
export interface WrittenFile extends NewFile {
  readonly state: 'written' | 'replaced' | 'kept';
}

/**
 * Writes files that are not there yet, and with `force` those that are. Everything is checked before the first is
 * written.
 * @throws {UserFault} that names every place where none can be written
 */
export async function writeFiles(
  folder: string,
  files: readonly NewFile[],
  { force }: { readonly force: boolean },
): Promise<readonly WrittenFile[]> {
  const faults: string[] = [];
  const planned: WrittenFile[] = [];
  for (const file of files) {
    const target = path.join(folder, file.name);
    const there = await stateOf(target);
    if (there === 'other') faults.push(`${target} is no file: move it away`);
    else if (there === 'file') planned.push({ ...file, state: force ? 'replaced' : 'kept' });
    else planned.push({ ...file, state: 'written' });
    if (there !== 'file' || force) faults.push(...(await faultsOfFolder(path.dirname(target))));
  }
  if (faults.length > 0) throw new UserFault([...new Set(faults)].join('\n'));
  for (const { name, text, state } of planned)
    if (state !== 'kept') await writeWhole(path.join(folder, name), text);
  return planned;
}

/** Whether a file is there, nothing, or something that is no file. */
export async function stateOf(target: string): Promise<'file' | 'nothing' | 'other'> {
  try {
    const found = await lstat(target);
    // A link is the file that it leads to, also where that is gone.
    if (found.isSymbolicLink()) return (await leadsToFolder(target)) ? 'other' : 'file';
    return found.isFile() ? 'file' : 'other';
  } catch (error) {
    if (isMissing(error)) return 'nothing';
    throw error;
  }
}

async function leadsToFolder(target: string): Promise<boolean> {
  return stat(target).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Why no file can be made in a folder, which may have to be made itself. */
async function faultsOfFolder(folder: string): Promise<readonly string[]> {
  try {
    if (!(await stat(folder)).isDirectory()) return [`${folder} is no folder: move it away`];
    await access(folder, constants.W_OK | constants.X_OK);
    return [];
  } catch (error) {
    const parent = path.dirname(folder);
    if (isMissing(error) && parent !== folder) return faultsOfFolder(parent);
    return [`${folder}: no file can be written there: mend its permissions or choose another folder`];
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
