import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import type { ControlScore } from '../../src/evaluate/score.ts';
import { runCli, temporaryFolder } from '../support/run-cli.ts';

const example = path.resolve(import.meta.dirname, '../../fixtures/healthy-org');
const pack = `id: ours-2
title: Our standard, second edition
framework: Our standard
edition: '2'
about: What we promise.
controls:
  - { id: LOG-1, title: Events are kept for half a year, rules: [{ rule: loggroup-retention-minimum, with: { minimumDays: 180 } }] }
  - { id: LOG-2, title: Somebody reads them, manual: Nobody can see that. }
`;

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

async function scored(cwd: string, ...args: string[]) {
  const run = await runCli(
    ['evaluate', example, '--format', 'json', '--fail-on', 'none', '--allow-incomplete', ...args],
    { cwd },
  );
  expect(run.code, run.stderr).toBe(0);
  return JSON.parse(run.stdout) as {
    rules: { id: string }[];
    findings: { rule: string; parameters: Record<string, unknown> }[];
    scores: { pack: string; controls: ControlScore[] }[];
  };
}

test('a pack of a user is listed, shown, limits a run, and replaces the parameters of its rules', async () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  write(cwd, { 'mine/packs/ours-2.yaml': pack });
  expect((await runCli(['packs', 'list', '--rules', 'mine'], { cwd })).stdout).toMatch(
    /^ours-2 +2 controls, +1 manual +1 rules {2}Our standard, second edition$/m,
  );
  expect((await runCli(['packs', 'show', 'ours-2', '--rules', 'mine'], { cwd })).stdout)
    .toBe(`Our standard, second edition
What we promise.

LOG-1  Events are kept for half a year
    loggroup-retention-minimum  (minimumDays: 180, maximumDays: 3653, mustExpire: false)
LOG-2  Somebody reads them (manual)
    Nobody can see that.
`);
  const report = await scored(cwd, '--rules', 'mine', '--pack', 'ours-2');
  expect(report.rules.map((rule) => rule.id)).toEqual(['loggroup-retention-minimum']);
  expect(report.findings[0]?.parameters).toMatchObject({ minimumDays: 180 });
  expect(report.scores[0]?.controls.map((control) => control.state)).toEqual(['satisfied', 'manual']);
});

test('a configuration names packs; its own laxer parameters leave the control unknown', async () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  const lax = 'parameters: [{ rule: loggroup-retention-minimum, set: { minimumDays: 30 } }]';
  write(cwd, {
    'mine/packs/ours-2.yaml': pack,
    'trailwarden.yaml': `rules: [mine]\npacks: [ours-2]\n${lax}\n`,
  });
  const report = await scored(cwd);
  expect(report.findings[0]?.parameters).toMatchObject({ minimumDays: 30 });
  expect(report.scores[0]?.controls[0]).toMatchObject({
    state: 'unknown',
    rules: [{ rule: 'loggroup-retention-minimum', open: 'parameters' }],
  });
  // The command line comes instead.
  expect((await scored(cwd, '--pack', 'cis-aws-7.0.0')).scores.map((score) => score.pack)).toEqual([
    'cis-aws-7.0.0',
  ]);
  write(cwd, { 'trailwarden.yaml': 'packs: [cis-aws-7.0]\n' });
  expect(await runCli(['evaluate', example], { cwd })).toMatchObject({
    code: 2,
    stderr: 'trailwarden: trailwarden.yaml:1:9: there is no pack cis-aws-7.0; did you mean cis-aws-7.0.0?\n',
  });
});

test('what is wrong with a pack of a user stops the run, with its place', async () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  write(cwd, { 'mine/packs/ours-2.yaml': pack.replace('minimumDays: 180', 'minimumDay: 180') });
  const wrong =
    'mine/packs/ours-2.yaml:7:110: the rule loggroup-retention-minimum has no parameter minimumDay; did you mean minimumDays?';
  expect(await runCli(['evaluate', example, '--rules', 'mine'], { cwd })).toMatchObject({
    code: 2,
    stderr: `trailwarden: ${wrong}\n`,
  });
  expect((await runCli(['rules', 'lint', 'mine'], { cwd })).stdout).toBe(`${wrong}\n`);
});

test('without a pack, the newest edition of each framework is scored', async () => {
  using folder = temporaryFolder();
  const { scores, rules } = await scored(folder.path);
  expect(rules.length).toBeGreaterThan(60);
  const packs = scores.map((score) => score.pack);
  expect(packs).toContain('cis-aws-7.0.0');
  expect(packs).not.toContain('cis-aws-5.0.0');
  expect(packs).toContain('pci-dss-4.0.1');
  // A few rules say nothing about a framework.
  expect((await scored(folder.path, '--rule', 'org-trail-exists')).scores).toEqual([]);
});

test('a rule that the packs leave out is told from one that does not exist', async () => {
  const run = await runCli(['evaluate', example, '--pack', 'cost', '--rule', 'cloudtrail-multi-region']);
  expect(run).toMatchObject({
    code: 2,
    stderr:
      'trailwarden: the rule cloudtrail-multi-region is in none of the chosen packs; --no-pack chooses from all rules\n',
  });
});
