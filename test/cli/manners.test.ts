import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Command } from 'commander';
import { expect, test } from 'vitest';

import { examples } from '../../src/cli/examples.ts';
import { withGlobalsLast } from '../../src/cli/global-options.ts';
import { createProgram } from '../../src/cli/program.ts';
import { columnsOf } from '../../src/cli/terminal.ts';
import { parseReportRequest } from '../../src/cli/report-request.ts';
import { listRules } from '../../src/cli/rules/list.ts';
import { testRules } from '../../src/cli/rules/test.ts';
import { commandsOf } from '../docs/shell.ts';
import { runCli, stackLines, temporaryFolder } from '../support/run-cli.ts';

const snapshot = path.join(import.meta.dirname, 'one-account.yaml');
const main = path.resolve(import.meta.dirname, '../../src/cli/main.ts');

/** Every command that does something, by its name. */
function leaves(command: Command, name = ''): [name: string, command: Command][] {
  if (command.commands.length === 0) return [[name, command]];
  return command.commands.flatMap((child) => leaves(child, `${name} ${child.name()}`.trim()));
}

test.each([
  ['--quiet rules list', 'rules list --quiet'],
  ['rules --log-format json list --tag x', 'rules list --log-format json --tag x'],
  ['--log-format=json --no-color scan --out x', 'scan --log-format=json --no-color --out x'],
  ['evaluate s --quiet --no-color', 'evaluate s --quiet --no-color'],
  ['--quiet', ''],
  ['--quiet evalute s', 'evalute s --quiet'],
  ['--help', '--help'],
  ['--quiet --version', '--version --quiet'],
])('global options stand before and after the command: %s', (given, meant) => {
  expect(withGlobalsLast(createProgram(), given.split(' ')).join(' ')).toBe(meant);
});

test('every command has examples in its help, and each example is a command line of it', async () => {
  const all = leaves(createProgram());
  expect(Object.keys(examples).sort()).toEqual(all.map(([name]) => name).sort());
  for (const [name, lines] of Object.entries(examples))
    for (const line of lines) {
      let ran = '';
      const program = createProgram();
      // What the command does is not of interest here, and its configuration is not there.
      for (const [of, command] of leaves(program)) command.action(() => void (ran = of));
      const words = withGlobalsLast(program, commandsOf(line)[0]?.words ?? []);
      await program.parseAsync(words, { from: 'user' });
      expect([line, ran]).toEqual([line, name]);
    }
});

test.each([
  [{ isTTY: true, columns: 55 }, 55],
  // `script`, and terminals of build services.
  [{ isTTY: true, columns: 0 }, 80],
  [{ isTTY: true }, 80],
  [{ isTTY: false, columns: 55 }, 160],
  [{}, 160],
])('the width of %j is %i columns', (stream, expected) => {
  expect(columnsOf(stream as NodeJS.WriteStream, 160)).toBe(expected);
});

test('a Node that is too old is named, whatever the command', async () => {
  using folder = temporaryFolder();
  const older = path.join(folder.path, 'older.cjs');
  writeFileSync(older, `Object.defineProperty(process.versions, 'node', { value: '22.17.1' });`);
  const run = await runCli(['rules', 'list'], { environment: { NODE_OPTIONS: `--require ${older}` } });
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toBe('trailwarden: Node 22.17.1 is too old; run it with Node 22.18 or later\n');
});

