import { readFileSync } from 'node:fs';
import path from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeAll, expect, test } from 'vitest';

import type { JsonValue } from '../../src/json.ts';
import { checkGithubProfile } from '../../src/report/github-profile.ts';
import { runCli, stackLines, temporaryFolder, type CliRun } from '../support/run-cli.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Samples of all rules, and of a few where a file of all could not be looked through; by the end of their names. */
const ofAllRules = { txt: 'text', sarif: 'sarif', html: 'html', md: 'markdown' } as const;
const ofFewRules = {
  json: 'json',
  'junit.xml': 'junit',
  csv: 'csv',
  'ocsf.jsonl': 'ocsf',
  'asff.jsonl': 'asff',
  'oscal.json': 'oscal',
} as const;
const formats = [...Object.keys(ofAllRules), ...Object.keys(ofFewRules)];

/** Files that code scanning shows alerts in: those of one account and of the organization. */
const inventory = ['accounts/777788889999.yaml', 'accounts/organization.yaml'] as const;

const fewRules = ['cloudtrail-log-file-validation', 'cloudtrail-multi-region', 'monitor-root-usage'];

/** Writes all samples into a folder. */
async function writeSamples(folder: string): Promise<readonly CliRun[]> {
  const reports = (samples: Readonly<Record<string, string>>): string[] =>
    Object.entries(samples).flatMap(([name, format]) => [
      '--format',
      `${format}=${path.join(folder, `example-org.${name}`)}`,
    ]);
  const few = fewRules.flatMap((id) => ['--rule', id]);
  const runs: CliRun[] = [];
  for (const options of [reports(ofAllRules), [...reports(ofFewRules), ...few]])
    runs.push(await runCli(['scan', '--snapshot', 'fixtures/example-org', ...options], { cwd: root }));
  await runCli(['inventory', 'fixtures/example-org', '--out', folder], { cwd: root });
  return runs;
}

const folder = temporaryFolder();
let runs: readonly CliRun[];
const written = (name: string): string => readFileSync(path.join(folder.path, `example-org.${name}`), 'utf8');

beforeAll(async () => {
  runs = await writeSamples(folder.path);
  return () => folder[Symbol.dispose]();
});

test('a scan of the example organization ends with findings and says where the reports are', () => {
  expect(runs.map((run) => run.code)).toEqual([1, 1]);
  expect(runs.flatMap(stackLines)).toEqual([]);
  const told = runs.map((run) => run.stderr).join('');
  for (const name of formats) expect(told).toContain(`example-org.${name}`);
});

// `npm run reports` writes them anew. What a reader sees first, so every change to them is to be looked at.
test.each(formats)(
  'reports/example-org.%s is what a scan of the example organization writes',
  async (name) => {
    await expect(written(name)).toMatchFileSnapshot(path.join(root, 'reports', `example-org.${name}`));
  },
);

test.each(inventory)('reports/%s is what inventory writes', async (name) => {
  const text = readFileSync(path.join(folder.path, name), 'utf8');
  await expect(text).toMatchFileSnapshot(path.join(root, 'reports', name));
});

test('reports/example-org.explain.txt is the whole chain behind one verdict, as rules explain shows it', async () => {
  const explain = ['rules', 'explain', 'monitor-root-usage', '--snapshot', 'fixtures/example-org'];
  const told = await runCli([...explain, '--resource', '222233334444'], { cwd: root });
  expect(told.code).toBe(0);
  await expect(told.stdout).toMatchFileSnapshot(path.join(root, 'reports', 'example-org.explain.txt'));
});

test('a second run gives the same bytes', async () => {
  using again = temporaryFolder();
  await writeSamples(again.path);
  for (const name of formats) {
    expect(readFileSync(path.join(again.path, `example-org.${name}`), 'utf8')).toBe(written(name));
  }
});

test('the samples satisfy the published schema of the JSON report and the SARIF schema', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const check = (schema: string, value: unknown): void => {
    const valid = ajv.validate(JSON.parse(readFileSync(path.join(root, schema), 'utf8')) as object, value);
    expect(valid, ajv.errorsText()).toBe(true);
  };
  check('schemas/report.schema.json', JSON.parse(written('json')));
  check('test/report/schemas/sarif-2.1.0.schema.json', JSON.parse(written('sarif')));
});

test('GitHub would take the SARIF sample but for the mark of an incomplete collection, which it is to refuse', () => {
  const problems = checkGithubProfile(JSON.parse(written('sarif')) as JsonValue);
  expect(problems.map((problem) => problem.pointer)).toEqual(['/runs/0/invocations/0/executionSuccessful']);
});

test('hostile names reach no report unescaped', () => {
  for (const name of ['txt', 'md', 'junit.xml'])
    expect(written(name)).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
  expect(written('html')).not.toContain('<script>alert(1)');
});
