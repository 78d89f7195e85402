/**
 * `node bench/offline.ts [ACCOUNTS...] [--runs N]`, after `npm run build`: what it costs to judge invented organizations by
 * 100 rules, beside the floor (decompressing and parsing the same files); the memory of the command line; and how long short
 * commands take, beside `node -e 0`. Each measurement is a process of its own; all take turns.
 */
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

import { collectGarbageEarly } from '../src/cli/memory.ts';
import { evaluate } from '../src/evaluate/evaluate.ts';
import type { Finding } from '../src/evaluate/finding.ts';
import { createModel } from '../src/model/create-model.ts';
import { loadRules, type RuleFile } from '../src/rules/load.ts';
import { standardLanguage } from '../src/rules/standard-language.ts';
import { openSnapshot } from '../src/snapshot/read.ts';
import { writeOrganization } from './organization.ts';

const modes = ['floor', 'records', 'verdicts', 'lines'] as const;
type Mode = (typeof modes)[number];

const self = fileURLToPath(import.meta.url);
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const work = path.join(tmpdir(), 'trailwarden-bench');

/** Four rules, 25 times under other names: 3 verdicts an account and one for each log group, a hundred rules in all. */
function hundredRules(): RuleFile[] {
  const rule = (id: string, on: string, check: string): string =>
    `id: ${id}\ntitle: Something holds for the resource\nservice: bench\nseverity: high\nfor: ${on}\nwhy: bench\nfix: bench\ncheck:\n${check}\n`;
  const checks: readonly [string, string, string][] = [
    ['running', 'account', '  some: trails\n  where: { IsMultiRegionTrail: true, status.IsLogging: true }'],
    ['validated', 'account', '  every: trails\n  must: { LogFileValidationEnabled: true }\n  empty: fail'],
    [
      'root',
      'account',
      '  some: metricFilters\n  where:\n    filterPattern: { matches: "userIdentity\\\\.type *= *\\"?Root\\"?" }\n    some: readings\n    where: { alarm.ActionsEnabled: true, alarm.AlarmActions: { contains: { startsWith: "arn:" } } }',
    ],
    [
      'retention',
      'log-group',
      '  any: [{ retentionInDays: { present: false } }, { retentionInDays: { atLeast: 365 } }]',
    ],
  ];
  return checks.flatMap(([name, on, check]) =>
    Array.from({ length: 25 }, (_, index): RuleFile => {
      const id = `${name}-${index}`;
      return { kind: 'rule', name: `${id}.yaml`, text: rule(id, on, check) };
    }),
  );
}

/** Does the work of one mode. Gives a word on what was done. */
async function measure(mode: Mode, folder: string): Promise<string> {
  if (mode === 'floor') return floor(path.join(folder, 'accounts'));
  collectGarbageEarly();
  const snapshot = await openSnapshot(folder);
  if (mode === 'records') {
    let count = 0;
    for (const account of snapshot.manifest.accounts)
      count += (await snapshot.account(account.id))?.length ?? 0;
    return `${count} records`;
  }
  const rules = await loadRules([{ files: hundredRules(), trusted: true }], standardLanguage());
  const counts = { pass: 0, fail: 0, unknown: 0, 'not-applicable': 0 };
  const file = path.join(work, `${process.pid}.lines`);
  const lines = mode === 'lines' ? openSync(file, 'w') : undefined;
  let pending = '';
  const write = (finding: Finding): void => {
    const { account, region, id } = finding.resource;
    pending += `${finding.rule}\t${finding.verdict}\t${account}\t${region}\t${id}\n`;
    if (pending.length < 1 << 16) return;
    writeSync(lines!, pending);
    pending = '';
  };
  const end = await evaluate(
    await createModel(snapshot),
    rules,
    (finding: Finding) => {
      counts[finding.verdict] += 1;
      if (lines !== undefined) write(finding);
    },
    { reasons: () => false },
  );
  if (lines !== undefined) {
    writeSync(lines, pending);
    closeSync(lines);
    rmSync(file);
  }
  if (end.bugs > 0) throw new Error(end.notices[0]);
  const { pass, fail, unknown } = counts;
  return `${pass + fail + unknown} verdicts, ${fail} fail, ${unknown} unknown`;
}

function floor(folder: string): string {
  let records = 0;
  for (const file of readdirSync(folder)) {
    const text = gunzipSync(readFileSync(path.join(folder, file))).toString('utf8');
    for (const line of text.split('\n')) {
      if (line === '') continue;
      JSON.parse(line);
      records += 1;
    }
  }
  return `${records} records`;
}

/** What a process took: seconds, and MiB at the highest. */
interface Measured {
  readonly cpu: number;
  readonly wall: number;
  readonly memory: number;
  readonly told?: string;
}

/** Runs a process that tells on file descriptor 3 what it took. */
async function run(...args: readonly string[]): Promise<Measured> {
  const begin = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const texts = ['', ''];
  for (const [index, stream] of [child.stderr, child.stdio[3]].entries())
    stream?.on('data', (data: Buffer) => (texts[index] += data.toString('utf8')));
  await new Promise((resolve) => child.on('close', resolve));
  const wall = (performance.now() - begin) / 1e3;
  const [errors = '', told = ''] = texts;
  if (told === '') throw new Error(`${args.join(' ')} failed:\n${errors}`);
  return { wall, ...(JSON.parse(told) as Omit<Measured, 'wall'>) };
}

