import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Command } from 'commander';
import { expect, test } from 'vitest';

import {
  applyConfiguration,
  configurableOptionsOf,
  readsConfiguration,
} from '../../src/cli/configuration/apply.ts';
import type { Origin, ValueInForce } from '../../src/cli/configuration/in-force.ts';
import { configurableOptions, keyOf } from '../../src/cli/configuration/options.ts';
import { readConfiguration } from '../../src/cli/configuration/read.ts';
import { optionsOf } from '../../src/cli/collect.ts';
import { loadRunRules, type RuleFlags } from '../../src/cli/run-rules.ts';
import { createProgram } from '../../src/cli/program.ts';
import { settingsOf } from '../../src/collect/options.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.ts';
import { runCli, stackLines, temporaryFolder, type CliRun } from '../support/run-cli.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Commands whose options may stand in the configuration. */
const configured = [
  'scan',
  'collect',
  'evaluate',
  'doctor',
  'role',
  'inventory',
  'waivers list',
  'waivers lint',
  'waivers add',
  'rules list',
  'rules lint',
  'rules test',
  'rules explain',
  'rules eval',
  'rules new',
  'packs list',
  'packs show',
  'events match',
  'events covers',
  'events explain',
  'events list',
  'snapshot verify',
  'snapshot sign',
  'snapshot show',
  'report check',
];

const ofPatterns = ['pattern', 'pattern-file', 'event-pattern', 'selectors', 'partition', 'json'];
const ofSets = ['set', 'edition', 'strict', 'with'];

/** Options that belong to one call: what it works on, what it does, how its own result is printed; by command. */
const byCommand: Readonly<Record<string, readonly string[]>> = {
  'rules list': ['pack', 'service', 'tag', 'json'],
  'rules lint': ['json'],
  'rules test': ['only', 'pack', 'junit', 'coverage', 'mutate', 'min-mutants', 'watch'],
  'rules explain': ['snapshot', 'resource', 'json'],
  'rules eval': ['for', 'snapshot', 'resource', 'json'],
  'rules new': ['for', 'out'],
  'packs list': ['json'],
  'packs show': ['json'],
  'events match': [...ofPatterns, ...ofSets, 'exit-code'],
  'events covers': [...ofPatterns, ...ofSets, 'state', 'region', 'account'],
  'events explain': [...ofPatterns, 'set', 'state', 'region', 'account'],
  'events list': ['json'],
  'snapshot verify': ['key', 'signature', 'json'],
  'snapshot sign': ['key', 'out'],
  'snapshot show': ['json'],
  'report check': ['root', 'json'],
};
const ofOneCall = new Set([
  ...Object.entries(byCommand).flatMap(([name, options]) => options.map((option) => `${name} --${option}`)),
  'scan --snapshot',
  'scan --dry-run',
  'collect --dry-run',
  'doctor --json',
  'role --format',
  'role --policy',
  'role --github',
  'role --account',
  'inventory --check',
  ...['list', 'lint'].flatMap((name) =>
    ['--report', '--snapshot', '--json'].map((option) => `waivers ${name} ${option}`),
  ),
  ...['rule', 'resource', 'account', 'ou', 'tag', 'reason', 'owner', 'ticket', 'expires'].map(
    (option) => `waivers add --${option}`,
  ),
]);
/** Options that choose the configuration itself. */
const ofConfiguration = new Set(['--config', '--no-config', '--help']);

function command(name: string): Command {
  let found: Command | undefined = createProgram();
  for (const step of name.split(' ')) found = found?.commands.find((child) => child.name() === step);
  if (found === undefined) throw new Error(`there is no command ${name}`);
  return found;
}

test.each(configured)('%s: every option has its key in the configuration, or belongs to one call', (name) => {
  const homeless = command(name)
    .options.filter(({ hidden, long }) => !hidden && !ofConfiguration.has(long ?? ''))
    .map(({ long }) => (long ?? '').replace(/^--(no-)?/, ''))
    .filter((option) => keyOf(name, option) === undefined && !ofOneCall.has(`${name} --${option}`));
  expect(homeless).toEqual([]);
});

