import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { link, open, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { fileFault } from './file-fault.ts';
import { SnapshotError } from './snapshot.ts';

/** Milliseconds after which a lock that nobody renews is taken for left over. */
const stale = 120_000;
const renewal = 20_000;
/** Milliseconds that a lock without content is given: where there are no links, its writer may be between two steps. */
const settling = 500;
/** What a file system says that has no hard links. */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** Ids of the locks that this process holds or tries for: in a new container the process that left one behind had the same number. */
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
  const mine = randomBytes(8).toString('hex');
  const content = JSON.stringify({ process: process.pid, host: hostname(), id: mine });
  held.add(mine);
  try {
    await acquire(file, folder, content, mine);
  } catch (error) {
    held.delete(mine);
    throw error;
  }
  // Renewed, so that other machines that share the disk see that it is alive.
  const timer = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, renewal);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      // Taken for left over while this machine slept: it is another's by now.
      if (held.delete(mine) && textOf(file) === content) await rm(file, { force: true });
    },
  };
}

async function acquire(file: string, folder: string, content: string, mine: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (await createWhole(file, content, mine)) return;
    } catch (error) {
      throw fileFault(error, folder, 'cannot create the snapshot');
    }
    const found = await settled(file);
    const holder = found === undefined ? undefined : holderOf(file, found);
    if (holder !== undefined || attempt > 3)
      throw new SnapshotError(
        `another collection is being written there${holder ?? ''}; wait for it, or remove ${file} if it is gone`,
        { file: folder },
      );
    if (found !== undefined) await removeIfStill(file, found, mine);
  }
}

/**
 * Creates the lock with its content in one step: who sees it sees whose it is. False where there is one already.
 * Where the file system has no hard links it takes two steps, and {@link settled} waits for the second.
 */
async function createWhole(file: string, content: string, mine: string): Promise<boolean> {
  const draft = `${file}.${mine}`;
  try {
    await writeFile(draft, content, { flag: 'wx' });
    await link(draft, file);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EEXIST') return false;
    if (!noLinks.has(code)) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(content).finally(() => handle.close());
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** What stands in a lock; undefined where it is gone. A writer between two steps is given the time for the second. */
async function settled(file: string): Promise<string | undefined> {
  for (let waited = 0; ; waited += 50) {
    const text = textOf(file);
    if (text === undefined || lockOf(text) !== undefined || waited >= settling) return text;
    await sleep(50);
  }
}

/** Removes a lock that was left behind, unless it was another's meanwhile, who then keeps it. */
async function removeIfStill(file: string, found: string, mine: string): Promise<void> {
  const aside = `${file}.${mine}`;
  try {
    await rename(file, aside);
    if (textOf(aside) !== found && !(await givenBack(aside, file))) await rename(aside, file);
  } catch {
    // Another was faster: the next attempt looks at what is there now.
  } finally {
    await rm(aside, { force: true });
  }
}

/** False where the file system has no hard links. */
async function givenBack(aside: string, file: string): Promise<boolean> {
  try {
    await link(aside, file);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && noLinks.has(String(error.code)));
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

interface Lock {
  readonly process: number;
  readonly host: string;
  readonly id: unknown;
}

function lockOf(text: string): Lock | undefined {
  try {
    const lock = JSON.parse(text) as { process?: unknown; host?: unknown; id?: unknown };
    const { process: number, host, id } = lock;
    return typeof number === 'number' && typeof host === 'string' ? { process: number, host, id } : undefined;
  } catch {
    return undefined;
  }
}

/** Who holds a lock, for a message; undefined where nobody does any more. */
function holderOf(file: string, text: string): string | undefined {
  const lock = lockOf(text);
  if (lock === undefined) return undefined;
  const name = ` (process ${lock.process} on ${lock.host})`;
  if (lock.host !== hostname()) return ageOf(file) < stale ? name : undefined;
  if (lock.process === process.pid) return held.has(String(lock.id)) ? name : undefined;
  return isAlive(lock.process) ? name : undefined;
}

/** Milliseconds since a lock was renewed; no end where it is gone. */
function ageOf(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return Infinity;
  }
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
