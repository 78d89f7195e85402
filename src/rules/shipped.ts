import { fileURLToPath } from 'node:url';

import { readRuleFolder, type RuleFolder } from './load.ts';

/** The rules that ship with the package. Their shape is checked by the package's own tests, so it is not checked again. */
export async function shippedRules(): Promise<RuleFolder> {
  const folder = await readRuleFolder(fileURLToPath(new URL('../../rules', import.meta.url)), 'rules');
  return { ...folder, trusted: true };
}
