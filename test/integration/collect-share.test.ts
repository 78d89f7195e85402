import { existsSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { openSnapshot } from '../../src/snapshot/read.ts';
import { serve, type ReplayServer } from '../aws/replay-server.ts';
import { differences } from '../aws/same-answers.ts';
import { small, smallOrganization, smallRole } from '../aws/small-organization.ts';
import { runCli, stackLines, temporaryFolder, type CliRun } from '../support/run-cli.ts';
import { verdictsOf } from '../support/verdicts.ts';

const folder = temporaryFolder();
const at = (name: string): string => path.join(folder.path, name);
let server: ReplayServer;

beforeAll(async () => {
  server = await serve(smallOrganization(), { role: smallRole });
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

async function collect(...args: readonly string[]): Promise<CliRun> {
  const role = ['--role-name', smallRole.name, '--external-id', smallRole.externalId];
  const run = await runCli(['collect', ...role, ...args], { environment: server.environment });
  expect(stackLines(run)).toEqual([]);
  return run;
}

test('shards that are collected apart and merged are the whole', async () => {
  const shards = [1, 2, 3].map((number) => `shard-${number}`);
  const seen: string[] = [];
  await collect('--tags', '--out', at('whole'));
  for (const [index, name] of shards.entries()) {
    const run = await collect('--tags', '--out', at(name), '--shard', `${index + 1}/3`);
    // A share without an account that can be visited is refused, like any choice that leaves nothing.
    const refused = run.stderr.includes('nothing is left to scan');
    expect(existsSync(at(name))).toBe(!refused);
    if (refused) continue;
    seen.push(name);
    const { manifest } = await openSnapshot(at(name));
    const others = manifest.accounts.filter(({ scan }) => scan === 'left-out');
    expect(others.length).toBeGreaterThan(0);
    expect(others[0]?.reason).toBe(`in another shard than ${index + 1}/3`);
  }
  expect(seen.length).toBeGreaterThan(1);
  const merged = await runCli(['snapshot', 'merge', ...seen.map(at), '--out', at('merged')]);
  expect(merged).toMatchObject({ code: 0 });
  // What one share knows of its accounts helps the others: whose the bucket of the trail is.
  const [whole, joined] = [await openSnapshot(at('whole')), await openSnapshot(at('merged'))];
  expect(await differences(whole, joined)).toEqual([]);
  expect(await verdictsOf(joined)).toEqual(await verdictsOf(whole));
}, 180_000);

test('two shards of a healthy organization, merged, are what one collection gives, and are judged alike', async () => {
  const fixture = await openSnapshot(path.join(import.meta.dirname, '../../fixtures/healthy-org'));
  await using healthy = await serve(fixture);
  const names = ['healthy', 'healthy-1', 'healthy-2'];
  await Promise.all(
    names.map(async (name, index) => {
      const shard = index === 0 ? [] : ['--shard', `${index}/2`];
      const run = await runCli(['collect', '--pace', '100', '--out', at(name), ...shard], {
        environment: healthy.environment,
      });
      expect(run.code, run.stderr).toBe(0);
    }),
  );
  // Nothing was asked of an account that another shard has the answer to.
  expect(healthy.unexpected).toEqual([]);
  const parts = names.slice(1).map(at);
  expect(await runCli(['snapshot', 'merge', ...parts, '--out', at('healthy-merged')])).toMatchObject({
    code: 0,
  });
  const [whole, merged] = [await openSnapshot(at('healthy')), await openSnapshot(at('healthy-merged'))];
  expect(await differences(whole, merged)).toEqual([]);
  // Ages are measured against the end.
  const alike = { ...merged, manifest: { ...merged.manifest, end: whole.manifest.end } };
  expect(await verdictsOf(alike)).toEqual(await verdictsOf(whole));
}, 180_000);

test('the manifest counts what was sent, by call', async () => {
  const run = await collect('--out', at('counted'), '--accounts', small.management, '--log-format', 'json');
  const said = run.stderr.trimEnd().split('\n');
  expect(said.map((line) => JSON.parse(line) as object).at(-1)).toEqual({
    level: 'info',
    code: 'collected',
    message: expect.stringContaining('counted: 1 of ') as string,
    fields: {},
  });
  const { manifest } = await openSnapshot(at('counted'));
  const records = [
    ...(await (await openSnapshot(at('counted'))).organization()),
    ...((await (await openSnapshot(at('counted'))).account(small.management)) ?? []),
  ];
  const count = (name: string): number =>
    records.filter(({ service, operation }) => `${service}:${operation}` === name).length;
  expect(manifest.requests?.['cloudtrail:DescribeTrails']).toBe(count('cloudtrail:DescribeTrails'));
  expect(Object.keys(manifest.requests ?? {})).toEqual(Object.keys(manifest.requests ?? {}).toSorted());
});

test('--min-coverage lets small gaps pass and large ones not', async () => {
  // One account cannot be reached, so that some answers are missing.
  const exits = { '10%': 0, '99.9%': 3 };
  for (const [percent, code] of Object.entries(exits))
    expect((await collect('--out', at(`least-${percent}`), '--min-coverage', percent)).code).toBe(code);
  const judged = await runCli(['evaluate', at('least-10%'), '--fail-on', 'none', '--min-coverage', '10']);
  expect(judged.code).toBe(0);
  const strict = await runCli(['evaluate', at('least-10%'), '--fail-on', 'none', '--min-coverage', '99.9']);
  expect(strict.code).toBe(3);
  for (const bad of ['101', 'most', '-1'])
    expect((await collect('--out', at('bad'), '--min-coverage', bad)).stderr).toContain(
      'a percentage from 0 to 100',
    );
});

test('--dry-run says what would be asked, visits nothing and writes nothing', async () => {
  const lists = (): number | undefined => server.counts.get('cloudtrail:DescribeTrails');
  const before = lists();
  const run = await collect('--out', at('dry'), '--dry-run');
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toMatch(/^accounts +\d+ to visit, 1 not: its state is \w+$/m);
  expect(run.stdout).toMatch(/^ {2}cloudtrail:DescribeTrails +\d+$/m);
  expect(run.stdout).toMatch(/^ {2}cloudtrail:GetTrailStatus +once for each trail/m);
  expect(existsSync(at('dry'))).toBe(false);
  expect(lists()).toBe(before);

  const few = await collect(
    '--out',
    at('dry'),
    '--dry-run',
    '--accounts',
    small.production,
    '--regions',
    'us-east-1',
  );
  expect(few.stdout).toMatch(/^accounts +1 to visit/m);
  expect(few.stdout).toMatch(/^ {2}cloudtrail:DescribeTrails +1$/m);
  expect((await collect('--shard', '0/3')).stderr).toContain('shard 0');
  expect((await collect('--shard', 'x')).stderr).toContain('a share like 3/20');
});
