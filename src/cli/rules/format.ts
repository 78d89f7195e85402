import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { RuleError, type Fault } from '../../rules/fault.ts';
import { formatRuleFile } from '../../rules/format.ts';
import { readRuleFolder } from '../../rules/load.ts';
import { exitCodes } from '../failure.ts';
import { writeWhole } from './write.ts';
import { referenceFrom } from '../../paths.ts';

/** `trailwarden rules fmt DIR...` */
export async function formatRules(
  dirs: readonly string[],
  options: { readonly check?: true },
): Promise<void> {
  const schemas = fileURLToPath(new URL('../../../schemas', import.meta.url));
  const faults: Fault[] = [];
  let changed = 0;
  for (const dir of dirs) {
    const folder = await readRuleFolder(dir);
    for (const file of folder.files) {
      if (file.kind === 'pack') continue;
      const kind = file.kind === 'test' ? 'rule-test' : file.kind;
      const schema = referenceFrom(
        path.dirname(path.resolve(file.name)),
        path.join(schemas, `${kind}.schema.json`),
      );
      try {
        const text = formatRuleFile(file.name, file.text, kind, schema);
        if (text === (await readFile(file.name, 'utf8'))) continue;
        changed += 1;
        process.stdout.write(`${options.check ? 'out of form' : 'formatted'}: ${file.name}\n`);
        if (options.check !== true) await writeWhole(file.name, text);
      } catch (error) {
        if (!(error instanceof RuleError)) throw error;
        faults.push(...error.faults);
      }
    }
  }
  if (faults.length > 0) throw new RuleError(faults);
  if (options.check && changed > 0) process.exitCode = exitCodes.findings;
}
