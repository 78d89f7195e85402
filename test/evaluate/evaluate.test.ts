import { expect, test } from 'vitest';

import { createModel } from '../../src/model/create-model.ts';
import { resourceTypes } from '../../src/model/types.ts';
import { Unknown } from '../../src/model/unknown.ts';
import { amend } from '../../src/evaluate/amend.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { Totals } from '../../src/evaluate/totals.ts';
import {
  describeTrails,
  denied,
  gone,
  listRegions,
  snapshotOf,
  trail,
  type Given,
} from '../model/support.ts';
import { findings, language, load, plain, rule, type Plain } from '../rules/support.ts';

const status = (name: string, owner: string, logging: boolean): Given => ({
  call: 'cloudtrail:GetTrailStatus',
  region: 'us-east-1',
  input: { Name: `arn:aws:cloudtrail:us-east-1:${owner}:trail/${name}` },
  output: { IsLogging: logging },
});
/** Outside of an organization. */
const noOrganization: Given[] = [
  { call: 'organizations:DescribeOrganization', error: gone('AWSOrganizationsNotInUseException') },
];
const alone = (records: readonly Given[]) =>
  snapshotOf({
    organization: noOrganization,
    accounts: { '111111111111': { name: 'Main', state: 'ACTIVE', records } },
    management: null,
  });

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

const logGroups = (region: string, ...groups: { name: string; days?: number }[]): Given => ({
  call: 'logs:DescribeLogGroups',
  region,
  output: {
    logGroups: groups.map(({ name, days }) => ({
      logGroupName: name,
      logGroupArn: `arn:aws:logs:${region}:111111111111:log-group:${name}`,
      ...(days !== undefined && { retentionInDays: days }),
    })),
  },
});

test('findings come sorted by account, rule, region and resource, with one for each', async () => {
  const rules = await load({
    ...rule('b-rule', 'log-group', 'check: { retentionInDays: { atLeast: 90 } }'),
    ...rule('a-rule', 'log-group', 'check: { retentionInDays: { present: true } }'),
  });
  const snapshot = alone([
    listRegions('us-east-1', 'eu-west-1'),
    logGroups('us-east-1', { name: 'b', days: 90 }, { name: 'a', days: 30 }),
    logGroups('eu-west-1', { name: 'Z' }),
  ]);
  const { findings: found } = await findings(rules, snapshot);
  expect(
    found.map((one) => `${one.rule} ${one.resource.region} ${one.resource.name} ${one.verdict}`),
  ).toEqual([
    'a-rule eu-west-1 Z fail',
    'a-rule us-east-1 a pass',
    'a-rule us-east-1 b pass',
    'b-rule eu-west-1 Z fail',
    'b-rule us-east-1 a fail',
    'b-rule us-east-1 b pass',
  ]);
  expect(new Set(found.map((one) => one.fingerprint)).size).toBe(6);
  expect(found[0]!.fingerprint).toMatch(/^[0-9a-f]{64}$/);
});

test('a list that was not obtained leaves one unknown finding on its region, and on the account where all of it is missing', async () => {
  const rules = await load(rule('kept', 'log-group', 'check: { retentionInDays: { atLeast: 90 } }'));
  const partly = alone([
    listRegions('us-east-1', 'eu-west-1'),
    logGroups('us-east-1', { name: 'a', days: 90 }),
    { call: 'logs:DescribeLogGroups', region: 'eu-west-1', error: denied() },
  ]);
  const { findings: found } = await findings(rules, partly);
  expect(found.map((one) => [one.resource.id, one.resource.type, one.verdict])).toEqual([
    ['111111111111/eu-west-1', 'log-group', 'unknown'],
    ['arn:aws:logs:us-east-1:111111111111:log-group:a', 'log-group', 'pass'],
  ]);
  expect(found[0]!.message).toBe(
    'Log groups in account 111111111111, eu-west-1 could not be judged: there may be some that were not listed: logs:DescribeLogGroups gave no answer (AccessDenied).',
  );
  const never = snapshotOf({
    organization: noOrganization,
    accounts: { '111111111111': { state: 'ACTIVE' } },
    management: null,
  });
  expect(
    (await findings(rules, never)).findings.map((one) => [one.resource.id, one.resource.region, one.verdict]),
  ).toEqual([['111111111111', 'global', 'unknown']]);
});