test('every other command names what it works on', () => {
  const leaves = (parent: Command, above = ''): readonly string[] =>
    parent.commands.flatMap((child) => {
      const name = `${above} ${child.name()}`.trim();
      return child.commands.length > 0 ? leaves(child, name) : readsConfiguration(child) ? [] : [name];
    });
  expect(leaves(createProgram())).toEqual([
    'snapshot redact',
    'snapshot merge',
    'snapshot diff',
    'rules fmt',
    'rules docs',
    'report diff',
    'config show',
    'completion bash',
    'completion zsh',
    'completion fish',
    'completion suggest',
    'init',
  ]);
});

test('no option is on the list of one call and in the configuration, and none on it is gone', () => {
  for (const entry of ofOneCall) {
    const [, name = '', option = ''] = /^(.*) --(.*)$/.exec(entry) ?? [];
    expect([entry, keyOf(name, option)]).toEqual([entry, undefined]);
    expect(command(name).options.map(({ long }) => long)).toContain(`--${option}`);
  }
});

const schema = JSON.parse(readFileSync(path.join(root, 'schemas/config.schema.json'), 'utf8')) as JsonObject;

/** Keys of a schema, with those of the mappings in it; each has a description. */
function keysOf(part: JsonValue | undefined, prefix = ''): readonly string[] {
  if (!isJsonObject(part ?? null)) return [];
  return Object.entries((part as JsonObject)['properties'] ?? {}).flatMap(([name, property]) => {
    const key = `${prefix}${name}`;
    expect([key, (property as JsonObject)['description']]).toEqual([key, expect.stringMatching(/\S \S/)]);
    const inner = keysOf(property as JsonValue, `${key}.`);
    return inner.length > 0 ? inner : [key];
  });
}

test('the schema has exactly the keys that are read, and names the option of each', () => {
  const fromTable = configurableOptions.map(({ key }) => key);
  expect(new Set(keysOf(schema))).toEqual(new Set([...fromTable, 'disable', 'parameters']));
  for (const { key, option } of configurableOptions) {
    let property: JsonObject = schema;
    for (const step of key.split('.')) property = (property['properties'] as JsonObject)[step] as JsonObject;
    expect(property['description']).toMatch(
      new RegExp(`Option: (--color, )?--(no-)?${option}( of inventory|, which adds to them)?$`),
    );
  }
});

test('the page about the configuration lists every key', () => {
  const page = readFileSync(path.join(root, 'docs/configuration.md'), 'utf8').replaceAll(/ +/g, ' ');
  for (const { key, option, standard, unset } of configurableOptions) {
    const flag = option === 'color' ? '`--color`, `--no-color`' : `\`--${option}\``;
    expect(page).toContain(`| \`${key}\` | ${flag} | ${standard ?? unset} |`);
  }
});

test('what holds where nothing is said is what the collector takes', () => {
  const { roleName, sessionName, concurrency, attempts, pace } = settingsOf({
    out: '',
    tool: { name: 'test', version: '1' },
  });
  const standard = Object.fromEntries(configurableOptions.map((row) => [row.key, row.standard]));
  expect(standard).toMatchObject({
    'role.name': roleName,
    'role.sessionName': sessionName,
    'requests.concurrency': concurrency,
    'requests.attempts': attempts,
    'requests.pace': pace,
  });
});

