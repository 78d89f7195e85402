import { Command } from 'commander';

import { visibleText } from '../text.ts';
import { exitCodes } from './failure.ts';

/** `trailwarden snapshot ...` */
export function snapshotCommand(): Command {
  const snapshot = new Command('snapshot').description('look at a snapshot and check that it is whole');
  snapshot
    .command('verify')
    .description('recompute every hash and check every record; names each fault')
    .argument('<snapshot>', 'folder of a snapshot, or a readable one in YAML')
    .option('--json', 'the result as JSON')
    .action(verify);
  snapshot
    .command('show')
    .description('who took it, when, of what, and which answers are missing')
    .argument('<snapshot>', 'folder of a snapshot, or a readable one in YAML')
    .option('--json', 'the summary as JSON')
    .action(show);
  return snapshot;
}

async function verify(path: string, { json }: { readonly json?: true }): Promise<void> {
  const [{ verifySnapshot }, { faultText }] = await Promise.all([
    import('../snapshot/verify.ts'),
    import('../snapshot/snapshot.ts'),
  ]);
  const result = await verifySnapshot(path);
  if (json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else {
    for (const fault of result.faults) process.stdout.write(`${faultText(fault)}\n`);
    process.stdout.write(
      result.faults.length === 0
        ? `${visibleText(path)}: whole; ${result.records} records in ${result.parts} parts, root hash ${result.manifest?.rootHash ?? 'unknown'}\n`
        : `${visibleText(path)}: ${result.faults.length === 1 ? '1 fault' : `${result.faults.length} faults`}\n`,
    );
  }
  if (result.faults.length > 0) process.exitCode = exitCodes['could-not-run'];
}

async function show(path: string, { json }: { readonly json?: true }): Promise<void> {
  const [{ openSnapshot }, { summarizeSnapshot, summaryText }] = await Promise.all([
    import('../snapshot/read.ts'),
    import('../snapshot/show.ts'),
  ]);
  const summary = summarizeSnapshot((await openSnapshot(path)).manifest);
  process.stdout.write(json ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(summary));
}
