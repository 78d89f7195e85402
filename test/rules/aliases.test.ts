import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { FaultList, RuleError } from '../../src/rules/fault.ts';
import { lintFolders } from '../../src/rules/lint/folders.ts';
import { loadRules } from '../../src/rules/load.ts';
import { rulesOfPacks } from '../../src/rules/packs.ts';
import { runCli, temporaryFolder } from '../support/run-cli.ts';
import { faultsOf, files, language, load, rule } from './support.ts';

const named = (id: string, aliases = ''): Record<string, string> =>
  rule(
    id,
    'log-group',
    `${aliases === '' ? '' : `aliases: [${aliases}]\n`}check: { retentionInDays: { present: true } }`,
  );

test.each([
  [
    'is the id of another rule',
    { ...named('new', 'old'), ...named('old') },
    /new\.yaml:8:11: the alias old is the id of another rule \(cloudtrail\/old\.yaml\)/,
  ],
  [
    'is an alias of another rule',
    { ...named('one', 'old'), ...named('two', 'old') },
    /two\.yaml:8:11: the alias old is an alias of one, too/,
  ],
  [
    'is the id of the rule itself',
    named('new', 'new'),
    /new\.yaml:8:11: the alias new is the id of the rule/,
  ],
  ['is there twice', named('new', 'old, old'), /new\.yaml:8:16: the alias old is there twice/],
  ['is no id', named('new', 'Old Name'), /new\.yaml:8:11: .*Old Name/],
])('an alias that %s is a fault', async (_what, given, message) => {
  const faults = await faultsOf(given);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(message);
});

test('a rule of a user whose id a shipped rule had earlier has to say what it means', async () => {
  const folder = (given: Record<string, string>) => ({ files: files(given) });
  const faults = await loadRules([folder(named('new', 'old')), folder(named('old'))], language).then(
    () => 'none',
    (error: unknown) => (error instanceof RuleError ? error.message : String(error)),
  );
  expect(faults).toBe(
    'cloudtrail/old.yaml:1:1: old is an earlier id of the rule new (cloudtrail/new.yaml); to replace that rule, name this one new and give it aliases: [old]; else choose another id',
  );
  const replaced = await loadRules([folder(named('new', 'old')), folder(named('new', 'old'))], language);
  expect(replaced.named('old')).toBe(replaced.rule('new'));
});

test('packs find a rule by its earlier id, and lint tells the new one', async () => {
  const given = {
    ...named('new', 'oldest, old'),
    ...named('other'),
    'packs/p-1.yaml': `id: p-1\ntitle: Some pack of rules\nframework: Plain\nedition: "1"\nabout: All of it, for a test.\nreferences: [https://example.com/]\ncontrols:\n  - { id: "1", title: Something to keep, extent: full, rules: [old] }\n`,
  };
  const rules = await load(given);
  expect(rules.packs[0]?.controls[0]?.demands.map((demand) => demand.rule)).toEqual(['new']);
  expect(rulesOfPacks(rules, rules.packs).rules.map(({ id }) => id)).toEqual(['new']);
  const faults = new FaultList();
  await lintFolders([{ files: files(given) }], 0, language, faults);
  expect(faults.faults.filter(({ place }) => place.file === 'packs/p-1.yaml')).toMatchObject([
    { place: { line: 8 }, what: 'the rule old is now called new', todo: 'write the new id' },
  ]);
});

