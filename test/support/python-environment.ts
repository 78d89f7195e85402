import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { python } from './needs.ts';

const root = path.resolve(import.meta.dirname, '..', '..');

/**
 * The Python of a virtual environment with pinned packages, in `.venv/NAME`. It is made the first time (half a minute, network),
 * and again when the requirements or the Python of the machine are other ones.
 */
export async function pythonWith(name: string, requirements: string): Promise<string> {
  const folder = path.join(root, '.venv', name);
  const program = path.join(folder, 'bin', 'python');
  const command = python();
  if (command === undefined) throw new Error('no Python that can make virtual environments');
  const version = spawnSync(command, ['--version'], { encoding: 'utf8' }).stdout;
  const wanted = createHash('sha256').update(readFileSync(requirements)).update(version).digest('hex');
  const stamp = path.join(folder, 'made-from.sha256');
  const upToDate = (): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (upToDate()) return program;

  mkdirSync(path.dirname(folder), { recursive: true });
  const unlock = await lock(`${folder}.lock`);
  try {
    if (upToDate()) return program;
    rmSync(folder, { recursive: true, force: true });
    await run(command, ['-m', 'venv', folder]);
    const quietly = ['--quiet', '--disable-pip-version-check', '--no-input'];
    const pinned = ['--no-deps', '--only-binary', ':all:', '--requirement', requirements];
    await run(program, ['-m', 'pip', 'install', ...quietly, ...pinned]);
    writeFileSync(stamp, wanted);
    return program;
  } finally {
    unlock();
  }
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${complaints.slice(-4000)}`);
}

/** Holds a lock file while test files run side by side; one whose owner is gone is taken over. */
async function lock(file: string): Promise<() => void> {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (!alive(Number(existsSync(file) ? readFileSync(file, 'utf8') : '0'))) rmSync(file, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function alive(pid: number): boolean {
  // Zero: the file is there but its owner has not written its number yet, or it is gone already.
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
