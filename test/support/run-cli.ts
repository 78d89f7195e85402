import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** How a run of the command line ended. */
export interface CliRun {
  /** Exit code; null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as its sources stand. */
export const sources = path.resolve(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** The command line that tests run: the built one in `npm test`, which is what users run, else the sources. */
export const program = process.env['TRAILWARDEN_PROGRAM'] ?? sources;

/**
 * Runs the real command line in a process of its own. It sees nothing of this machine's environment but the search path:
 * an empty home, no credentials, no metadata service, no colours, and what `environment` gives.
 *
 * @param options.main the program, where it is not that of the sources.
 * @param options.started is called with the process, for tests that interrupt it.
 */
export async function runCli(
  args: readonly string[],
  options: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly main?: string;
    readonly started?: (child: ChildProcess) => void;
  } = {},
): Promise<CliRun> {
  const home = mkdtempSync(path.join(tmpdir(), 'trailwarden-home-'));
  try {
    const child = spawn(process.execPath, [options.main ?? program, ...args], {
      cwd: options.cwd ?? home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        NO_COLOR: '1',
        AWS_EC2_METADATA_DISABLED: 'true',
        ...options.environment,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    options.started?.(child);
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code, signal, stdout, stderr };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** A folder of its own for a test; gone at the end of the scope that holds it with `using`. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'trailwarden-test-'));
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Lines of a run's standard error that look like a stack trace or a confession of a bug. */
export function stackLines(run: CliRun): readonly string[] {
  return run.stderr
    .split('\n')
    .filter((line) => /^\s+at .*[(:].*:\d+|^node:|bug in trailwarden|^\w*Error: /.test(line));
}