test('after a renaming, all that names the rule by its earlier id goes on, and is told the new one', async () => {
  using folder = temporaryFolder();
  const at = (name: string): string => path.join(folder.path, name);
  mkdirSync(at('mine'));
  const text = `id: log-group-kept
title: Events are kept as long as they have to be
service: logs
severity: high
for: log-group
params:
  days: { type: integer, default: 1, minimum: 1, description: Fewest days. }
check:
  retentionInDays: { atLeast: $days }
why: It matters.
fix: Mend it.
`;
  writeFileSync(at('mine/log-group-kept.yaml'), text);
  writeFileSync(
    at('trailwarden.yaml'),
    `parameters:\n  - { rule: log-group-kept, set: { days: 9999 } }\ndisable: [trail-is-there]\n`,
  );
  writeFileSync(at('mine/trail-is-there.yaml'), text.replace('log-group-kept', 'trail-is-there'));
  writeFileSync(
    at('waivers.yaml'),
    `waivers:\n  - { rule: log-group-kept, account: '111122223333', reason: r, owner: o, ticket: t, expires: 2027-01-01 }\n`,
  );
  const snapshot = path.resolve(import.meta.dirname, '../../fixtures/example-org');
  const evaluate = async (report: string, ...more: string[]) => {
    const run = await runCli(
      [
        'evaluate',
        snapshot,
        '--rules',
        'mine',
        '--rule',
        'log-group-kept',
        '--waivers',
        'waivers.yaml',
        '--format',
        `json=${report}`,
        '--format',
        'sarif',
        ...more,
        '--fail-on',
        'none',
        '--allow-incomplete',
      ],
      { cwd: folder.path },
    );
    expect(run.code, run.stderr).toBe(0);
    return {
      ...(JSON.parse(readFileSync(at(report), 'utf8')) as {
        findings: {
          rule: string;
          verdict: string;
          fingerprint: string;
          waiver: object | null;
          baseline: string;
        }[];
        summary: { notices: string[] };
        rules: { id: string; aliases?: string[] }[];
      }),
      sarif: run.stdout,
    };
  };
  const before = await evaluate('before.json');
  expect(before.rules).toHaveLength(1);
  expect(before.rules[0]).not.toHaveProperty('aliases');

  renameSync(at('mine/log-group-kept.yaml'), at('mine/loggroup-retention.yaml'));
  writeFileSync(
    at('mine/loggroup-retention.yaml'),
    text.replace('id: log-group-kept', 'id: loggroup-retention\naliases: [log-group-kept, log-group-held]'),
  );
  const after = await evaluate('after.json', '--baseline', 'before.json');
  const essence = ({ verdict, fingerprint, waiver }: (typeof after.findings)[number]) => ({
    verdict,
    fingerprint,
    waiver,
  });
  expect(after.findings.map(essence)).toEqual(before.findings.map(essence));
  expect(after.findings.some(({ verdict, waiver }) => verdict === 'fail' && waiver === null)).toBe(true);
  expect(after.findings.some(({ waiver }) => waiver !== null)).toBe(true);
  expect(new Set(after.findings.map((finding) => `${finding.rule} ${finding.baseline}`))).toEqual(
    new Set(['loggroup-retention unchanged']),
  );
  expect(after.rules).toMatchObject([
    { id: 'loggroup-retention', aliases: ['log-group-kept', 'log-group-held'] },
  ]);
  expect(after.sarif).toContain('"deprecatedIds"');
  expect(after.summary.notices.filter((notice) => notice.includes('loggroup-retention'))).toEqual([
    'the rule log-group-kept is now called loggroup-retention: write the new id',
    'trailwarden.yaml:2: the rule log-group-kept is now called loggroup-retention: write the new id',
    'waivers.yaml:2: the waiver of o for log-group-kept names the rule loggroup-retention by an earlier id: write the new one',
  ]);

  const diff = await runCli(['report', 'diff', 'before.json', 'after.json', '--json'], { cwd: folder.path });
  expect(JSON.parse(diff.stdout)).toMatchObject({ new: [], changed: [], gone: [] });
  expect(diff.stdout).toContain('the rule was called log-group-kept');

  const lint = await runCli(
    ['waivers', 'lint', 'waivers.yaml', '--report', 'after.json', '--rules', 'mine'],
    { cwd: folder.path },
  );
  expect(lint.stdout).toContain('note: names the rule loggroup-retention by an earlier id');
  expect(lint.stdout).not.toContain('accepted nothing');
  const explain = await runCli(['rules', 'explain', 'log-group-held', '--rules', 'mine'], {
    cwd: folder.path,
  });
  expect(explain.stdout).toMatch(/^loggroup-retention \(high\)[^]*Earlier  log-group-kept, log-group-held/);
  expect(explain.stderr).toContain('now called loggroup-retention');
});