test('help fits a terminal of 40 columns', () => {
  const wide = leaves(createProgram()).flatMap(([name, command]) => {
    command.configureOutput({ getOutHelpWidth: () => 40 });
    const lines = command.helpInformation().split('\n');
    // Names of options and the usage cannot be broken.
    return lines
      .filter((line) => line.length > 40 && !/^(Usage: | {2}-| {2}[a-z<[])/.test(line))
      .map((line) => `${name}: ${line}`);
  });
  expect(wide).toEqual([]);
});

test('misspelt words are told with the ones that were meant', async () => {
  await expect(listRules({ service: 'cloudtrial' })).rejects.toThrow('did you mean cloudtrail?');
  await expect(listRules({ tag: 'delivry' })).rejects.toThrow(
    /^none of these rules has the tag delivry; did you mean /,
  );
  await expect(testRules([], { only: ['cloudtrail-multi-regoin'] })).rejects.toThrow(
    'there are no tests of cloudtrail-multi-regoin; did you mean cloudtrail-multi-region?',
  );
  expect(() => parseReportRequest('jsno=r.json')).toThrow('no such format; did you mean json?');
});

interface Line {
  readonly level: string;
  readonly code: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a run said on standard error, one JSON object a line. */
function linesOf(stderr: string): Line[] {
  expect(stderr).toMatch(/^[\x20-\x7e\n]*$/);
  return stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

test('with --log-format json all that standard error says is one object a line', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'trailwarden.yaml'), 'output: { logFormat: json }\n');
  mkdirSync(path.join(folder.path, 'mine'));
  writeFileSync(path.join(folder.path, 'mine/b\u202ead.yaml'), 'id: b\u202ead\n');
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCli(args, { cwd: folder.path });
    return { code, stdout, lines: linesOf(stderr) };
  };
  const usage = await run('--log-format', 'json', 'rules', 'lst');
  expect(usage).toMatchObject({ code: 2, stdout: '' });
  expect(usage.lines).toEqual([
    {
      level: 'error',
      code: 'usage',
      message: "unknown command 'lst'; did you mean list?\ntrailwarden rules --help shows all options",
      fields: { help: 'trailwarden rules --help' },
    },
  ]);
  const none = await run('rules', '--log-format=json');
  expect(none).toMatchObject({ code: 2, stdout: '', lines: [{ level: 'error', code: 'usage' }] });

  // Said in the configuration.
  const written = await run(
    'evaluate',
    snapshot,
    '--format',
    'json=r.json',
    '--format',
    'csv',
    '--fail-on',
    'none',
    '--allow-incomplete',
  );
  expect(written).toMatchObject({
    code: 0,
    lines: [{ level: 'info', code: 'written', message: 'json report: r.json', fields: {} }],
  });
  expect(written.stdout).toMatch(/^rule,/);
  const faulty = await run('evaluate', snapshot, '--rules', 'mine');
  expect(faulty).toMatchObject({ code: 2, stdout: '', lines: [{ level: 'error', code: 'input' }] });
  expect(faulty.lines[0]?.fields['faults']).toContainEqual({
    file: 'mine/b\u202ead.yaml',
    line: 1,
    column: 1,
    message: expect.stringMatching(/./),
  });
  const system = await run('evaluate', snapshot, '--waivers', 'none.yaml');
  expect(system).toMatchObject({
    code: 2,
    lines: [{ level: 'error', code: 'system', fields: { errno: 'ENOENT', path: 'none.yaml' } }],
  });
});

test('with --quiet a run that goes well says nothing, and one that fails says why', async () => {
  using folder = temporaryFolder();
  const well = await runCli(['--quiet', 'rules', 'list'], { cwd: folder.path });
  expect(well).toMatchObject({ code: 0, stderr: '' });
  const example = path.resolve(import.meta.dirname, '../../fixtures/example-org');
  const split = ['--split', 'account', '--format', 'sarif=alerts.sarif', '--rule', 'cloudtrail-multi-region'];
  const withheld = await runCli(['evaluate', example, '--fail-on', 'none', '--quiet', ...split], {
    cwd: folder.path,
  });
  expect(withheld.stderr).toMatch(/^(notice: no sarif report of \d{12}, so that its alerts stay: .*\n)+$/);
  const badly = await runCli(['packs', 'show', 'csi-aws-7.0.0', '--quiet'], { cwd: folder.path });
  expect(badly).toMatchObject({ code: 2, stdout: '' });
  expect(badly.stderr).toBe('trailwarden: there is no pack csi-aws-7.0.0; did you mean cis-aws-7.0.0?\n');
});

test.each([
  ['rules list --json', 0, ''],
  // Half a report is no report: whoever asked has to know.
  [
    `evaluate ${snapshot} --format json=kept.json --format json`,
    2,
    'trailwarden: the reader of the output went away before it was complete\n',
  ],
])('%s into a reader that stops early ends with %d and leaves nothing half-written', (args, code, stderr) => {
  using folder = temporaryFolder();
  const run = spawnSync(
    'bash',
    ['-c', `"$NODE" "$MAIN" ${args} | head -c 10 >/dev/null; exit "\${PIPESTATUS[0]}"`],
    {
      cwd: folder.path,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], NODE: process.execPath, MAIN: main, HOME: folder.path },
    },
  );
  expect(run).toMatchObject({ status: code, stderr });
  expect(stackLines({ ...run, code: run.status })).toEqual([]);
  for (const file of readdirSync(folder.path))
    expect([file, JSON.parse(readFileSync(path.join(folder.path, file), 'utf8'))]).toEqual([
      'kept.json',
      expect.objectContaining({ scores: expect.any(Array) }),
    ]);
});
