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

/**
 * The rules that ship and those of these folders; a user's rule replaces a shipped one with the same id. Event sets are
 * those of the partition: the home region of global services differs. Throws RuleError with every fault of every file.
 */
export async function loadAllRules(dirs: readonly string[] = [], partition?: string): Promise<RuleSet> {
  return loadRules(await ruleFolders(dirs), standardLanguage(partition));
}
