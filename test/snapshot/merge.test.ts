import path from 'node:path';

import { expect, test } from 'vitest';

import type { Manifest } from '../../src/snapshot/manifest.ts';
import { withoutPlace } from '../../src/snapshot/part.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import type { AnswerRecord } from '../../src/snapshot/record.ts';
import { verifySnapshot } from '../../src/snapshot/verify.ts';
import { createSnapshotWriter } from '../../src/snapshot/write.ts';
import { runCli, temporaryFolder } from '../support/run-cli.ts';
import { verdictsOf } from '../support/verdicts.ts';
import { summary, trailsAnswer, writeSnapshot } from './samples.ts';

const example = path.resolve(import.meta.dirname, '../../fixtures/example-org');

/** The share of a snapshot that a scan of some of its accounts would have given. */
async function share(out: string, takes: (account: string) => boolean): Promise<void> {
  const snapshot = await openSnapshot(example);
  const { format: _f, version: _v, parts, rootHash: _r, ...manifest } = snapshot.manifest;
  const writer = await createSnapshotWriter(out);
  for (const { account } of parts) {
    if (account !== null && !takes(account)) continue;
    const records = account === null ? await snapshot.organization() : await snapshot.account(account);
    const part = writer.partWriter(account);
    for (const record of records ?? []) await part.append(withoutPlace(record));
  }
  await writer.finish({
    ...manifest,
    accounts: manifest.accounts.map((account) =>
      takes(account.id) ? account : { id: account.id, scan: 'left-out', reason: 'in another share' },
    ),
    coverage: manifest.coverage.flatMap((cell) => {
      const accounts = cell.operation.startsWith('organizations:')
        ? cell.accounts
        : cell.accounts.filter(takes);
      return accounts.length === 0 ? [] : [{ ...cell, accounts }];
    }),
  });
}

test('shares that were collected apart make the same verdicts as one collection', async () => {
  using scratch = temporaryFolder();
  const at = (name: string): string => path.join(scratch.path, name);
  const shares = ['a', 'b', 'c'];
  for (const [index, name] of shares.entries())
    await share(at(name), (account) => Number(account.slice(-3)) % 3 === index);
  const run = await runCli(['snapshot', 'merge', ...shares.map(at), '--out', at('whole')]);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect((await verifySnapshot(at('whole'))).faults).toEqual([]);
  expect(await verdictsOf(at('whole'))).toEqual(await verdictsOf(example));

  const { manifest } = await openSnapshot(at('whole'));
  const { manifest: original } = await openSnapshot(example);
  expect(manifest.coverage).toEqual(original.coverage);
  expect(manifest.mergedFrom).toHaveLength(3);
  expect((await runCli(['snapshot', 'show', at('whole')])).stdout.match(/^merged from /gm)).toHaveLength(3);
  // The order in which they are named changes nothing.
  await runCli(['snapshot', 'merge', ...shares.toReversed().map(at), '--out', at('again')]);
  expect((await openSnapshot(at('again'))).manifest).toEqual(manifest);
});

test('what was redacted from one of them is said of the whole, and who collected is redacted from it', async () => {
  using scratch = temporaryFolder();
  const at = (name: string): string => path.join(scratch.path, name);
  const caller = { arn: `arn:aws:sts::${a}:assumed-role/Audit/ann@example.com`, account: a };
  await sample(at('one'), { accounts: { [a]: [trailsAnswer(a, 'eu-west-1')] }, change: { caller } });
  await sample(at('two'), {
    accounts: { [b]: [trailsAnswer(b, 'eu-west-1')] },
    change: { tool: { name: 'trailwarden', version: '0.0.9' } },
  });
  await runCli(['snapshot', 'redact', at('two'), '--out', at('told')]);
  await runCli(['snapshot', 'merge', at('one'), at('told'), '--out', at('both')]);
  const { manifest } = await openSnapshot(at('both'));
  expect(manifest.redactions).toEqual((await openSnapshot(at('told'))).manifest.redactions);
  expect(manifest.notices.join()).toContain('snapshots of trailwarden 0.0.0-test, 0.0.9');
  expect(JSON.stringify(manifest.mergedFrom)).toContain('ann@example.com');
  await runCli(['snapshot', 'redact', at('both'), '--out', at('whole')]);
  const redacted = (await openSnapshot(at('whole'))).manifest;
  expect(JSON.stringify(redacted)).not.toContain('ann@example.com');
  expect(redacted.redactions?.map(({ of }) => of)).toEqual([manifest.redactions?.[0]?.of, manifest.rootHash]);
});

