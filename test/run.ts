/**
 * `npm test`: runs every suite that can run on this machine, names what it skipped and why, and ends with one plain
 * line of counts. With TRAILWARDEN_SKIPS=fail a skip is a failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

import { missingTools } from './support/needs.ts';
import { newest } from './support/newest.ts';

interface Assertion {
  readonly status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo' | 'disabled';
  readonly fullName: string;
}
interface Results {
  readonly numFailedTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly Assertion[];
  }[];
}

const root = path.resolve(import.meta.dirname, '..');
const resultsFile = path.join(root, 'out', 'test-results.json');
mkdirSync(path.dirname(resultsFile), { recursive: true });
rmSync(resultsFile, { force: true });

const program = path.join(root, 'dist/cli/main.js');
const built = statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (built < newest(...['src', 'rules', 'schemas', 'build'].map((folder) => path.join(root, folder)))) {
  const build = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
  if (build.status !== 0) process.exit(1);
}

const run = spawnSync(
  path.join(root, 'node_modules', '.bin', 'vitest'),
  [
    'run',
    '--no-isolate',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${resultsFile}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, TRAILWARDEN_PROGRAM: program } },
);

const write = (line: string): void => void process.stdout.write(`${line}\n`);
if (!existsSync(resultsFile)) {
  write('vitest wrote no results: see above');
  process.exitCode = 1;
} else {
  const results = JSON.parse(readFileSync(resultsFile, 'utf8')) as Results;
  const all = results.testResults.flatMap((file) => file.assertionResults);
  const passed = all.filter((test) => test.status === 'passed').length;
  // A file that could not even be loaded holds no assertion and must still count.
  const brokenFiles = results.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  const failed = all.filter((test) => test.status === 'failed').length + brokenFiles;
  const skipped = all.filter((test) => test.status !== 'passed' && test.status !== 'failed');
  for (const [tool, reason] of Object.entries(missingTools()))
    write(`not on this machine: ${tool} (${reason})`);
  for (const test of skipped) write(`skipped: ${test.fullName}`);
  const skipsFail = process.env['TRAILWARDEN_SKIPS'] === 'fail' && skipped.length > 0;
  if (skipsFail) write(`${skipped.length} skipped tests count as failures here`);
  write(`${passed} passed, ${failed + (skipsFail ? skipped.length : 0)} failed`);
  process.exitCode = run.status === 0 && failed === 0 && !skipsFail && passed > 0 ? 0 : 1;
}
