import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { runCli, stackLines, temporaryFolder, type CliRun } from '../support/run-cli.ts';

const snapshot = path.join(import.meta.dirname, 'one-account.yaml');

/** Every bad input ends the same way: code 2, a message for a person, no stack, nothing on standard output. */
function expectRefused(run: CliRun, ...messages: readonly (string | RegExp)[]): void {
  for (const message of messages) expect(run.stderr).toMatch(message);
  expect(run.code).toBe(2);
  expect(stackLines(run)).toEqual([]);
  expect(run.stdout).toBe('');
}

const soundRule = `id: my-rule
title: The trail keeps digests
service: cloudtrail
severity: low
for: trail
check:
  LogFileValidationEnabled: true
why: Because.
fix: Turn it on.
`;

test('a rule of a user runs beside the shipped ones', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'my-rule.yaml'), soundRule);
  const run = await runCli([
    'evaluate',
    snapshot,
    '--rules',
    folder.path,
    '--rule',
    'my-rule',
    '--format',
    'json',
  ]);
  expect(run.stderr).toBe('');
  expect(run.code).toBe(1);
  expect(JSON.parse(run.stdout)).toMatchObject({ findings: [{ rule: 'my-rule', verdict: 'fail' }] });
});

const aliasBomb = `id: my-rule
a: &a [x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
e: [*d, *d, *d, *d, *d, *d, *d, *d, *d]
`;

test.each([
  ['is not YAML', 'check: [', /my-rule\.yaml:\d+:\d+: /],
  ['has a duplicate key', `${soundRule}severity: high\n`, /my-rule\.yaml:10:1: .*severity/],
  ['has an unknown field', `${soundRule}sevrity: high\n`, /my-rule\.yaml:10:1: .*sevrity.*severity/],
  [
    'reads a field that AWS does not give',
    soundRule.replace('LogFileValidationEnabled', 'LogFileValidationEnable'),
    /my-rule\.yaml:7:3: .*LogFileValidationEnable.*LogFileValidationEnabled/,
  ],
  [
    'follows a relation that does not exist',
    soundRule.replace('LogFileValidationEnabled: true', 'some: trials\n  where: {IsMultiRegionTrail: true}'),
    /my-rule\.yaml:7:9: .*trials/,
  ],
  [
    'is for a type that does not exist',
    soundRule.replace('for: trail', 'for: trial'),
    /my-rule\.yaml:5:6: .*trial/,
  ],
  ['is an alias bomb', aliasBomb, /my-rule\.yaml:\d+:\d+: .*alias/],
])('a rule file that %s is refused with its place', async (_, text, message) => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'my-rule.yaml'), text);
  const report = path.join(folder.path, 'report.json');
  expectRefused(
    await runCli(['evaluate', snapshot, '--rules', folder.path, '--format', `json=${report}`]),
    message,
  );
  expect(existsSync(report)).toBe(false);
});

test('faults of several files are told together', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'my-rule.yaml'), soundRule.replace('for: trail', 'for: trial'));
  writeFileSync(path.join(folder.path, 'other-rule.yaml'), 'id: other-rule\n');
  expectRefused(
    await runCli(['evaluate', snapshot, '--rules', folder.path]),
    /my-rule\.yaml:5/,
    /other-rule\.yaml:1/,
  );
});

test('a folder of rules that is not there is named', async () => {
  expectRefused(await runCli(['evaluate', snapshot, '--rules', 'nowhere']), 'nowhere', 'no such folder');
});

test('a rule that is not there is named, with the one that was meant', async () => {
  expectRefused(
    await runCli(['evaluate', snapshot, '--rule', 'loggroup-retention-sett']),
    'did you mean loggroup-retention-set?',
  );
});

test('a snapshot that is missing, is no snapshot, or comes from a newer version is refused', async () => {
  using folder = temporaryFolder();
  const file = path.join(folder.path, 'file.txt');
  writeFileSync(file, 'hello');
  const empty = path.join(folder.path, 'empty');
  mkdirSync(empty);
  const newer = path.join(folder.path, 'newer');
  mkdirSync(newer);
  writeFileSync(path.join(newer, 'manifest.json'), '{"format": "trailwarden-snapshot", "version": 99}');

  expectRefused(await runCli(['evaluate', path.join(folder.path, 'nowhere')]), 'no such file or folder');
  expectRefused(await runCli(['evaluate', file]), 'file.txt');
  expectRefused(await runCli(['evaluate', empty]), 'holds no snapshot', 'manifest.json');
  expectRefused(await runCli(['evaluate', newer]), '99', /upgrade|newer/);
});

test('a report that cannot be written is refused and leaves nothing half-written', async () => {
  using folder = temporaryFolder();
  const blocked = path.join(folder.path, 'file');
  writeFileSync(blocked, 'kept');
  expectRefused(await runCli(['evaluate', snapshot, '--format', `json=${blocked}/report.json`]), 'file');
  expect(readFileSync(blocked, 'utf8')).toBe('kept');
  expectRefused(
    await runCli(['evaluate', snapshot, '--format', 'json', '--format', 'sarif']),
    'two reports would go to standard output',
  );
  expectRefused(await runCli(['evaluate', snapshot, '--format', 'pdf']), 'no such format', 'sarif');
});

test.skipIf(!existsSync('/dev/full'))('a full disk is told, and an earlier report survives', async () => {
  using folder = temporaryFolder();
  expectRefused(
    await runCli(['evaluate', snapshot, '--format', 'json=/dev/full']),
    '/dev/full: no space left',
  );
  const report = path.join(folder.path, 'report.json');
  writeFileSync(report, 'earlier');
  expectRefused(
    await runCli(['evaluate', snapshot, '--format', `json=${report}`, '--format', 'sarif=/dev/full']),
    'no space left',
  );
  expect(readdirSync(folder.path)).toEqual(['report.json']);
});

test('a closed pipe ends the run quietly enough for a person to read why', async () => {
  const run = await runCli(['evaluate', snapshot, '--format', 'json'], {
    started: (child) => child.stdout?.destroy(),
  });
  expect(run.code).toBe(2);
  expect(run.stderr).toContain('the reader of the output went away');
  expect(stackLines(run)).toEqual([]);
});

test.each([
  [['evalute', 'x'], 'evaluate'],
  [['evaluate'], 'name a snapshot, or write `snapshot.out` into trailwarden.yaml'],
  [['scan', '--fail-on', 'terrible'], 'expected one of critical'],
  [['scan', '--frmat', 'json'], '--format'],
])('usage: %j is refused with a hint', async (args, message) => {
  expectRefused(await runCli(args), message);
});

test('a waiver file and a baseline with faults are refused before anything is written', async () => {
  using folder = temporaryFolder();
  const waivers = path.join(folder.path, 'waivers.yaml');
  writeFileSync(waivers, 'waivers:\n  - {rule: a}\n');
  expectRefused(await runCli(['evaluate', snapshot, '--waivers', waivers]), /waivers\.yaml:2:5: .*missing/);
  expectRefused(await runCli(['evaluate', snapshot, '--baseline', waivers]), 'not JSON');
});
