import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { runCli, stackLines, temporaryFolder } from '../support/run-cli.ts';

const example = path.resolve(import.meta.dirname, '../../fixtures/example-org');

test('a new rule runs, and its tests pass, fail and are unknown as they say', async () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  for (const type of ['account', 'trail', 'log-group'])
    expect(
      await runCli(['rules', 'new', `my-${type}`, '--for', type, '--out', 'mine'], { cwd }),
    ).toMatchObject({ code: 0 });
  const run = await runCli(['rules', 'test', 'mine', '--junit', 'out/junit.xml', '--coverage', '--mutate'], {
    cwd,
  });
  expect(run).toMatchObject({ code: 0 });
  expect(run.stdout).toContain('3 rules and predicates, 8 cases: all as expected');
  expect(readFileSync(path.join(cwd, 'out/junit.xml'), 'utf8')).toContain(
    '<testsuite name="mine/my-trail.test.yaml" tests="3" failures="0">',
  );
  // A second one of the same name would replace it.
  expect(
    await runCli(['rules', 'new', 'my-trail', '--for', 'trail', '--out', 'mine'], { cwd }),
  ).toMatchObject({ code: 2 });
});

test('a test that is not met shows what was expected and what was found, and exits with 1', async () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  await runCli(['rules', 'new', 'my-trail', '--for', 'trail', '--out', 'mine'], { cwd });
  const file = path.join(cwd, 'mine/my-trail.test.yaml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8')
      .replace('main: pass', 'main: fail\n    other: fail')
      .replace('cause: AccessDenied', 'cause: Throttled'),
  );
  const run = await runCli(['rules', 'test', 'mine', '--junit', 'junit.xml'], { cwd });
  expect(run.code).toBe(1);
  expect(run.stdout).toContain(
    '  mine/my-trail.test.yaml:18:5: arn:aws:cloudtrail:us-east-1:111111111111:trail/main: verdict\n' +
      '      expected  fail\n' +
      '      found     pass: Trail main in account 111111111111, us-east-1 passes: LogFileValidationEnabled is true.\n',
  );
  expect(run.stdout).toContain('mine/my-trail.test.yaml:19:5: the rule judged no resource other; ');
  expect(run.stdout).toContain('no case expects pass; add one');
  expect(run.stdout).toContain('found     cloudtrail:DescribeTrails AccessDenied (111111111111, us-east-1)');
  expect(readFileSync(path.join(cwd, 'junit.xml'), 'utf8')).toMatch(
    /<failure message="arn:aws:cloudtrail[^"]*: verdict">/,
  );
});

test('a change that no case notices is shown as a diff', async () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  await runCli(['rules', 'new', 'my-trail', '--for', 'trail', '--out', 'mine'], { cwd });
  const file = path.join(cwd, 'mine/my-trail.yaml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(
      '  LogFileValidationEnabled: true',
      '  LogFileValidationEnabled: true\n  HomeRegion: { startsWith: us- }',
    ),
  );
  const run = await runCli(['rules', 'test', 'mine', '--mutate', '--coverage'], { cwd });
  expect(run.code).toBe(0);
  expect(run.stdout).toContain('mine/my-trail.yaml:9:3: no case in which the test of HomeRegion fails');
  expect(run.stdout).toMatch(
    /^my-trail: 4 of 5 changes are noticed\n.*no case notices this change: drop a part\n {2}- {3}HomeRegion:\n {2}- {5}startsWith: us-\n4 of 5 changes are noticed \(80\.0 %\)\n$/m,
  );
  const share = (percent: string) => runCli(['rules', 'test', 'mine', '--min-mutants', percent], { cwd });
  expect(await share('80')).toMatchObject({ code: 0 });
  expect(await share('80.1')).toMatchObject({
    code: 1,
    stderr: 'trailwarden: at least 80.1 % of the changes must be noticed: add cases\n',
  });
  expect(await share('101')).toMatchObject({ code: 2 });
});

