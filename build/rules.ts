/**
 * `node build/rules.ts [FILE]`: parses the rules that ship, for `src/rules/parsed.ts` to find in the package. Ends with an error where
 * one of them has a fault: what is parsed here is not looked through again.
 */
import { writeFileSync } from 'node:fs';

import { loadRules, readRuleFolder } from '../src/rules/load.ts';
import { parseRuleFiles } from '../src/rules/parse/file.ts';
import { shippedFolder } from '../src/rules/shipped.ts';
import { standardLanguage } from '../src/rules/standard-language.ts';

const folder = await readRuleFolder(shippedFolder, 'rules');
await loadRules([folder], standardLanguage());
writeFileSync(
  process.argv[2] ?? new URL('../dist/rules/parsed.json', import.meta.url),
  `${JSON.stringify(parseRuleFiles(folder.files))}\n`,
);
