import path from 'node:path';

import { readRuleFolder, loadRules, type RuleFolder } from '../../rules/load.ts';
import { standardLanguage } from '../../rules/standard-language.ts';
import type { RuleSet } from '../../rules/rule-set.ts';
import { shippedRules } from '../../rules/shipped.ts';
import { configuredFolders } from '../configuration/apply.ts';
import type { Configuration } from '../configuration/read.ts';

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

/** Folders of rules that somebody works on, beside others that their rules may use. */
export interface FoldersInWork {
  readonly folders: readonly RuleFolder[];
  /** Where in `folders` those begin that are worked on; 0 where they are the ones that ship. */
  readonly from: number;
  /** How the ones that are worked on were named; empty where they are those that ship. */
  readonly dirs: readonly string[];
}

/**
 * The folders that a command of a rule author is about: those that are named, else those of the configuration, else the ones
 * that ship. What else the configuration names stands before them.
 */
export async function foldersInWork(
  named: readonly string[],
  options: { readonly configuration?: Configuration },
): Promise<FoldersInWork> {
  const configured = configuredFolders(options);
  const dirs = named.length === 0 ? configured : named;
  const places = new Set(dirs.map((dir) => path.resolve(dir)));
  const beside = configured.filter((dir) => !places.has(path.resolve(dir)));
  const folders = await ruleFolders([...beside, ...dirs]);
  return { folders, from: dirs.length === 0 ? 0 : folders.length - dirs.length, dirs };
}
