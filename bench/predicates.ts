/**
 * `node bench/predicates.ts [DIR] [RUNS]`: four rules over 1,000 invented accounts, 23 checks each, by the compiled checks of this
 * package, by hand-written code, and by other engines where they are installed in DIR
 * (`npm install --prefix DIR @metrichor/jmespath @marcbachmann/cel-js`). All of them must agree on the counts.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { JsonObject } from '../src/json.ts';
import type { OrganizationModel } from '../src/model/organization.ts';
import type { RelatedList, Resource } from '../src/model/resource.ts';
import type { ResourceType } from '../src/model/schema.ts';
import { Compiler } from '../src/rules/compile/compiler.ts';
import type { Check } from '../src/rules/compile/check.ts';
import { Evaluation } from '../src/rules/compile/subject.ts';
import { FaultList } from '../src/rules/fault.ts';
import { parseCheck } from '../src/rules/parse/check.ts';
import { eventAlgebra } from '../src/rules/standard-language.ts';
import { readYamlNodes, ruleFileLimits } from '../src/yaml-nodes.ts';

interface Trail {
  readonly IsMultiRegionTrail: boolean;
  readonly IsLogging: boolean;
  readonly LogFileValidationEnabled: boolean;
}
interface Filter {
  readonly filterPattern: string;
  readonly alarmActions: readonly string[];
}
interface Group {
  readonly retentionInDays?: number;
}
interface Account {
  readonly trails: readonly Trail[];
  readonly filters: readonly Filter[];
  readonly groups: readonly Group[];
}

const retentions = [7, 30, 90, 180, 365, 400, 731, undefined, 3653, 365];
const names = [
  'Root',
  'DeleteTrail',
  'StopLogging',
  'CreateVpc',
  'CreateRoute',
  'PutBucketPolicy',
  'DisableKey',
];
const accounts: readonly Account[] = Array.from({ length: 1000 }, (_, index) => ({
  trails: [
    { IsMultiRegionTrail: index % 11 !== 0, IsLogging: true, LogFileValidationEnabled: index % 7 !== 0 },
    { IsMultiRegionTrail: false, IsLogging: true, LogFileValidationEnabled: true },
  ],
  filters: names.map((name) => ({
    filterPattern:
      name === 'Root'
        ? index % 5 === 0
          ? '{ $.userIdentity.type = "Rot" }'
          : '{ $.userIdentity.type = "Root" }'
        : `{ $.eventName = ${name} }`,
    alarmActions: name === 'Root' && index % 3 === 0 ? [] : ['arn:aws:sns:us-east-1:111111111111:security'],
  })),
  groups: Array.from({ length: 20 }, (__, group) => {
    const retention = retentions[(index + 3 * group) % 10];
    return retention === undefined ? {} : { retentionInDays: retention };
  }),
}));

/** An account as a resource, with the lists that its relations lead to. */
interface Tenant extends Resource {
  readonly lists: {
    readonly trails: RelatedList;
    readonly filters: RelatedList;
    readonly groups: RelatedList;
  };
}

/** Not dependencies of this package: looked for in the folder that is named. */
const others = { jmespath: '@metrichor/jmespath', cel: '@marcbachmann/cel-js' };

/** Passes of the four rules over all accounts. */
type Counts = readonly [number, number, number, number];
type Engine = () => Counts;

const rootPattern = /userIdentity\.type *= *"?Root"?/;
const byHand: Engine = () => {
  let running = 0;
  let validated = 0;
  let root = 0;
  let kept = 0;
  for (const { trails, filters, groups } of accounts) {
    if (trails.some((trail) => trail.IsMultiRegionTrail && trail.IsLogging)) running += 1;
    if (trails.every((trail) => trail.LogFileValidationEnabled)) validated += 1;
    if (filters.some((one) => rootPattern.test(one.filterPattern) && one.alarmActions.length > 0)) root += 1;
    for (const { retentionInDays } of groups)
      if (retentionInDays === undefined || retentionInDays >= 365) kept += 1;
  }
  return [running, validated, root, kept];
};

