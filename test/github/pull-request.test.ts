import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';

import { runSteps, type ActionStep } from '../support/composite-action.ts';
import { program, temporaryFolder } from '../support/run-cli.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = temporaryFolder();
const workspace = path.join(folder.path, 'workspace');
const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true });
  writeFileSync(path.join(workspace, file), text);
};

/** The steps of the example, whose checkouts the test has made. */
const { jobs } = parse(readFileSync(path.join(root, 'examples/github/pull-request.yml'), 'utf8')) as {
  readonly jobs: { readonly rules: { readonly steps: readonly ActionStep[] } };
};
const steps = jobs.rules.steps.filter(({ run }) => run !== undefined);

/** A repository before and after a change that asks for a longer retention, with its rules and waivers. */
beforeAll(() => {
  const configuration = (days: number): string =>
    `rules: [our-rules]\nwaivers: waivers.yaml\nonly: [loggroup-retention-minimum]\nsarif: { split: account }\nparameters:\n  - rule: loggroup-retention-minimum\n    set: { minimumDays: ${days} }\n`;
  write('base/trailwarden.yaml', configuration(1));
  write('trailwarden.yaml', configuration(3000));
  for (const file of ['waivers.yaml', 'base/waivers.yaml'])
    write(
      file,
      `waivers:\n  - rule: loggroup-retention-minimum\n    account: '888899990000'\n    reason: Decided.\n    owner: audit\n    ticket: SEC-1\n    expires: ${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}\n`,
    );
  for (const ending of ['yaml', 'test.yaml']) {
    const shipped = path.join(root, 'rules/cloudtrail', `cloudtrail-log-file-validation.${ending}`);
    const own = readFileSync(shipped, 'utf8').replaceAll('cloudtrail-log-file-validation', 'our-validation');
    for (const at of ['our-rules', 'base/our-rules']) write(`${at}/our-validation.${ending}`, own);
  }
  // A development dependency that npm installs from this machine.
  write('program/package.json', JSON.stringify({ name: 'trailwarden', version: '1.0.0', bin: 'main.mjs' }));
  write('program/main.mjs', `#!/usr/bin/env node\nawait import(${JSON.stringify(`file://${program}`)});\n`);
  chmodSync(path.join(workspace, 'program/main.mjs'), 0o755);
  const dependency = { devDependencies: { trailwarden: 'file:program' } };
  write('package.json', JSON.stringify({ name: 'audit', version: '1.0.0', ...dependency }));
  write(
    'package-lock.json',
    JSON.stringify({
      name: 'audit',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': { name: 'audit', version: '1.0.0', ...dependency },
        program: { name: 'trailwarden', version: '1.0.0', dev: true, bin: { trailwarden: 'main.mjs' } },
        'node_modules/trailwarden': { resolved: 'program', link: true },
      },
    }),
  );
  // GitHub's command line cannot be had here: this one knows the two calls, and has the snapshot.
  mkdirSync(path.join(folder.path, 'bin'));
  symlinkSync(process.execPath, path.join(folder.path, 'bin/node'));
  cpSync(path.join(root, 'fixtures/example-org'), path.join(folder.path, 'artifact'), { recursive: true });
  const gh = path.join(folder.path, 'bin/gh');
  writeFileSync(
    gh,
    `#!/bin/bash
case "$*" in
  "api repos/example/audit/actions/artifacts?name=trailwarden-snapshot&per_page=100 --jq "*) echo 42 ;;
  "run download 42 --repo example/audit --name trailwarden-snapshot --dir snapshot")
    cp -r ${JSON.stringify(path.join(folder.path, 'artifact'))} snapshot ;;
  *) exit 1 ;;
esac
`,
  );
  chmodSync(gh, 0o755);
});
afterAll(() => folder[Symbol.dispose]());

const options = {
  workspace,
  temporary: path.join(folder.path, 'temporary'),
  environment: { PATH: `${path.join(folder.path, 'bin')}:${process.env['PATH']}` },
};

test('a pull request shows what becomes of the verdicts of the last snapshot', async () => {
  const run = await runSteps(steps, {}, options);
  expect(run.steps.map(({ outcome, log }) => [outcome, outcome === 'failure' ? log : ''])).toEqual(
    steps.map(() => ['success', '']),
  );
  expect(run.summary).toMatch(/^## Verdicts: \d+ changed, 0 new, 0 gone, \d+ unchanged/);
  expect(run.summary).toMatch(
    /^\| pass → fail \| loggroup-retention-minimum \| \d{12} \| [a-z0-9-]+ \| .* \| .*parameter minimumDays was 1, is 3000/m,
  );
});

test('it fails where a rule does not do what its test says, before anything is judged', async () => {
  const file = path.join(workspace, 'our-rules/our-validation.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('check:', 'chekc:'));
  const run = await runSteps(steps, {}, options);
  expect(run).toMatchObject({ failed: true, summary: '' });
  expect(run.steps.map(({ outcome }) => outcome)).toEqual(['success', 'failure', 'skipped', 'skipped']);
  expect(run.steps[1]?.log).toContain('our-rules/our-validation.yaml:');
});
