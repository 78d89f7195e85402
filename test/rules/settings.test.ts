import { expect, test } from 'vitest';

import { RuleError } from '../../src/rules/fault.ts';
import { schemaCheck } from '../../src/rules/schema.ts';
import { applySettings, parametersIn, parseSettings } from '../../src/rules/settings.ts';
import { load, rule } from './support.ts';

const check = await schemaCheck('config');
const rules = await load({
  ...rule(
    'kept',
    'log-group',
    'params: { days: { type: integer, default: 365, minimum: 1, description: x }, more: { type: boolean, default: false, description: x } }\ncheck: { any: [{ retentionInDays: { atLeast: $days } }, { retentionInDays: { present: $more } }] }',
  ),
  ...rule('named', 'trail', 'check: { Name: x }'),
});

const faultsOf = (text: string): string[] => {
  try {
    applySettings(rules, parseSettings(text, 'trailwarden.yaml', check));
    return [];
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return error.message.split('\n');
  }
};

test('the most specific value wins, and of two alike the later', () => {
  const settings = parseSettings(
    `
parameters:
  - { rule: kept, account: '111111111111', set: { days: 1 } }
  - { rule: kept, set: { days: 2, more: true } }
  - { rule: kept, ou: Work/Production, set: { days: 3 } }
  - { rule: kept, ou: Work, set: { days: 4 } }
  - { rule: kept, ou: Work, set: { days: 5 } }
`,
    'trailwarden.yaml',
    check,
  );
  const days = (account: string, unit?: string) => parametersIn(settings, 'kept', account, unit);
  expect(days('111111111111', 'Work/Production')).toEqual({ days: 1, more: true });
  expect(days('222222222222')).toEqual({ days: 2, more: true });
  expect(days('222222222222', 'Work/Production/EU')).toEqual({ days: 3, more: true });
  expect(days('222222222222', 'Work/Test')).toEqual({ days: 5, more: true });
  // A unit whose name only begins alike is another unit.
  expect(days('222222222222', 'Workshop')).toEqual({ days: 2, more: true });
  expect(parametersIn(settings, 'named', '111111111111', undefined)).toBeUndefined();
});

test('a rule can be left out', () => {
  const settings = parseSettings('disable: [named]', 'trailwarden.yaml', check);
  expect(applySettings(rules, settings).rules.map((one) => one.id)).toEqual(['kept']);
});

test('everything that does not exist or does not fit is told at once, with its place', () => {
  expect(
    faultsOf(`
disable: [nmed]
parameters:
  - { rule: ketp, set: { days: 1 } }
  - { rule: kept, set: { dyas: 1 } }
  - { rule: kept, set: { days: 0 } }
`),
  ).toEqual([
    'trailwarden.yaml:2:11: there is no rule nmed to disable; did you mean named?',
    'trailwarden.yaml:4:13: there is no rule ketp; did you mean kept?',
    'trailwarden.yaml:5:13: the rule kept has no parameter dyas; it has days, more',
    'trailwarden.yaml:6:13: rule kept: 0 is no value for days; write at least 1',
  ]);
  expect(faultsOf('disabled: [named]')[0]).toBe(
    'trailwarden.yaml:1:1: unknown key disabled; did you mean disable?',
  );
});
