import { readRuleFolder, loadRules, type RuleFolder } from '../../rules/load.ts';
import { standardLanguage } from '../../rules/standard-language.ts';
import type { RuleSet } from '../../rules/rule-set.ts';
import { shippedRules } from '../../rules/shipped.ts';

/** Folders of rules as the command line names them, on top of those that ship. */
export async function ruleFolders(dirs: readonly string[] = []): Promise<readonly RuleFolder[]> {
  const folders = [await shippedRules()];
  for (const dir of dirs) folders.push(await readRuleFolder(dir));
  return folders;
}

/** Loads the rules that ship and those of these folders. Throws RuleError with every fault. */
export async function loadAllRules(dirs: readonly string[] = [], partition?: string): Promise<RuleSet> {
  return loadRules(await ruleFolders(dirs), standardLanguage(partition));
}