const a = '111111111111';
const b = '222222222222';

interface Sample {
  readonly accounts?: Readonly<Record<string, readonly AnswerRecord[]>>;
  readonly scope?: Manifest['accounts'];
  readonly organization?: readonly AnswerRecord[];
  readonly change?: Partial<Manifest>;
}

async function sample(
  folder: string,
  { accounts = {}, scope = [], organization, change }: Sample,
): Promise<string> {
  await writeSnapshot(
    folder,
    { organization, accounts },
    { accounts: [...summary(Object.keys(accounts)).accounts, ...scope], ...change },
  );
  return folder;
}

const refusal: AnswerRecord = {
  service: 'sts',
  operation: 'AssumeRole',
  account: a,
  region: 'global',
  input: { RoleArn: `arn:aws:iam::${b}:role/TrailwardenScan`, RoleSessionName: 'trailwarden' },
  time: '2026-10-01T06:00:00.000Z',
  error: { code: 'AccessDenied', message: 'no', outcome: 'denied' },
};

test('an account that one could reach is no longer refused by the other', async () => {
  using scratch = temporaryFolder();
  const at = (name: string): string => path.join(scratch.path, name);
  const denied = {
    operation: 'sts:AssumeRole',
    outcome: 'denied',
    accounts: [b],
    regions: ['global'],
  } as const;
  const one = await sample(at('one'), {
    accounts: { [a]: [trailsAnswer(a, 'eu-west-1')] },
    scope: [{ id: b, scan: 'not-reachable', reason: 'no' }],
    organization: [refusal],
    change: { coverage: [denied] },
  });
  const two = await sample(at('two'), { accounts: { [b]: [trailsAnswer(b, 'eu-west-1')] } });
  expect((await runCli(['snapshot', 'merge', one, two, '--out', at('both')])).code).toBe(0);
  const merged = await openSnapshot(at('both'));
  expect(merged.manifest.accounts.map(({ id, scan }) => `${id} ${scan}`)).toEqual([
    `${a} collected`,
    `${b} collected`,
  ]);
  expect(merged.manifest.coverage.filter(({ outcome }) => outcome === 'denied')).toEqual([]);
  expect(await merged.organization()).toEqual([]);
});

test('what does not belong together is not merged, and nothing is written', async () => {
  using scratch = temporaryFolder();
  const at = (name: string): string => path.join(scratch.path, name);
  const base = await sample(at('base'), { accounts: { [a]: [trailsAnswer(a, 'eu-west-1')] } });
  const other = { accounts: { [b]: [trailsAnswer(b, 'eu-west-1')] } };
  const late = { ...other, change: { end: '2026-10-01T08:40:00.000Z' } };
  const foreign = { id: 'o-another', managementAccount: b };
  const cases: [Sample, string][] = [
    [{ ...other, change: { partition: 'aws-cn' } }, 'is of the partition aws-cn'],
    [{ ...other, change: { organization: foreign } }, 'is of the organization o-another'],
    [{ accounts: { [a]: [trailsAnswer(a, 'us-east-1')] } }, `holds account ${a}, as`],
    [late, 'ended 2 h 30 min before'],
    [{ accounts: { [a]: [trailsAnswer(a, 'eu-west-1')] } }, 'is the same snapshot as'],
  ];
  for (const [index, [content, message]] of cases.entries()) {
    const second = await sample(at(`second-${index}`), content);
    const run = await runCli(['snapshot', 'merge', base, second, '--out', at('out')]);
    expect(run, message).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string });
    await expect(openSnapshot(at('out'))).rejects.toThrow('no such file or folder');
  }
  const allowed = await runCli([
    'snapshot',
    'merge',
    base,
    at('second-3'),
    '--max-gap',
    '3h',
    '--out',
    at('late'),
  ]);
  expect(allowed.code).toBe(0);
  const { notices } = (await openSnapshot(at('late'))).manifest;
  expect(notices).toContain('merged from 2 snapshots whose ends lie 2 h 30 min apart');

  await sample(at('newer'), {
    accounts: { [a]: [trailsAnswer(a, 'us-east-1')] },
    change: { end: '2026-10-01T06:20:00.000Z' },
  });
  await runCli(['snapshot', 'merge', at('newer'), base, '--prefer-latest', '--out', at('latest')]);
  const [record] = (await (await openSnapshot(at('latest'))).account(a)) ?? [];
  expect(record?.region).toBe('us-east-1');
  const alone = await runCli(['snapshot', 'merge', base, '--out', at('alone')]);
  expect(alone).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('two snapshots or more') as string,
  });
});
