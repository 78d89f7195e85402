import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import path from 'node:path';

import { parse } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { FaultList, faultText } from '../../src/rules/fault.ts';
import { schemaCheck, type SchemaKind } from '../../src/rules/schema.ts';
import { emptyAnswers } from '../../src/model/calls.ts';
import { readReadableSnapshot } from '../../src/snapshot/readable.ts';
import { parseWaivers } from '../../src/waivers/waiver-file.ts';
import { readYamlNodes, ruleFileLimits } from '../../src/yaml-nodes.ts';
import { runCli, stackLines, temporaryFolder } from '../support/run-cli.ts';
import { notRun, yamlReadElsewhere } from './not-run.ts';
import { commandsOf } from './shell.ts';
import { usageFault } from './usage-fault.ts';
import { isShell, pages, placedCommands, root, snippetsOf, type Snippet } from './snippets.ts';

const snippets = pages().flatMap(snippetsOf);
const yaml = snippets.filter(({ language }) => language === 'yaml' || language === 'yml');

/** Words in capitals that stand for what a reader puts there. */
const placeholders: Readonly<Record<string, string>> = { SNAPSHOT: 'snapshot' };

/** The arguments of a `trailwarden` command; undefined for other programs. */
function argumentsOf(words: readonly string[]): readonly string[] | undefined {
  const [program, ...rest] = words;
  if (program === 'npx') return argumentsOf(rest.filter((word, at) => at > 0 || !word.startsWith('-')));
  return program === 'trailwarden' ? rest.map((word) => placeholders[word] ?? word) : undefined;
}

test('every command on the pages is one, with options that it has', () => {
  const scripts = (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: object })
    .scripts;
  const faults = snippets.filter(isShell).flatMap((snippet) =>
    placedCommands(snippet).flatMap(({ place, words }) => {
      const args = argumentsOf(words);
      if (args !== undefined) {
        const fault = usageFault(args);
        return fault === undefined ? [] : [`${place}: ${words.join(' ')}: ${fault}`];
      }
      const script = words[0] === 'npm' && words[1] === 'run' ? words[2] : undefined;
      if (script !== undefined && !(script in scripts)) return [`${place}: no script ${script}`];
      const file = words[0] === 'node' ? words.find((word) => /\.[jt]s$/.test(word)) : undefined;
      if (file !== undefined && !existsSync(path.join(root, file)) && !file.startsWith('dist/'))
        return [`${place}: no file ${file}`];
      return [];
    }),
  );
  expect(faults).toEqual([]);
});