/** Each key with a value, the same on the command line, and another there. */
const everyKey: readonly (readonly [
  key: string,
  yaml: string,
  same: readonly string[],
  other: readonly string[],
])[] = [
  [
    'accounts',
    "['111122223333', '444455556666']",
    ['--accounts', '111122223333,444455556666'],
    ['--accounts', '777788889999'],
  ],
  ['ou', '[Workloads/Production]', ['--ou', 'Workloads/Production'], ['--ou', 'Sandbox']],
  ['regions', '[eu-west-1, us-east-1]', ['--regions', 'eu-west-1,us-east-1'], ['--regions', 'eu-west-2']],
  ['role.name', 'Audit', ['--role-name', 'Audit'], ['--role-name', 'Other']],
  ['role.externalId', 'abc', ['--external-id', 'abc'], ['--external-id', 'def']],
  ['role.sessionName', 'nightly', ['--session-name', 'nightly'], ['--session-name', 'daily']],
  [
    'role.trust',
    'arn:aws:iam::111122223333:root',
    ['--trust', 'arn:aws:iam::111122223333:root'],
    ['--trust', '111122223333'],
  ],
  ['role.partition', 'aws-cn', ['--partition', 'aws-cn'], ['--partition', 'aws-us-gov']],
  ['aws.profile', 'audit', ['--profile', 'audit'], ['--profile', 'other']],
  ['aws.region', 'eu-west-1', ['--region', 'eu-west-1'], ['--region', 'us-east-1']],
  ['aws.appId', 'night', ['--app-id', 'night'], ['--app-id', 'day']],
  ['requests.concurrency', '50', ['--concurrency', '50'], ['--concurrency', '7']],
  ['requests.attempts', '3', ['--attempts', '3'], ['--attempts', '7']],
  ['requests.timeout', '60', ['--timeout', '60'], ['--timeout', '7']],
  ['requests.pace', '0.5', ['--pace', '0.5'], ['--pace', '2']],
  ['snapshot.out', 'snap', ['--out', 'etc/snap'], ['--out', 'other']],
  ['snapshot.replace', 'true', ['--replace'], ['--no-replace']],
  ['snapshot.resume', 'true', ['--resume'], ['--no-resume']],
  ['snapshot.shard', '3/20', ['--shard', '3/20'], ['--shard', '1/2']],
  ['snapshot.tags', 'true', ['--tags'], ['--no-tags']],
  ['packs', '[cis-aws-5.0.0]', ['--pack', 'cis-aws-5.0.0'], ['--pack', 'cis-aws-3.0.0']],
  ['only', '[monitor-root-usage]', ['--rule', 'monitor-root-usage'], ['--rule', 'loggroup-retention-set']],
  ['waivers', '../w.yaml', ['--waivers', 'w.yaml'], ['--waivers', 'v.yaml']],
  ['baseline', 'last.json', ['--baseline', 'etc/last.json'], ['--baseline', 'first.json']],
  ['failOn', "'new:high'", ['--fail-on', 'new:high'], ['--fail-on', 'none']],
  ['allowIncomplete', 'true', ['--allow-incomplete'], ['--no-allow-incomplete']],
  ['minCoverage', '98.5%', ['--min-coverage', '98.5'], ['--min-coverage', '90%']],
  [
    'reports',
    '[{ format: text }, { format: html, file: r.html }]',
    ['--format', 'text', '--format', 'html=etc/r.html'],
    ['--format', 'json'],
  ],
  ['sarif.profile', 'full', ['--sarif-profile', 'full'], ['--sarif-profile', 'github']],
  ['sarif.location', 'rule', ['--sarif-location', 'rule'], ['--sarif-location', 'inventory']],
  ['sarif.split', 'unit', ['--split', 'unit'], ['--split', 'account']],
  [
    'source',
    "[{ folder: infra, accounts: ['111122223333', '444455556666'] }, { folder: ., accounts: all }]",
    ['--source', '111122223333,444455556666=etc/infra', '--source', 'all=etc'],
    ['--source', 'code'],
  ],
  ['output.quiet', 'true', ['--quiet'], ['--no-quiet']],
  ['output.logFormat', 'json', ['--log-format', 'json'], ['--log-format', 'text']],
  ['output.verbose', 'true', ['--verbose'], ['--no-verbose']],
  ['output.color', 'false', ['--no-color'], ['--color']],
  ['doctor.sample', '9', ['--sample', '9'], ['--sample', '2']],
  ['doctor.all', 'true', ['--all'], ['--no-all']],
  ['doctor.allRegions', 'true', ['--all-regions'], ['--no-all-regions']],
  ['inventory.out', '..', ['--out', '.'], ['--out', 'x']],
];

/** The configuration of these keys as YAML. */
function yamlOf(keys: readonly (typeof everyKey)[number][]): string {
  const sections = new Map<string, string[]>();
  for (const [key, yaml] of keys) {
    const [first = '', second] = key.split('.');
    if (second === undefined) sections.set(first, [`${first}: ${yaml}`]);
    else sections.set(first, [...(sections.get(first) ?? [`${first}:`]), `  ${second}: ${yaml}`]);
  }
  return [...sections.values()].flat().join('\n');
}

/** Keys of which only one may stand in a file. */
const exclusive = ['minCoverage', 'doctor.sample'];
const halves = [
  ['all keys that may stand together', everyKey.filter(([key]) => !exclusive.includes(key))],
  ['the others', everyKey.filter(([key]) => exclusive.includes(key))],
] as const;

