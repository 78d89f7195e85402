import { gunzipSync } from 'node:zlib';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { loadRunRules } from '../../src/cli/run-rules.ts';
import { calls, nameOf } from '../../src/collect/calls.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { createModel } from '../../src/model/create-model.ts';
import { loadRules } from '../../src/rules/load.ts';
import type { RuleSet } from '../../src/rules/rule-set.ts';
import { shippedRules } from '../../src/rules/shipped.ts';
import { standardLanguage } from '../../src/rules/standard-language.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { collectBySdkClients } from '../aws/by-sdk-clients.ts';
import type { ReplayServer } from '../aws/replay-server.ts';
import { serve } from '../aws/replay-server.ts';
import { differences, lasting, sameAnswers } from '../aws/same-answers.ts';
import { small, smallOrganization, smallRole } from '../aws/small-organization.ts';
import type { CliRun } from '../support/run-cli.ts';
import { runCli, stackLines, temporaryFolder } from '../support/run-cli.ts';

/** What the small organization does not record: who asked, and the refusal of the role, which the server makes up. */
const madeUp = ['sts:GetCallerIdentity', 'sts:AssumeRole'];

/** Verdicts of all shipped rules, or of some, one line each. */
async function verdictsOf(snapshot: Snapshot, some?: RuleSet): Promise<readonly string[]> {
  const rules = some ?? (await loadRules([await shippedRules()], standardLanguage()));
  const told: string[] = [];
  await evaluate(
    await createModel(snapshot),
    rules,
    ({ rule, verdict, resource }) => void told.push(`${rule} ${resource.account} ${resource.id} ${verdict}`),
    { reasons: () => false },
  );
  return told;
}

async function collect(
  server: ReplayServer,
  out: string,
  ...more: readonly string[]
): Promise<{ run: CliRun; snapshot: Snapshot }> {
  // At the rates of AWS the test would mostly wait.
  const role = ['--role-name', smallRole.name, '--external-id', smallRole.externalId, '--pace', '100'];
  const run = await runCli(['collect', '--out', out, ...role, ...more], { environment: server.environment });
  expect(stackLines(run)).toEqual([]);
  return { run, snapshot: await openSnapshot(out) };
}

test('what is collected is what was served, and can be served again', async () => {
  using folder = temporaryFolder();
  await using server = await serve(smallOrganization(), { role: smallRole });
  const first = await collect(server, path.join(folder.path, 'first'));
  expect(server.unexpected).toEqual([]);
  expect(await sameAnswers(smallOrganization(), first.snapshot, { coverage: false, except: madeUp })).toEqual(
    [],
  );
  expect(first.snapshot.manifest.accounts.map(({ id, scan }) => [id, scan])).toEqual([
    [small.management, 'collected'],
    [small.production, 'collected'],
    [small.locked, 'not-reachable'],
    [small.closed, 'not-active'],
  ]);

  await using again = await serve(first.snapshot, { role: smallRole });
  const second = await collect(again, path.join(folder.path, 'second'));
  expect(again.unexpected).toEqual([]);
  expect(await sameAnswers(first.snapshot, second.snapshot)).toEqual([]);
});

test.each(['example-org', 'healthy-org'])(
  'fixtures/%s is what the collector would have written, and is judged alike',
  async (name) => {
    using folder = temporaryFolder();
    const fixture = await openSnapshot(path.join(import.meta.dirname, '..', '..', 'fixtures', name));
    await using server = await serve(fixture, { pages: { size: 5 } });
    // One call of the example is throttled however often it is asked.
    const { snapshot } = await collect(server, path.join(folder.path, 'snapshot'), '--attempts', '3');
    expect(server.unexpected).toEqual([]);
    const found = await differences(fixture, snapshot, { except: madeUp });
    // The coverage of a fixture comes from its records, and what was not asked for want of another answer has none.
    expect(found.filter(({ text }) => !text.startsWith('only right: not-asked'))).toEqual([]);
    // Ages are measured against the end of the scan.
    const manifest = { ...snapshot.manifest, end: fixture.manifest.end };
    expect(await verdictsOf({ ...snapshot, manifest })).toEqual(await verdictsOf(fixture));

    // The same by the SDK's clients, to the letter.
    const asked = (services: RegExp): number =>
      [...server.counts].reduce((sum, [call, count]) => sum + (services.test(call) ? count : 0), 0);
    expect(server.fromSdkClients).toBe(asked(/^s3/));
    const before = { all: asked(/^/), s3: asked(/^s3/) };
    const { name: roleName, externalId } = smallRole;
    const out = path.join(folder.path, 'by-clients');
    const options = { out, roleName, externalId, attempts: 3 };
    const byClients = await collectBySdkClients(server.environment, options);
    expect(server.fromSdkClients - before.s3).toBe(asked(/^/) - before.all);
    expect(await lasting(byClients)).toEqual(await lasting(snapshot));
  },
);

test.each([{ size: 7 }, { size: 20, emptyPages: true }])(
  'any paging gives the same answers: %j',
  async (pages) => {
    using folder = temporaryFolder();
    await using server = await serve(smallOrganization(), { role: smallRole, pages });
    const { snapshot } = await collect(server, path.join(folder.path, 'snapshot'));
    expect(await sameAnswers(smallOrganization(), snapshot, { coverage: false, except: madeUp })).toEqual([]);
  },
);

