import { FaultList, faultText, sortFaults } from '../../rules/fault.ts';
import { lintFolders } from '../../rules/lint/folders.ts';
import { standardLanguage } from '../../rules/standard-language.ts';
import { visibleText } from '../../text.ts';
import { exitCodes } from '../failure.ts';
import { ruleFolders } from './load.ts';
import { log } from '../log.ts';

/** `trailwarden rules lint` */
export async function lintRules(dirs: readonly string[], options: { readonly json?: true }): Promise<void> {
  const folders = await ruleFolders(dirs);
  // The shipped files are known by their schema only to our own tests; whoever lints wants them looked at.
  const looked = dirs.length === 0 ? folders.map((folder) => ({ ...folder, trusted: false })) : folders;
  const faults = new FaultList();
  await lintFolders(looked, dirs.length === 0 ? 0 : 1, standardLanguage(), faults);
  const found = sortFaults(faults.faults);
  if (options.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else for (const fault of found) process.stdout.write(`${visibleText(faultText(fault))}\n`);
  log('info', 'count', found.length === 0 ? 'nothing to improve' : `${found.length} to improve`, {
    remarks: found.length,
  });
  if (found.length > 0) process.exitCode = exitCodes.findings;
}
