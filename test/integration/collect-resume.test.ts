import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { manifestText, rootHashOf } from '../../src/snapshot/manifest-text.ts';
import { openSnapshot, readManifest } from '../../src/snapshot/read.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { verifySnapshot } from '../../src/snapshot/verify.ts';
import { spoil, type Fault } from '../aws/fault-proxy.ts';
import { serve, type ReplayServer } from '../aws/replay-server.ts';
import { sameAnswers } from '../aws/same-answers.ts';
import { runCli, stackLines, temporaryFolder, type CliRun } from '../support/run-cli.ts';

/** More kills for a longer look: TRAILWARDEN_KILLS=50. */
const kills = Number(process.env['TRAILWARDEN_KILLS'] ?? 4);
const folder = temporaryFolder();
const at = (name: string): string => path.join(folder.path, name);
let server: ReplayServer;
let clean: Snapshot;
/** Requests of a whole collection. */
let whole = Infinity;
/** An account that is not the caller's. */
let member = '';

beforeAll(async () => {
  server = await serve(await openSnapshot(path.resolve(import.meta.dirname, '../../fixtures/healthy-org')));
  whole = (await collect(['--out', at('clean')])).requests;
  clean = await openSnapshot(at('clean'));
  member = clean.manifest.accounts.find(({ id }) => id !== clean.manifest.caller.account)?.id ?? '';
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

interface Signals {
  /** The signal to send, and with which request: while it is on its way. */
  readonly send?: NodeJS.Signals;
  readonly with?: number;
  /** Told of that moment, with the process. */
  readonly meanwhile?: (child: ChildProcess) => void;
  /** A module that the process loads first. */
  readonly preload?: string;
  /** What is wrong from some share of the requests on, and with whose. */
  readonly fault?: Fault;
  readonly from?: number;
  readonly of?: 'caller' | 'member';
}

/** Collects through a proxy that sends a signal to the process at a certain request: the same moment each time. */
async function collect(
  args: readonly string[],
  { send, with: moment, meanwhile, preload, fault = 'reset', from = 1, of }: Signals = {},
): Promise<CliRun & { readonly requests: number }> {
  let child: ChildProcess | undefined;
  let requests = 0;
  await using proxy = await spoil(server.url, {
    seed: 1,
    faults: [
      {
        fault,
        rate: 1,
        where: ({ account }) => {
          requests += 1;
          if (requests === moment && child !== undefined) {
            if (send !== undefined) child.kill(send);
            meanwhile?.(child);
          }
          const meant = of === undefined || account === (of === 'caller' ? 'caller' : member);
          return meant && requests > from * whole;
        },
      },
    ],
  });
  // Few requests at a time: the accounts end one after the other.
  const run = await runCli(['collect', '--concurrency', '2', ...args], {
    environment: {
      ...server.environment,
      AWS_ENDPOINT_URL: proxy.url,
      ...(preload !== undefined && { NODE_OPTIONS: `--import=${preload}` }),
    },
    started: (process) => (child = process),
  });
  expect(stackLines(run)).toEqual([]);
  return { ...run, requests };
}

function sumOf({ manifest }: Snapshot): number {
  return Object.values(manifest.requests ?? {}).reduce((sum, number) => sum + number, 0);
}

/** Work folders and locks beside a snapshot. */
function leftovers(name: string): readonly string[] {
  return readdirSync(folder.path).filter((each) => each.startsWith(`.${name}.`));
}

test('killed at any moment and resumed, a collection has the same records as one that was left alone', async () => {
  const taken: number[] = [];
  expect(sumOf(clean)).toBe(whole);
  for (let number = 1; number <= kills; number += 1) {
    const name = `killed-${number}`;
    // Spread over the run by the golden section; twice, since a resumed one can be killed too.
    const moment = 1 + Math.floor(whole * ((number * 0.618) % 1));
    const killed = [
      await collect(['--out', at(name)], { send: 'SIGKILL', with: moment }),
      await collect(['--out', at(name), '--resume'], { send: 'SIGKILL', with: Math.ceil(moment / 2) }),
    ];
    const run = await collect(['--out', at(name), '--resume']);
    // The second one may have been whole before it was to be killed.
    expect(run.code === 0 || run.stderr.includes('lacks no answer')).toBe(true);
    const snapshot = await openSnapshot(at(name));
    expect(await sameAnswers(clean, snapshot), `killed at request ${moment}`).toEqual([]);
    // Those of runs before count, too, but for what was sent in the moment of a kill.
    expect(sumOf(snapshot)).toBeLessThanOrEqual(
      killed.reduce((sum, { requests }) => sum + requests, run.requests),
    );
    const before = run.stderr.includes('had been collected before') ? run.requests + 1 : 0;
    expect(sumOf(snapshot)).toBeGreaterThanOrEqual(before);
    expect((await verifySnapshot(at(name))).faults).toEqual([]);
    expect(leftovers(name)).toEqual([]);
    taken.push(Number(/ (\d+) accounts? of \d+ had been collected before/.exec(run.stderr)?.[1] ?? 0));
  }
  expect(Math.max(...taken)).toBeGreaterThan(0);
}, 900_000);

test('killed when all was written but its name, a collection only gets that', async () => {
  const preload = at('kill-at-rename.mjs');
  await writeFile(
    preload,
    `import fs from 'node:fs/promises';
     import { syncBuiltinESMExports } from 'node:module';
     fs.rename = () => process.kill(process.pid, 'SIGKILL');
     syncBuiltinESMExports();`,
  );
  expect((await collect(['--out', at('unnamed')], { preload })).signal).toBe('SIGKILL');
  const run = await collect(['--out', at('unnamed'), '--resume']);
  expect(run).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('had only its name to get, and has it now') as string,
  });
  // Who asks, and nothing else.
  expect(run.requests).toBeLessThan(3);
  expect(await sameAnswers(clean, await openSnapshot(at('unnamed')))).toEqual([]);
  expect(leftovers('unnamed')).toEqual([]);
});

