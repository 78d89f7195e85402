import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { writeOrganization } from '../../bench/organization.ts';
import { loadRules, readRuleFolder, type RuleFolder } from '../../src/rules/load.ts';
import { parseRuleFiles } from '../../src/rules/parse/file.ts';
import { withParsed } from '../../src/rules/parsed.ts';
import { shippedFolder } from '../../src/rules/shipped.ts';
import { standardLanguage } from '../../src/rules/standard-language.ts';
import { runCli, sources, temporaryFolder, type CliRun } from '../support/run-cli.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = temporaryFolder();
const main = path.join(folder.path, 'dist/cli/main.js');

/** A package of its own, built as `npm run build` builds it. */
beforeAll(() => {
  for (const name of ['rules', 'schemas', 'node_modules'])
    symlinkSync(path.join(root, name), path.join(folder.path, name));
  copyFileSync(path.join(root, 'package.json'), path.join(folder.path, 'package.json'));
  mkdirSync(path.join(folder.path, 'dist/rules'), { recursive: true });
  const run = (command: string, ...args: string[]): void => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  };
  run(process.execPath, 'build/rules.ts', path.join(folder.path, 'dist/rules/parsed.json'));
  mkdirSync(path.join(folder.path, 'dist/snapshot'));
  run(process.execPath, 'build/validator.ts', path.join(folder.path, 'dist/snapshot/manifest-validator.js'));
  const vite = path.join(root, 'node_modules/.bin/vite');
  run(vite, 'build', '--config', 'build/cli.config.ts', '--outDir', path.dirname(main), '--emptyOutDir');
});

afterAll(() => folder[Symbol.dispose]());

const example = path.join(root, 'fixtures/example-org');
const built = (args: readonly string[]): Promise<CliRun> => runCli(args, { cwd: folder.path, main });

test.skipIf(process.platform === 'win32')('what was built again can be run as a program at once', () => {
  expect(statSync(main).mode & 0o111).toBe(0o111);
});

/** A compressed snapshot of two accounts, and one whose manifest was edited. */
const compressed = path.join(folder.path, 'compressed');
const edited = path.join(folder.path, 'edited');
beforeAll(async () => {
  await writeOrganization(compressed, 2);
  cpSync(compressed, edited, { recursive: true });
  const file = path.join(edited, 'manifest.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"finished": true', '"finished": "yes", "more": 1'));
});

test.each([
  ['lists rules', ['rules', 'list', '--service', 'sns']],
  ['lists rules as JSON', ['rules', 'list', '--json']],
  ['explains a rule', ['rules', 'explain', 'cloudtrail-multi-region']],
  ['judges', ['evaluate', example, '--format', 'json', '--fail-on', 'none']],
  [
    'places findings in code',
    [
      'evaluate',
      example,
      '--format',
      'json',
      '--fail-on',
      'none',
      '--source',
      path.join(root, 'fixtures/source'),
    ],
  ],
  ['judges a compressed snapshot', ['evaluate', compressed, '--format', 'json', '--fail-on', 'none']],
  ['refuses a damaged manifest', ['snapshot', 'show', edited]],
  ['refuses what is wrong', ['rules', 'explain', 'cloudtrail-multi-regio']],
])('the built command line %s as the sources do', async (_what, args) => {
  const run = await built(args);
  const expected = await runCli(args, { cwd: folder.path, main: sources });
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: expected.code, stderr: expected.stderr });
  // Reports are too long to be shown where they differ.
  expect(run.stdout === expected.stdout).toBe(true);
  expect(run.stdout + run.stderr).not.toBe('');
});

test('a rule that was edited after the build is read from its file again', async () => {
  rmSync(path.join(folder.path, 'rules'));
  mkdirSync(path.join(folder.path, 'rules/cloudtrail'), { recursive: true });
  const name = 'rules/cloudtrail/cloudtrail-multi-region.yaml';
  const text = readFileSync(path.join(root, name), 'utf8');
  writeFileSync(path.join(folder.path, name), text.replace(/^title: .*$/m, 'title: Another title'));
  const list = await built(['rules', 'list']);
  expect(list).toMatchObject({ code: 0, stderr: '1 rule\n' });
  expect(list.stdout).toContain('Another title');
});

test('a fault that a folder of the user brings into a shipped rule is told with its place', async () => {
  const shipped = await readRuleFolder(shippedFolder, 'rules');
  const parsed: RuleFolder = {
    files: withParsed(shipped.files, JSON.parse(JSON.stringify(parseRuleFiles(shipped.files)))),
    trusted: true,
  };
  const own = `id: alarmed\ntitle: It is alarmed\nfor: account\ncheck: { region: { present: true } }\n`;
  const folders = (first: RuleFolder): RuleFolder[] => [
    { ...first, trusted: true },
    { files: [{ kind: 'predicate', name: 'mine/predicates/alarmed.yaml', text: own }] },
  ];
  const told = async (first: RuleFolder): Promise<string> =>
    loadRules(folders(first), standardLanguage()).then(
      () => 'nothing',
      (error: Error) => error.message,
    );
  expect(await told(parsed)).toMatch(/rules\/cloudwatch\/monitor-\S+\.yaml:\d+:\d+: /);
  expect(await told(parsed)).toBe(await told(shipped));
});
