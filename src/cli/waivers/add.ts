import { readFile, realpath } from 'node:fs/promises';

import { UserFault } from '../../fault.ts';
import { visibleText } from '../../text.ts';
import { addWaiver, type NewWaiver } from '../../waivers/add.ts';
import { openWaivers } from '../../waivers/apply.ts';
import { renamedRules, selectRules } from '../rule-source.ts';
import { loadAllRules } from '../rules/load.ts';
import { writeWhole } from '../rules/write.ts';
import { log } from '../log.ts';

/** `trailwarden waivers add` */
export async function addWaiverToFile(
  file: string,
  { rules, ...asked }: NewWaiver & { readonly rules?: readonly string[] },
): Promise<void> {
  const set = await loadAllRules(rules);
  selectRules(set, [asked.rule]);
  for (const notice of renamedRules(set, [asked.rule])) log('notice', 'renamed', notice);
  const waiver = { ...asked, rule: set.named(asked.rule)?.id ?? asked.rule };
  let existing: string | undefined;
  let target = file;
  try {
    // A link is written through, not replaced.
    target = await realpath(file);
    existing = await readFile(target, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const text = addWaiver(existing, waiver, file);
  const [state] = openWaivers([{ ...waiver, file, line: 1 }], {
    time: new Date().toISOString(),
    ouOf: () => undefined,
    tagsOf: () => undefined,
  }).states();
  const dead = state?.holds === false ? state.remarks[0] : undefined;
  if (dead !== undefined) throw new UserFault(`--expires ${waiver.expires}: the waiver ${dead.text}`);
  await writeWhole(target, text);
  process.stdout.write(
    `${visibleText(file)}: ${visibleText(waiver.rule)} accepted until ${waiver.expires}\n`,
  );
}
