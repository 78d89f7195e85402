/** The last step: gives the job the exit code of the scan, after everything was kept and uploaded. */
import { openStep } from './github.ts';
import type { Environment } from './inputs.ts';
import { describeEnd, endOf, explainEnd, outcomes, type ScanEnd } from './outcome.ts';

/** Steps before the scan, as a person knows them. */
const before = {
  INSTALL_OUTCOME: 'Trailwarden could not be installed, or an input is wrong',
  ROLE_OUTCOME: 'the role could not be assumed',
} as const;

/** The scan's own end, where it came so far. */
function endOfScan(env: Environment): ScanEnd | undefined {
  const code = Number(env['EXIT_CODE'] || Number.NaN);
  if (code !== 0 && code !== 1 && code !== 2 && code !== 3) return undefined;
  return {
    code,
    outcome: outcomes[code],
    complete: env['COMPLETE'] === '' ? undefined : env['COMPLETE'] === 'true',
  };
}

function main(env: Environment): void {
  const step = openStep(env, (text) => void process.stdout.write(text));
  const scanned = endOfScan(env);
  const end = scanned ?? endOf(null, undefined);
  if (scanned === undefined) {
    const [, why] = Object.entries(before).find(([name]) => env[name] === 'failure') ?? [];
    step.summary(`${describeEnd(end, [])}\n${why === undefined ? 'The log says why.' : `Reason: ${why}.`}`);
  }
  step.output('exit-code', String(end.code));
  step.output('outcome', end.outcome);
  if (end.code !== 0) step.annotate('error', `Exit code ${end.code}, ${end.outcome}. ${explainEnd(end)}`);
  process.exitCode = end.code;
}

main(process.env);
