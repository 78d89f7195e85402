import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { actionsFor, callerPolicy } from '../../src/collect/role.ts';
import { storeActions } from '../../src/collect/s3-store.ts';
import { hasSystemd, python } from '../support/needs.ts';
import { temporaryFolder } from '../support/run-cli.ts';
import { readCronJob, readTemplate, resourcesOf, statementsOf, type Statement } from './template.ts';
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

test('containers run without root, without a way to get it, and without writing but to what is mounted', () => {
  const { Task: task } = resourcesOf(readTemplate('examples/aws/fargate.yaml'));
  expect(task?.Properties['ContainerDefinitions']).toMatchObject([
    {
      User: '65532:65532',
      ReadonlyRootFilesystem: true,
      LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
      MountPoints: [{ ContainerPath: '/tmp' }],
    },
  ]);
  const { concurrencyPolicy, jobTemplate } = readCronJob().spec;
  expect(concurrencyPolicy).toBe('Forbid');
  expect(jobTemplate.spec.template.spec).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        resources: { requests: { memory: '512Mi' }, limits: { memory: '2Gi' } },
        volumeMounts: [{ mountPath: '/tmp' }],
      },
    ],
  });
});

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