test('a change of a predicate is looked for by the cases of the rules that use it', async () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  await runCli(['rules', 'new', 'my-trail', '--for', 'trail', '--out', 'mine'], { cwd });
  const file = path.join(cwd, 'mine/my-trail.yaml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('  LogFileValidationEnabled: true', '  is: signed-here'),
  );
  mkdirSync(path.join(cwd, 'mine/predicates'));
  writeFileSync(
    path.join(cwd, 'mine/predicates/signed-here.yaml'),
    'id: signed-here\ntitle: The trail is signed\nfor: trail\ncheck:\n  LogFileValidationEnabled: true\n  HomeRegion: us-east-1\n',
  );
  const run = await runCli(['rules', 'test', 'mine', '--mutate'], { cwd });
  expect(run.stdout).toContain('my-trail: 1 of 1 changes are noticed\n');
  expect(run.stdout).toMatch(
    /^predicate signed-here: 4 of 5 changes are noticed\n {2}mine\/predicates\/signed-here\.yaml:6:3: no case notices this change: drop a part\n/m,
  );
});

test('without a folder the tests of the rules that ship are run', async () => {
  const run = await runCli(['rules', 'test', '--only', 'org-all-features-enabled', '--mutate']);
  expect(run).toMatchObject({ code: 0 });
  expect(run.stdout).toMatch(/^ok {3}org-all-features-enabled /);
  expect(run.stdout).toMatch(/^org-all-features-enabled: (\d+) of \1 changes are noticed$/m);
});

test('a rule without tests is a fault', async () => {
  using folder = temporaryFolder();
  writeFileSync(
    path.join(folder.path, 'lonely.yaml'),
    'id: lonely\ntitle: The trail has a name\nservice: cloudtrail\nseverity: low\nfor: trail\ncheck: { Name: { present: true } }\nwhy: x\nfix: x\n',
  );
  const run = await runCli(['rules', 'test', '.'], { cwd: folder.path });
  expect(run).toMatchObject({
    code: 2,
    stderr: 'trailwarden: lonely.yaml:1:1: the rule lonely has no tests; write lonely.test.yaml beside it\n',
  });
});

