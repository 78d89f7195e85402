import { readFileSync, statSync } from 'node:fs';
import { open, rm, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

import { fileFault } from './file-fault.ts';
import { SnapshotError } from './snapshot.ts';

/** Milliseconds after which a lock that nobody renews is taken for left over. */
const stale = 120_000;
const renewal = 20_000;

/** Locks that this process holds: in a new container the process that left one behind had the same number. */
const held = new Set<string>();

/** The right to write to a folder, until it is given up. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Makes sure that one process at a time writes to a folder. A lock that a killed process left behind is taken over.
 * @param target absolute path
 * @param folder as the user named it
 * @throws {SnapshotError} when another process writes there
 */
export async function lockFolder(target: string, folder: string): Promise<FolderLock> {
  const file = path.join(path.dirname(target), `.${path.basename(target)}.lock`);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(JSON.stringify({ process: process.pid, host: hostname() }));
      await handle.close();
      break;
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST')
        throw fileFault(error, folder, 'cannot create the snapshot');
    }
    const holder = holderOf(file);
    if (holder !== undefined || attempt > 3)
      throw new SnapshotError(
        `another collection is being written there${holder ?? ''}; wait for it, or remove ${file} if it is gone`,
        { file: folder },
      );
    await rm(file, { force: true });
  }
  held.add(file);
  // Renewed, so that other machines that share the disk see that it is alive.
  const timer = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, renewal);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      if (held.delete(file)) await rm(file, { force: true });
    },
  };
}

/** Who holds a lock, for a message; undefined where nobody does any more. */
function holderOf(file: string): string | undefined {
  let holder: { process?: unknown; host?: unknown };
  let age: number;
  try {
    age = Date.now() - statSync(file).mtimeMs;
    holder = JSON.parse(readFileSync(file, 'utf8')) as typeof holder;
  } catch {
    // Gone in the meantime, or its writer was killed between two steps.
    return undefined;
  }
  const { process: number, host } = holder;
  if (typeof number !== 'number' || typeof host !== 'string') return undefined;
  const name = ` (process ${number} on ${host})`;
  if (host !== hostname()) return age < stale ? name : undefined;
  if (number === process.pid) return held.has(file) ? name : undefined;
  return isAlive(number) ? name : undefined;
}

function isAlive(number: number): boolean {
  try {
    process.kill(number, 0);
    return true;
  } catch (error) {
    // It exists, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
