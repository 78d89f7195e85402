import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { parse, parseAllDocuments } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { actionsFor, callerPolicy } from '../../src/collect/role.ts';
import { storeActions } from '../../src/collect/s3-store.ts';
import { matchesEventPattern } from '../../src/events/event-bridge/match.ts';
import { parseEventPattern } from '../../src/events/event-bridge/parser.ts';
import { matchMessage, parseFilterPattern } from '../../src/events/index.ts';
import type { JsonObject } from '../../src/json.ts';
import { commandsOf } from '../docs/shell.ts';
import { usageFault } from '../docs/usage-fault.ts';
import { hasSystemd, python } from '../support/needs.ts';
import { temporaryFolder } from '../support/run-cli.ts';
import { readTemplate, resourcesOf, statementsOf, type Statement } from './template.ts';
import { ask, checkers, checkersMade, root } from './tools.ts';

const stacks = globSync('examples/aws/*.yaml', { cwd: root }).sort();
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

describe.skipIf(python() === undefined)('outside tools have no complaint', () => {
  let tools: string;
  beforeAll(async () => {
    tools = await checkers();
  }, checkersMade);

  test.for<[string, readonly string[], RegExp]>([
    ['cfn-lint', ['--include-checks', 'I', '--', ...stacks], /^$/],
    [
      'kubernetes-validate',
      ['--strict', '--quiet', 'examples/kubernetes/cronjob.yaml'],
      // Its passes are notes, too.
      /^(INFO .* passed .*\n)*$/,
    ],
    ['shellcheck', ['examples/cron/trailwarden-scan'], /^$/],
  ])('%s', { timeout: 180_000 }, async ([program, args, silence]) => {
    const opinion = await ask(path.join(tools, program), ...args);
    expect(opinion).toEqual({ code: 0, said: expect.stringMatching(silence) as string });
  });
});