/** Each command with the halves that it has keys of. */
const cases = configured.flatMap((name) => {
  const used = configurableOptionsOf(command(name)).map(({ row }) => row.key);
  return halves
    .filter(([, keys]) => keys.some(([key]) => used.includes(key)))
    .map(([what, keys]) => [name, what, keys] as const);
});

test.each(cases)('%s: %s say what their options say, and the options win', async (name, _what, all) => {
  using folder = temporaryFolder();
  const file = path.join(folder.path, 'etc/trailwarden.yaml');
  mkdirSync(path.dirname(file));
  writeFileSync(file, yamlOf(all));
  const used = configurableOptionsOf(command(name));
  const keys = all.filter(([key]) => used.some(({ row }) => row.key === key));
  const inForce = async (...args: readonly string[]): Promise<JsonObject> => {
    const parsed = command(name);
    expect(parsed.parseOptions([...args]).unknown).toEqual([]);
    await applyConfiguration(parsed);
    const { configuration: _, config: _file, ...values } = parsed.opts();
    return values;
  };
  const bare = await inForce('--no-config');
  const fromFile = await inForce('--config', file);
  for (const { row, option } of used.filter(({ row: { key } }) => keys.some(([one]) => one === key)))
    expect([row.key, fromFile[option.attributeName()]]).not.toEqual([row.key, bare[option.attributeName()]]);
  // Paths are relative to the file.
  const same = keys.flatMap(([, , args]) => args);
  expect(without(folder.path, fromFile)).toEqual(await inForce('--no-config', ...same));
  const other = keys.flatMap(([, , , args]) => args);
  expect(await inForce('--config', file, ...other)).toEqual(await inForce('--no-config', ...other));
  // A switch is taken back by what is said on the command line, above; anything else by its opposite.
  const kept = used.filter(({ row }) => row.form !== 'switch' && keys.some(([key]) => key === row.key));
  const after = await inForce('--config', file, ...kept.map(({ row }) => `--no-${row.option}`));
  for (const { option } of kept) expect(after[option.attributeName()]).toEqual(bare[option.attributeName()]);
});

/** A value without the folder in its paths. */
function without(prefix: string, value: unknown): unknown {
  if (typeof value === 'string') return value === prefix ? '.' : value.replace(`${prefix}/`, '');
  if (Array.isArray(value)) return value.map((item) => without(prefix, item));
  if (value === null || typeof value !== 'object' || value instanceof Set) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, without(prefix, inner)]));
}

test('every key is tried above', () => {
  // Folders of rules are tried by commands that judge: the option adds to them.
  expect(
    everyKey
      .map(([key]) => key)
      .concat('rules')
      .toSorted(),
  ).toEqual(configurableOptions.map(({ key }) => key).toSorted());
});

test('folders of rules on the command line come after those of the configuration', async () => {
  using folder = temporaryFolder();
  const file = path.join(folder.path, 'trailwarden.yaml');
  writeFileSync(file, 'rules: [ours]\n');
  for (const [args, expected] of [
    [[], [path.join(folder.path, 'ours')]],
    [
      ['--rules', 'mine'],
      [path.join(folder.path, 'ours'), 'mine'],
    ],
    [['--no-rules'], undefined],
    [['--rules', 'mine', '--no-rules'], undefined],
    [
      ['--no-rules', '--rules', 'mine', '--rules', 'more'],
      ['mine', 'more'],
    ],
  ] as const) {
    const scan = command('scan');
    scan.parseOptions(['--config', file, ...args]);
    await applyConfiguration(scan);
    expect(scan.opts()['rules']).toEqual(expected);
  }
});

