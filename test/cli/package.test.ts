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

/** All that is declared, and nothing else that the repository has. */
beforeAll(() => {
  installed = installPackage(folder.path);
  for (const name of dependencies()) installed.install(name);
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
  expect(megabytes).toBeLessThan(11);
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

test('without the repository, every command that asks AWS nothing works', { timeout: 240_000 }, async () => {
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
});

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

test('the bill of materials names every package that is in the command line, and each has its license there', () => {
  const bill = spawnSync(process.execPath, ['build/sbom.ts'], { cwd: root, encoding: 'utf8' });
  const { components } = JSON.parse(bill.stdout) as { components: { name: string; version: string }[] };
  const named = new Set(components.map(({ name, version }) => `${name} ${version}`));
  const licenses = readFileSync(path.join(installed.home, 'dist/cli/licenses.md'), 'utf8');
  const bundled = [...licenses.matchAll(/^- (\S+ \d\S*)$/gm)].map(([, one = '']) => one);
  for (const part of ['@aws-sdk/client-ec2', '@aws-sdk/core', '@smithy/core', 'commander', 'yaml'])
    expect(bundled.map((one) => one.split(' ')[0])).toContain(part);
  expect(bundled.filter((one) => !named.has(one))).toEqual([]);
});

const anywhere = 'region = us-east-1';
const role = `role_arn = arn:aws:iam::111122223333:role/scan\n${anywhere}`;
const program = (command: string): string => `credential_process = ${command}\n${anywhere}`;
const keys = `echo '{"Version":1,"AccessKeyId":"AKIAEXAMPLE","SecretAccessKey":"example"}'`;

/** What credentials a profile has, and how far that leads where nothing answers. Each is a part of the SDK that is loaded late. */
test.each([
  ['no credentials at all', anywhere, /no usable AWS credentials.*: Could not load credentials/],
  ['a program that gives them', program(keys), /AWS cannot be reached: connect ECONNREFUSED/],
  ['a program that fails', program('false'), /no usable AWS credentials.*: Could not load credentials/],
  [
    'a web identity',
    `${role}\nweb_identity_token_file = token`,
    /AWS cannot be reached: connect ECONNREFUSED/,
  ],
  ['a role to assume', `${role}\nsource_profile = source`, /AWS cannot be reached: connect ECONNREFUSED/],
  [
    'IAM Identity Center',
    `sso_session = session\nsso_account_id = 111122223333\nsso_role_name = scan\n${anywhere}`,
    /no usable AWS credentials.*: The SSO session token .* `?'?aws sso login/,
  ],
  [
    'a sign-in with the console',
    `login_session = arn:aws:iam::111122223333:user/a\n${anywhere}`,
    /no usable AWS credentials.*: Failed to load token/,
  ],
])('without the AWS SDK beside it, the command asks AWS: %s', async (_what, profile, said) => {
  writeFileSync(path.join(installed.folder, 'token'), 'token');
  const config = path.join(installed.folder, 'aws-config');
  writeFileSync(
    config,
    `[profile scan]\n${profile}\n[profile source]\n${program(keys)}\n[sso-session session]\nsso_region = us-east-1\nsso_start_url = https://example.invalid/start\n`,
  );
  const doctor = await runCli(['doctor', '--profile', 'scan'], {
    cwd: installed.folder,
    main,
    environment: { AWS_CONFIG_FILE: config, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
  });
  expect(doctor).toMatchObject({ code: 2, stdout: '' });
  expect(doctor.stderr).toMatch(said);
  expect(doctor.stderr).not.toMatch(/bug in trailwarden|Cannot find/);
});
