import { expect, test } from 'vitest';

import { compareEditions, newestEditions, packsNamed, rulesOfPacks } from '../../src/rules/packs.ts';
import { loadRules } from '../../src/rules/load.ts';
import { shippedRules } from '../../src/rules/shipped.ts';
import { standardLanguage } from '../../src/rules/standard-language.ts';
import { FaultList, faultText } from '../../src/rules/fault.ts';
import { lintFolders } from '../../src/rules/lint/folders.ts';
import { links, undecided } from './questions.ts';
import { faultsOf, files, language, load, rule } from './support.ts';

const kept = rule(
  'kept',
  'log-group',
  `
params:
  days: { type: integer, default: 365, stricter: higher, description: x }
  age: { type: duration, default: 24h, stricter: lower, description: x }
  open: { type: boolean, default: false, stricter: true, description: x }
  known: { type: list, default: [a, b], stricter: fewer, description: x }
  only: { type: list, default: [], stricter: narrower, description: x }
  all: { type: list, default: [], stricter: wider, description: x }
  word: { type: string, default: x, description: x }
  events: { type: event-set, default: root-usage, description: x }
check:
  all:
    - retentionInDays: { atLeast: $days }
    - creationTime: { within: $age }
    - retentionInDays: { present: $open }
    - logGroupName: { oneOf: $known }
    - logGroupName: { oneOf: $only }
    - logGroupName: { oneOf: $all }
    - logGroupName: $word
    - together: { cover: $events, ways: [{ name: a, links: [{ link: filter, each: metricFilters, sees: matchedEvents }] }] }
`,
);
const head = (id: string, edition = '1'): string =>
  `id: ${id}\ntitle: A framework\nframework: Framework\nedition: '${edition}'\nabout: x\n`;
const pack = (id: string, controls: string, edition?: string): Record<string, string> => ({
  [`packs/${id}.yaml`]: `${head(id, edition)}controls:\n${controls}`,
});

test('everything that is wrong with a pack is told at once, with its place', async () => {
  const controls = `  - { id: 1.1, title: First one, rules: [ketp] }
  - { id: '1.2', title: Second, rules: [{ rule: kept, with: { dyas: 1, days: x } }] }
  - { id: '1.2', title: Third one, rules: [kept] }
  - { id: '1.3', title: Fourth }
  - { id: '1.4', title: Fifth, rules: [kept], manual: nobody knows }
  - { id: '1.5', title: Sixth, extent: some, rules: [kept] }
`;
  expect(await faultsOf({ ...kept, ...pack('mine', controls) })).toEqual([
    'packs/mine.yaml:7:42: control 1.1: there is no rule ketp; did you mean kept?',
    'packs/mine.yaml:8:63: the rule kept has no parameter dyas; did you mean days?',
    'packs/mine.yaml:8:72: rule kept: "x" is no value for days; write a whole number',
    'packs/mine.yaml:9:11: the control 1.2 is also in line 8; join the two',
    'packs/mine.yaml:10:11: the control 1.3 has no rules; add rules: [...], or manual: why no rule can decide it',
    'packs/mine.yaml:11:11: the control 1.4 has rules and is manual; leave manual out; say extent: partial where the rules decide a part',
    'packs/mine.yaml:12:32: extent is some; choose one of full, partial',
  ]);
  expect(await faultsOf({ ...kept, ...pack('other', '  - { id: a, title: One, rules: [] }\n') })).toEqual([
    'packs/other.yaml:7:26: rules is empty or too short; Rules that must all hold.',
  ]);
  expect(
    await faultsOf(
      rule(
        'a',
        'trail',
        'params: { n: { type: integer, default: 1, stricter: more, description: x } }\ncheck: { Name: { atLeast: $n } }',
      ),
    ),
  ).toContain(
    'cloudtrail/a.yaml:8:53: stricter is more for a parameter of type integer; write higher or lower',
  );
});

const demand = (values: string): string =>
  `  - { id: a, title: One, rules: [{ rule: kept, with: ${values} }] }\n`;

test.each([
  // What the rule ran with beside what is demanded.
  ['{ days: 365 }', {}, 'same'],
  ['{ days: 90 }', {}, 'stricter'],
  ['{ days: 400 }', {}, 'laxer'],
  ['{ age: 1440m }', {}, 'same'],
  ['{ age: 2d }', {}, 'stricter'],
  ['{ age: 1h }', {}, 'laxer'],
  ['{ open: true }', {}, 'laxer'],
  ['{ known: [b, a] }', {}, 'same'],
  ['{ known: [a, b, c] }', {}, 'stricter'],
  ['{ known: [a] }', {}, 'laxer'],
  ['{ known: [a, c] }', {}, 'unclear'],
  ['{ only: [a] }', {}, 'laxer'],
  ['{ only: [] }', { only: ['a', 'b'] }, 'stricter'],
  ['{ only: [a] }', { only: ['a', 'b'] }, 'laxer'],
  ['{ all: [a] }', {}, 'stricter'],
  ['{ all: [] }', { all: ['a', 'b'] }, 'laxer'],
  ['{ all: [a] }', { all: ['a', 'b'] }, 'stricter'],
  // Nothing says which text is the stricter one.
  ['{ word: y }', {}, 'unclear'],
  // Event sets are compared by their events.
  ['{ events: root-usage@old }', {}, 'stricter'],
  ['{ events: root-usage }', { events: 'root-usage@old' }, 'laxer'],
  ['{ events: logins }', {}, 'stricter'],
  ['{ events: root-usage@old }', { events: 'logins' }, 'unclear'],
  // Stricter in one and laxer in another is neither.
  ['{ days: 90, age: 1h }', {}, 'unclear'],
  ['{ days: 90, age: 2d }', {}, 'stricter'],
  // What a pack does not mention is demanded as the rule has it.
  ['{ days: 365 }', { open: true }, 'stricter'],
  ['{ days: 365 }', { age: '30d' }, 'laxer'],
])('a pack demands %s, the rule ran with %j: %s', async (demanded, ran, expected) => {
  const rules = await load({ ...kept, ...pack('mine', demand(demanded)) });
  const [found] = rules.packs[0]!.controls[0]!.demands;
  const { parameters } = rules.withParameters(rules.rule('kept')!, ran);
  expect(found!.strictness(parameters)).toBe(expected);
});