test('config show says what is in force for a command line, and where each value comes from', async () => {
  using folder = temporaryFolder();
  const yaml = `regions: [eu-west-1]
role: { name: Audit }
rules: [mine]
waivers: w.yaml
disable: [loggroup-retention-set]
allowIncomplete: true
reports: [{ format: html, file: out/r.html }]
`;
  writeFileSync(path.join(folder.path, 'trailwarden.yaml'), yaml);
  const show = async (...args: readonly string[]): Promise<CliRun> => {
    const run = await runCli(['config', 'show', ...args], { cwd: folder.path });
    expect(stackLines(run)).toEqual([]);
    return run;
  };
  const at = (line: number, column: number): Origin => ({
    kind: 'file',
    place: { file: 'trailwarden.yaml', line, column },
  });
  const option = (name: string): Origin => ({ kind: 'option', option: name });
  const given = [
    '--no-regions',
    '--rules',
    'more',
    '--min-coverage',
    '90',
    '--fail-on',
    'new:high',
    '--shard',
    '1/3',
  ];
  const run = await show('scan', ...given, '--json');
  const shown = JSON.parse(run.stdout) as { command: string; file: string; values: ValueInForce[] };
  expect(shown).toMatchObject({ command: 'scan', file: 'trailwarden.yaml' });
  const values = Object.fromEntries(shown.values.map(({ key, value, from }) => [key, [value, ...from]]));
  expect(values).toMatchObject({
    regions: [null, option('--no-regions')],
    'role.name': ['Audit', at(2, 15)],
    rules: [['mine', 'more'], at(3, 8), option('--rules')],
    waivers: ['w.yaml', at(4, 10)],
    disable: [['loggroup-retention-set'], at(5, 10)],
    failOn: ['new:high', option('--fail-on')],
    'snapshot.shard': ['1/3', option('--shard')],
    allowIncomplete: [false, { kind: 'default' }],
    minCoverage: ['90%', option('--min-coverage')],
    reports: [[{ format: 'html', file: path.join('out', 'r.html') }], at(7, 10)],
    'requests.attempts': [11, { kind: 'default' }],
    'output.color': [false, { kind: 'environment', variable: 'NO_COLOR' }],
  });
  const all = configurableOptionsOf(command('scan')).map(({ row }) => row.key);
  expect(Object.keys(values)).toEqual([...all, 'disable', 'parameters']);
  expect((await show('--no-rules', '--rules', 'more')).stdout).toMatch(/^rules +more +--rules$/m);
  // Without a command it is a scan; `--` may come before its options.
  const text = await show('--', '--format', 'json=x');
  expect(text.stdout).toMatch(/^reports +\[{"format":"json","file":"x"}\] +--format$/m);
  expect(text.stdout).toMatch(/^regions +eu-west-1 +trailwarden\.yaml:1:10$/m);
  expect((await show('waivers', 'lint')).stdout).toMatch(/^waivers +w\.yaml +trailwarden\.yaml:4:10$/m);
  expect(await show('scna')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean scan?'),
  });
  expect(await show('doctor', '--regoins', 'x')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean --regions?'),
  });
});

test.each([
  ['a coverage', 'allowIncomplete: true', ['--min-coverage', '98%'], { minCoverage: 98 }],
  ['whatever is missing', 'minCoverage: 98%', ['--allow-incomplete'], { allowIncomplete: true }],
])('an option displaces the key that it cannot stand beside: %s', async (_what, yaml, args, expected) => {
  using folder = temporaryFolder();
  const file = path.join(folder.path, 'trailwarden.yaml');
  writeFileSync(file, `${yaml}\n`);
  const scan = command('scan');
  scan.parseOptions(['--config', file, ...args]);
  await applyConfiguration(scan);
  const { allowIncomplete, minCoverage } = scan.opts();
  expect({ allowIncomplete, minCoverage }).toEqual({
    allowIncomplete: undefined,
    minCoverage: undefined,
    ...expected,
  });
});