function compiledChecks(): Engine {
  const list = (items: readonly Resource[]): RelatedList => ({ items, missing: undefined, records: [] });
  const leaf = (name: string, fields: ResourceType['fields']): ResourceType => ({
    name,
    noun: name,
    service: 'bench',
    description: '',
    calls: [],
    fields,
    relations: {},
    facts: {},
  });
  const trailType = leaf('trail', {
    IsMultiRegionTrail: 'boolean',
    IsLogging: 'boolean',
    LogFileValidationEnabled: 'boolean',
  });
  const filterType = leaf('filter', { filterPattern: 'string', alarmActions: { list: 'string' } });
  const groupType = leaf('group', { retentionInDays: 'number' });
  // As from a model: the resources are there, and the relations lead to them.
  const accountType: ResourceType = {
    ...leaf('tenant', {}),
    relations: Object.fromEntries(
      (['trails', 'filters', 'groups'] as const).map((name) => [
        name,
        {
          kind: 'many',
          to: { trails: 'trail', filters: 'filter', groups: 'group' }[name],
          description: '',
          calls: [],
          resolve: (resource: Resource) => (resource as Tenant).lists[name],
        } as const,
      ]),
    ),
  };
  const make = (type: ResourceType, id: string, data: object): Resource => ({
    type,
    id,
    account: id,
    region: 'global',
    name: id,
    data: data as JsonObject,
    sources: [],
  });
  const resources = accounts.map((account, index) => {
    const of = (type: ResourceType, items: readonly object[]): RelatedList =>
      list(items.map((item, at) => make(type, `${index}/${at}`, item)));
    const lists = {
      trails: of(trailType, account.trails),
      filters: of(filterType, account.filters),
      groups: of(groupType, account.groups),
    };
    return { ...make(accountType, String(index), {}), lists } satisfies Tenant;
  });
  const faults = new FaultList();
  const compiler = new Compiler({
    types: new Map([accountType, trailType, filterType, groupType].map((type) => [type.name, type])),
    predicates: new Map(),
    unsound: new Set(),
    eventSets: new Map(),
    algebra: eventAlgebra(),
  });
  const compile = (type: ResourceType, text: string): Check => {
    const check = parseCheck(readYamlNodes('bench', text, ruleFileLimits).root!, faults);
    const part = check && compiler.compile(check, type, new Map(), faults);
    if (part === undefined) throw new Error(JSON.stringify(faults.faults));
    return part.check;
  };
  const running = compile(
    accountType,
    '{ some: trails, where: { IsMultiRegionTrail: true, IsLogging: true } }',
  );
  const validated = compile(
    accountType,
    '{ every: trails, must: { LogFileValidationEnabled: true }, empty: pass }',
  );
  const root = compile(
    accountType,
    `{ some: filters, where: { filterPattern: { matches: 'userIdentity\\.type *= *"?Root"?' }, alarmActions: { contains: { present: true } } } }`,
  );
  const kept = compile(
    groupType,
    '{ any: [{ retentionInDays: { present: false } }, { retentionInDays: { atLeast: 365 } }] }',
  );
  const model = { time: '2026-10-01T06:00:00Z' } as OrganizationModel;
  const time = Date.parse(model.time);
  return () => {
    const counts: [number, number, number, number] = [0, 0, 0, 0];
    for (const resource of resources) {
      // Everything is worked out anew for each account, as in a run.
      const evaluation = new Evaluation(model, time);
      const subject = evaluation.subject(resource);
      if (running.decide(subject) === 2) counts[0] += 1;
      if (validated.decide(subject) === 2) counts[1] += 1;
      if (root.decide(subject) === 2) counts[2] += 1;
      for (const group of resource.lists.groups.items)
        if (kept.local!(group, evaluation.time) === 2) counts[3] += 1;
    }
    return counts;
  };
}

interface Jmespath {
  compile(text: string): unknown;
  registerFunction(
    name: string,
    call: (args: readonly [string, string]) => boolean,
    signature: readonly object[],
  ): void;
  readonly TreeInterpreter: { search(node: unknown, value: unknown): unknown };
  readonly TYPE_STRING: number;
}

