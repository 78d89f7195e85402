import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { applyConfiguration } from '../../src/cli/configuration/apply.ts';
import { createProgram } from '../../src/cli/program.ts';
import { loadRunRules } from '../../src/cli/run-rules.ts';
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

const ownRule = `id: kept-a-month
title: Events are kept for a month
service: logs
severity: low
for: log-group
check:
  retentionInDays: { atLeast: 36500 }
why: They are asked for.
fix: Set the retention of {name}.
references: [https://example.com]
`;

test('rules of a user run beside the packs that are chosen, and no pack counts them', async () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  const own = 'kept-a-month';
  write(cwd, {
    [`mine/${own}.yaml`]: ownRule,
    'standard/packs/ours-2.yaml': pack,
    'trailwarden.yaml': 'rules: [standard, mine]\npacks: [ours-2]\n',
  });
  const beside = await scored(cwd);
  const alone = await scored(cwd, '--no-rules', '--rules', 'standard');
  expect(beside.rules.map(({ id }) => id)).toEqual([own, 'loggroup-retention-minimum']);
  expect(alone.rules.map(({ id }) => id)).toEqual(['loggroup-retention-minimum']);
  expect(beside.findings.map(({ rule }) => rule)).toContain(own);
  expect(beside.scores).toEqual(alone.scores);

  const run = async (...words: readonly string[]) => {
    const evaluation = createProgram().commands.find((command) => command.name() === 'evaluate')!;
    evaluation.parseOptions(['--config', path.join(cwd, 'trailwarden.yaml'), ...words]);
    await applyConfiguration(evaluation);
    const { rules, packs } = await loadRunRules(evaluation.opts());
    return { packs, rules: rules.rules.map(({ id }) => id), set: rules };
  };
  const mine = path.join(cwd, 'mine');
  const shipped = await run('--no-config', '--pack', 'cis-aws-7.0.0');
  expect(await run('--no-config', '--pack', 'cis-aws-7.0.0', '--rules', mine)).toMatchObject({
    packs: ['cis-aws-7.0.0'],
    rules: [...shipped.rules, own].toSorted(),
  });
  // `--rule` narrows, wherever the rule comes from; one that no pack names says nothing about a pack.
  expect(await run('--rule', own)).toMatchObject({ packs: [], rules: [own] });
  expect(await run('--pack', 'ours-2', '--rule', own)).toMatchObject({ packs: ['ours-2'], rules: [own] });
  // A rule in the place of a shipped one runs, with the values that the pack demands of it.
  write(cwd, {
    'mine/loggroup-retention-minimum.yaml': ownRule
      .replace(own, 'loggroup-retention-minimum')
      .replace('36500', '$minimumDays')
      .replace(
        'check:',
        'params:\n  minimumDays: { type: integer, default: 7, description: Days to keep. }\ncheck:',
      ),
  });
  for (const [words, minimumDays] of [
    [['--no-pack', '--pack', 'cost'], 7],
    [['--pack', 'ours-2'], 180],
  ] as const)
    expect((await run(...words)).set.rule('loggroup-retention-minimum')?.parameters).toEqual({ minimumDays });
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
