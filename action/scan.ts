/** The step that scans. It always ends with 0 once it has said how the scan ended, so that what was found is kept first. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { markdownText } from '../src/report/markdown-text.ts';
import { codeBlock, openStep } from './github.ts';
import { commandLine, InputFault, readInputs, reportFiles, type Environment } from './inputs.ts';
import { describeEnd, endOf, type ScanEnd } from './outcome.ts';
import { readSummary } from './report.ts';

/** Characters of standard error that are kept for the job summary. */
const keptErrors = 20_000;

interface Run {
  readonly code: number | null;
  readonly errors: string;
}

/** Runs the command line with the credentials of the role, if one was assumed. What it writes goes to the log. */
async function runTrailwarden(program: string, args: readonly string[], env: Environment): Promise<Run> {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { ...env, ...credentials(env) },
  });
  // A cancelled job sends these to the first process of the step only; what was answered so far is then still written.
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    // To the same stream as everything else: the order of two streams is not certain in the log.
    process.stdout.write(chunk);
    errors = (errors + chunk).slice(-keptErrors);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  process.off('SIGINT', forward).off('SIGTERM', forward);
  return { code, errors };
}

/** The role's credentials come as outputs of their step and not by the job's environment, so that other steps lack them. */
function credentials(env: Environment): Record<string, string> {
  const given: Record<string, string> = {};
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION']) {
    const value = env[`ROLE_${name}`];
    if (value !== undefined && value !== '') given[name] = value;
  }
  return given;
}

async function main(env: Environment): Promise<void> {
  const step = openStep(env, (text) => void process.stdout.write(text));
  const folder = env['TRAILWARDEN_FOLDER'] ?? '';
  const program = env['TRAILWARDEN_PROGRAM'] ?? '';
  const inputs = readInputs(env);
  const { args, snapshot } = commandLine(inputs, folder);
  const reports = path.join(folder, 'reports');
  mkdirSync(reports, { recursive: true });

  const run = await step.quoting(() => runTrailwarden(program, args, env));
  const summary = await readSummary(path.join(reports, reportFiles.json));
  const withheld = [
    ...run.errors.matchAll(/^no sarif report of (.+?), so that its alerts stay: (.*)$/gm),
  ].map(([, group = '', why = '']) => ({ group, why }));
  const end: ScanEnd = endOf(run.code, summary);

  step.output('exit-code', String(end.code));
  step.output('outcome', end.outcome);
  if (summary !== undefined && end.outcome !== 'could-not-run') {
    const { byVerdict, failuresBySeverity, waived, complete } = summary;
    step.output('complete', String(complete));
    step.output('failures', String(byVerdict.fail - waived));
    for (const [severity, count] of Object.entries(failuresBySeverity)) step.output(severity, String(count));
    step.output('unknown', String(byVerdict.unknown));
    step.output('waived', String(waived));
    step.output('passed', String(byVerdict.pass));
    step.output('reports', reports);
    step.output('json', path.join(reports, reportFiles.json));
    if (inputs.reports.includes('html')) step.output('html', path.join(reports, reportFiles.html));
    const sarif = path.join(reports, path.dirname(reportFiles.sarif));
    if (existsSync(sarif)) step.output('sarif', sarif);
    step.output('withheld', JSON.stringify(withheld));
  }
  if (inputs.snapshot === '' && existsSync(snapshot) && readdirSync(snapshot).length > 0)
    step.output('snapshot', snapshot);

  step.summary(describeEnd(end, withheld));
  if (end.outcome === 'could-not-run') step.summary(codeBlock(run.errors.trim()));
  else {
    if (inputs.artifact !== '')
      step.summary(`All reports are in the artifact **${markdownText(inputs.artifact)}**.`);
    step.summary(readFileSync(path.join(reports, reportFiles.markdown), 'utf8'));
  }
}

try {
  await main(process.env);
} catch (error) {
  if (!(error instanceof InputFault)) throw error;
  const step = openStep(process.env, (text) => void process.stdout.write(text));
  step.annotate('error', error.message);
  step.summary(`### Trailwarden could not run (exit code 2)\n\n${codeBlock(error.message)}`);
  process.exitCode = 2;
}