test('accounts that nobody could list leave one unknown finding for each rule', async () => {
  const rules = await load({
    ...runningTrail,
    ...rule('whole', 'organization', 'check: { FeatureSet: ALL }'),
  });
  const snapshot = snapshotOf({
    organization: [
      {
        call: 'organizations:DescribeOrganization',
        output: { Organization: { Id: 'o-example', MasterAccountId: '111111111111', FeatureSet: 'ALL' } },
      },
      { call: 'organizations:ListAccounts', error: denied() },
    ],
    accounts: { '111111111111': { records: [listRegions('us-east-1'), describeTrails('us-east-1')] } },
  });
  const { findings: found } = await findings(rules, snapshot);
  expect(found.map((one) => [one.rule, one.resource.id, one.verdict])).toEqual([
    ['running-trail', '111111111111', 'fail'],
    ['running-trail', 'o-example', 'unknown'],
    ['whole', 'o-example', 'pass'],
  ]);
});

test('a rule applies where its condition holds; where that is not known the verdict is unknown', async () => {
  const rules = await load(
    rule(
      'active',
      'account',
      'when: { state: ACTIVE }\ncheck: { none: trails }\nmessage: { pass: "nothing to see in {account}" }',
    ),
  );
  const of = async (state: string) => {
    const { findings: found } = await findings(
      rules,
      snapshotOf({
        organization: noOrganization,
        accounts: { '111111111111': { state, scan: 'not-reached' } },
        management: null,
      }),
    );
    return found[0]!;
  };
  const suspended = await of('SUSPENDED');
  expect(suspended.verdict).toBe('not-applicable');
  expect(suspended.message).toBe(
    'Account 111111111111 is not judged: state is "SUSPENDED", wanted "ACTIVE".',
  );
  expect(suspended.fix).toBe('');
  const { findings: found } = await findings(
    rules,
    alone([listRegions('us-east-1'), describeTrails('us-east-1')]),
  );
  expect(found[0]!.message).toBe('Account 111111111111 (Main) passes: nothing to see in 111111111111.');
});

test('where it is not known whether a rule applies, the verdict is unknown', async () => {
  const rules = await load(rule('has-trail', 'account', 'when: { some: trails }\ncheck: { Name: Main }'));
  const judge = async (second: Given) => {
    const records = [listRegions('us-east-1', 'eu-west-1'), describeTrails('us-east-1'), second];
    return (await findings(rules, alone(records))).findings[0]!;
  };
  const open = await judge({ call: 'cloudtrail:DescribeTrails', region: 'eu-west-1', error: denied() });
  expect(open).toMatchObject({ verdict: 'unknown', reasons: { kind: 'when' } });
  expect(open.reasons.causes?.[0]).toMatchObject({ region: 'eu-west-1', code: 'AccessDenied' });
  expect((await judge(describeTrails('eu-west-1'))).verdict).toBe('not-applicable');
});

test('a severity can depend on the resource; where that is not known the worse one counts', async () => {
  const body = `
severity:
  - { when: { status.IsLogging: false }, severity: critical }
  - { severity: low }
check: { LogFileValidationEnabled: true }
`;
  const text = rule('s', 'trail', body)['cloudtrail/s.yaml']!.replace('severity: high\n', '');
  const rules = await load({ 'cloudtrail/s.yaml': text });
  const severities = async (...records: Given[]) => {
    const one = trail('111111111111', 'main', { LogFileValidationEnabled: false });
    const snapshot = alone([listRegions('us-east-1'), describeTrails('us-east-1', one), ...records]);
    return (await findings(rules, snapshot)).findings.map((finding) => finding.severity);
  };
  expect(await severities(status('main', '111111111111', false))).toEqual(['critical']);
  expect(await severities(status('main', '111111111111', true))).toEqual(['low']);
  expect(await severities()).toEqual(['critical']);
});