/** Loaded into commands: says at their end what they took, start included. */
const tellTale = path.join(work, 'tell.cjs');
const tell =
  "process.on('exit', () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage(); require('node:fs').writeSync(3, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, memory: maxRSS / 1024 })); });\n";

/** A command line whose start, or whose memory, is measured. */
type Command = readonly [name: string, ...args: string[]];

function startCommands(folder: string): readonly Command[] {
  return [
    ['`node -e 0`', '-e', '0'],
    ['`--version`', main, '--version'],
    ['`rules list`', main, 'rules', 'list'],
    ['`snapshot show`, one account', main, 'snapshot', 'show', folder],
    ['`evaluate --rule`, one account', main, 'evaluate', folder, '--rule', 'cloudtrail-multi-region'],
    ['`evaluate`, one account, all rules', main, 'evaluate', folder],
  ];
}

function reportCommands(folder: string, formats: readonly string[]): readonly Command[] {
  const rules = path.join(work, 'rules');
  mkdirSync(path.join(rules, 'bench'), { recursive: true });
  for (const { name, text } of hundredRules()) writeFileSync(path.join(rules, 'bench', name), text);
  const only = hundredRules().flatMap(({ name }) => ['--rule', name.replace('.yaml', '')]);
  return formats.map((format) => {
    const to = ['--format', `${format}=${path.join(work, `report.${format}`)}`];
    return [
      `\`evaluate\`, ${format} report`,
      main,
      'evaluate',
      folder,
      '--rules',
      rules,
      ...only,
      ...to,
      '--fail-on',
      'none',
      '--allow-incomplete',
    ];
  });
}

/** Each measurement in turn, `runs` times. */
async function inTurn(
  runs: number,
  measurements: ReadonlyMap<string, () => Promise<Measured>>,
): Promise<ReadonlyMap<string, readonly Measured[]>> {
  const results = new Map<string, Measured[]>([...measurements.keys()].map((name) => [name, []]));
  for (let round = 0; round < runs; round++)
    for (const [name, one] of measurements) results.get(name)!.push(await one());
  return results;
}

function median(results: readonly Measured[], of: 'cpu' | 'wall' | 'memory'): number {
  const sorted = results.map((one) => one[of]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function organization(accounts: number): Promise<string> {
  const folder = path.join(work, `organization-${accounts}`);
  if (!existsSync(folder)) await writeOrganization(folder, accounts);
  return folder;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function judging(accounts: number, runs: number, formats: readonly string[]): Promise<void> {
  const folder = await organization(accounts);
  const measurements = new Map<string, () => Promise<Measured>>();
  for (const mode of modes) measurements.set(mode, () => run(self, '--mode', mode, folder));
  for (const [name, ...args] of reportCommands(folder, formats))
    measurements.set(name, () => run('--require', tellTale, ...args));
  const results = await inTurn(runs, measurements);
  const base = median(results.get('floor') ?? [], 'cpu');
  print(`\n${accounts} accounts, ${runs} runs, load ${loadavg()[0]?.toFixed(0)}\n`);
  print('| | CPU s | of the floor | clock s | memory MiB | |\n| --- | ---: | ---: | ---: | ---: | --- |');
  for (const [name, all] of results)
    print(
      `| ${name} | ${median(all, 'cpu').toFixed(2)} | ${(median(all, 'cpu') / base).toFixed(1)} | ${median(all, 'wall').toFixed(1)} | ${median(all, 'memory').toFixed(0)} | ${all[0]?.told ?? ''} |`,
    );
}

async function starting(runs: number): Promise<void> {
  const folder = await organization(1);
  const measurements = new Map(
    startCommands(folder).map(([name, ...args]) => [name, () => run('--require', tellTale, ...args)]),
  );
  const results = await inTurn(runs, measurements);
  const base = median(results.get('`node -e 0`') ?? [], 'cpu');
  print(`\nstart, ${runs} runs, load ${loadavg()[0]?.toFixed(0)}\n`);
  print('| | CPU ms | of `node -e 0` | clock ms | memory MiB |\n| --- | ---: | ---: | ---: | ---: |');
  for (const [name, all] of results)
    print(
      `| ${name} | ${(median(all, 'cpu') * 1e3).toFixed(0)} | ${(median(all, 'cpu') / base).toFixed(1)} | ${(median(all, 'wall') * 1e3).toFixed(0)} | ${median(all, 'memory').toFixed(0)} |`,
    );
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    formats: { type: 'string', default: 'text' },
    mode: { type: 'string' },
  },
});
mkdirSync(work, { recursive: true });
if (values.mode === undefined) {
  writeFileSync(tellTale, tell);
  const runs = Number(values.runs);
  const sizes = positionals.length === 0 ? [0, 1000, 1435, 10_000] : positionals.map(Number);
  print(`Node ${process.version}`);
  // 0 accounts: only how long commands take to start.
  for (const size of sizes)
    await (size === 0 ? starting(runs * 3) : judging(size, runs, values.formats.split(',')));
} else {
  const begin = process.cpuUsage();
  const wall = performance.now();
  const told = await measure(values.mode as Mode, positionals[0] ?? '');
  const used = process.cpuUsage(begin);
  const measured: Measured = {
    cpu: (used.user + used.system) / 1e6,
    wall: (performance.now() - wall) / 1e3,
    memory: process.resourceUsage().maxRSS / 1024,
    told,
  };
  writeSync(3, JSON.stringify(measured));
}
