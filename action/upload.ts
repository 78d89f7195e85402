/** The step that uploads alerts: each group of accounts is a category of its own, replaced alone. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import type { JsonValue } from '../src/json.ts';
import { checkGithubProfile } from '../src/report/github-profile.ts';
import { markdownText } from '../src/report/markdown-text.ts';
import { compareText } from '../src/text.ts';
import { targetOf, uploadSarif } from './code-scanning.ts';
import { openStep } from './github.ts';
import type { Environment } from './inputs.ts';

interface SarifLog {
  readonly version: string;
  readonly $schema: string;
  readonly runs: readonly { readonly automationDetails?: { readonly id?: string } }[];
}
interface SarifFile {
  readonly name: string;
  readonly log: SarifLog;
  /** Bytes after gzip. */
  readonly size: number;
}

/** GitHub takes this many runs at once, and 10 MB after gzip; a tenth is left for what packing together may add. */
const most = { runs: 20, bytes: 9_000_000 };

/** Files in as few uploads as GitHub's limits let: each upload counts against the limits of its API. */
function batchesOf(files: readonly SarifFile[]): readonly (readonly SarifFile[])[] {
  const batches: SarifFile[][] = [];
  let [runs, bytes] = [Infinity, Infinity];
  for (const file of files) {
    const count = file.log.runs.length;
    if (runs + count > most.runs || bytes + file.size > most.bytes) {
      batches.push([]);
      [runs, bytes] = [0, 0];
    }
    batches.at(-1)?.push(file);
    runs += count;
    bytes += file.size;
  }
  return batches;
}

async function main(env: Environment): Promise<void> {
  const step = openStep(env, (text) => void process.stdout.write(text));
  const target = targetOf(env);
  const workspace = env['GITHUB_WORKSPACE'] ?? process.cwd();
  const folder = env['SARIF_FOLDER'] ?? '';
  const failures: string[] = [];
  const misread = new Set<string>();
  const files: SarifFile[] = [];
  const names = readdirSync(folder).filter((file) => file.endsWith('.sarif'));
  for (const name of names.toSorted(compareText)) {
    const text = readFileSync(path.join(folder, name), 'utf8');
    const log = JSON.parse(text) as JsonValue;
    const size = gzipSync(text).length;
    const problems = checkGithubProfile(log, {
      exists: (file) => existsSync(path.join(workspace, file)),
      compressedBytes: size,
    });
    const refused = problems.find(({ effect }) => effect === 'refused');
    for (const { effect, text: problem } of problems) if (effect === 'misread') misread.add(problem);
    if (refused === undefined) files.push({ name, log: log as unknown as SarifLog, size });
    else failures.push(`${name}: GitHub would refuse it: ${refused.text}`);
  }

  let uploaded = 0;
  let pending = 0;
  for (const batch of batchesOf(files)) {
    const [first] = batch;
    if (first === undefined) continue;
    const { version, $schema } = first.log;
    const received = await uploadSarif(
      { version, $schema, runs: batch.flatMap(({ log }) => log.runs) },
      target,
    );
    if (received.state === 'failed')
      failures.push(`${batch.map(({ name }) => name).join(', ')}: ${received.why}`);
    else uploaded += batch.length;
    if (received.state === 'pending') pending += batch.length;
  }

  step.output('uploaded', String(uploaded));
  const waiting = pending === 0 ? '' : ` GitHub was still processing ${pending} of them.`;
  step.summary(
    [
      '### Code scanning\n',
      `Alerts of ${uploaded} of ${names.length} groups were uploaded.${waiting}`,
      ...failures.map((failure) => `- not uploaded: ${markdownText(failure)}`),
    ].join('\n'),
  );
  if (misread.size > 0)
    step.annotate(
      'warning',
      `Some alerts will not look as meant. Files of accounts are written by "trailwarden inventory" and committed.\n${[...misread].slice(0, 5).join('\n')}`,
    );
  for (const failure of failures) step.annotate('error', `Not uploaded: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
}

await main(process.env);
