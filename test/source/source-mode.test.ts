import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Log, Result } from 'sarif';
import { expect, test } from 'vitest';

import { checkGithubProfile } from '../../src/report/github-profile.ts';
import { runCli } from '../support/run-cli.ts';
import { exampleFiles, exampleRepository, repository } from './repository.ts';

const snapshot = path.resolve(import.meta.dirname, '..', '..', 'fixtures', 'example-org');

interface Placed {
  readonly resource: { readonly id: string };
  readonly source?: { readonly file: string; readonly line: number; readonly address: string };
}

async function judge(
  root: string,
  ...args: readonly string[]
): Promise<{ findings: readonly Placed[]; notices: readonly string[] }> {
  const run = await runCli(
    ['evaluate', snapshot, '--fail-on', 'none', '--allow-incomplete', '--format', 'json', ...args],
    { cwd: root },
  );
  expect(run.stderr).toBe(args.includes('sarif=report.sarif') ? 'sarif report: report.sarif\n' : '');
  const { findings, summary } = JSON.parse(run.stdout) as {
    findings: readonly Placed[];
    summary: { notices: readonly string[] };
  };
  return { findings, notices: summary.notices };
}

function placeOf(findings: readonly Placed[], id: string): Placed['source'] {
  return findings.find(({ resource }) => resource.id === id)?.source;
}

test.each([
  // Terraform: a variable of terraform.tfvars, a reference to another resource, modules with for_each and format().
  [
    'logs:us-east-1:111122223333:log-group:/kestrel/cloudtrail',
    'terraform/management/main.tf',
    'resource "aws_cloudwatch_log_group" "trail"',
  ],
  [
    'logs:us-east-1:111122223333:log-group:/kestrel/cloudtrail:metric-filter:s3-bucket-policy-changes',
    'terraform/management/main.tf',
    'resource "aws_cloudwatch_log_metric_filter" "buckets"',
  ],
  [
    'cloudwatch:us-east-1:111122223333:alarm:nacl-changes',
    'terraform/modules/alarm/main.tf',
    'resource "aws_cloudwatch_metric_alarm" "this"',
  ],
  [
    'cloudwatch:us-east-1:111122223333:alarm:network-gateway-changes',
    'terraform/modules/alarm/main.tf',
    'resource "aws_cloudwatch_metric_alarm" "this"',
  ],
  // One name in two regions: the provider tells which.
  [
    'logs:eu-central-1:444455556666:log-group:/vpc/flow-logs/core',
    'terraform/network/main.tf',
    '"flow_logs" {',
  ],
  [
    'logs:eu-west-1:444455556666:log-group:/vpc/flow-logs/core',
    'terraform/network/main.tf',
    '"flow_logs_ireland" {',
  ],
  // JSON syntax with a variable that nobody sets: the state knows.
  [
    'cloudwatch:eu-central-1:777788889999:alarm:pci-root-usage',
    'terraform/payments/main.tf.json',
    '"root_usage": {',
  ],
  [
    'cloudwatch:eu-central-1:777788889999:alarm:pci-console-sign-in-failures',
    'terraform/payments/main.tf.json',
    '"console_failures": {',
  ],
  // CloudFormation in YAML with short tags, and in JSON.
  [
    'cloudtrail:eu-central-1:555566667777:trail/shared-services-eu',
    'cloudformation/shared-services.yaml',
    '  Trail:',
  ],
  [
    'cloudwatch:eu-central-1:555566667777:alarm:gitlab-backup-failed',
    'cloudformation/shared-services.yaml',
    '  BackupAlarm:',
  ],
  [
    'logs:eu-central-1:666677778888:log-group:/booking/cloudtrail',
    'cloudformation/booking.json',
    '"Logs": {',
  ],
  [
    'logs:eu-central-1:666677778888:log-group:/booking/cloudtrail:metric-filter:root-usage',
    'cloudformation/booking.json',
    '"RootFilter": {',
  ],
  [
    'cloudwatch:eu-central-1:666677778888:alarm:booking-root-usage',
    'cloudformation/booking.json',
    '"RootAlarm": {',
  ],
  [
    'logs:eu-central-1:666677778888:log-group:/aws/lambda/booking-price-cache',
    'sam/template.yaml',
    '  PriceCacheLogs:',
  ],
  // CDK: the line of the app.
  [
    'cloudtrail:eu-central-1:888899990000:trail/staging-debug',
    'cdk/lib/staging.ts',
    "new cloudtrail.Trail(this, 'DebugTrail'",
  ],
  [
    'logs:eu-central-1:888899990000:log-group:/ecs/booking-web',
    'cdk/lib/staging.ts',
    "new logs.LogGroup(this, 'WebLogs'",
  ],
])('%s is placed in %s', async (resource, file, text) => {
  const { findings, lines } = await example();
  const place = placeOf(findings, `arn:aws:${resource}`);
  expect(place?.file).toBe(file);
  expect(lines(file)[(place?.line ?? 0) - 1]).toContain(text);
});

test('nothing else is placed: two accounts with one name, CDK output that does not name its construct', async () => {
  const { findings, notices } = await example();
  const placed = new Set(findings.filter(({ source }) => source).map(({ resource }) => resource.id));
  expect(placed.size).toBe(17);
  expect([...placed].filter((id) => /booking-fares|booking-load-test/.test(id))).toEqual([]);
  expect(notices.filter((text) => text.startsWith('source:'))).toEqual([
    expect.stringMatching(/^source: cdk\/cdk\.out\/manifest\.json: says no line of the app for 1 resources/),
  ]);
});