test('parameters can differ by account, and stand in the finding', async () => {
  const rules = await load(
    rule(
      'kept',
      'log-group',
      'params: { days: { type: integer, default: 365, minimum: 1, description: x } }\ncheck: { retentionInDays: { atLeast: $days } }\nmessage: { fail: "fewer than {$days} days" }',
    ),
  );
  const snapshot = alone([listRegions('us-east-1'), logGroups('us-east-1', { name: 'a', days: 90 })]);
  const judge = async (days?: number) =>
    (await findings(rules, snapshot, days === undefined ? {} : { parameters: () => ({ days }) }))
      .findings[0]!;
  expect(await judge()).toMatchObject({ verdict: 'fail', parameters: { days: 365 } });
  expect((await judge()).message).toContain('fewer than 365 days');
  expect(await judge(30)).toMatchObject({ verdict: 'pass', parameters: { days: 30 } });
  await expect(judge(0)).rejects.toThrow('rule kept: 0 is no value for days; write at least 1');
});

test('where it is not known which values parameters have, the verdict is unknown with the cause', async () => {
  const params = 'params: { days: { type: integer, default: 365, minimum: 1, description: x } }';
  const check = 'check: { retentionInDays: { atLeast: $days } }';
  const rules = await load({
    ...rule('always', 'log-group', `${params}\n${check}`),
    ...rule('some-groups', 'log-group', `when: { logGroupName: { not: a } }\n${params}\n${check}`),
    ...rule('by-days', 'log-group', `when: { retentionInDays: { below: $days } }\n${params}\n${check}`),
  });
  const causes = [
    {
      call: 'organizations:ListTagsForResource' as const,
      account: '111111111111',
      region: 'global',
      code: 'AccessDenied',
      message: 'no',
    },
  ];
  const snapshot = alone([listRegions('us-east-1'), logGroups('us-east-1', { name: 'a', days: 90 })]);
  const found = await findings(rules, snapshot, { parameters: () => new Unknown(causes) });
  expect(found.end.bugs).toBe(0);
  expect(found.findings.map(({ rule: id, verdict, reasons }) => [id, verdict, reasons.causes])).toEqual([
    ['always', 'unknown', causes],
    // Whether it is about the group depends on the values, too.
    ['by-days', 'unknown', causes],
    ['some-groups', 'not-applicable', undefined],
  ]);
  expect(found.findings[0]).toMatchObject({
    message:
      'Log group a in account 111111111111, us-east-1 could not be judged: it is not known which values its parameters have in this account.',
    fix: expect.stringContaining('organizations:ListTagsForResource'),
  });
});

test('messages read facts of their own, beside those of the check, and multiply numbers', async () => {
  const message = '{account.state}, {class}, {storedGigabytes * $price * 12} USD, {retentionInDays * $price}';
  const rules = await load(
    rule(
      'kept',
      'log-group',
      `params: { price: { type: number, default: 0.05, description: x } }\ncheck: { deletionProtected: true, class: STANDARD }\nmessage: { fail: "${message}" }`,
    ),
  );
  const group = { logGroupName: 'a', storedBytes: 2 ** 31, deletionProtectionEnabled: false };
  const { findings: found } = await findings(
    rules,
    alone([
      listRegions('us-east-1'),
      { call: 'logs:DescribeLogGroups', region: 'us-east-1', output: { logGroups: [group] } },
    ]),
  );
  expect(found[0]).toMatchObject({ verdict: 'fail' });
  expect(found[0]!.message).toContain('ACTIVE, STANDARD, 1.2 USD, (retentionInDays * $price)');
});

