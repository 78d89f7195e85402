import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { openSnapshot } from '../../src/snapshot/read.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import type { Fault, FaultPlan, FaultProxy } from '../aws/fault-proxy.ts';
import { spoil } from '../aws/fault-proxy.ts';
import type { ReplayServer } from '../aws/replay-server.ts';
import { serve } from '../aws/replay-server.ts';
import { differences, sameAnswers } from '../aws/same-answers.ts';
import { small, smallOrganization, smallRole } from '../aws/small-organization.ts';
import { verdictsOf, worseThanUnknown } from '../support/verdicts.ts';
import { runCli, stackLines, temporaryFolder } from '../support/run-cli.ts';

/** More seeds for a longer look: TRAILWARDEN_SEEDS=20. */
const seeds = Array.from({ length: Number(process.env['TRAILWARDEN_SEEDS'] ?? 2) }, (_, index) => index + 1);

const folder = temporaryFolder();
let server: ReplayServer;
/** The same organization, with more lists of more than one page. */
let shortPages: ReplayServer;
/** How often each fault struck, over all seeds. */
const struck = new Map<Fault, number>();
let clean: Snapshot;
let verdicts: readonly string[];

beforeAll(async () => {
  server = await serve(smallOrganization(), { role: smallRole, pages: { size: 10 } });
  shortPages = await serve(smallOrganization(), { role: smallRole, pages: { size: 3 } });
  clean = await collectThrough(server.url, 'clean');
  verdicts = await verdictsOf(clean);
});
afterAll(async () => {
  await server.close();
  await shortPages.close();
  folder[Symbol.dispose]();
});

async function collectThrough(url: string, name: string, ...more: readonly string[]): Promise<Snapshot> {
  const out = path.join(folder.path, name);
  const role = ['--role-name', smallRole.name, '--external-id', smallRole.externalId];
  const run = await runCli(['collect', '--out', out, ...role, ...more], {
    environment: { ...server.environment, AWS_ENDPOINT_URL: url },
  });
  expect(stackLines(run)).toEqual([]);
  return await openSnapshot(out);
}

async function spoiled(
  plan: FaultPlan,
  name: string,
  ...more: readonly string[]
): Promise<{ snapshot: Snapshot; proxy: FaultProxy }> {
  const ofPages = plan.faults.some(({ fault }) => fault === 'page-order');
  await using proxy = await spoil((ofPages ? shortPages : server).url, plan);
  return { snapshot: await collectThrough(proxy.url, name, ...more), proxy };
}

/** Operations on whose answer no other call depends. */
const last = new Set([
  'GetBucketAcl',
  'GetBucketPolicy',
  'GetBucketReplication',
  'GetLink',
  'GetSubscriptionAttributes',
  'GetAlarmMuteRule',
  'GetKeyPolicy',
]);

const retriable: readonly Fault[] = [
  'throttle',
  'internal-error',
  'unavailable',
  'reset',
  'delay',
  'truncated',
  'wrong-type',
  'html',
  'clock-skew',
  'empty-page',
  'repeated-token',
  'page-order',
];

test.concurrent.for(retriable.flatMap((fault) => seeds.map((seed) => [fault, seed] as const)))(
  '%s in three of ten calls leaves the same answers (seed %i)',
  async ([fault, seed]) => {
    // Four in a row is what a patient client has to survive, from its first question on; more would be an outage.
    const plan = { seed, faults: [{ fault, rate: 0.3 }], inARow: 4 };
    const { snapshot, proxy } = await spoiled(plan, `${fault}-${seed}`);
    struck.set(fault, (struck.get(fault) ?? 0) + (proxy.injected.get(fault) ?? 0));
    expect(await sameAnswers(clean, snapshot)).toEqual([]);
  },
);

test.concurrent.for(seeds)('answers that come too late are asked for again (seed %i)', async (seed) => {
  const plan = { seed, faults: [{ fault: 'delay', rate: 0.1 }] as const, inARow: 2, delay: 1500 };
  const { snapshot, proxy } = await spoiled(plan, `late-${seed}`, '--timeout', '1');
  expect(proxy.injected.get('delay')).toBeGreaterThan(0);
  expect(await sameAnswers(clean, snapshot)).toEqual([]);
});

test.concurrent.for(seeds)('sessions that expire in between are renewed (seed %i)', async (seed) => {
  const { snapshot, proxy } = await spoiled(
    {
      seed,
      // The caller's own key cannot be renewed: that is another test.
      faults: [{ fault: 'expired-token', rate: 0.2, where: ({ account }) => account !== 'caller' }],
      inARow: 1,
    },
    `expired-${seed}`,
  );
  expect(proxy.injected.get('expired-token')).toBeGreaterThan(0);
  expect(await sameAnswers(clean, snapshot)).toEqual([]);
});

const final = ['denied', 'xml', 'region-off'] as const;

test.concurrent.for(final.flatMap((fault) => seeds.map((seed) => [fault, seed] as const)))(
  '%s changes only the calls that it hit (seed %i)',
  async ([fault, seed]) => {
    const { snapshot, proxy } = await spoiled(
      {
        seed,
        // Calls on whose answer no other call depends.
        faults: [{ fault, rate: 0.3, where: ({ operation }) => last.has(operation) }],
      },
      `${fault}-${seed}`,
    );
    const hit = proxy.log.map((line) => {
      const [, call = '', account = '', region = ''] = line.split(' ');
      return `${call} in ${account === 'caller' ? small.management : account} ${region}`;
    });
    const changed = (await differences(clean, snapshot)).map(({ where }) =>
      where.replace(/^.*?(\w+:\w+).*? in (\d+ \S+)$/, '$1 in $2'),
    );
    struck.set(fault, (struck.get(fault) ?? 0) + hit.length);
    expect(new Set(changed)).toEqual(new Set(hit));
    expect(worseThanUnknown(verdicts, await verdictsOf(snapshot))).toEqual([]);
  },
);

test.concurrent.for(seeds)(
  'everything at once leaves a snapshot that says what is missing (seed %i)',
  async (seed) => {
    const all: readonly Fault[] = [...retriable, ...final];
    const { snapshot } = await spoiled(
      {
        seed,
        faults: all.map((fault) => ({
          fault,
          rate: 0.3 / all.length,
          where: ({ account }) => account !== 'caller',
        })),
      },
      `all-${seed}`,
    );
    expect(snapshot.manifest.finished).toBe(true);
    // What is there must be right: an answer is missing or replaced by an error, an error by another one; nothing else.
    const others = (await differences(clean, snapshot)).filter(
      ({ what, text }) => what === 'answer' && !/only left|"error"|"outcome"/.test(text),
    );
    expect(others).toEqual([]);
    expect(worseThanUnknown(verdicts, await verdictsOf(snapshot))).toEqual([]);
  },
);

test.concurrent("when the caller's own credentials end in the middle, the snapshot says so", async () => {
  const { snapshot } = await spoiled(
    {
      seed: 1,
      faults: [
        {
          fault: 'expired-token',
          rate: 1,
          where: ({ account, service }) => account === 'caller' && service === 'logs',
        },
      ],
    },
    'caller-expired',
  );
  expect(snapshot.manifest.finished).toBe(false);
  expect(snapshot.manifest.notices.join('\n')).toMatch(/credentials ended in the middle.*expired/i);
});

test('each of them struck', () => {
  expect([...retriable, ...final].filter((fault) => (struck.get(fault) ?? 0) === 0)).toEqual([]);
});
