import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Milliseconds before the end of the function at which a scan is told to end: it then writes what was answered so far. */
const reserve = 60_000;

/** What a scan ends with, as the name of the error that Lambda passes on; docs/decisions/exit-codes.md of Trailwarden. */
const failures = new Map([
  [1, ['TrailwardenFoundSomething', 'something fails']],
  [2, ['TrailwardenCouldNotRun', 'the scan could not run: see the log']],
  [3, ['TrailwardenIncomplete', 'nothing fails, but answers are missing']],
]);

/**
 * Scans the organization and writes snapshot and reports below RESULTS_URL, in a folder with the time of the schedule. A trailwarden.yaml
 * beside this file is used.
 *
 * @param {{ scheduledTime?: string }} event
 * @param {{ getRemainingTimeInMillis(): number }} context
 * @returns {Promise<{ results: string }>} where the results are, when nothing fails and nothing is missing
 * @throws {Error} with the names above otherwise
 */
export async function handler(event, context) {
  const results = `${process.env.RESULTS_URL}/${event.scheduledTime ?? new Date().toISOString()}`;
  const child = spawn(process.execPath, [commandLine(), ...scan(results)], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, HOME: '/tmp' },
  });
  const timer = setTimeout(() => child.kill('SIGTERM'), context.getRemainingTimeInMillis() - reserve);
  const [code] = await once(child, 'close').finally(() => clearTimeout(timer));
  if (code === 0) return { results };
  const [name, message] = failures.get(code) ?? [
    'TrailwardenCouldNotRun',
    'the scan was ended: too many accounts, or too little memory',
  ];
  throw Object.assign(new Error(`${message}; results: ${results}`), { name });
}

/** @param {string} results */
function scan(results) {
  return [
    'scan',
    `--role-name=${process.env.MEMBER_ROLE_NAME}`,
    `--out=${results}/snapshot`,
    '--format=text',
    `--format=html=${results}/report.html`,
    `--format=json=${results}/report.json.gz`,
  ];
}

function commandLine() {
  const file = createRequire(import.meta.url).resolve('trailwarden/package.json');
  return path.join(path.dirname(file), JSON.parse(readFileSync(file, 'utf8')).bin.trailwarden);
}
