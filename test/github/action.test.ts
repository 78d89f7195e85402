import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { explainEnd } from '../../action/outcome.ts';
import { actionWorkspace, type ActionWorkspace } from '../support/action-workspace.ts';
import { startCodeScanning, type CodeScanning } from '../support/code-scanning.ts';
import { readAction, type ActionRun } from '../support/composite-action.ts';
import { runCli, temporaryFolder } from '../support/run-cli.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = temporaryFolder();
let place: ActionWorkspace;
let github: CodeScanning;

beforeAll(async () => {
  place = actionWorkspace(folder.path);
  github = await startCodeScanning();
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await github[Symbol.asyncDispose]();
});

const environment = (): Readonly<Record<string, string>> => ({ GITHUB_API_URL: github.url });
const outcomeOf = (run: ActionRun): Record<string, string> =>
  Object.fromEntries(run.steps.map(({ name, outcome }) => [name, outcome]));
const stepOf = (run: ActionRun, name: string): ActionRun['steps'][number] => {
  const step = run.steps.find((one) => one.name === name);
  if (step === undefined) throw new Error(`no step ${name}`);
  return step;
};
const last = 'Fail the job by what was found';

test('a scan in which nothing fails ends well, with its reports kept and all counts', async () => {
  const run = await place.run(
    {
      snapshot: 'fixtures/healthy-org',
      options: '--rule\ncloudtrail-multi-region\n',
      'upload-sarif': 'true',
    },
    { environment: environment() },
  );
  expect(run.failed).toBe(false);
  expect(run.outputs).toMatchObject({
    'exit-code': '0',
    outcome: 'clean',
    complete: 'true',
    failures: '0',
    critical: '0',
    unknown: '0',
    waived: '0',
    passed: '3',
    withheld: '[]',
    uploaded: '3',
    snapshot: '',
  });
  expect(outcomeOf(run)).toEqual({
    'Set up Node': 'success',
    'Install Trailwarden': 'success',
    'Assume the role': 'skipped',
    Scan: 'success',
    'Keep the reports': 'success',
    'Keep the snapshot': 'skipped',
    'Upload alerts': 'success',
    [last]: 'success',
  });
  // An upload without results is what closes alerts: each group has one.
  const [upload] = github.uploads.splice(0);
  const runs = upload?.sarif['runs'] as { results: unknown[]; automationDetails: { id: string } }[];
  expect(runs.map(({ results }) => results.length)).toEqual([0, 0, 0]);
  expect(stepOf(run, 'Keep the reports').with).toMatchObject({
    name: 'trailwarden',
    path: run.outputs['reports'],
  });
  expect(existsSync(run.outputs['html'] ?? '')).toBe(true);
  expect(run.summary).toMatch(/^> \[!NOTE\]\n> \*\*Exit code 0, clean\.\*\*/);
  expect(run.summary).toContain(
    'All reports are in the artifact **trailwarden**.\n\n## Trailwarden: nothing fails',
  );
});

