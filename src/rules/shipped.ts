import { fileURLToPath } from 'node:url';

import { readRuleFolder, type RuleFolder } from './folder.ts';
import { readParsedRules, withParsed } from './parsed.ts';

/** Where the rules that ship stand. `src` and `dist` are at one depth, so the same path serves both. */
export const shippedFolder = fileURLToPath(new URL('../../rules', import.meta.url));

/** The rules that ship with the package, without their tests. Their shape is checked by the package's own tests, so it is not checked again. */
export async function shippedRules(): Promise<RuleFolder> {
  const folder = await readRuleFolder(shippedFolder, 'rules', { tests: false });
  return { files: withParsed(folder.files, readParsedRules()), trusted: true };
}