test.each([
  ['acounts: []', '1:1: unknown key acounts; did you mean accounts?'],
  ['role: { nam: x }', '1:9: unknown key nam; did you mean name?'],
  ['reports: [{ format: htlm }]', '1:13: format is htlm; did you mean html?'],
  ['failOn: hihg', '1:1: failOn is hihg; did you mean high?'],
  ['accounts: [111122223333]', '1:12: item 1 of accounts is 111122223333; write text, in quotes'],
  ["accounts: ['1111']", '1:12: item 1 of accounts is 1111; An account id: twelve digits, in quotes.'],
  [
    'requests: { concurrency: 0 }',
    '1:13: concurrency must be >= 1; Requests in flight at most: 1 to 1000. Option: --concurrency',
  ],
  ['requests: { attempts: 1.5 }', '1:13: attempts is 1.5; write a whole number'],
  [
    'minCoverage: 101%',
    '1:1: minCoverage is 101%; Exit with 3 only when less than this share of the answers is there: 98%. Option: --min-coverage',
  ],
  ['snapshot: { shard: 3 }', '1:13: shard is 3; write text, in quotes'],
  [
    'snapshot: { shard: 0/3 }',
    '1:13: shard is 0/3; Only share k of n of the accounts, the same ones each time: 3/20. Option: --shard',
  ],
  ['snapshot: { resume: yes }', '1:13: resume is the text yes; write true or false'],
  [
    'source: [{ folder: x, accounts: some }]',
    '1:23: accounts is some; Where it is deployed: all, or a list of account ids in quotes.',
  ],
  [
    'allowIncomplete: true\nminCoverage: 98%',
    '1:1: allowIncomplete and minCoverage are both given; keep one of them',
  ],
  ['', '1:1: the file is empty; write a document into it'],
])('what is wrong is told with its place: %s', async (text, expected) => {
  const told = await readConfiguration(text, 'trailwarden.yaml').then(
    () => 'nothing',
    (error: Error) => error.message,
  );
  expect(told).toBe(`trailwarden.yaml:${expected}`);
});

test('who names one rule means it, also outside of the packs of the configuration', async () => {
  const configuration = await readConfiguration('packs: [trailwarden-recommended]', 'trailwarden.yaml');
  const pack = configuration.values.get('packs')?.value as readonly string[];
  const [within, outside] = ['cloudtrail-s3-delivery-fresh', 'config-recorder-all-regions'];
  const run = async (flags: RuleFlags): Promise<unknown> => {
    const { rules, packs } = await loadRunRules({ configuration, ...flags });
    return { packs, rules: rules.rules.map((rule) => [rule.id, rule.parameters]) };
  };
  // The pack demands more than the rule alone.
  expect(await run({ pack, rule: [within] })).toMatchObject({
    packs: pack,
    rules: [[within, { maximumAge: '12h' }]],
  });
  expect(await run({ pack, rule: [outside] })).toMatchObject({ packs: [], rules: [[outside, {}]] });
  // Where the pack was named on the command line, too, one of the two is wrong.
  await expect(run({ pack: [...pack], rule: [outside] })).rejects.toThrow(
    `the rule ${outside} is in none of the chosen packs`,
  );
});

test('a configuration by another name is not passed over in silence', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'trailwarden.yml'), 'regions: [eu-west-1]\n');
  expect(await runCli(['config', 'show'], { cwd: folder.path })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('trailwarden.yml is not read: rename it to trailwarden.yaml'),
  });
});

test.each([
  ['accounts', "['1234']", ['--accounts', '1234']],
  ['regions', '[Frankfurt]', ['--regions', 'Frankfurt']],
  ['role.name', 'arn:aws:iam::111122223333:role/A', ['--role-name', 'arn:aws:iam::111122223333:role/A']],
  ['role.externalId', 'x', ['--external-id', 'x']],
  ['role.sessionName', 'a b', ['--session-name', 'a b']],
  ['aws.appId', 'a b', ['--app-id', 'a b']],
  ['requests.concurrency', '1001', ['--concurrency', '1001']],
  ['requests.attempts', '0', ['--attempts', '0']],
  ['requests.timeout', '601', ['--timeout', '601']],
  ['requests.pace', '0.001', ['--pace', '0.001']],
  ['snapshot.shard', '0/3', ['--shard', '0/3']],
  ['minCoverage', '100.5%', ['--min-coverage', '100.5%']],
  ['failOn', 'worst', ['--fail-on', 'worst']],
  ['reports', '[{ format: pdf }]', ['--format', 'pdf']],
  ['sarif.profile', 'gitlab', ['--sarif-profile', 'gitlab']],
  ['sarif.location', 'here', ['--sarif-location', 'here']],
  ['sarif.split', 'region', ['--split', 'region']],
] as const)('what the option refuses, the schema refuses: %s %s', async (key, yaml, args) => {
  await expect(readConfiguration(yamlOf([[key, yaml, [], []]]), 'trailwarden.yaml')).rejects.toThrow(
    /^trailwarden\.yaml:\d+:\d+: /,
  );
  const scan = command('scan');
  expect(() => {
    scan.parseOptions([...args]);
    settingsOf(optionsOf(scan.opts(), ''));
  }).toThrow(/\S/);
});