test('a person who says where the code is deployed lets one line stand for several accounts', async () => {
  using root = exampleRepository();
  const { findings } = await judge(root.path, '--source', '666677778888,888899990000=sam');
  for (const account of ['666677778888', '888899990000']) {
    const id = `arn:aws:logs:eu-central-1:${account}:log-group:/aws/lambda/booking-fares`;
    expect(placeOf(findings, id)).toMatchObject({ file: 'sam/template.yaml', address: 'FaresLogs' });
  }
  const elsewhere = await judge(root.path, '--source', '111122223333=sam');
  expect(elsewhere.findings.filter(({ source }) => source)).toEqual([]);
});

test('SARIF shows alerts at the line, and those without one in the inventory; code scanning takes every place', async () => {
  using root = exampleRepository();
  const args = ['--source', '.', '--format', 'sarif=report.sarif'];
  const { findings } = await judge(root.path, ...args);
  await runCli(['inventory', snapshot], { cwd: root.path });
  const log = JSON.parse(readFileSync(path.join(root.path, 'report.sarif'), 'utf8')) as Log;
  const results = log.runs[0]?.results ?? [];
  expect(results.length).toBeGreaterThan(100);
  for (const result of results) {
    const source = placeOf(findings, result.locations?.[0]?.logicalLocations?.[0]?.fullyQualifiedName ?? '');
    expect(uriOf(result)).toMatch(source?.file ?? /^accounts\/(\d{12}|organization)\.yaml$/);
    expect(result.relatedLocations?.length ?? 0).toBe(source === undefined ? 0 : 1);
  }
  const problems = checkGithubProfile(JSON.parse(JSON.stringify(log)), {
    exists: (file) => existsSync(path.join(root.path, file)),
    compressedBytes: 1000,
  });
  // The collection of the example is incomplete, so the run is marked as that; nothing else is wrong.
  expect(problems.map(({ pointer }) => pointer)).toEqual(['/runs/0/invocations/0/executionSuccessful']);
});

function uriOf(result: Result): string | undefined {
  return result.locations?.[0]?.physicalLocation?.artifactLocation?.uri;
}

test('files that cannot be used are named with line and column, and the rest is used', async () => {
  using root = repository({
    'a/bad.tf': 'resource "aws_sns_topic" "x" {\n  name = = 3\n}\n',
    'b/bad.yaml': 'Resources:\n  A: { Type: AWS::SNS::Topic }\n  A: { Type: AWS::SNS::Topic }\n',
    'c/bad.json': '{"format_version": "1.0", "terraform_version": ',
    'd/good.yaml':
      'Resources:\n  A:\n    Type: AWS::CloudTrail::Trail\n    Properties: { TrailName: staging-debug }\n',
    'e/data.json': '{"Resources": "not a template, says AWS::SNS::Topic"}',
    'f/values.yaml': 'image: {{ .Values.image }}\n',
  });
  const { findings, notices } = await judge(root.path, '--source', '.');
  expect(placeOf(findings, 'arn:aws:cloudtrail:eu-central-1:888899990000:trail/staging-debug')).toMatchObject(
    {
      file: 'd/good.yaml',
      line: 2,
    },
  );
  expect(notices.filter((text) => text.startsWith('source:'))).toEqual([
    expect.stringMatching(/^source: a\/bad\.tf:2:\d+: .*the file is left out$/),
    'source: b/bad.yaml:3:3: the key A was given before in the same mapping; keep one of the two',
    expect.stringMatching(/^source: c\/bad\.json: is no valid JSON/),
  ]);
});

test.each([
  ['a folder that does not exist', ['--source', 'nowhere'], /--source nowhere: no such folder/],
  [
    'a folder outside of the repository',
    ['--source', '..'],
    /--source \.\.: lies outside of .*Run from its root/,
  ],
  ['no folder', ['--source', 'all='], /--source all=: a folder is expected/],
  [
    'places in the source without source',
    ['--sarif-location', 'source'],
    /name the infrastructure code with --source DIR/,
  ],
])('%s is refused', async (_, args, message) => {
  using root = repository({});
  const run = await runCli(['evaluate', snapshot, ...args], { cwd: root.path });
  expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
});

test('two runs give the same bytes', async () => {
  using root = exampleRepository();
  const run = async (): Promise<string> => {
    await judge(root.path, '--source', '.', '--format', 'sarif=report.sarif');
    return readFileSync(path.join(root.path, 'report.sarif'), 'utf8');
  };
  const first = await run();
  writeFileSync(path.join(root.path, 'report.sarif'), '');
  expect(await run()).toBe(first);
});

/** The example judged once, with the lines of its files. */
let judged: ReturnType<typeof judge> | undefined;
async function example(): Promise<
  Awaited<ReturnType<typeof judge>> & { readonly lines: (file: string) => readonly string[] }
> {
  judged ??= (async () => {
    using root = exampleRepository();
    return await judge(root.path, '--source', '.');
  })();
  const texts = new Map(exampleFiles());
  return { ...(await judged), lines: (file) => (texts.get(file) ?? '').split('\n') };
}
