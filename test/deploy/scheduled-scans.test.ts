import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';
import { afterAll, describe, expect, test } from 'vitest';

import { exitCodes } from '../../src/cli/failure.ts';
import { matchesEventPattern } from '../../src/events/event-bridge/match.ts';
import { parseEventPattern } from '../../src/events/event-bridge/parser.ts';
import { matchMessage, parseFilterPattern } from '../../src/events/index.ts';
import type { JsonObject } from '../../src/json.ts';
import { commandsOf } from '../docs/shell.ts';
import { usageFault } from '../docs/usage-fault.ts';
import { temporaryFolder } from '../support/run-cli.ts';
import { readCronJob, readTemplate, resourcesOf } from './template.ts';
import { root } from './tools.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** Runs a shell text in which a program is a stand-in that keeps its arguments, says something and ends with a code. */
function runShell(
  words: readonly string[],
  {
    stand,
    code,
    environment,
  }: {
    readonly stand: string;
    readonly code: number;
    readonly environment?: Readonly<Record<string, string>>;
  },
): { readonly status: number | null; readonly said: string; readonly args: readonly string[] } {
  const kept = path.join(folder.path, 'arguments');
  const text = `#!/bin/sh\nprintf '%s\\n' "$@" > '${kept}'\necho what it said\nexit ${code}\n`;
  writeFileSync(path.join(folder.path, stand), text, { mode: 0o755 });
  const { status, stdout } = spawnSync('sh', words, {
    encoding: 'utf8',
    env: { PATH: `${folder.path}:${process.env['PATH']}`, ...environment },
  });
  return { status, said: stdout, args: readFileSync(kept, 'utf8').trimEnd().split('\n') };
}

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

  test('in Kubernetes: by the message of the failed job, for which the pod may end with no other code', () => {
    const { rules } = readCronJob().spec.jobTemplate.spec.podFailurePolicy;
    expect(rules[0]?.onExitCodes?.values).toEqual(Object.values(exitCodes).filter((code) => code !== 0));
  });

  test.each([
    [1, 'something fails'],
    [2, 'the scan could not run'],
    [3, 'answers are missing'],
  ])('with systemd: code %d by what the unit for failures logs', (code, meaning) => {
    const unit = read('examples/systemd/trailwarden-failed.service').replaceAll('\\\n', ' ');
    const [, script = ''] = /^ExecStart=\/bin\/sh -c '([^']*)'$/m.exec(unit) ?? [];
    const run = runShell(['-c', script], {
      stand: 'logger',
      code: 0,
      environment: {
        MONITOR_SERVICE_RESULT: 'exit-code',
        MONITOR_EXIT_STATUS: String(code),
        MONITOR_UNIT: 'trailwarden.service',
      },
    });
    expect(run.args.at(-1)).toContain(
      `${meaning} (exit-code, ${code}): journalctl --unit trailwarden.service`,
    );
  });
});

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

    const container = readCronJob().spec.jobTemplate.spec.template.spec.containers[0]!;
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

  const place = /^s3:\/\/results\/scans\/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\//;

  test.each<[number, string]>([
    [0, ''],
    [1, 'something fails (exit code 1)'],
    [2, 'the scan could not run (exit code 2)'],
    [3, 'answers are missing (exit code 3)'],
  ])('the script for cron and systemd says what %d means, and nothing when all is well', (code, said) => {
    const run = runShell([path.join(root, 'examples/cron/trailwarden-scan')], {
      stand: 'trailwarden',
      code,
      environment: { TRAILWARDEN_RESULTS: 's3://results/scans' },
    });
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
    const run = runShell(['-c', phases.build.commands.join('\n')], {
      stand: 'trailwarden',
      code,
      environment: { RESULTS_URL: 's3://results/scans', MEMBER_ROLE_NAME: 'TrailwardenScan' },
    });
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

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}
