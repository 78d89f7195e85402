/** The first step: checks the inputs, and finds or installs the program that the scan runs. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { codeBlock, openStep } from './github.ts';
import { InputFault, readInputs, type Environment } from './inputs.ts';

/** Runs npm with what it says in the log. */
function npm(args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync('npm', args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined) throw new InputFault(`npm could not be started: ${error.message}`);
  if (status !== 0) throw new InputFault(`npm ${args.join(' ')} failed: see the log`);
}

/** The program of an installed package, by the `bin` that it names. */
function programOf(packageFile: string): string {
  const { bin } = JSON.parse(readFileSync(packageFile, 'utf8')) as { bin: { trailwarden: string } };
  return path.join(path.dirname(packageFile), bin.trailwarden);
}

/**
 * The program of the version that was asked for:
 * - `installed`: what the workflow installed into the workspace, by its own lock file;
 * - `source`: this action's own source, built here where nobody did yet;
 * - a version or tag of the npm package; that of this action where nothing was asked for.
 */
function findProgram(version: string, folder: string, env: Environment): string {
  const action = path.resolve(import.meta.dirname, '..');
  if (version === 'installed') {
    const workspace = path.join(env['GITHUB_WORKSPACE'] ?? process.cwd(), 'package.json');
    try {
      return programOf(createRequire(workspace).resolve('trailwarden/package.json'));
    } catch (error) {
      throw new InputFault(
        `version: installed: there is no trailwarden in node_modules of the workspace; run npm ci before (${(error as Error).message.split('\n')[0]})`,
      );
    }
  }
  const own = path.join(action, 'package.json');
  if (version === 'source') {
    if (!existsSync(programOf(own))) npm(['ci', '--no-audit', '--no-fund'], action);
    return programOf(own);
  }
  const wanted = version || (JSON.parse(readFileSync(own, 'utf8')) as { version: string }).version;
  // A version or a tag, and nothing that npm would take for a path, an address or an option.
  if (!/^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(wanted))
    throw new InputFault(
      `version: ${JSON.stringify(version)}: a version, a tag, installed or source is expected`,
    );
  const target = path.join(folder, 'npm');
  mkdirSync(target);
  npm(
    ['install', '--prefix', target, '--ignore-scripts', '--no-audit', '--no-fund', `trailwarden@${wanted}`],
    folder,
  );
  return programOf(path.join(target, 'node_modules', 'trailwarden', 'package.json'));
}

function main(env: Environment): void {
  const step = openStep(env, (text) => void process.stdout.write(text));
  try {
    const { version } = readInputs(env);
    const temporary = env['RUNNER_TEMP'];
    if (temporary === undefined || temporary === '') throw new Error('RUNNER_TEMP is not set');
    const folder = mkdtempSync(path.join(temporary, 'trailwarden-'));
    const program = findProgram(version, folder, env);
    step.output('folder', folder);
    step.output('program', program);
  } catch (error) {
    if (!(error instanceof InputFault)) throw error;
    step.annotate('error', error.message);
    step.summary(codeBlock(error.message));
    process.exitCode = 2;
  }
}

main(process.env);