test('an organization is judged over all its accounts, however few parts stay in memory', async () => {
  const ids = Array.from({ length: 12 }, (_, index) => String(100000000000 + index));
  const snapshot = snapshotOf({
    organization: [
      {
        call: 'organizations:DescribeOrganization',
        output: { Organization: { Id: 'o-example', MasterAccountId: ids[0]! } },
      },
      {
        call: 'organizations:ListAccounts',
        output: { Accounts: ids.map((Id) => ({ Id, Name: `n${Id.slice(-2)}`, State: 'ACTIVE' })) },
      },
    ],
    accounts: Object.fromEntries(
      ids.map((id, index) => [
        id,
        {
          records: [
            listRegions('us-east-1'),
            describeTrails('us-east-1', ...(index === 7 ? [] : [trail(id, 'main')])),
            status('main', id, true),
          ],
        },
      ]),
    ),
  });
  const rules = await load(
    rule(
      'all-covered',
      'organization',
      'check: { every: accounts, must: { some: trails, where: { status.IsLogging: true } }, empty: fail }',
    ),
  );
  const model = await createModel(snapshot, { keep: 1 });
  const found: Plain[] = [];
  const end = await evaluate(model, rules, (finding) => found.push(plain(finding)));
  expect(end).toEqual({ notices: [], bugs: 0 });
  expect(found.map((one) => [one.resource.id, one.verdict])).toEqual([['o-example', 'fail']]);
  expect(found[0]!.reasons.text).toBe('1 account of 12 fails: account n07: account n07 has no trail');
  // Each part is read once for the account itself and a few times for the organization: never once for each other account.
  expect(snapshot.loads.length).toBeLessThan(60);
});

test('a check that throws is a bug of ours: unknown in its place, a notice, and the run goes on', async () => {
  const broken = new Map(resourceTypes);
  const type = resourceTypes.get('log-group')!;
  const explode = (): never => {
    throw new TypeError('cannot read properties of undefined');
  };
  broken.set('log-group', {
    ...type,
    facts: {
      ...type.facts,
      broken: { kind: 'fact', shape: 'string', description: 'x', calls: [], resolve: explode },
    },
  });
  const rules = await load(
    {
      ...rule('bad', 'log-group', 'check: { broken: x }'),
      ...rule('good', 'log-group', 'check: { logGroupName: a }'),
    },
    { ...language, types: broken },
  );
  const { findings: found, end } = await findings(
    rules,
    alone([listRegions('us-east-1'), logGroups('us-east-1', { name: 'a' })]),
  );
  expect(found.map((one) => [one.rule, one.verdict])).toEqual([
    ['bad', 'unknown'],
    ['good', 'pass'],
  ]);
  expect(found[0]!.reasons.causes?.[0]).toMatchObject({ code: 'Bug' });
  expect(end.bugs).toBe(1);
  expect(end.notices[0]).toMatch(
    /^This is a bug of trailwarden, please report it: the rule bad stopped on arn:.* \(TypeError: .*\)\.$/,
  );
});

test('where listing stops with a bug of ours, one unknown finding stands for the account and the run goes on', async () => {
  const broken = new Map(resourceTypes);
  const explode = (): never => {
    throw new TypeError('cannot read properties of undefined');
  };
  broken.set('log-group', { ...resourceTypes.get('log-group')!, population: explode });
  const rules = await load(
    {
      ...rule('bad', 'log-group', 'check: { logGroupName: a }'),
      ...rule('good', 'trail', 'check: { Name: main }'),
    },
    { ...language, types: broken },
  );
  const snapshot = alone([
    listRegions('us-east-1'),
    describeTrails('us-east-1', trail('111111111111', 'main')),
  ]);
  const { findings: found, end } = await findings(rules, snapshot);
  expect(found.map((one) => [one.rule, one.verdict, one.resource.id])).toEqual([
    ['bad', 'unknown', '111111111111'],
    ['good', 'pass', 'arn:aws:cloudtrail:us-east-1:111111111111:trail/main'],
  ]);
  expect(found[0]!.reasons).toMatchObject({
    text: 'listing them stopped with an error of trailwarden, please report it',
    causes: [{ code: 'Bug', message: 'cannot read properties of undefined' }],
  });
  expect(end).toMatchObject({ bugs: 1, notices: [expect.stringContaining('please report it')] });
});

