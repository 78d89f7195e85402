import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { UserFault } from '../../fault.ts';
import { calls, nameOf } from '../../collect/calls.ts';
import type { CompiledRule } from '../../rules/compile/rule.ts';
import { smallestCase, type RuleExample } from '../../rules/docs/example.ts';
import { packPage, packPageOf } from '../../rules/docs/pack-page.ts';
import { pageOf, ruleIndex, rulePage } from '../../rules/docs/page.ts';
import { FaultList } from '../../rules/fault.ts';
import { loadRules, readRuleFolder, type RuleFolder } from '../../rules/load.ts';
import { schemaCheck } from '../../rules/schema.ts';
import { shippedFolder, shippedRules } from '../../rules/shipped.ts';
import { standardLanguage } from '../../rules/standard-language.ts';
import { packsNamed, rulesOfPacks, type Pack } from '../../rules/packs.ts';
import type { RuleSet } from '../../rules/rule-set.ts';
import { parseTestFile, type TestFile } from '../../rules/testing/test-file.ts';
import type { CallName } from '../../snapshot/record.ts';
import { exitCodes } from '../failure.ts';
import { judgeSnapshot, snapshotOfCase } from './judge.ts';
import { writeWhole } from './write.ts';
import { log } from '../log.ts';

interface DocsOptions {
  readonly pack?: readonly string[];
  readonly check?: true;
}

/** `trailwarden rules docs DIR` */
export async function writeDocs(dir: string, options: DocsOptions): Promise<void> {
  const folder = await readRuleFolder(dir, '');
  const stale: string[] = [];
  const pages = await docPages(folder, path.resolve(dir), options.pack);
  if (pages.size === 0) throw new UserFault(`${dir}: there are no rules here; name a folder of rules`);
  for (const [name, text] of pages) {
    const file = path.join(dir, ...name.split('/'));
    const before = await readFile(file, 'utf8').catch(() => undefined);
    if (before === text) continue;
    stale.push(name);
    if (options.check !== true) await writeWhole(file, text);
  }
  for (const name of stale)
    process.stdout.write(`${options.check ? 'out of date' : 'written'}: ${path.join(dir, name)}\n`);
  if (options.check && stale.length > 0) {
    log('error', 'out-of-date', `${stale.length} out of date; run: trailwarden rules docs ${dir}`);
    process.exitCode = exitCodes.findings;
  }
}

/**
 * Pages of the rules and packs of a folder and their index, by path inside the folder; or without the index those of some
 * packs and of their rules.
 */
export async function docPages(
  folder: RuleFolder,
  at: string,
  only?: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const shipped = await shippedRules();
  const isShipped = at === shippedFolder;
  const rules = await loadRules(isShipped ? [folder] : [shipped, folder], standardLanguage());
  const faults = new FaultList();
  const check = await schemaCheck('rule-test');
  const isOwn = (file: string): boolean => folder.files.some((one) => one.name === file);
  const chosen = only === undefined ? rules.packs : packsNamed(rules.packs, only);
  const wanted = only === undefined ? rules : rulesOfPacks(rules, chosen);
  const own = rules.rules.filter((rule) => isOwn(rule.document.place.file) && wanted.rule(rule.id));
  const packs = chosen.filter((pack) => isOwn(pack.document.place.file));
  const actions = new Map(calls.map((call) => [nameOf(call), call.action]));
  const pages = new Map<string, string>();
  for (const rule of own) {
    const file = folder.files.find((one) => one.name === rule.document.place.file);
    const testFile = folder.files.find(
      (one) => one.name === rule.document.place.file.replace(/\.ya?ml$/, '.test.yaml'),
    );
    const tests = testFile && parseTestFile(testFile, check, faults);
    const context = {
      text: file?.text ?? '',
      tests,
      examples: tests === undefined ? [] : await examplesOf(rule, rules, tests),
      actionOf: (call: CallName) => actions.get(call),
    };
    pages.set(pageOf(rule), rulePage(rule, rules, context));
  }
  for (const pack of packs)
    pages.set(
      packPageOf(pack),
      packPage(pack, rules, (id) => pageFrom(pack, rules, id, isShipped)),
    );
  if (own.length > 0 && only === undefined) pages.set('README.md', ruleIndex(own, packs, isShipped));
  return pages;
}

/** Path from the page of a pack to that of a rule; of a shipped one that a pack of somebody else names, just its name. */
function pageFrom(pack: Pack, rules: RuleSet, id: string, isShipped: boolean): string {
  const rule = rules.rule(id);
  if (rule === undefined) return '#';
  const file = isShipped || !rule.document.place.file.startsWith('rules/') ? pageOf(rule) : undefined;
  return file === undefined ? '#' : path.posix.relative(path.posix.dirname(packPageOf(pack)), file);
}

/** The smallest case that fails and the smallest that passes, with what the rule says about them. */
async function examplesOf(
  rule: CompiledRule,
  rules: RuleSet,
  tests: TestFile,
): Promise<readonly RuleExample[]> {
  const examples: RuleExample[] = [];
  for (const verdict of ['fail', 'pass'] as const) {
    const test = smallestCase(tests, verdict);
    if (test === undefined) continue;
    const tuned = rules.withParameters(rule, test.parameters, tests.name);
    const outcomes = await judgeSnapshot(snapshotOfCase(test, tests.name), rules, tuned);
    const shown = outcomes.find((outcome) => outcome.verdict === verdict);
    if (shown !== undefined)
      examples.push({
        verdict,
        name: test.name,
        message: shown.message,
        parameters: test.parameters,
        snapshot: test.snapshot,
      });
  }
  return examples;
}
