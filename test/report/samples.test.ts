import { readFileSync } from 'node:fs';
import path from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeAll, expect, test } from 'vitest';

import type { JsonValue } from '../../src/json.ts';
import { checkGithubProfile } from '../../src/report/github-profile.ts';
import { runCli, stackLines, temporaryFolder, type CliRun } from '../support/run-cli.ts';

const root = path.resolve(import.meta.dirname, '../..');
const formats = ['txt', 'json', 'sarif', 'html'] as const;

/** Rules of the JSON sample: it is there to be read, and holds the reasons of every finding. */
const fewRules = ['cloudtrail-log-file-validation', 'cloudtrail-multi-region', 'monitor-root-usage'];

/** Writes all samples into a folder: everything at once, and the JSON report of a few rules. */
async function writeSamples(folder: string): Promise<readonly CliRun[]> {
  const report = (format: string, name: string): string[] => [
    '--format',
    `${format}=${path.join(folder, `example-org.${name}`)}`,
  ];
  const all = [...report('text', 'txt'), ...report('sarif', 'sarif'), ...report('html', 'html')];
  const few = [...report('json', 'json'), ...fewRules.flatMap((id) => ['--rule', id])];
  const runs: CliRun[] = [];
  for (const options of [all, few])
    runs.push(await runCli(['scan', '--snapshot', 'fixtures/example-org', ...options], { cwd: root }));
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
  const text = written('txt');
  expect(text).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
  expect(written('html')).not.toContain('<script>alert(1)');
});