async function jmespathEngine(folder: string): Promise<Engine> {
  const require = createRequire(path.join(path.resolve(folder), 'x.js'));
  const library = require(others.jmespath) as Jmespath;
  const patterns = new Map<string, RegExp>();
  library.registerFunction(
    'matches',
    ([text, pattern]) => {
      let compiled = patterns.get(pattern);
      if (compiled === undefined) patterns.set(pattern, (compiled = new RegExp(pattern)));
      return compiled.test(text);
    },
    [{ types: [library.TYPE_STRING] }, { types: [library.TYPE_STRING] }],
  );
  const compile = (text: string): ((value: unknown) => unknown) => {
    const tree = library.compile(text);
    return (value) => library.TreeInterpreter.search(tree, value);
  };
  const running = compile('length(trails[?IsMultiRegionTrail && IsLogging]) > `0`');
  const validated = compile('length(trails[?!LogFileValidationEnabled]) == `0`');
  const root = compile(
    `length(filters[?matches(filterPattern, 'userIdentity\\.type *= *"?Root"?') && length(alarmActions) > \`0\`]) > \`0\``,
  );
  const kept = compile('!retentionInDays || retentionInDays >= `365`');
  return counting(running, validated, root, kept);
}

async function celEngine(folder: string): Promise<Engine> {
  const require = createRequire(path.join(path.resolve(folder), 'x.js'));
  const { parse } = (await import(pathToFileURL(require.resolve(others.cel)).href)) as {
    readonly parse: (text: string) => (value: unknown) => unknown;
  };
  return counting(
    parse('trails.exists(t, t.IsMultiRegionTrail && t.IsLogging)'),
    parse('trails.all(t, t.LogFileValidationEnabled)'),
    parse(
      `filters.exists(f, f.filterPattern.matches('userIdentity\\\\.type *= *"?Root"?') && size(f.alarmActions) > 0)`,
    ),
    parse('!has(group.retentionInDays) || group.retentionInDays >= 365.0'),
    (group) => ({ group }),
  );
}

function counting(
  running: (value: unknown) => unknown,
  validated: (value: unknown) => unknown,
  root: (value: unknown) => unknown,
  kept: (value: unknown) => unknown,
  wrap: (group: unknown) => unknown = (group) => group,
): Engine {
  return () => {
    const counts: [number, number, number, number] = [0, 0, 0, 0];
    for (const account of accounts) {
      if (running(account) === true) counts[0] += 1;
      if (validated(account) === true) counts[1] += 1;
      if (root(account) === true) counts[2] += 1;
      for (const group of account.groups) if (kept(wrap(group)) === true) counts[3] += 1;
    }
    return counts;
  };
}

/** Accounts in a second of CPU time, over about half a second. */
function speed(engine: Engine): number {
  const begin = process.cpuUsage();
  let rounds = 0;
  let used = 0;
  do {
    engine();
    rounds += 1;
    const { user, system } = process.cpuUsage(begin);
    used = (user + system) / 1e6;
  } while (used < 0.5);
  return (rounds * accounts.length) / used;
}

const [folder, runs = '5'] = process.argv.slice(2);
const engines: [string, Engine][] = [
  ['hand-written', byHand],
  ['compiled checks', compiledChecks()],
];
if (folder !== undefined) {
  engines.push([others.jmespath, await jmespathEngine(folder)]);
  engines.push([others.cel, await celEngine(folder)]);
}
const expected = JSON.stringify(byHand());
for (const [name, engine] of engines) {
  const counts = JSON.stringify(engine());
  if (counts !== expected) throw new Error(`${name} counts ${counts}, hand-written code ${expected}`);
}
const speeds = new Map<string, number[]>(engines.map(([name]) => [name, []]));
for (let run = 0; run < Number(runs); run++)
  for (const [name, engine] of engines) speeds.get(name)!.push(speed(engine));
const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
const own = median(speeds.get('compiled checks')!);
process.stdout.write(
  `1,000 accounts, 23 checks each, counts ${expected}, ${runs} runs, Node ${process.version}\n\n`,
);
process.stdout.write(
  '| engine | accounts in a CPU second | compiled checks to it |\n| --- | ---: | ---: |\n',
);
for (const [name, list] of speeds)
  process.stdout.write(
    `| ${name} | ${Math.round(median(list) / 1000)} k | ${(own / median(list)).toFixed(1)} |\n`,
  );