describe('findings in an organization of which two accounts were not seen', () => {
  let run: ActionRun;
  const waivers = 'waivers "of us"; touch pwned.yaml';
  const ownRules = "our rules' $(touch pwned)";

  beforeAll(async () => {
    writeFileSync(
      path.join(place.workspace, waivers),
      readFileSync(path.join(root, 'fixtures/example-org.waivers.yaml')),
    );
    writeFileSync(
      path.join(place.workspace, 'con`touch pwned`fig.yaml'),
      'packs: [cost]\nreports: [{ format: sarif, file: elsewhere.sarif }]\nsarif: { profile: full, split: unit }\noutput: { quiet: true, logFormat: json }\n',
    );
    mkdirSync(path.join(place.workspace, ownRules));
    run = await place.run(
      {
        snapshot: 'fixtures/example-org',
        config: 'con`touch pwned`fig.yaml',
        waivers,
        rules: `${ownRules}\n\n`,
        packs: 'trailwarden-recommended',
        reports: 'html, csv',
        'fail-on': 'high',
        'upload-sarif': 'true',
        artifact: '"; touch pwned; "',
      },
      { environment: environment() },
    );
  });

  test('the job fails last, after everything was kept and uploaded', () => {
    expect(run.failed).toBe(true);
    expect(
      run.steps.filter(({ outcome }) => outcome === 'failure').map(({ name, code }) => [name, code]),
    ).toEqual([[last, 1]]);
    expect(run.outputs).toMatchObject({ 'exit-code': '1', outcome: 'findings', complete: 'false' });
    const report = JSON.parse(readFileSync(run.outputs['json'] ?? '', 'utf8')) as {
      summary: {
        byVerdict: { fail: number; unknown: number };
        waived: number;
        failuresBySeverity: Record<string, number>;
      };
    };
    const { byVerdict, waived, failuresBySeverity } = report.summary;
    expect(waived).toBeGreaterThan(0);
    expect(run.outputs).toMatchObject({
      failures: String(byVerdict.fail - waived),
      waived: String(waived),
      unknown: String(byVerdict.unknown),
      ...Object.fromEntries(
        Object.entries(failuresBySeverity).map(([severity, count]) => [severity, String(count)]),
      ),
    });
    expect(stepOf(run, last).log).toMatch(
      /^::error title=Trailwarden::Exit code 1, findings\. .*answers are missing/m,
    );
    expect(readdirSync(run.outputs['reports'] ?? '').sort()).toEqual([
      'report.csv',
      'report.html',
      'report.json',
      'report.md',
      'sarif',
    ]);
  });

  test('alerts go up in a category for each account, none for what was not wholly seen', async () => {
    const files = readdirSync(run.outputs['sarif'] ?? '').sort();
    const withheld = JSON.parse(run.outputs['withheld'] ?? '') as { group: string; why: string }[];
    expect(withheld.map(({ group }) => group)).toContain('343434343434');
    expect(files.length + withheld.length).toBe(12);
    expect(run.outputs['uploaded']).toBe(String(files.length));
    const uploads = github.uploads.splice(0);
    expect(uploads).toMatchObject([
      { ref: 'refs/heads/main', commit_sha: '0123456789abcdef0123456789abcdef01234567' },
    ]);
    const runs = uploads[0]?.sarif['runs'] as { results: object[]; automationDetails: { id: string } }[];
    expect(runs.map(({ automationDetails: { id } }) => id)).toEqual(
      files.map((file) => expect.stringContaining(`/${file.replace(/^report\.|\.sarif$/g, '')}/`) as string),
    );
    for (const { group, why } of withheld) {
      expect(files).not.toContain(`report.${group}.sarif`);
      expect(run.summary).toContain(`| ${group} | `);
      expect(why).not.toBe('');
    }
    const [file = ''] = files;
    const checked = await runCli([
      'report',
      'check',
      path.join(run.outputs['sarif'] ?? '', file),
      '--root',
      place.workspace,
    ]);
    expect(checked).toMatchObject({ code: 0, stdout: 'GitHub code scanning takes this file as it is.\n' });
  });

  test('the summary tells all of it, and what names say is no command of the runner', () => {
    expect(run.summary).toMatch(/^> \[!CAUTION\]\n> \*\*Exit code 1, findings\.\*\*/);
    expect(run.summary).toMatch(/^## Trailwarden: \d+ failures in o-/m);
    expect(run.summary).toMatch(/^### Code scanning\n\nAlerts of \d+ of \d+ groups were uploaded\./m);
    const [, token] = /^::stop-commands::(.+)\n/.exec(stepOf(run, 'Scan').log) ?? [];
    expect(stepOf(run, 'Scan').log).toContain(`\n::${token}::\n`);
  });
});

test('where answers are missing and nothing fails the job fails with 3', async () => {
  writeFileSync(path.join(place.workspace, 'split.yaml'), 'sarif: { split: unit }\n');
  const run = await place.run({
    snapshot: 'fixtures/example-org',
    'fail-on': 'none',
    reports: 'junit',
    options: '--rule=cloudtrail-multi-region',
    config: 'split.yaml',
    artifact: '',
  });
  expect(run).toMatchObject({
    failed: true,
    outputs: {
      'exit-code': '3',
      outcome: 'incomplete',
      complete: 'false',
      html: '',
      sarif: '',
      uploaded: '',
    },
  });
  expect(run.summary).toMatch(
    /^> \[!WARNING\]\n> \*\*Exit code 3, incomplete\.\*\*.*What is unknown is not passed/,
  );
  expect(outcomeOf(run)).toMatchObject({ 'Keep the reports': 'skipped', 'Upload alerts': 'skipped' });
  expect(explainEnd({ code: 0, outcome: 'clean', complete: false })).toContain(
    'Answers are missing, which the settings',
  );
});

test('a scan that cannot run fails with 2, says why, and touches no alert', async () => {
  const run = await place.run(
    { snapshot: 'no "such" <b>snapshot</b>', 'upload-sarif': 'true', version: 'source' },
    { environment: environment() },
  );
  expect(run).toMatchObject({
    failed: true,
    outputs: { 'exit-code': '2', outcome: 'could-not-run', reports: '', json: '', sarif: '' },
  });
  expect(outcomeOf(run)).toMatchObject({
    Scan: 'success',
    'Keep the reports': 'skipped',
    'Upload alerts': 'skipped',
  });
  expect(github.uploads).toEqual([]);
  expect(run.summary).toMatch(/^> \[!CAUTION\]\n> \*\*Exit code 2, could-not-run\.\*\*/);
  // What it said stands in a code block, so nothing of it is markup.
  expect(run.summary).toMatch(/^ {4}trailwarden: .*no "such" <b>snapshot<\/b>/m);
});

test.each<[string, Record<string, string>, readonly string[]]>([
  [
    'each is named, all at once',
    {
      'allow-incomplete': 'yes',
      reports: 'html pdf',
      options: '--fail-on=none\n--ou Workloads\n--sarif-profile\nfull',
      split: 'region',
      snapshot: 'a',
      out: 'b\nc',
    },
    [
      'allow-incomplete: true or false is expected',
      'reports: no such format "pdf"; there are json, html,',
      'options: --fail-on has an input of its own: fail-on',
      'options: "--ou Workloads": one argument a line',
      'options: --sarif-profile cannot be used here',
      'split: account or unit is expected',
      'out: one line is expected',
      'out: a given snapshot is judged where it stands',
    ],
  ],
  [
    'a version that npm would take for a path',
    { version: '../evil' },
    ['version: "../evil": a version, a tag,'],
  ],
  [
    'or for an option',
    { version: '--registry=https://evil' },
    ['version: "--registry=https://evil": a version, a'],
  ],
])('inputs that cannot be meant so fail before anything runs: %s', async (_, inputs, faults) => {
  const run = await place.run(inputs);
  expect(run).toMatchObject({ failed: true, outputs: { 'exit-code': '2', outcome: 'could-not-run' } });
  for (const fault of faults) expect(run.summary).toContain(`    ${fault}`);
  expect(run.summary).toContain('Reason: Trailwarden could not be installed, or an input is wrong.');
  expect(outcomeOf(run)).toMatchObject({ 'Install Trailwarden': 'failure', Scan: 'skipped' });
});

test('a role that cannot be assumed fails with 2 and names the step', async () => {
  const run = await place.run(
    { 'role-to-assume': 'arn:aws:iam::111122223333:role/Scan', 'aws-region': 'eu-west-1' },
    { others: { role: { failure: true } } },
  );
  expect(run).toMatchObject({ failed: true, outputs: { 'exit-code': '2', outcome: 'could-not-run' } });
  expect(run.summary).toContain('Reason: the role could not be assumed.');
  expect(stepOf(run, 'Assume the role').with).toMatchObject({
    'role-to-assume': 'arn:aws:iam::111122223333:role/Scan',
    'output-env-credentials': 'false',
  });
});

test('the version of the action is installed from the registry, without running scripts', async () => {
  // A registry with one package: its program tells that it was run.
  const packed = path.join(folder.path, 'package');
  mkdirSync(packed);
  const manifest = {
    name: 'trailwarden',
    version: '7.7.7',
    bin: { trailwarden: 'main.js' },
    scripts: { postinstall: 'touch ../../../pwned' },
  };
  writeFileSync(path.join(packed, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(packed, 'main.js'), 'console.error("I am 7.7.7"); process.exitCode = 2;');
  spawnSync('tar', ['-czf', path.join(folder.path, 'package.tgz'), '-C', folder.path, 'package']);
  const server = createServer((request, response) => {
    if (request.url === '/package.tgz') response.end(readFileSync(path.join(folder.path, 'package.tgz')));
    else
      response.end(
        JSON.stringify({
          name: 'trailwarden',
          'dist-tags': { latest: '7.7.7' },
          versions: { '7.7.7': { ...manifest, dist: { tarball: `${registry}/package.tgz` } } },
        }),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const run = await place.run({ version: '7.7.7' }, { environment: { NPM_CONFIG_REGISTRY: registry } });
    expect(stepOf(run, 'Install Trailwarden')).toMatchObject({ outcome: 'success' });
    expect(run.summary).toContain('    I am 7.7.7');
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

describe('the upload of alerts', () => {
  /** A folder with a SARIF file for each of so many groups. */
  function sarifFolder(groups: number): string {
    const target = path.join(folder.path, `sarif-${groups}`);
    mkdirSync(target);
    const text = readFileSync(path.join(root, 'reports/example-org.sarif'), 'utf8');
    const log = JSON.parse(text) as {
      runs: {
        automationDetails: { id: string };
        invocations: { executionSuccessful: boolean }[];
        tool: { driver: { rules: object[] } };
        results: object[];
      }[];
    };
    for (let group = 0; group < groups; group += 1) {
      for (const run of log.runs) {
        run.automationDetails.id = `trailwarden/o-k3strelfr8/${group}/`;
        for (const invocation of run.invocations) invocation.executionSuccessful = true;
        run.results = [];
        run.tool.driver.rules = run.tool.driver.rules.slice(0, 1);
      }
      writeFileSync(path.join(target, `report.${String(group).padStart(3, '0')}.sarif`), JSON.stringify(log));
    }
    return target;
  }

  async function upload(groups: number, given: Parameters<typeof place.run>[0] = {}): Promise<ActionRun> {
    // The scan is that of another program: only its outputs matter here.
    const target = sarifFolder(groups);
    const main = path.join(place.workspace, 'node_modules/trailwarden/main.mjs');
    const before = readFileSync(main);
    const summary = {
      byVerdict: { fail: 0, pass: 0, unknown: 0 },
      failuresBySeverity: {},
      waived: 0,
      complete: true,
    };
    writeFileSync(
      main,
      `import { cpSync, writeFileSync } from 'node:fs';
       for (const arg of process.argv) {
         const [, format, file] = /^--format=(json|markdown|sarif)=(.*)$/.exec(arg) ?? [];
         if (format === 'sarif') cpSync(${JSON.stringify(target)}, file.replace(/report.sarif$/, ''), { recursive: true });
         else if (format !== undefined) writeFileSync(file, ${JSON.stringify(`"summary": ${JSON.stringify(summary)},\n`)});
       }`,
    );
    try {
      return await place.run({ 'upload-sarif': 'true', ...given }, { environment: environment() });
    } finally {
      writeFileSync(main, before);
    }
  }

  test('goes on after GitHub asked to wait, and holds at most twenty groups at once', async () => {
    github.refusals.push({
      status: 403,
      body: { message: 'secondary rate limit' },
      headers: { 'retry-after': '0.01' },
    });
    const run = await upload(45);
    expect(run).toMatchObject({ failed: false, outputs: { uploaded: '45' } });
    const runs = github.uploads.splice(0).map(({ sarif }) => (sarif['runs'] as object[]).length);
    expect(runs).toEqual([20, 20, 5]);
  });

  test('fails the job where code scanning is not there, and says what to do', async () => {
    github.refusals.push({
      status: 403,
      body: { message: 'Advanced Security must be enabled for this repository to use code scanning.' },
    });
    const run = await upload(1);
    expect(run).toMatchObject({
      failed: true,
      outputs: { 'exit-code': '0', outcome: 'clean', uploaded: '0' },
    });
    expect(outcomeOf(run)).toMatchObject({
      'Keep the reports': 'success',
      'Upload alerts': 'failure',
      [last]: 'success',
    });
    expect(stepOf(run, 'Upload alerts').log).toMatch(
      /^::error title=Trailwarden::Not uploaded: report\.000\.sarif: HTTP 403: Advanced Security must be enabled .* set upload-sarif: false\.$/m,
    );
    expect(run.summary).toContain('Alerts of 0 of 1 groups were uploaded.');
  });

  test('tells why GitHub could not process it', async () => {
    github.processing = {
      processing_status: 'failed',
      errors: ['rejecting SARIF, as there are more alerts than allowed'],
    };
    const run = await upload(2);
    github.processing = { processing_status: 'complete' };
    github.uploads.splice(0);
    expect(run.failed).toBe(true);
    expect(run.summary).toContain(
      '- not uploaded: report.000.sarif, report.001.sarif: rejecting SARIF, as there are more',
    );
  });
});

test('no expression stands in a script, and other actions are pinned by commit', () => {
  const text = readFileSync(path.join(root, 'action.yml'), 'utf8');
  const { steps } = readAction(root).runs;
  expect(steps.filter(({ run }) => run?.includes('${{') === true)).toEqual([]);
  const others = steps.flatMap(({ uses }) => uses ?? []);
  expect(others.length).toBeGreaterThan(3);
  for (const uses of others) expect(text).toMatch(new RegExp(`uses: ${uses} # v\\d+\\.\\d+\\.\\d+\\n`));
  expect(others.filter((uses) => !/@[0-9a-f]{40}$/.test(uses))).toEqual([]);
});

test('nothing of what names and inputs said was run by a shell', () => {
  const files = readdirSync(folder.path, { recursive: true, encoding: 'utf8' });
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => path.basename(file) === 'pwned')).toEqual([]);
});
