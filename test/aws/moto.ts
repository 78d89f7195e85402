import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { pythonWith } from '../support/python-environment.ts';

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
  /** Whether its IAM applies: signatures are verified and policies evaluated then. */
  enforce(yes: boolean): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts moto on a free port of 127.0.0.1; the first time, makes its virtual environment in `.venv/moto` (half a minute,
 * needs the package registry). It ends with the test process, however that ends. Nothing it does leaves the machine.
 */
export async function startMoto(): Promise<Moto> {
  const program = await pinnedPython();
  const server = spawn(program, [path.join(import.meta.dirname, 'moto_server.py'), ...motoRegions], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      // Topics with a web subscriber would be posted to: everything but this machine is out of reach.
      HTTP_PROXY: 'http://127.0.0.1:9',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      NO_PROXY: '127.0.0.1,localhost',
    },
  });
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
    enforce: (yes) => post(`${url}/moto-api/reset-auth`, yes ? '0' : 'inf'),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function post(url: string, body = ''): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body });
  if (!answer.ok) throw new Error(`${url}: HTTP ${answer.status}`);
}

/** The Python of the pinned packages. Makes their virtual environment where there is none yet. */
export async function pinnedPython(): Promise<string> {
  return await pythonWith('moto', path.join(import.meta.dirname, 'requirements.txt'));
}
