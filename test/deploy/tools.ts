import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { pythonWith } from '../support/python-environment.ts';

export const root = path.resolve(import.meta.dirname, '../..');

/** How a checker ended, with all that it said. */
export interface Opinion {
  readonly code: number | null;
  readonly said: string;
}

/** Milliseconds in which a busy machine makes the folder of {@link checkers}. */
export const checkersMade = 600_000;

/** The folder of the pinned checkers; makes it where there is none yet (half a minute, needs the package registry). */
export async function checkers(): Promise<string> {
  return path.dirname(await pythonWith('deploy', path.join(import.meta.dirname, 'requirements.txt')));
}

/** Asks a checker of {@link checkers}, or another program, about files of the repository. */
export async function ask(program: string, ...args: readonly string[]): Promise<Opinion> {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}