test('commands in a fix are safe to paste, whatever a resource is called', async () => {
  const text = rule('kept', 'log-group', 'check: { retentionInDays: { atLeast: 90 } }')[
    'cloudtrail/kept.yaml'
  ]!.replace(
    'fix: mend it',
    'fix: { text: "keep {name}", cli: "aws logs put --name {name} --region {region}", terraform: \'name = "{name}"\', cloudformation: \'Name: "{name}"\' }',
  );
  const rules = await load({ 'cloudtrail/kept.yaml': text });
  const name = `a'; rm -rf "$HOME" \${x}`;
  const { findings: found } = await findings(
    rules,
    alone([listRegions('us-east-1'), logGroups('us-east-1', { name })]),
  );
  expect(found[0]!.fix).toBe(
    [
      `keep ${name}`,
      `AWS CLI:\naws logs put --name 'a'\\''; rm -rf "$HOME" \${x}' --region us-east-1`,
      'Terraform:\nname = "a\'; rm -rf \\"$HOME\\" $${x}"',
      'CloudFormation:\nName: "a\'; rm -rf \\"$HOME\\" ${x}"',
    ].join('\n\n'),
  );
});

test('a placeholder reads its own relation, whatever the check has read before', async () => {
  const rules = await load(
    rule(
      'home',
      'trail',
      `
message:
  fail: the status is {status.IsLogging}, the log group {logGroup.logGroupName}
check:
  all:
    - logGroup: { present: true }
    - status.IsLogging: true
    - status.LatestDeliveryError: { present: true }
`,
    ),
  );
  const { findings: found } = await findings(
    rules,
    alone([
      listRegions('us-east-1'),
      describeTrails('us-east-1', trail('111111111111', 'main')),
      status('main', '111111111111', true),
    ]),
  );
  expect(found[0]!.message).toContain('the status is true, the log group');
});

test('a waiver stands beside a finding and is counted, and nothing is lost', async () => {
  const rules = await load(rule('kept', 'log-group', 'check: { retentionInDays: { atLeast: 90 } }'));
  const model = await createModel(
    alone([listRegions('us-east-1'), logGroups('us-east-1', { name: 'a' }, { name: 'b' })]),
  );
  const totals = new Totals();
  const seen: Plain[] = [];
  await evaluate(model, rules, (finding) => {
    const waiver = { reason: 'known', owner: 'ops', ticket: 'T-1', expires: '2027-01-31' };
    const shown = finding.resource.name === 'a' ? amend(finding, { waiver, baseline: 'unchanged' }) : finding;
    totals.add(shown);
    seen.push(plain(shown));
  });
  expect(seen.map((one) => [one.resource.name, one.verdict, one.waiver?.ticket, one.baseline])).toEqual([
    ['a', 'fail', 'T-1', 'unchanged'],
    ['b', 'fail', undefined, null],
  ]);
  expect(seen[0]).toMatchObject({ rule: 'kept', reasons: { kind: 'field' }, fix: 'mend it' });
  expect(totals.finish([], true)).toMatchObject({
    findings: 2,
    waived: 1,
    byVerdict: { fail: 2 },
    failuresBySeverity: { high: 1 },
  });
});

test('what the value of a parameter settles is no part of the verdict and its reasons', async () => {
  const rules = await load(
    rule(
      'named-trail',
      'trail',
      `
params:
  names: { type: list, default: [], description: Names that may be used; empty for any. }
check:
  all:
    - any: [{ $names: { present: false } }, { Name: { oneOf: $names } }]
    - not: { all: [{ $names: { contains: old } }, { Name: old }] }
`,
    ),
  );
  const snapshot = alone([
    listRegions('us-east-1'),
    describeTrails('us-east-1', trail('111111111111', 'old')),
  ]);
  const judge = async (names?: readonly string[]) => {
    const set = names === undefined ? rules : rules.only(rules.withParameters(rules.rules[0]!, { names }));
    return (await findings(set, snapshot)).findings.map(({ verdict, reasons }) => [verdict, reasons.text]);
  };
  expect(await judge()).toEqual([['pass', 'parameter names is absent']]);
  expect(await judge(['new'])).toEqual([['fail', 'Name is "old", wanted one of "new"']]);
  expect(await judge(['old', 'new'])).toEqual([['fail', 'this must not be so: Name is "old"']]);
});