test('an interrupted collection is a valid snapshot, and is gone on with', async () => {
  const first = await collect(['--out', at('stopped')], { send: 'SIGINT', with: Math.ceil(whole * 0.7) });
  expect(first.code).toBe(3);
  expect((await openSnapshot(at('stopped'))).manifest.finished).toBe(false);
  // Answers that are no longer those of AWS are not joined with new ones.
  await runCli(['snapshot', 'redact', at('stopped'), '--out', at('redacted')]);
  expect(await collect(['--out', at('redacted'), '--resume'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the snapshot there was redacted') as string,
  });
  const asker = 'arn:aws:iam::111122223333:role/Before';
  await askedBy(at('stopped'), asker);
  const second = await collect(['--out', at('stopped'), '--resume']);
  expect(second.code).toBe(0);
  expect(second.stderr).toContain(` had been collected before, by ${asker}\n`);
  expect(second.requests).toBeLessThan(whole);
  const snapshot = await openSnapshot(at('stopped'));
  expect(await sameAnswers(clean, snapshot)).toEqual([]);
  expect(sumOf(snapshot)).toBeGreaterThan(second.requests);
  expect(leftovers('stopped')).toEqual([]);

  const again = await collect(['--out', at('stopped'), '--resume']);
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('lacks no answer') as string });
});

/** Makes a snapshot that of another caller. */
async function askedBy(snapshot: string, arn: string): Promise<void> {
  const manifest = await readManifest(snapshot);
  const changed = { ...manifest, caller: { ...manifest.caller, arn } };
  await writeFile(
    path.join(snapshot, 'manifest.json'),
    manifestText({ ...changed, rootHash: rootHashOf(changed) }),
  );
}

/** A module that makes the disk full when lines are written out for the third time. */
const fullDisk = `import fs from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { appendFile } = fs;
  let writes = 0;
  fs.appendFile = async (...args) => {
    writes += 1;
    if (writes > 2) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
    return appendFile(...args);
  };
  syncBuiltinESMExports();`;