test('so is every command in the text', () => {
  const faults = pages().flatMap((file) =>
    readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, at) =>
        [...line.matchAll(/`((?:npx )?trailwarden [^`]+)`/g)].flatMap(([, text = '']) => {
          // Alternatives and things left out are no command.
          if (/\||\.\.\.|\[/.test(text)) return [];
          const args = argumentsOf(commandsOf(text)[0]?.words ?? []) ?? [];
          const fault = usageFault(args, true);
          return fault === undefined ? [] : [`${file}:${at + 1}: ${text}: ${fault}`];
        }),
      ),
  );
  expect(faults).toEqual([]);
});

test('files of the repository that the text names are there', () => {
  const named = /`((?:src|test|docs|rules|fixtures|schemas|examples|build|bench)\/[\w./-]*\w\/?)`/g;
  const faults = pages().flatMap((file) =>
    readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, at) =>
        [...line.matchAll(named)].flatMap(([, name = '']) =>
          existsSync(path.join(root, name)) ? [] : [`${file}:${at + 1}: ${name} is not there`],
        ),
      ),
  );
  expect(faults).toEqual([]);
});

test('blocks for a shell are sound for a shell', () => {
  const blocks = snippets.filter(({ language }) => language === 'sh' || language === 'bash');
  const faults = blocks.flatMap(({ place, text }) => {
    const run = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
    return run.status === 0 ? [] : [`${place}: ${run.stderr}`];
  });
  expect(faults).toEqual([]);
});

test('blocks of JSON are JSON', () => {
  const faults = snippets
    .filter(({ language }) => language === 'json' || language === 'jsonl')
    .flatMap(({ place, language, text }) => {
      try {
        for (const one of language === 'json' ? [text] : text.trim().split('\n')) JSON.parse(one);
        return [];
      } catch (error) {
        return [`${place}: ${(error as Error).message}`];
      }
    });
  expect(faults).toEqual([]);
});

/** Faults of a block of YAML by the reader that it belongs to, which its members tell. */
async function yamlFaults({ place, text }: Snippet): Promise<readonly string[]> {
  const value = parse(text) as unknown;
  const has = (...keys: string[]): boolean =>
    typeof value === 'object' && value !== null && keys.some((key) => key in value);
  const bySchema = async (kind: SchemaKind): Promise<readonly string[]> => {
    const faults = new FaultList();
    const { root: node } = readYamlNodes(place, text, ruleFileLimits);
    (await schemaCheck(kind))(node!, faults, () => false);
    return faults.faults.map(faultText);
  };
  if (has('waivers') && !has('rules', 'packs', 'reports')) {
    parseWaivers(text, place);
    return [];
  }
  if (has('controls')) return await bySchema('pack');
  if (has('check', 'for')) return await bySchema(has('severity') ? 'rule' : 'predicate');
  if (has('accounts') && has('organization')) {
    readReadableSnapshot(text, { file: place, derive: { emptyAnswers } });
    return [];
  }
  if (has('jobs')) return workflowFaults(Object.values((value as { jobs: object }).jobs));
  if (Array.isArray(value) && value.some((step) => 'uses' in step || 'run' in step))
    return workflowFaults([{ steps: value as readonly object[] }]);
  if (has('options', 'role-to-assume')) return inputFaults(value as object);
  if (/^# accounts\/\d{12}\.yaml\n/.test(text)) return [];
  // Templates of AWS and Kubernetes are files that tests of their own check; here only that they can be read.
  if (has('AWSTemplateFormatVersion', 'Resources', 'apiVersion', 'spec', 'services')) return [];
  return await bySchema('config');
}

function inputFaults(given: object): readonly string[] {
  const known = (parse(readFileSync(path.join(root, 'action.yml'), 'utf8')) as { inputs: object }).inputs;
  return Object.keys(given)
    .filter((name) => !(name in known))
    .map((name) => `action.yml has no input ${name}`);
}

function workflowFaults(jobs: readonly { readonly steps?: readonly object[] }[]): readonly string[] {
  return jobs
    .flatMap(({ steps }) => steps ?? [])
    .flatMap((step) => {
      const {
        uses = '',
        with: inputs = {},
        run = '',
      } = step as { uses?: string; with?: object; run?: string };
      if (uses.startsWith('trailwarden/')) return inputFaults(inputs);
      return commandsOf(run.replaceAll(/\$\{\{.*?\}\}/g, 'x')).flatMap(({ words }) => {
        const args = argumentsOf(words);
        return args === undefined ? [] : (usageFault(args) ?? []);
      });
    });
}

test('blocks of YAML are taken by what reads them', async () => {
  const faults: string[] = [];
  for (const snippet of yaml) {
    if (snippet.file in yamlReadElsewhere) continue;
    try {
      faults.push(...(await yamlFaults(snippet)).map((fault) => `${snippet.place}: ${fault}`));
    } catch (error) {
      faults.push(`${snippet.place}: ${(error as Error).message}`);
    }
  }
  expect(faults).toEqual([]);
});

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** What pages take for granted, under the names that they use. */
beforeAll(async () => {
  const at = (name: string): string => path.join(folder.path, name);
  symlinkSync(path.join(root, 'fixtures'), at('fixtures'));
  symlinkSync(path.join(root, 'rules'), at('rules'));
  const run = (...args: string[]): Promise<unknown> => runCli(args, { cwd: folder.path });
  await run('snapshot', 'redact', 'fixtures/example-org', '--out', 'snapshot');
  for (const name of ['scan-1', 'scan-2026-10', 'whole'])
    cpSync(at('snapshot'), at(name), { recursive: true });
  cpSync(path.join(root, 'fixtures/example-org.waivers.yaml'), at('waivers.yaml'));
  writeFileSync(at('record.json'), '{ "eventName": "GetObject", "errorCode": "AccessDenied" }');
  mkdirSync(at('our-rules'));
  cpSync(
    path.join(root, 'rules/cloudtrail/cloudtrail-multi-region.yaml'),
    at('our-rules/cloudtrail-multi-region.yaml'),
  );
  const keys = generateKeyPairSync('ed25519');
  writeFileSync(at('audit.pem'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(at('audit.pub'), keys.publicKey.export({ type: 'spki', format: 'pem' }));
  await run('evaluate', 'snapshot', '--rule', 'cloudtrail-multi-region', '--format', 'json=report.json');
});

const offline = new Set([
  'completion',
  'evaluate',
  'events',
  'inventory',
  'packs',
  'report',
  'role',
  'rules',
  'snapshot',
  'waivers',
]);

test('every command that asks nobody runs', { timeout: 240_000 }, async () => {
  const used = new Set<string>();
  const done = new Set<string>();
  const faults: string[] = [];
  for (const snippet of snippets.filter(isShell))
    for (const { place, words } of placedCommands(snippet)) {
      const args = argumentsOf(words);
      const asksNobody = offline.has(args?.[0] ?? '') || args?.includes('--snapshot');
      if (args === undefined || !asksNobody) continue;
      const command = args.join(' ');
      const reason = Object.keys(notRun).find(
        (key) => key === snippet.file || `${snippet.file}: ${command}`.startsWith(key),
      );
      if (reason !== undefined) used.add(reason);
      if (reason !== undefined || done.has(command)) continue;
      done.add(command);
      const run = await runCli(args, { cwd: folder.path });
      if (run.code === 2 || run.code === null || stackLines(run).length > 0)
        faults.push(`${place}: ${command}: ${run.code}: ${run.stderr}`);
    }
  expect(faults).toEqual([]);
  expect(done.size).toBeGreaterThan(15);
  expect(Object.keys(notRun).filter((key) => !used.has(key))).toEqual([]);
});
