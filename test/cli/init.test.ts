import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';

import { expect, test } from 'vitest';

import { readConfiguration } from '../../src/cli/configuration/read.ts';
import { standardAnswers, type Answers } from '../../src/cli/init/answers.ts';
import { askAnswers } from '../../src/cli/init/questions.ts';
import { initialize, type InitFlags } from '../../src/cli/init/run.ts';
import { UserFault } from '../../src/fault.ts';
import { runCli, stackLines, temporaryFolder, type CliRun } from '../support/run-cli.ts';

const root = path.resolve(import.meta.dirname, '../..');

async function init(cwd: string, ...args: readonly string[]): Promise<CliRun> {
  const run = await runCli(['init', ...args], { cwd });
  expect(stackLines(run)).toEqual([]);
  return run;
}

/** Files below a folder, with what stands in them. */
function contents(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => path.join(parentPath, name))
      .map((file) => [path.relative(folder, file), readFileSync(file, 'utf8')] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

test('init --yes writes files that our own readers take', async () => {
  using folder = temporaryFolder();
  expect(await init(folder.path, '--yes')).toMatchObject({ code: 0, stderr: '' });
  const files = contents(folder.path);
  expect(Object.keys(files)).toEqual([
    '.github/workflows/trailwarden.yml',
    'trailwarden-out/.gitignore',
    'trailwarden-role.yaml',
    'trailwarden-waivers.yaml',
    'trailwarden.yaml',
  ]);
  const text = files['trailwarden.yaml'] ?? '';
  const { values } = await readConfiguration(text, 'trailwarden.yaml');
  expect(Object.fromEntries([...values].map(([key, { value }]) => [key, value]))).toEqual({
    'role.name': 'TrailwardenScan',
    'snapshot.out': 'trailwarden-out/snapshot',
    'snapshot.replace': true,
    packs: ['trailwarden-recommended'],
    waivers: 'trailwarden-waivers.yaml',
    failOn: 'low',
    reports: [
      { format: 'text' },
      { format: 'html', file: 'trailwarden-out/report.html' },
      { format: 'json', file: 'trailwarden-out/report.json' },
    ],
  });
  // What stands in comments can be used as it is.
  const used = text.replaceAll(/^( *)# ((?:[A-Za-z]+:| +).*)$/gm, '$1$2');
  const all = (await readConfiguration(used, 'trailwarden.yaml')).values;
  expect([...all.keys()]).toEqual(
    expect.arrayContaining([
      'accounts',
      'ou',
      'regions',
      'role.trust',
      'rules',
      'disable',
      'parameters',
      'minCoverage',
      'source',
    ]),
  );
  expect(await runCli(['waivers', 'lint'], { cwd: folder.path })).toMatchObject({
    code: 0,
    stderr: '0 waivers: nothing to mend\n',
  });
  // The role allows what the pack needs, and no more; `trailwarden role` reads the same configuration.
  const role = await runCli(['role', '--format', 'cloudformation'], { cwd: folder.path });
  expect(files['trailwarden-role.yaml']).toBe(role.stdout);
  expect(role.stdout).not.toContain('GetInsightSelectors');
});

test('the workflow of init is the example for every night', async () => {
  using folder = temporaryFolder();
  const trust = 'arn:aws:iam::111122223333:role/TrailwardenGitHub';
  await init(folder.path, '--yes', '--github', 'alerts', '--trust', trust, '--regions', 'eu-west-1');
  const { '.github/workflows/trailwarden.yml': workflow, 'trailwarden.yaml': text = '' } = contents(
    folder.path,
  );
  expect(workflow).toBe(readFileSync(path.join(root, 'examples/github/nightly.yml'), 'utf8'));
  const { values } = await readConfiguration(text, 'trailwarden.yaml');
  expect([values.get('role.trust')?.value, values.get('regions')?.value]).toEqual([trust, ['eu-west-1']]);
});

test('options answer; what a person may write into them stays text', async () => {
  using folder = temporaryFolder();
  await init(
    folder.path,
    'new/audit',
    '--yes',
    '--account',
    '111122223333',
    '--role-name',
    'off',
    '--pack',
    'all',
    '--github',
    'none',
  );
  const files = contents(path.join(folder.path, 'new/audit'));
  expect(Object.keys(files)).not.toContain('.github/workflows/trailwarden.yml');
  const { values } = await readConfiguration(files['trailwarden.yaml'] ?? '', 'trailwarden.yaml');
  expect(
    Object.fromEntries(['accounts', 'role.name', 'packs'].map((key) => [key, values.get(key)?.value])),
  ).toEqual({
    accounts: ['111122223333'],
    'role.name': 'off',
    packs: undefined,
  });
});

test('what is there is kept and named, and what is written beside it fits; --force replaces it', async () => {
  using folder = temporaryFolder();
  const own = 'role: { name: Audit, externalId: abc }\nonly: [loggroup-retention-set]\nwaivers: etc/w.yaml\n';
  writeFileSync(path.join(folder.path, 'trailwarden.yaml'), own);
  symlinkSync('nowhere', path.join(folder.path, 'trailwarden-role.yaml'));
  const { stdout } = await init(folder.path, '--yes');
  expect(stdout).toMatch(/^kept +trailwarden\.yaml +was there/m);
  expect(stdout).toMatch(/^written +etc\/w\.yaml /m);
  expect(stdout).toMatch(/^kept +trailwarden-role\.yaml /m);
  expect(contents(folder.path)['trailwarden.yaml']).toBe(own);
  expect(existsSync(path.join(folder.path, 'trailwarden-role.yaml'))).toBe(false);

  const again = await init(folder.path, '--yes', '--force');
  expect(again.stdout).toMatch(/^replaced +trailwarden\.yaml /m);
  const files = contents(folder.path);
  expect(files['trailwarden.yaml']).toContain('name: TrailwardenScan');
  expect(files['trailwarden-role.yaml']).toContain("RoleName: 'TrailwardenScan'");
});

test.each<[string, (folder: string) => void, InitFlags, RegExp]>([
  ['no terminal', () => {}, {}, /there is no terminal: add --yes/],
  [
    'a file in place of a folder',
    (at) => writeFileSync(path.join(at, '.github'), ''),
    { yes: true },
    /\.github is no folder/,
  ],
  [
    'a folder in place of a file',
    (at) => mkdirSync(path.join(at, 'trailwarden-role.yaml')),
    { yes: true },
    /trailwarden-role\.yaml is no file/,
  ],
  [
    'an unknown pack',
    () => {},
    { yes: true, pack: 'cis-aws-5.0' },
    /there is no pack cis-aws-5\.0; did you mean/,
  ],
  [
    'an ARN for a name',
    () => {},
    { yes: true, roleName: 'arn:aws:iam::111122223333:role/A' },
    /give the name of a role/,
  ],
  ['a name for an ARN', () => {}, { yes: true, trust: 'Audit' }, /Audit/],
  [
    'a faulty configuration',
    (at) => writeFileSync(path.join(at, 'trailwarden.yaml'), 'regoins: []\n'),
    { yes: true },
    /trailwarden\.yaml:1:1: unknown key regoins; did you mean regions\?/,
  ],
])('nothing is written where something is in the way: %s', async (_what, prepare, flags, told) => {
  using folder = temporaryFolder();
  prepare(folder.path);
  const before = contents(folder.path);
  const fault = await initialize(folder.path, flags).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(UserFault);
  expect((fault as UserFault).message).toMatch(told);
  expect(contents(folder.path)).toEqual(before);
});

const enter = '\r';
const down = '\u001B[B';

/** Asks a person who types these keys once the question with these words is shown. */
async function answered(
  keys: readonly (readonly [question: string, keys: string])[],
  known: Partial<Answers> = {},
): Promise<Answers> {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 });
  const left = [...keys];
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    const [question, typed] = left[0] ?? [];
    if (question === undefined || typed === undefined || !shown.includes(question)) return;
    left.shift();
    shown = '';
    setImmediate(() => input.write(typed));
  });
  const packs = ['trailwarden-recommended', 'cis-aws-5.0.0'].map((id) => ({ id, title: id }));
  const answers = await askAnswers(known, packs, { input, output });
  expect(left).toEqual([]);
  return answers;
}

