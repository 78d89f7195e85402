import path from 'node:path';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { callsOf, loadRunRules } from '../../src/cli/run-rules.ts';
import { calls, nameOf } from '../../src/collect/calls.ts';
import type { CollectOptions } from '../../src/collect/options.ts';
import { actionsFor, callerPolicy, memberPolicy, type Policy } from '../../src/collect/role.ts';
import { readPolicy } from '../../src/model/policy/document.ts';
import { allows } from '../../src/model/policy/evaluate.ts';
import type { CallName } from '../../src/snapshot/record.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { collectSmall } from '../aws/collect-small.ts';
import { serve, type PermissionAsked, type ReplayServer } from '../aws/replay-server.ts';
import { differences } from '../aws/same-answers.ts';
import { smallOrganization, smallRole } from '../aws/small-organization.ts';
import { lossOf, without } from '../aws/without-action.ts';
import { temporaryFolder } from '../support/run-cli.ts';
import { verdictsOf, worseThanUnknown } from '../support/verdicts.ts';

const folder = temporaryFolder();
let server: ReplayServer;
let permits: (asked: PermissionAsked) => boolean = () => true;
let runs = 0;

beforeAll(async () => {
  server = await serve(smallOrganization(), { role: smallRole, allows: (asked) => permits(asked) });
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
  folder[Symbol.dispose]();
});

/** The policies that the scan is told to have, as the server's IAM applies them. */
function permitsOf(...policies: readonly [caller: Policy, member: Policy]): typeof permits {
  const [caller, member] = policies.map((policy) => readPolicy(JSON.stringify(policy)));
  return ({ action, resource, account, isCaller }) =>
    allows(isCaller ? caller : member, {
      caller: { kind: 'aws', account },
      action,
      resource,
      context: {},
    }) === true;
}

async function collected(options: Partial<CollectOptions> = {}): Promise<Snapshot> {
  runs += 1;
  const out = path.join(folder.path, String(runs));
  await collectSmall(out, options);
  return await openSnapshot(out);
}

const everything: ReadonlySet<CallName> = new Set(calls.map(nameOf));

test.for<[string, () => Promise<ReadonlySet<CallName> | undefined>]>([
  ['one rule', async () => callsOf(await loadRunRules({ rule: ['cloudtrail-log-file-validation'] }))],
  ['a pack', async () => callsOf(await loadRunRules({ pack: ['cis-aws-3.0.0'] }))],
  ['all rules', async () => callsOf(await loadRunRules({}))],
  ['everything that can be asked', async () => everything],
  ['what is asked where nothing is said', async () => undefined],
])('with the policy that is printed for it, nothing is denied: %s', async ([, chosen]) => {
  const names = await chosen();
  const asked = names === undefined ? {} : { calls: names };
  permits = () => true;
  const free = await collected(asked);
  const actions = actionsFor(names);
  permits = permitsOf(callerPolicy(actions, { roleName: smallRole.name }), memberPolicy(actions));
  const bound = await collected(asked);
  expect(await differences(free, bound)).toEqual([]);
});

test('without one action, its call is denied, and nothing changes but that and what it would have led to', async () => {
  const actions = actionsFor(everything);
  const [caller, member] = [callerPolicy(actions, { roleName: smallRole.name }), memberPolicy(actions)];
  const asked = { calls: everything, regions: ['eu-west-1'] };
  permits = permitsOf(caller, member);
  const whole = await collected(asked);
  const verdicts = await verdictsOf(whole);

  const wrong: string[] = [];
  const neverAsked: string[] = [];
  for (const action of [...new Set([...actions.caller, ...actions.member])].sort()) {
    permits = permitsOf(without(caller, action), without(member, action));
    const less = await collected(asked);
    const { denied, unexplained } = lossOf(action, whole, less);
    if (denied.size === 0) neverAsked.push(action);
    wrong.push(...unexplained);
    for (const change of worseThanUnknown(verdicts, await verdictsOf(less)))
      wrong.push(`without ${action}: ${change}`);
  }
  expect(wrong).toEqual([]);
  // Asked only of what this organization does not have: where the account API is denied, ...
  expect(neverAsked).toEqual([
    'cloudtrail:GetInsightSelectors',
    'ec2:DescribeRegions',
    'kms:GetKeyRotationStatus',
    'logs:GetTransformer',
  ]);
}, 180_000);
