import { expect, test } from 'vitest';

import { RuleError } from '../../src/rules/fault.ts';
import { schemaCheck } from '../../src/rules/schema.ts';
import { Unknown } from '../../src/model/unknown.ts';
import { parseSettings } from '../../src/rules/parse/settings.ts';
import {
  applySettings,
  parametersIn,
  type AccountPlace,
  type RuleSettings,
} from '../../src/rules/settings.ts';
import type { CallName } from '../../src/snapshot/record.ts';
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

const inForce = (settings: RuleSettings, place: Omit<AccountPlace, 'tags'> & Partial<AccountPlace>) =>
  parametersIn(settings, rules.rule('kept')!, { tags: {}, ...place });

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
  const days = (account: string, unit = '') => inForce(settings, { id: account, unit });
  expect(days('111111111111', 'Work/Production')).toEqual({ days: 1, more: true });
  expect(days('222222222222')).toEqual({ days: 2, more: true });
  expect(days('222222222222', 'Work/Production/EU')).toEqual({ days: 3, more: true });
  expect(days('222222222222', 'Work/Test')).toEqual({ days: 5, more: true });
  // A unit whose name only begins alike is another unit.
  expect(days('222222222222', 'Workshop')).toEqual({ days: 2, more: true });
  expect(
    parametersIn(settings, rules.rule('named')!, { id: '111111111111', unit: '', tags: {} }),
  ).toBeUndefined();
});

test('an account comes before tags, more tags before fewer, and tags before units', () => {
  const settings = parseSettings(
    `
parameters:
  - { rule: kept, set: { days: 1 } }
  - { rule: kept, account: '111111111111', set: { days: 2 } }
  - { rule: kept, tags: { stage: production, kind: data }, set: { days: 3 } }
  - { rule: kept, tags: { stage: production }, set: { days: 4, more: true } }
  - { rule: kept, ou: Work/Production/Core, set: { days: 5 } }
  - { rule: kept, tags: { kind: web }, set: { days: 6 } }
`,
    'trailwarden.yaml',
    check,
  );
  const days = (tags: Record<string, string>, unit = '', id = '222222222222') =>
    inForce(settings, { id, unit, tags });
  expect(days({})).toEqual({ days: 1 });
  expect(days({}, 'Work/Production/Core/EU')).toEqual({ days: 5 });
  expect(days({ stage: 'production' }, 'Work/Production/Core')).toEqual({ days: 4, more: true });
  expect(days({ stage: 'production', kind: 'data', more: 'x' })).toEqual({ days: 3, more: true });
  expect(days({ stage: 'production', kind: 'data' }, '', '111111111111')).toEqual({ days: 2, more: true });
  expect(days({ stage: 'test' })).toEqual({ days: 1 });
  // Two that ask for as many tags: the later.
  expect(days({ stage: 'production', kind: 'web' })).toEqual({ days: 6, more: true });
});

test('where a unit or tag is not known, a value is known only where all that may apply agree', () => {
  const settings = parseSettings(
    `
parameters:
  - { rule: kept, set: { days: 10 } }
  - { rule: kept, tags: { stage: production }, set: { days: 10, more: false } }
  - { rule: kept, ou: Work, set: { days: 20 } }
  - { rule: kept, account: '111111111111', set: { days: 20 } }
`,
    'trailwarden.yaml',
    check,
  );
  const cause = (call: CallName) =>
    new Unknown([{ call, account: '1', region: 'global', code: 'AccessDenied', message: 'no' }]);
  const tags = cause('organizations:ListTagsForResource');
  const unit = cause('organizations:ListRoots');
  const known = { unit: '', tags: {} };
  // The tagged value and the one of the organization are the same, and so are `more: false` and the default.
  expect(inForce(settings, { ...known, id: '222222222222', tags })).toEqual({ days: 10, more: false });
  expect(inForce(settings, { ...known, id: '222222222222', unit })).toEqual(unit);
  expect(inForce(settings, { id: '222222222222', unit: 'Work', tags })).toEqual(tags);
  // What is set for the account holds, whatever else may.
  expect(inForce(settings, { id: '111111111111', unit, tags })).toEqual({ days: 20, more: false });
});

test('an entry is about an account, a unit or tags', () => {
  expect(faultsOf('parameters: [{ rule: kept, ou: Work, tags: { a: b }, set: { days: 1 } }]')).toEqual([
    'trailwarden.yaml:1:14: this entry is about several of account, ou and tags; keep one of them',
  ]);
  expect(faultsOf('parameters: [{ rule: kept, tags: { cost: 1 }, set: { days: 1 } }]')).toEqual([
    'trailwarden.yaml:1:36: cost is 1; write text, in quotes',
  ]);
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
