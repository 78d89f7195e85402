/**
 * `node bench/offline.ts [ACCOUNTS] [RUNS]`: invents an organization, and measures what it costs to evaluate its snapshot by
 * 100 rules, beside the floor: decompressing and parsing the same files. Each measurement is a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

import { evaluate } from '../src/evaluate/evaluate.ts';
import type { Finding } from '../src/evaluate/finding.ts';
import { createModel } from '../src/model/create-model.ts';
import { loadRules, type RuleFile, type RuleFolder } from '../src/rules/load.ts';
import { shippedRules } from '../src/rules/shipped.ts';
import { standardLanguage } from '../src/rules/standard-language.ts';
import { openSnapshot } from '../src/snapshot/read.ts';
import { writeOrganization } from './organization.ts';

const modes = ['floor', 'records', 'verdicts', 'words'] as const;
type Mode = (typeof modes)[number];

/** Four rules, 25 times under other names: 3 verdicts an account and one for each log group, a hundred rules in all. */
function hundredRules(): RuleFolder {
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
  const files = checks.flatMap(([name, on, check]) =>
    Array.from({ length: 25 }, (_, index): RuleFile => {
      const id = `${name}-${index}`;
      return { kind: 'rule', name: `${id}.yaml`, text: rule(id, on, check) };
    }),
  );
  return { files, trusted: true };
}

async function measure(mode: Mode, folder: string): Promise<string> {
  if (mode === 'floor') {
    const parts = path.join(folder, 'accounts');
    let lines = 0;
    for (const file of readdirSync(parts)) {
      const text = gunzipSync(readFileSync(path.join(parts, file))).toString('utf8');
      for (const line of text.split('\n')) {
        if (line === '') continue;
        JSON.parse(line);
        lines += 1;
      }
    }
    return `${lines} records`;
  }
  const snapshot = await openSnapshot(folder);
  if (mode === 'records') {
    let count = 0;
    for (const account of snapshot.manifest.accounts)
      count += (await snapshot.account(account.id))?.length ?? 0;
    return `${count} records`;
  }
  const shipped = await shippedRules();
  const own = hundredRules();
  const rules = (await loadRules([shipped, own], standardLanguage())).select(
    (rule) => rule.document.service === 'bench',
  );
  const model = await createModel(snapshot);
  const counts = { pass: 0, fail: 0, unknown: 0, 'not-applicable': 0 };
  // Verdicts are kept as a report keeps them: counted, with what identifies them; words only where they are read.
  const kept: string[] = [];
  let letters = 0;
  const end = await evaluate(
    model,
    rules,
    (finding: Finding) => {
      counts[finding.verdict] += 1;
      if (mode === 'words') letters += finding.message.length;
      kept.push(finding.rule);
    },
    { reasons: () => mode === 'words' },
  );
  if (end.bugs > 0) throw new Error(end.notices[0]);
  return `${kept.length} findings: ${counts.pass} pass, ${counts.fail} fail, ${counts.unknown} unknown${letters > 0 ? `, ${letters} letters` : ''}`;
}

const [first = '1435', second = '5', third] = process.argv.slice(2);
if (modes.includes(first as Mode)) {
  const begin = process.cpuUsage();
  const wall = performance.now();
  const told = await measure(first as Mode, second);
  const used = process.cpuUsage(begin);
  process.stdout.write(
    JSON.stringify({
      cpu: (used.user + used.system) / 1e6,
      wall: (performance.now() - wall) / 1e3,
      memory: process.resourceUsage().maxRSS / 1024,
      told,
    }),
  );
} else {
  const accounts = Number(first);
  const runs = Number(second);
  const folder = path.join(tmpdir(), `trailwarden-bench-${accounts}`);
  if (!existsSync(folder)) await writeOrganization(folder, accounts);
  const wanted = third === undefined ? modes : modes.filter((mode) => mode === 'floor' || mode === third);
  const results = new Map<Mode, { cpu: number[]; wall: number[]; memory: number[]; told: string }>();
  for (let run = 0; run < runs; run++)
    for (const mode of wanted) {
      const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), mode, folder], {
        encoding: 'utf8',
      });
      if (child.status !== 0) throw new Error(child.stderr);
      const one = JSON.parse(child.stdout) as { cpu: number; wall: number; memory: number; told: string };
      const all = results.get(mode) ?? { cpu: [], wall: [], memory: [], told: one.told };
      all.cpu.push(one.cpu);
      all.wall.push(one.wall);
      all.memory.push(one.memory);
      results.set(mode, all);
    }
  const median = (list: readonly number[]): number =>
    list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
  const floor = median(results.get('floor')?.cpu ?? [1]);
  process.stdout.write(`${accounts} accounts, ${runs} runs, Node ${process.version}\n\n`);
  process.stdout.write(
    '| | CPU s | of the floor | wall s | memory MiB | |\n| --- | ---: | ---: | ---: | ---: | --- |\n',
  );
  for (const [mode, { cpu, wall, memory, told }] of results)
    process.stdout.write(
      `| ${mode} | ${median(cpu).toFixed(2)} | ${(median(cpu) / floor).toFixed(1)} | ${median(wall).toFixed(2)} | ${median(memory).toFixed(0)} | ${told} |\n`,
    );
}
