import path from 'node:path';

import { expect, test } from 'vitest';

import { Scoring, type ControlScore } from '../../src/evaluate/score.ts';
import { sampleFinding } from '../report/sample.ts';
import { load, rule } from '../rules/support.ts';
import { runCli } from '../support/run-cli.ts';

const pack = `
id: mine
title: A framework
framework: Framework
edition: '1'
about: x
controls:
  - { id: '1', title: One rule, rules: [named] }
  - { id: '2', title: Two rules, rules: [named, kept] }
  - { id: '3', title: Other values, extent: partial, rules: [{ rule: kept, with: { days: 90 } }] }
  - { id: '4', title: Nobody knows, manual: ask somebody }
  - { id: '5', title: A rule that is switched off, rules: [named, off] }
`;
const rules = await load({
  ...rule('named', 'trail', 'check: { Name: x }'),
  ...rule('off', 'trail', 'check: { Name: x }'),
  ...rule(
    'kept',
    'log-group',
    'params: { days: { type: integer, default: 365, stricter: higher, description: x } }\ncheck: { retentionInDays: { atLeast: $days } }',
  ),
  'packs/mine.yaml': pack,
});
const defaults = rules.rule('kept')!.parameters;

type Seen = [
  rule: string,
  verdict: 'pass' | 'fail' | 'unknown' | 'not-applicable',
  days?: number,
  waived?: boolean,
];

function scoreOf(seen: readonly Seen[]) {
  const scoring = new Scoring(rules.packs);
  for (const [id, verdict, days = 365, waived = false] of seen)
    scoring.add({
      ...sampleFinding({ rule: id, verdict, waived }),
      parameters: id === 'kept' ? (days === 365 ? defaults : { days }) : {},
    });
  return scoring.finish(new Set(['named', 'kept']))[0]!;
}
const statesOf = (controls: readonly ControlScore[]): string => controls.map(({ state }) => state).join(' ');

test.each<[string, Seen[], string]>([
  // The worst over rules and resources; nothing that is unknown becomes satisfied.
  ['nothing to judge', [], 'not-applicable not-applicable not-applicable manual unknown'],
  [
    'all pass',
    [
      ['named', 'pass'],
      ['kept', 'pass'],
    ],
    'satisfied satisfied satisfied manual unknown',
  ],
  [
    'one of two resources fails',
    [
      ['named', 'pass'],
      ['named', 'fail'],
      ['kept', 'pass'],
    ],
    'failed failed satisfied manual failed',
  ],
  [
    'one is unknown',
    [
      ['named', 'pass'],
      ['named', 'unknown'],
      ['kept', 'pass'],
    ],
    'unknown unknown satisfied manual unknown',
  ],
  [
    'a failure outweighs what is unknown',
    [
      ['named', 'fail'],
      ['named', 'unknown'],
    ],
    'failed failed not-applicable manual failed',
  ],
  [
    'one rule does not apply',
    [
      ['named', 'pass'],
      ['kept', 'not-applicable'],
    ],
    'satisfied satisfied not-applicable manual unknown',
  ],
  // Control 2 demands 365 days, control 3 demands 90.
  [
    'values that are laxer cannot satisfy',
    [
      ['named', 'pass'],
      ['kept', 'pass', 30],
    ],
    'satisfied unknown unknown manual unknown',
  ],
  [
    'in one account alone',
    [
      ['named', 'pass'],
      ['kept', 'pass'],
      ['kept', 'pass', 90],
    ],
    'satisfied unknown satisfied manual unknown',
  ],
  [
    'what fails with laxer values fails',
    [
      ['named', 'pass'],
      ['kept', 'fail', 30],
    ],
    'satisfied failed failed manual unknown',
  ],
  [
    'what fails with stricter values may do',
    [
      ['named', 'pass'],
      ['kept', 'fail'],
    ],
    'satisfied failed unknown manual unknown',
  ],
  ['a waiver changes no verdict', [['named', 'fail', 0, true]], 'failed failed not-applicable manual failed'],
])('%s', (_, seen, states) => {
  expect(statesOf(scoreOf(seen).controls)).toBe(states);
});

test('the percentage is over what is decided, and rounded down', () => {
  const score = scoreOf([
    ['named', 'pass'],
    ['kept', 'fail'],
  ]);
  expect(score.counts).toEqual({ satisfied: 1, failed: 1, unknown: 2, manual: 1, 'not-applicable': 0 });
  expect(score.percent).toBe(50);
  expect(scoreOf([]).percent).toBeNull();
  expect(
    scoreOf([
      ['named', 'pass'],
      ['kept', 'pass'],
    ]),
  ).toMatchObject({ percent: 100, inPart: 1 });
});

test('a control says which rules leave it open and why, and whether its failures are waived', () => {
  const { controls } = scoreOf([
    ['named', 'fail', 0, true],
    ['kept', 'pass', 30],
  ]);
  expect(controls[1]).toEqual({
    id: '2',
    title: 'Two rules',
    state: 'failed',
    extent: 'full',
    waived: true,
    rules: [
      { rule: 'named', verdict: 'fail' },
      { rule: 'kept', verdict: 'unknown', open: 'parameters' },
    ],
  });
  expect(controls[4]!.rules[1]).toEqual({ rule: 'off', verdict: 'unknown', open: 'not-run' });
});

test('a scan of a pack runs its rules with its parameters, and nothing of it is left open by parameters', async () => {
  const run = await runCli([
    'evaluate',
    path.resolve(import.meta.dirname, '../../fixtures/healthy-org'),
    '--pack',
    'cis-aws-1.2.0',
    '--format',
    'json',
  ]);
  expect(run.stderr).toBe('');
  const report = JSON.parse(run.stdout) as {
    findings: { rule: string; parameters: { events?: string } }[];
    scores: { pack: string; controls: ControlScore[] }[];
  };
  expect(report.scores.map((score) => score.pack)).toEqual(['cis-aws-1.2.0']);
  expect(report.scores[0]!.controls.flatMap((one) => one.rules).filter((one) => one.open)).toEqual([]);
  const root = report.findings.find((finding) => finding.rule === 'monitor-root-usage');
  expect(root?.parameters).toMatchObject({ events: 'root-usage@cis-aws-1.2.0', eventBridgeCounts: false });
  expect(new Set(report.findings.map((one) => one.rule))).not.toContain('org-trail-exists');
});