describe('who may do what on AWS', () => {
  const list = (value: string | readonly string[]): readonly string[] => [value].flat();

  test('the scanner may do what the code asks and nothing else', async () => {
    const file = path.join(root, 'examples/aws/base.yaml');
    const [before, after] = readFileSync(file, 'utf8').split(
      /(?<=# As .* prints it:\n)[^]*(?= {10}- Sid: Results\n)/,
    );
    await expect(`${before}${callerStatements()}${after}`).toMatchFileSnapshot(file);
    const base = resourcesOf(
      readTemplate('examples/aws/base.yaml', { KmsKeyArn: 'KEY', 'AWS::Partition': 'aws' }),
    );
    const policy = base['ScannerPolicy']!.Properties['PolicyDocument']!;
    const statements = statementsOf(policy);
    const ofCaller = callerPolicy(actionsFor(undefined), {}).Statement;
    expect(statements.slice(0, -3)).toEqual(ofCaller);
    const [results, bucket, key] = statements.slice(-3);
    expect([results?.Action, bucket?.Action, key?.Action].map((actions) => list(actions!))).toEqual([
      storeActions.objects,
      storeActions.bucket,
      storeActions.key,
    ]);
    expect([results?.Resource, bucket?.Resource, key?.Resource]).toEqual([
      'Results.Arn/scans/*',
      'Results.Arn',
      'KEY',
    ]);
    // What IAM takes of a managed policy, in characters that are no blanks.
    expect(JSON.stringify(policy).length).toBeLessThan(6144);
  });

  test.each(stacks)('no wildcard, and no policy of AWS, stands in %s without need', (file) => {
    const template = readTemplate(file);
    // Lists and descriptions of everything, and a token, have no resource.
    const everywhere = new Set(['TrailwardenScan', 'TrailwardenOrganization']);
    const wide = (statement: Statement): boolean =>
      statement.Effect === 'Allow' &&
      (list(statement.Action).some((action) => action.includes('*')) ||
        JSON.stringify(statement.Principal ?? null).includes('*') ||
        (list(statement.Resource ?? []).includes('*') &&
          !everywhere.has(statement.Sid ?? '') &&
          statement.Action !== 'ecr:GetAuthorizationToken'));
    expect(statementsOf(template).filter(wide)).toEqual([]);
    expect(JSON.stringify(template)).not.toContain(':aws:policy/');
  });

  test('results are encrypted, private and asked for by TLS alone', () => {
    const { Results: bucket, ResultsPolicy: policy } = resourcesOf(readTemplate('examples/aws/base.yaml'));
    expect(bucket?.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: {},
    });
    expect(statementsOf(policy!.Properties)).toMatchObject([
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: ['Results.Arn', 'Results.Arn/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });
});

describe('a failed scan is told apart', () => {
  const fargate = resourcesOf(readTemplate('examples/aws/fargate.yaml'));
  const toldBy = (event: JsonObject): readonly string[] =>
    Object.entries(fargate).flatMap(([name, { Type, Properties }]) =>
      Type === 'AWS::Events::Rule' &&
      matchesEventPattern(parseEventPattern(JSON.stringify(Properties['EventPattern'])), event)
        ? [name]
        : [],
    );

  test.each<[string, JsonObject, readonly string[]]>([
    ['ended with 0', { containers: [{ name: 'trailwarden', exitCode: 0 }] }, []],
    ['ended with 1', { containers: [{ name: 'trailwarden', exitCode: 1 }] }, ['FoundSomething']],
    ['ended with 2', { containers: [{ name: 'trailwarden', exitCode: 2 }] }, ['CouldNotRun']],
    ['ended with 3', { containers: [{ name: 'trailwarden', exitCode: 3 }] }, ['Incomplete']],
    ['was killed', { containers: [{ name: 'trailwarden', exitCode: 137 }] }, ['CouldNotRun']],
    ['could not start', { containers: [{ name: 'x' }], stopCode: 'TaskFailedToStart' }, ['CouldNotRun']],
    ['still runs', { containers: [{ name: 'trailwarden' }], lastStatus: 'RUNNING' }, []],
    [
      'is of another cluster',
      { containers: [{ name: 'trailwarden', exitCode: 1 }], clusterArn: 'another' },
      [],
    ],
  ])('on Fargate: a task that %s', (_what, detail, told) => {
    const event = {
      source: 'aws.ecs',
      'detail-type': 'ECS Task State Change',
      detail: {
        clusterArn: 'Cluster.Arn',
        lastStatus: 'STOPPED',
        stopCode: 'EssentialContainerExited',
        ...detail,
      },
    };
    expect(toldBy(event)).toEqual(told);
  });

  test('in CodeBuild: by the line that the build writes at its end', () => {
    const codebuild = resourcesOf(readTemplate('examples/aws/codebuild.yaml'));
    const told = [0, 1, 2, 3, 13, 137].map((code) =>
      Object.entries(codebuild).flatMap(([name, { Type, Properties }]) =>
        Type === 'AWS::Logs::MetricFilter' &&
        matchMessage(
          parseFilterPattern(Properties['FilterPattern'] as string),
          `trailwarden ended with code ${code}.`,
        )
          ? [name]
          : [],
      ),
    );
    expect(told).toEqual([[], ['FoundSomethingFilter'], [], ['IncompleteFilter'], [], []]);
  });
});

/** The statements of the caller's policy as a template has them, for any partition and role. */
function callerStatements(): string {
  const anyPartition = (arn: string): string =>
    arn.startsWith('arn:') ? `!Sub '${arn.replace('arn:aws:', 'arn:${AWS::Partition}:')}'` : `'${arn}'`;
  const members = (
    key: string,
    values: string | readonly string[],
    text: (value: string) => string,
  ): string =>
    typeof values === 'string'
      ? `            ${key}: ${text(values)}\n`
      : `            ${key}:\n${values.map((value) => `              - ${text(value)}\n`).join('')}`;
  return callerPolicy(actionsFor(undefined), {})
    .Statement.map(
      ({ Sid, Effect, Action, Resource }) =>
        `          - Sid: ${Sid}\n            Effect: ${Effect}\n` +
        members('Action', Action, (action) => action) +
        members('Resource', Resource, anyPartition),
    )
    .join('')
    .replace('role/TrailwardenScan', 'role/${MemberRoleName}');
}

/** The build of the CodeBuild template. */
function buildSpec(): string {
  const { Project: project } = resourcesOf(readTemplate('examples/aws/codebuild.yaml'));
  return (project!.Properties['Source'] as unknown as { BuildSpec: string }).BuildSpec;
}

describe('what the templates run', () => {
  test('is taken by the command line', () => {
    const { Schedule: schedule } = resourcesOf(
      readTemplate('examples/aws/fargate.yaml', { ResultsUrl: 's3://results/scans' }),
    );
    const { Input: input } = schedule!.Properties['Target'] as unknown as { Input: string };
    const fargate = (
      JSON.parse(input) as { containerOverrides: readonly { name: string; command: readonly string[] }[] }
    ).containerOverrides[0]!;
    expect(fargate.name).toBe('trailwarden');

    const cronJob = parseAllDocuments(read('examples/kubernetes/cronjob.yaml'))
      .map((document) => document.toJS() as { kind: string })
      .find(({ kind }) => kind === 'CronJob') as unknown as CronJob;
    const container = cronJob.spec.jobTemplate.spec.template.spec.containers[0]!;
    const values = new Map(container.env.map(({ name, value = 'pod-1' }) => [name, value]));
    const kubernetes = container.args.map((argument) =>
      argument.replaceAll(/\$\((\w+)\)/g, (_, name: string) => values.get(name) ?? ''),
    );
    expect(kubernetes.join(' ')).not.toMatch(/\$|undefined/);

    for (const args of [
      fargate.command,
      kubernetes.map((argument) => argument.replace('BUCKET', 'results')),
    ]) {
      expect(usageFault(args)).toBeUndefined();
      expect(args.join(' ')).toMatch(/ --out s3:\S+\/snapshot .*html=s3:\S+\/report\.html/);
    }
  });

  /** Runs a shell text in which `trailwarden` is a stand-in that keeps its arguments and ends with a code. */
  function runShell(
    words: readonly string[],
    code: number,
  ): { status: number | null; said: string; args: readonly string[] } {
    const bin = path.join(folder.path, 'bin');
    mkdirSync(bin, { recursive: true });
    const kept = path.join(folder.path, 'arguments');
    writeFileSync(
      path.join(bin, 'trailwarden'),
      `#!/bin/sh\nprintf '%s\\n' "$@" > '${kept}'\necho what it said\nexit ${code}\n`,
      { mode: 0o755 },
    );
    const { status, stdout } = spawnSync('sh', words, {
      encoding: 'utf8',
      env: {
        PATH: `${bin}:${process.env['PATH']}`,
        RESULTS_URL: 's3://results/scans',
        TRAILWARDEN_RESULTS: 's3://results/scans',
        MEMBER_ROLE_NAME: 'TrailwardenScan',
      },
    });
    return { status, said: stdout, args: readFileSync(kept, 'utf8').trimEnd().split('\n') };
  }

  const place = /^s3:\/\/results\/scans\/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\//;

  test.each<[number, string]>([
    [0, ''],
    [1, 'something fails (exit code 1)'],
    [2, 'the scan could not run (exit code 2)'],
    [3, 'answers are missing (exit code 3)'],
  ])('the script for cron and systemd says what %d means, and nothing when all is well', (code, said) => {
    const run = runShell([path.join(root, 'examples/cron/trailwarden-scan')], code);
    expect(run.status).toBe(code);
    expect(run.said).toContain(said);
    expect(run.said.includes('what it said')).toBe(code !== 0);
    expect(usageFault(run.args)).toBeUndefined();
    expect(run.args[run.args.indexOf('--out') + 1]).toMatch(place);
  });

  test.each<[number, number]>([
    [0, 0],
    [1, 0],
    [2, 2],
    [3, 0],
    [137, 137],
  ])('the build of CodeBuild writes code %d and ends with %d', (code, status) => {
    const { phases } = parse(buildSpec()) as { phases: { build: { commands: readonly string[] } } };
    const run = runShell(['-c', phases.build.commands.join('\n')], code);
    expect(run).toMatchObject({ status, said: `what it said\ntrailwarden ended with code ${code}.\n` });
    expect(usageFault(run.args)).toBeUndefined();
    expect(run.args[run.args.indexOf('--out') + 1]).toMatch(place);
  });

  test('on the pages of images is taken, too', () => {
    const page = read('docs/container.md');
    const runs = [...page.matchAll(/```sh\n([^]*?)```/g)]
      .flatMap(([, text = '']) => commandsOf(text))
      .filter(({ words }) => words[0] === 'docker' && words[1] === 'run');
    expect(runs.length).toBeGreaterThan(2);
    for (const { words } of runs)
      expect(usageFault(words.slice(words.indexOf('trailwarden') + 1))).toBeUndefined();
  });
});

interface CronJob {
  readonly spec: {
    readonly concurrencyPolicy: string;
    readonly jobTemplate: {
      readonly spec: {
        readonly template: {
          readonly spec: {
            readonly containers: readonly {
              readonly args: readonly string[];
              readonly env: readonly { readonly name: string; readonly value?: string }[];
            }[];
          };
        };
      };
    };
  };
}

const units = ['trailwarden.service', 'trailwarden.timer', 'trailwarden-failed.service'];

/** What systemd says against the units. */
async function unitFaults(): Promise<string> {
  // Programs that a unit starts must be there.
  const at = path.join(folder.path, 'units');
  cpSync(path.join(root, 'examples/systemd'), at, { recursive: true });
  const service = path.join(at, 'trailwarden.service');
  const text = readFileSync(service, 'utf8');
  writeFileSync(service, text.replace('/usr/local/bin/trailwarden-scan', '/bin/true'));
  const verified = await ask('systemd-analyze', 'verify', ...units.map((unit) => path.join(at, unit)));
  // 0 to 100, as systemd counts how much is open; a service that closes nothing has 96.
  const shut = await ask('systemd-analyze', 'security', '--offline=yes', '--threshold=20', service);
  return verified.said + (shut.code === 0 ? '' : shut.said);
}

/** What we ourselves understand of units: sections and settings. No outside opinion. */
function unreadableUnits(): string {
  const sound = /^((#.*|\[(Unit|Service|Timer|Install)\]|[A-Z]\w+=.*)?\n)+$/;
  return units
    .filter((unit) => !sound.test(read(`examples/systemd/${unit}`).replaceAll('\\\n', '')))
    .join(' ');
}

test('systemd takes the units and finds the service well shut in; where it is not here, we read them ourselves', async () => {
  expect(hasSystemd() ? await unitFaults() : unreadableUnits()).toBe('');
});

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}