test('packs limit the rules, and run them with the strictest values that their controls demand', async () => {
  const rules = await load({
    ...kept,
    ...rule('named', 'trail', 'check: { Name: x }'),
    ...pack(
      'one',
      `${demand('{ days: 90 }')}  - { id: b, title: Two, rules: [{ rule: kept, with: { age: 2d, days: 30 } }] }\n`,
    ),
    ...pack('two', '  - { id: c, title: Three, rules: [{ rule: kept, with: { days: 500 } }, named] }\n', '2'),
    ...pack('text', demand('{ word: y }')),
  });
  const one = rulesOfPacks(rules, packsNamed(rules.packs, ['one']));
  expect(one.rules.map((found) => [found.id, found.parameters['days'], found.parameters['age']])).toEqual([
    ['kept', 90, '24h'],
  ]);
  const both = rulesOfPacks(rules, packsNamed(rules.packs, ['two', 'one', 'two']));
  expect(both.rules.map((found) => [found.id, found.parameters['days']])).toEqual([
    ['kept', 500],
    ['named', undefined],
  ]);
  // A configuration changes single values of what a pack runs with.
  expect(one.withParameters(one.rule('kept')!, { age: '7d' }).parameters).toMatchObject({
    days: 90,
    age: '7d',
  });
  expect(() => packsNamed(rules.packs, ['too'])).toThrow('there is no pack too; did you mean two?');
  expect(() => rulesOfPacks(rules, packsNamed(rules.packs, ['one', 'text']))).toThrow('neither is stricter');
  expect(newestEditions(rules.packs).map((found) => found.id)).toEqual(['two']);
});

test('editions are ordered by their numbers', () => {
  const editions = ['1.10.0', '5.0.0', '1.2.0', '4.0.1', '4.0', 'r5', 'r4'];
  expect(editions.toSorted(compareEditions)).toEqual([
    '1.2.0',
    '1.10.0',
    '4.0',
    '4.0.1',
    '5.0.0',
    'r4',
    'r5',
  ]);
});

test('a rule of a user that replaces a shipped one need not have the parameters that shipped packs name', async () => {
  const mine = rule('monitor-root-usage', 'account', 'check: { state: ACTIVE }');
  const rules = await loadRules(
    [
      await shippedRules(),
      {
        files: Object.entries(mine).map(([name, text]) => ({
          kind: 'rule',
          name: name.replace('cloudtrail/', 'mine/'),
          text,
        })),
      },
    ],
    standardLanguage(),
  );
  const cis = packsNamed(rules.packs, ['cis-aws-5.0.0'])[0]!;
  const demands = cis.controls.flatMap((control) => control.demands);
  expect(demands.find((one) => one.rule === 'monitor-root-usage')!.strictness({})).toBe('unclear');
});

test('each edition has the controls, and each control the rules, that the sources of the mapping state', async () => {
  const { packs } = await loadRules([await shippedRules()], standardLanguage());
  const stated = links
    .filter((link) => undecided[link.rule] === undefined)
    .map((link) => `${link.pack} ${link.control} ${link.rule}`);
  const packed = packs
    .filter(({ id }) => !ours.has(id))
    .flatMap(({ id, controls }) =>
      controls.flatMap((control) => control.demands.map((one) => `${id} ${control.document.id} ${one.rule}`)),
    );
  expect(packed.toSorted()).toEqual(stated.toSorted());
  // What no rule decides is listed, not left out.
  const listed = new Set(
    packs.flatMap(({ id, controls }) => controls.map((one) => `${id} ${one.document.id}`)),
  );
  expect(links.filter(({ pack: id, control }) => !listed.has(`${id} ${control}`))).toEqual([]);
});

test('lint asks which values of a parameter are stricter, but for those that only fill messages', async () => {
  const faults = new FaultList();
  const body = `
params:
  days: { type: integer, default: 1, description: x }
  price: { type: number, default: 1, description: x }
  word: { type: string, default: x, description: x }
check:
  retentionInDays: { atLeast: $days }
  logGroupName: $word
message:
  fail: 'it costs {$price}'
`;
  await lintFolders([{ files: files(rule('kept', 'log-group', body)) }], 0, language, faults);
  expect(faults.faults.map(faultText).filter((line) => line.includes('stricter'))).toEqual([
    'cloudtrail/kept.yaml:9:3: the parameter days does not say which values are stricter; write stricter: higher or lower, so that packs can tell a lax value',
  ]);
});

/** Packs of our own: no edition of somebody else's framework. */
const ours = new Set(['trailwarden-core', 'trailwarden-recommended', 'cost']);