const questions = ['What is scanned?', 'Name of the role', 'Only some regions?', 'Which rules?', 'workflow'];

test('on a terminal five questions are asked, and what is known is not', async () => {
  expect(await answered(questions.map((question) => [question, enter]))).toEqual(standardAnswers);
  // One account, whose id is wrong at first; another role; one region; the second pack; no workflow.
  expect(
    await answered([
      ['What is scanned?', `${down}${enter}`],
      ['Its id', `12${enter}`],
      ['twelve digits', `3456789012${enter}`],
      ['Name of the role', `2${enter}`],
      ['Only some regions?', `eu-west-1${enter}`],
      ['Which rules?', `${down}${enter}`],
      ['workflow', `${down}${down}${enter}`],
    ]),
  ).toEqual({
    account: '123456789012',
    roleName: 'TrailwardenScan2',
    regions: ['eu-west-1'],
    pack: 'cis-aws-5.0.0',
    github: 'none',
  });
  const { github: _, ...known } = standardAnswers;
  expect(
    await answered(
      [
        ['What is scanned?', enter],
        ['workflow', enter],
      ],
      known,
    ),
  ).toEqual(standardAnswers);
  await expect(
    answered([
      ['What is scanned?', enter],
      ['Name of the role', '\u0003'],
    ]),
  ).rejects.toThrow('cancelled: nothing was written');
});
