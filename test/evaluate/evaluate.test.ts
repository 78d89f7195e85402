import { expect, test } from 'vitest';

import { describeTrails, denied, listRegions, snapshotOf, trail, type Given } from '../model/support.ts';
import { findings, load, rule } from '../rules/support.ts';

const status = (name: string, owner: string, logging: boolean): Given => ({
  call: 'cloudtrail:GetTrailStatus',
  region: 'us-east-1',
  input: { Name: `arn:aws:cloudtrail:us-east-1:${owner}:trail/${name}` },
  output: { IsLogging: logging },
});
const alone = (records: readonly Given[]) =>
  snapshotOf({ accounts: { '111111111111': { name: 'Main', state: 'ACTIVE', records } }, management: null });

const runningTrail = rule(
  'running-trail',
  'account',
  `
check:
  some: trails
  where:
    IsMultiRegionTrail: true
    status.IsLogging: true
`,
);

test('a rule passes, fails or stays unknown with what the snapshot holds', async () => {
  const rules = await load(runningTrail);
  const judge = async (...records: Given[]) => {
    const { findings: found } = await findings(rules, alone([listRegions('us-east-1'), ...records]));
    return found[0]!;
  };
  const pass = await judge(
    describeTrails('us-east-1', trail('111111111111', 'main')),
    status('main', '111111111111', true),
  );
  expect(pass.message).toBe('Account 111111111111 (Main) passes: trail main qualifies.');
  const fail = await judge(
    describeTrails('us-east-1', trail('111111111111', 'main')),
    status('main', '111111111111', false),
  );
  expect(fail.verdict).toBe('fail');
  expect(fail.message).toBe(
    'Account 111111111111 (Main) fails: the only trail main does not qualify: status.IsLogging is false, wanted true.',
  );
  expect(fail.fix).toBe('mend it');
  const unknown = await judge(describeTrails('us-east-1', trail('111111111111', 'main')), {
    call: 'cloudtrail:GetTrailStatus',
    region: 'us-east-1',
    input: { Name: 'arn:aws:cloudtrail:us-east-1:111111111111:trail/main' },
    error: denied(),
  });
  expect(unknown.verdict).toBe('unknown');
  expect(unknown.reasons.causes?.[0]).toMatchObject({
    call: 'cloudtrail:GetTrailStatus',
    code: 'AccessDenied',
  });
  expect(unknown.fix).toContain('cloudtrail:GetTrailStatus in 111111111111, us-east-1 (AccessDenied)');
});
