import { FaultList, faultText, sortFaults } from '../../rules/fault.ts';
import { lintFolders } from '../../rules/lint/folders.ts';
import { standardLanguage } from '../../rules/standard-language.ts';
import { visibleText } from '../../text.ts';
import type { Configuration } from '../configuration/read.ts';
import { exitCodes } from '../failure.ts';
import { foldersInWork } from './load.ts';
import { log } from '../log.ts';

/** `trailwarden rules lint` */
export async function lintRules(
  named: readonly string[],
  options: { readonly configuration?: Configuration; readonly json?: true },
): Promise<void> {
  const { folders, from } = await foldersInWork(named, options);
  // The shipped files are known by their schema only to our own tests; whoever lints wants them looked at.
  const looked = from === 0 ? folders.map((folder) => ({ ...folder, trusted: false })) : folders;
  const faults = new FaultList();
  await lintFolders(looked, from, standardLanguage(), faults);
  const found = sortFaults(faults.faults);
  if (options.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else for (const fault of found) process.stdout.write(`${visibleText(faultText(fault))}\n`);
  log('info', 'count', found.length === 0 ? 'nothing to improve' : `${found.length} to improve`, {
    remarks: found.length,
  });
  if (found.length > 0) process.exitCode = exitCodes.findings;
}