test('lint names faults and doubtful places with their position; fmt puts files in form and changes nothing', async () => {
  using folder = temporaryFolder();
  const text = `fix: x
why: x
check:
  # why this is asked
  Name: { present: true }   
for: trail
severity: low
service: cloudtrail
title: Ensure the trail has a name.
id: my-rule
`;
  const file = path.join(folder.path, 'my-rule.yaml');
  writeFileSync(file, text);
  const cwd = folder.path;
  const linted = await runCli(['rules', 'lint', '.'], { cwd });
  expect(linted.code).toBe(1);
  expect(linted.stdout).toBe(
    'my-rule.yaml:10:1: the title is an order; say what holds when the rule passes: "The trail is logging"\n' +
      'my-rule.yaml:10:1: the title ends like a sentence; leave the full stop out\n' +
      'my-rule.yaml:10:1: the rule has no references; name the page that says why\n',
  );
  expect(await runCli(['rules', 'fmt', '.', '--check'], { cwd })).toMatchObject({
    code: 1,
    stdout: 'out of form: my-rule.yaml\n',
  });
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(await runCli(['rules', 'fmt', '.'], { cwd })).toMatchObject({ code: 0 });
  const formatted = readFileSync(file, 'utf8');
  expect(formatted.replace(/^# yaml-language-server: .*\n/, '')).toBe(`id: my-rule
title: Ensure the trail has a name.
service: cloudtrail
severity: low
for: trail
check:
  # why this is asked
  Name: { present: true }
why: x
fix: x
`);
  expect(await runCli(['rules', 'fmt', '.', '--check'], { cwd })).toMatchObject({ code: 0, stdout: '' });
});

test('eval tries a check over a snapshot, and explains one resource', async () => {
  const check = '{ some: trails, where: { IsMultiRegionTrail: true } }';
  const run = await runCli(['rules', 'eval', '--for', 'account', '--snapshot', example, check]);
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/^pass {5}\d{12}: trail .+ qualifies$/m);
  expect(run.stdout).toMatch(/^unknown {2}\d{12}: .*was not scanned$/m);
  const wrong = await runCli([
    'rules',
    'eval',
    '--for',
    'account',
    '--snapshot',
    example,
    '{ some: trials }',
  ]);
  expect(wrong).toMatchObject({
    code: 2,
    stderr: 'trailwarden: expression:1:9: an account has no trials; did you mean trails?\n',
  });
});

test('explain shows the rule, and the whole evaluation of a resource as text and as JSON', async () => {
  const rule = await runCli(['rules', 'explain', 'cloudtrail-trail-is-logging']);
  expect(rule.stdout).toContain('Decided by\n  cloudtrail:DescribeTrails\n  cloudtrail:GetTrailStatus\n');
  expect(rule.stdout).toContain('check:\n  status.IsLogging: true\n');
  const args = [
    'rules',
    'explain',
    'cloudtrail-multi-region',
    '--snapshot',
    example,
    '--resource',
    '565656565656',
  ];
  const tree = await runCli(args);
  expect(tree.stdout).toMatch(/^fail account Data platform 565656565656\n {2}fail some: /);
  expect(tree.stdout).toContain('└─ ');
  const json = JSON.parse((await runCli([...args, '--json'])).stdout) as {
    explanations: { verdict: string }[];
  };
  expect(json.explanations.map((one) => one.verdict)).toEqual(['fail']);
  const unknown = await runCli(['rules', 'explain', 'cloudtrail-multi-regoin']);
  expect(unknown).toMatchObject({
    code: 2,
    stderr: 'trailwarden: there is no rule cloudtrail-multi-regoin; did you mean cloudtrail-multi-region?\n',
  });
  expect(stackLines(unknown)).toEqual([]);
});

test('a rule folder of your own replaces a shipped rule by id', async () => {
  using folder = temporaryFolder();
  writeFileSync(
    path.join(folder.path, 'cloudtrail-trail-is-logging.yaml'),
    'id: cloudtrail-trail-is-logging\ntitle: The trail is ours\nservice: cloudtrail\nseverity: low\nfor: trail\ncheck: { Name: { present: true } }\nwhy: x\nfix: x\n',
  );
  const run = await runCli(['rules', 'list', '--json', '--rules', folder.path]);
  const rules = JSON.parse(run.stdout) as { id: string; title: string }[];
  expect(rules.find((rule) => rule.id === 'cloudtrail-trail-is-logging')?.title).toBe('The trail is ours');
  expect(rules.length).toBeGreaterThan(7);
});

test('trailwarden.yaml of the working directory leaves rules out and sets parameters', async () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  writeFileSync(
    path.join(cwd, 'trailwarden.yaml'),
    'disable: [loggroup-retention-set]\nparameters:\n  - { rule: loggroup-retention-minimum, set: { minimumDays: 1 } }\n',
  );
  const run = await runCli(
    ['evaluate', example, '--format', 'json', '--fail-on', 'none', '--allow-incomplete'],
    { cwd },
  );
  expect(run.code).toBe(0);
  const { findings } = JSON.parse(run.stdout) as {
    findings: { rule: string; verdict: string; parameters: Record<string, unknown> }[];
  };
  const kept = findings.filter((one) => one.rule === 'loggroup-retention-minimum');
  expect(kept.length).toBeGreaterThan(0);
  expect(new Set(kept.map((one) => one.parameters['minimumDays']))).toEqual(new Set([1]));
  expect(findings.some((one) => one.rule === 'loggroup-retention-set')).toBe(false);
  // Nobody asked for tags here: which value applies is not known, and nothing is guessed.
  writeFileSync(
    path.join(cwd, 'trailwarden.yaml'),
    'parameters: [{ rule: loggroup-retention-minimum, tags: { stage: production }, set: { minimumDays: 1 } }]\n',
  );
  const untold = await runCli(
    ['evaluate', example, '--rule', 'loggroup-retention-minimum', '--format', 'json'],
    { cwd },
  );
  const open = JSON.parse(untold.stdout) as { findings: { verdict: string; reasons: object }[] };
  const judged = open.findings.filter(({ verdict }) => verdict !== 'not-applicable');
  expect(new Set(judged.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
  expect(judged.filter(({ reasons }) => JSON.stringify(reasons).includes('ListTagsForResource'))).not.toEqual(
    [],
  );
  const wrong = await runCli(['evaluate', example, '--config', 'missing.yaml'], { cwd });
  expect(wrong).toMatchObject({ code: 2 });
  expect(stackLines(wrong)).toEqual([]);
});
