/** The step that scans. It always ends with 0 once it has said how the scan ended, so that what was found is kept first. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { markdownText } from '../src/report/markdown-text.ts';
import { sarifGroups } from '../src/report/sarif-split.ts';
import { compareText } from '../src/text.ts';
import { codeBlock, openStep } from './github.ts';
import { commandLine, InputFault, readInputs, reportFiles, type Environment, type Inputs } from './inputs.ts';
import { describeEnd, endOf, type ScanEnd, type WithheldGroup } from './outcome.ts';
import { readOutline, type ReportOutline } from './report.ts';

/** Characters of standard error that are kept for the job summary. */
const keptErrors = 20_000;

interface Run {
  readonly code: number | null;
  /** The end of standard error. */
  readonly errors: string;
  /** Why there is no SARIF of a group, by its name: for people, so nothing is decided by it. */
  readonly reasons: ReadonlyMap<string, string>;
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
  const reasons = new Map<string, string>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    // To the same stream as everything else: the order of two streams is not certain in the log.
    process.stdout.write(`${line}\n`);
    errors = `${errors}${line}\n`.slice(-keptErrors);
    const [, group, why] = /^no sarif report of (.+?), so that its alerts stay: (.*)$/.exec(line) ?? [];
    if (group !== undefined && why !== undefined) reasons.set(group, why);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  process.off('SIGINT', forward).off('SIGTERM', forward);
  return { code, errors, reasons };
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

/** The groups of which no SARIF was written. */
function withheldGroups(
  folder: string,
  { accounts }: ReportOutline,
  { split }: Inputs,
  { reasons }: Run,
): readonly WithheldGroup[] {
  if (!existsSync(folder)) return [];
  const [name = '', extension = ''] = path.basename(reportFiles.sarif).split('.');
  return [...new Set(sarifGroups(accounts, split).values())]
    .filter((group) => !existsSync(path.join(folder, `${name}.${group}.${extension}`)))
    .toSorted(compareText)
    .map((group) => ({ group, why: reasons.get(group) ?? 'it was not wholly seen' }));
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
  const outline = await readOutline(path.join(reports, reportFiles.json));
  const sarif = path.join(reports, path.dirname(reportFiles.sarif));
  const withheld = outline === undefined ? [] : withheldGroups(sarif, outline, inputs, run);
  const end: ScanEnd = endOf(run.code, outline?.summary);

  step.output('exit-code', String(end.code));
  step.output('outcome', end.outcome);
  if (outline !== undefined && end.outcome !== 'could-not-run') {
    const { byVerdict, failuresBySeverity, waived, complete } = outline.summary;
    step.output('complete', String(complete));
    step.output('failures', String(byVerdict.fail - waived));
    for (const [severity, count] of Object.entries(failuresBySeverity)) step.output(severity, String(count));
    step.output('unknown', String(byVerdict.unknown));
    step.output('waived', String(waived));
    step.output('passed', String(byVerdict.pass));
    step.output('reports', reports);
    step.output('json', path.join(reports, reportFiles.json));
    if (inputs.reports.includes('html')) step.output('html', path.join(reports, reportFiles.html));
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