test('a collection for a pack asks what the role for it allows, and is judged by it as a full one is', async () => {
  using folder = temporaryFolder();
  const fixture = path.join(import.meta.dirname, '..', '..', 'fixtures', 'example-org');
  await using server = await serve(await openSnapshot(fixture));
  const chosen = [
    '--pack',
    'iso-27001-2022',
    '--rule',
    'cloudtrail-log-file-validation',
    '--rule',
    'loggroup-retention-minimum',
  ];
  const out = path.join(folder.path, 'snapshot');
  await collect(server, out, '--attempts', '3', ...chosen);
  const role = await runCli(['role', '--policy', 'caller', ...chosen]);
  const asked = [...server.counts.keys()].flatMap(
    (name) => calls.find((call) => nameOf(call) === name)?.action ?? [],
  );
  for (const action of asked) expect(role.stdout).toContain(`"${action}"`);
  expect(asked).not.toContain('cloudwatch:DescribeAlarms');
  const verdicts = await Promise.all(
    [fixture, out].map(async (snapshot) => {
      const run = await runCli([
        'evaluate',
        snapshot,
        ...chosen,
        '--format',
        'json',
        '--fail-on',
        'none',
        '--allow-incomplete',
      ]);
      const { findings } = JSON.parse(run.stdout) as { findings: { fingerprint: string; verdict: string }[] };
      return findings.map(({ fingerprint, verdict }) => `${fingerprint} ${verdict}`);
    }),
  );
  expect(verdicts[0]!.length).toBeGreaterThan(20);
  expect(verdicts[1]).toEqual(verdicts[0]);
});

test.each(['example-org', 'healthy-org'])(
  'a collection of %s for the core rules asks for no list of event buses, and is judged by them as a full one is',
  async (name) => {
    using folder = temporaryFolder();
    const fixture = await openSnapshot(path.join(import.meta.dirname, '..', '..', 'fixtures', name));
    await using server = await serve(fixture);
    const pack = 'trailwarden-core';
    const out = path.join(folder.path, 'snapshot');
    const { snapshot } = await collect(server, out, '--attempts', '3', '--pack', pack);
    expect(server.unexpected).toEqual([]);
    expect(server.counts.get('events:ListEventBuses')).toBeUndefined();
    // One account of the example sends events to a bus of another one.
    expect(server.counts.get('events:DescribeEventBus')).toBe(name === 'example-org' ? 1 : undefined);
    const { rules } = await loadRunRules({ pack: [pack] });
    // Ages are measured against the end of the scan.
    const manifest = { ...snapshot.manifest, end: fixture.manifest.end };
    const told = await verdictsOf({ ...snapshot, manifest }, rules);
    expect(told.length).toBeGreaterThan(100);
    expect(told).toEqual(await verdictsOf(fixture, rules));
  },
);

test('no needless call is made', async () => {
  using folder = temporaryFolder();
  await using server = await serve(smallOrganization(), { role: smallRole });
  await collect(server, path.join(folder.path, 'snapshot'));
  const accountRegions = 4;
  expect(Object.fromEntries(server.counts)).toMatchObject({
    'cloudtrail:DescribeTrails': accountRegions,
    'logs:DescribeLogGroups': accountRegions + 2,
    'logs:DescribeMetricFilters': 2,
    'events:ListEventBuses': accountRegions,
    'events:ListRules': accountRegions + 1,
    'events:ListTargetsByRule': 2,
    // At home and where the owner sees a copy.
    'cloudtrail:GetTrailStatus': 2,
    'cloudtrail:GetEventSelectors': 1,
    'sns:GetTopicAttributes': 2,
    'sns:ListSubscriptionsByTopic': 2,
    // In the regions that have alarms.
    'cloudwatch:ListAlarmMuteRules': 2,
    'cloudwatch:GetAlarmMuteRule': 1,
    'sns:GetSubscriptionAttributes': 1,
    'kms:DescribeKey': 2,
    'kms:GetKeyPolicy': 1,
    'sts:AssumeRole': 2,
    'account:ListRegions': 2,
  });
});

test('the snapshot holds no credentials and ends complete', async () => {
  using folder = temporaryFolder();
  await using server = await serve(smallOrganization(), { role: smallRole });
  const { run, snapshot } = await collect(server, path.join(folder.path, 'snapshot'));
  expect(snapshot.manifest.finished).toBe(true);
  // The role of one account refuses and one call is denied: worth telling apart from a complete scan.
  expect(run.code).toBe(3);
  for (const file of filesIn(folder.path)) {
    const bytes = readFileSync(file);
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    expect(text).not.toMatch(/SecretAccessKey|SessionToken|ASIA\d{12}/);
  }
});

test('narrowed by accounts and regions, the rest stays in the manifest as left out', async () => {
  using folder = temporaryFolder();
  await using server = await serve(smallOrganization(), { role: smallRole });
  const { snapshot } = await collect(
    server,
    path.join(folder.path, 'snapshot'),
    '--accounts',
    small.production,
    '--regions',
    'us-east-1',
  );
  expect(snapshot.manifest.accounts).toMatchObject([
    { id: small.management, scan: 'left-out' },
    { id: small.production, scan: 'collected', regions: ['us-east-1'], regionsLeftOut: ['eu-west-1'] },
    { id: small.locked, scan: 'left-out' },
    { id: small.closed },
  ]);
  expect(server.counts.get('cloudtrail:DescribeTrails')).toBe(1);
});

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile());
}
