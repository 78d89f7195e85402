import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { python } from '../support/needs.ts';

/** The management account of a fresh moto, and the account of every key that moto does not know. */
export const motoAccount = '123456789012';

/** The regions that its accounts have. */
export const motoRegions = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;

/** A running moto: an AWS emulator by other people, so a second opinion on wire format and isolation. */
export interface Moto extends AsyncDisposable {
  readonly url: string;
  /** Environment that points the AWS SDK here, as the management account. */
  readonly environment: Readonly<Record<string, string>>;
  /** Forgets everything, and starts the random numbers (account ids among them) from the same seed. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '..', '..');
const environmentFolder = path.join(root, '.venv', 'moto');

/**
 * Starts moto on a free port of 127.0.0.1; the first time, makes its virtual environment in `.venv/moto` (half a minute,
 * needs the package registry). It ends with the test process, however that ends. Nothing it does leaves the machine.
 */
export async function startMoto(): Promise<Moto> {
  await ensureEnvironment();
  const server = spawn(
    path.join(environmentFolder, 'bin', 'python'),
    [path.join(import.meta.dirname, 'moto_server.py'), ...motoRegions],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        // Topics with a web subscriber would be posted to: everything but this machine is out of reach.
        HTTP_PROXY: 'http://127.0.0.1:9',
        HTTPS_PROXY: 'http://127.0.0.1:9',
        NO_PROXY: '127.0.0.1,localhost',
      },
    },
  );
  let complaints = '';
  server.stderr.on(
    'data',
    (chunk: Buffer) => (complaints = (complaints + chunk.toString('utf8')).slice(-4000)),
  );
  const port = await Promise.race([
    once(createInterface(server.stdout), 'line').then(([line]) => String(line)),
    once(server, 'exit').then(() => undefined),
  ]);
  if (port === undefined) throw new Error(`moto did not start:\n${complaints}`);
  const url = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };
  const reset = async (): Promise<void> => {
    await post(`${url}/moto-api/reset`);
    await post(`${url}/moto-api/seed?a=42`);
  };
  await reset();
  return {
    url,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAMANAGEMENT000000',
      AWS_SECRET_ACCESS_KEY: 'not-a-secret',
    },
    reset,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function post(url: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST' });
  if (!answer.ok) throw new Error(`${url}: HTTP ${answer.status}`);
}

/** The Python of the pinned packages. Makes their virtual environment where there is none yet. */
export async function pinnedPython(): Promise<string> {
  await ensureEnvironment();
  return path.join(environmentFolder, 'bin', 'python');
}

/** Makes the virtual environment, or leaves it when it was made from these very requirements by this very Python. */
async function ensureEnvironment(): Promise<void> {
  const command = python();
  if (command === undefined) throw new Error('no Python that can make virtual environments');
  const requirements = path.join(import.meta.dirname, 'requirements.txt');
  const version = spawnSync(command, ['--version'], { encoding: 'utf8' }).stdout;
  const wanted = createHash('sha256').update(readFileSync(requirements)).update(version).digest('hex');
  const stamp = path.join(environmentFolder, 'made-from.sha256');
  const upToDate = (): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (upToDate()) return;

  mkdirSync(path.dirname(environmentFolder), { recursive: true });
  const unlock = await lock(`${environmentFolder}.lock`);
  try {
    if (upToDate()) return;
    rmSync(environmentFolder, { recursive: true, force: true });
    await run(command, ['-m', 'venv', environmentFolder]);
    const quietly = ['--quiet', '--disable-pip-version-check', '--no-input'];
    const pinned = ['--no-deps', '--only-binary', ':all:', '--requirement', requirements];
    await run(path.join(environmentFolder, 'bin', 'python'), ['-m', 'pip', 'install', ...quietly, ...pinned]);
    writeFileSync(stamp, wanted);
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
