import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { UserFault } from '../../fault.ts';
import { pageOf, ruleIndex, rulePage } from '../../rules/docs/page.ts';
import { FaultList } from '../../rules/fault.ts';
import { loadRules, readRuleFolder, type RuleFolder } from '../../rules/load.ts';
import { schemaCheck } from '../../rules/schema.ts';
import { shippedFolder, shippedRules } from '../../rules/shipped.ts';
import { standardLanguage } from '../../rules/standard-language.ts';
import { parseTestFile } from '../../rules/testing/test-file.ts';
import { exitCodes } from '../failure.ts';
import { writeWhole } from './write.ts';

interface DocsOptions {
  readonly check?: true;
}

/** `trailwarden rules docs DIR` */
export async function writeDocs(dir: string, options: DocsOptions): Promise<void> {
  const folder = await readRuleFolder(dir, '');
  const stale: string[] = [];
  const pages = await docPages(folder, path.resolve(dir));
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
    process.stderr.write(`run: trailwarden rules docs ${dir}\n`);
    process.exitCode = exitCodes.findings;
  }
}

/** Pages of the rules of a folder and their index, by path inside the folder. */
export async function docPages(folder: RuleFolder, at: string): Promise<ReadonlyMap<string, string>> {
  const shipped = await shippedRules();
  const isShipped = at === shippedFolder;
  const rules = await loadRules(isShipped ? [folder] : [shipped, folder], standardLanguage());
  const faults = new FaultList();
  const check = await schemaCheck('rule-test');
  const own = rules.rules.filter((rule) =>
    folder.files.some((file) => file.name === rule.document.place.file),
  );
  const pages = new Map<string, string>();
  for (const rule of own) {
    const file = folder.files.find((one) => one.name === rule.document.place.file);
    const testName = rule.document.place.file.replace(/\.ya?ml$/, '.test.yaml');
    const testFile = folder.files.find((one) => one.name === testName);
    const tests = testFile && parseTestFile(testFile, check, faults);
    pages.set(pageOf(rule), rulePage(rule, rules, file?.text ?? '', tests));
  }
  if (own.length > 0) pages.set('README.md', ruleIndex(own));
  return pages;
}
