import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { publint } from 'publint';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { dependencies, installPackage, type InstalledPackage } from '../support/installed-package.ts';
import { runCli, temporaryFolder, type CliRun } from '../support/run-cli.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = temporaryFolder();
let installed: InstalledPackage;
let main: string;

/** All that is declared, without the AWS SDK: what works so, asks AWS nothing. */
beforeAll(() => {
  installed = installPackage(folder.path);
  for (const name of dependencies()) if (!/^@(aws-sdk|smithy)\//.test(name)) installed.install(name);
  const { bin } = JSON.parse(readFileSync(path.join(installed.home, 'package.json'), 'utf8')) as {
    bin: { trailwarden: string };
  };
  main = path.join(installed.home, bin.trailwarden);
});
afterAll(() => folder[Symbol.dispose]());

const run = (...args: string[]): Promise<CliRun> => runCli(args, { cwd: installed.folder, main });
const example = 'node_modules/trailwarden/fixtures/example-org';

test('the package holds what runs, and nothing else', () => {
  const groups = new Set(installed.files.map(({ path: file }) => file.replace(/^(dist\/[^/]*)$|\/.*/, '$1')));
  expect([...groups].filter((group) => !group.startsWith('dist/')).sort()).toEqual([
    'LICENSE',
    'README.md',
    'dist',
    'fixtures',
    'package.json',
    'rules',
    'schemas',
  ]);
  const names = installed.files.map(({ path: file }) => file);
  expect(
    names.filter((name) => /^dist\/collect\/|^rules\/.*\.md$|^fixtures\/(?!example-org\/)|\.map$/.test(name)),
  ).toEqual([]);
  // Code: what the command or the library loads. A module of neither is left over from development.
  const used = new Set(['dist/cli/main.js', 'dist/index.js', 'dist/snapshot/manifest-validator.js']);
  const reach = (target: string): void => {
    if (names.includes(target)) used.add(target);
  };
  for (const file of used)
    for (const [, target = ''] of readFileSync(path.join(installed.home, file), 'utf8').matchAll(
      /(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']/g,
    ))
      reach(path.posix.join(path.posix.dirname(file), target));
  const types = new Set(
    names.filter((name) => name.endsWith('.d.ts')).map((name) => name.replace('.d.ts', '.js')),
  );
  expect(names.filter((name) => name.endsWith('.js') && !used.has(name) && !types.has(name))).toEqual([]);
  // Raise it knowingly: everybody who installs pays for it.
  const megabytes = installed.files.reduce((sum, { size }) => sum + size, 0) / 1e6;
  expect(megabytes).toBeLessThan(9.5);
});

test('exports, types and the command are what package.json says, by the opinion of others', async () => {
  const { messages } = await publint({
    pkgDir: installed.home,
    level: 'suggestion',
    strict: true,
    pack: false,
  });
  expect(messages).toEqual([]);
  const types = spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules/.bin/attw'),
      installed.tarball,
      '--profile',
      'esm-only',
      '--no-emoji',
      '--no-color',
    ],
    { cwd: installed.folder, encoding: 'utf8' },
  );
  expect(types, types.stdout + types.stderr).toMatchObject({ status: 0 });
});

test(
  'without the repository and without the AWS SDK, every command that asks AWS nothing works',
  { timeout: 240_000 },
  async () => {
    const scan = await run(
      'scan',
      '--snapshot',
      example,
      '--fail-on',
      'high',
      '--allow-incomplete',
      ...[
        'json=a.json',
        'sarif=a.sarif',
        'html=a.html',
        'markdown=a.md',
        'junit=a.xml',
        'csv=a.csv',
        'ocsf=a.ocsf',
        'asff=a.asff',
        'oscal=a.oscal',
        'text',
      ].flatMap((format) => ['--format', format]),
    );
    expect(scan.code, scan.stderr).toBe(1);
    const { findings, tool } = JSON.parse(readFileSync(path.join(installed.folder, 'a.json'), 'utf8')) as {
      findings: { verdict: string }[];
      tool: { version: string };
    };
    expect(new Set(findings.map(({ verdict }) => verdict))).toEqual(
      new Set(['pass', 'fail', 'unknown', 'not-applicable']),
    );
    expect(scan.stdout).toContain('111122223333');

    const all: [code: number, args: string[]][] = [
      [0, ['--version']],
      [0, ['collect', '--help']],
      [0, ['snapshot', 'show', example]],
      [0, ['snapshot', 'redact', example, '--out', 'redacted']],
      [0, ['rules', 'list', '--json']],
      [0, ['rules', 'test', '--only', 'cloudtrail-multi-region']],
      [0, ['rules', 'new', 'my-rule', '--out', 'mine']],
      [0, ['packs', 'show', 'cost']],
      [0, ['events', 'covers', '--set', 'root-usage', '--pattern', '{ $.userIdentity.type = "Root" }']],
      [0, ['report', 'diff', 'a.json', 'a.json', '--exit-code']],
      [0, ['inventory', example]],
      // The example is incomplete, which code scanning must not take for a whole scan.
      [1, ['report', 'check', 'a.sarif']],
      [0, ['role', '--format', 'terraform']],
    ];
    for (const [code, args] of all) {
      const { code: ended, stdout, stderr } = await run(...args);
      expect({ args, ended, stderr }).toMatchObject({ args, ended: code });
      expect(stdout, args.join(' ')).not.toBe('');
    }
    expect((await run('--version')).stdout).toBe(`${tool.version}\n`);
  },
);

test('the library is what the types say', async () => {
  const file = path.join(installed.folder, 'library.mjs');
  writeFileSync(
    file,
    `import * as trailwarden from 'trailwarden';
     const snapshot = await trailwarden.openSnapshot('${example}');
     console.log(JSON.stringify({ names: Object.keys(trailwarden), accounts: snapshot.manifest.accounts.length }));`,
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
    cwd: installed.folder,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  const { names, accounts } = JSON.parse(stdout) as { names: string[]; accounts: number };
  expect(names.sort()).toEqual(Object.keys(await import('../../src/index.ts')).sort());
  expect(accounts).toBeGreaterThan(1);
});

test('with the AWS SDK, AWS is asked', async () => {
  for (const name of dependencies()) if (/^@(aws-sdk|smithy)\//.test(name)) installed.install(name);
  const doctor = await run('doctor', '--region', 'us-east-1');
  expect(doctor).toMatchObject({ code: 2, stdout: '' });
  expect(doctor.stderr).toMatch(/^trailwarden: no usable AWS credentials/);
  expect(doctor.stderr).not.toMatch(/bug in trailwarden|Cannot find/);
});