test.for<[string, Signals & { readonly disk?: string }, { code: number; says: RegExp }]>([
  ['the network is gone', { fault: 'reset', from: 0.5 }, { code: 3, says: /of \d+ questions .*failed/ }],
  [
    "the caller's credentials are past their time",
    { fault: 'expired-token', from: 0.5, of: 'caller' },
    { code: 3, says: /credentials ended in the middle/ },
  ],
  [
    'an account cannot be reached',
    { fault: 'reset', from: 0, of: 'member' },
    { code: 3, says: /in 1 account the role could not be assumed|of \d+ questions .*failed/ },
  ],
  [
    'the disk is full',
    { disk: fullDisk },
    { code: 2, says: /the disk is full.*accounts? safely written: run it again with --resume/ },
  ],
])(
  '%s in the middle: what is safe is gone on with, to the same records',
  async ([what, { disk, ...trouble }, { code, says }]) => {
    const preload = disk === undefined ? undefined : at('full-disk.mjs');
    if (preload !== undefined) await writeFile(preload, disk ?? '');
    const args = ['--out', at(what)];
    const first = await collect([...args, '--attempts', '2'], {
      ...trouble,
      ...(preload !== undefined && { preload }),
    });
    expect(first.code).toBe(code);
    expect(first.stderr).toMatch(says);
    const second = await collect([...args, '--resume']);
    expect(second.code).toBe(0);
    expect(second.stderr).toMatch(/accounts? of \d+ had been collected before/);
    expect(second.requests).toBeLessThan(whole);
    expect(await sameAnswers(clean, await openSnapshot(at(what)))).toEqual([]);
    expect(leftovers(what)).toEqual([]);
  },
);

test('two collections into one folder exclude each other', async () => {
  let second: Promise<CliRun> | undefined;
  const first = await collect(['--out', at('shared')], {
    send: 'SIGSTOP',
    with: 5,
    meanwhile: (child) => {
      second = collect(['--out', at('shared')]).finally(() => child.kill('SIGCONT'));
    },
  });
  expect(first.code).toBe(0);
  const run = await second;
  expect(run?.code).toBe(2);
  expect(run?.stderr).toMatch(/another collection is being written there \(process \d+ on /);
  expect(leftovers('shared')).toEqual([]);
});

test('what is there and cannot be joined is refused; without --resume it is only pointed out', async () => {
  await collect(['--out', at('old')], { send: 'SIGKILL', with: Math.ceil(whole * 0.9) });
  const work = leftovers('old').find((name) => name.includes('.partial-')) ?? '';
  const journal = path.join(folder.path, work, 'journal.ndjson');
  const text = await readFile(journal, 'utf8');
  const [head = '', ...entries] = text.split('\n');
  const changed = async (change: object): Promise<CliRun> => {
    const line = JSON.stringify({ ...(JSON.parse(head) as object), ...change });
    await writeFile(journal, [line, ...entries].join('\n'));
    return collect(['--out', at('old'), '--resume']);
  };
  expect((await changed({ start: '2020-01-01T00:00:00.000Z' })).stderr).toContain('more than a day ago');
  expect((await changed({ tool: { name: 'trailwarden', version: '0.0.1' } })).stderr).toContain(
    'was collected by trailwarden 0.0.1',
  );
  expect((await changed({ start: '2999-01-01T00:00:00.000Z' })).stderr).toContain('is yet to come');
  // Other accounts than those that are there: they would be gone.
  await writeFile(journal, text);
  const other = await collect(['--out', at('old'), '--resume', '--accounts', member]);
  expect(other).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('would not be visited now') as string,
  });
  expect(leftovers('old')).toContain(work);
  // Damage in it costs the accounts that are damaged, never the result.
  await writeFile(journal, `${text}{"account":`);
  const lines = path.join(folder.path, work, 'accounts');
  const [victim = ''] = readdirSync(lines);
  await writeFile(path.join(lines, victim), 'x');
  await utimes(journal, new Date(), new Date());

  const anew = await collect(['--out', at('beside'), '--resume']);
  expect(anew.stderr).toContain('there is nothing to go on with');
  const pointed = await collect(['--out', at('old')]);
  expect(pointed.code).toBe(0);
  expect(pointed.stderr).toMatch(/was interrupted after \d+ accounts; --resume would go on with it/);
  const resumed = await collect(['--out', at('old'), '--resume', '--replace']);
  expect(resumed.code).toBe(0);
  expect(await sameAnswers(clean, await openSnapshot(at('old')))).toEqual([]);
});
