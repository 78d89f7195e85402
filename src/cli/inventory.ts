import { Command } from 'commander';

import { UserFault } from '../fault.ts';
import { visibleText } from '../text.ts';
import { addConfigOption, argumentOr } from './configuration/apply.ts';
import type { Configuration } from './configuration/read.ts';
import { exitCodes } from './failure.ts';
import { localSnapshot } from './storage.ts';

interface InventoryFlags {
  readonly out: string;
  readonly check?: true;
  readonly configuration?: Configuration;
}

/** `trailwarden inventory SNAPSHOT` */
export function inventoryCommand(): Command {
  const command = new Command('inventory')
    .description('write the files that code-scanning alerts are shown in: one an account, to commit')
    .argument(
      '[snapshot]',
      'folder of a snapshot, s3://BUCKET/PREFIX, or a readable one in YAML (default: that of the configuration)',
    )
    .option('--out <dir>', 'root of the repository', '.')
    .option('--check', 'write nothing; exit with 1 where a file is missing or out of date');
  return addConfigOption(command).action(writeInventory);
}

async function writeInventory(
  named: string | undefined,
  { out, check, ...flags }: InventoryFlags,
): Promise<void> {
  const snapshotPath = argumentOr('snapshot.out', 'a snapshot', named, flags);
  const [{ readFile, readdir }, path, { openSnapshot }, inventory, { writeWhole }] = await Promise.all([
    import('node:fs/promises'),
    import('node:path'),
    import('../snapshot/read.ts'),
    import('../report/inventory.ts'),
    import('./rules/write.ts'),
  ]);
  await using local = await localSnapshot(snapshotPath);
  const { manifest } = await openSnapshot(local.path);
  const files = inventory.inventoryFiles(manifest);

  // Every file is looked at before the first is written.
  const changes: { file: string; text: string; what: 'new' | 'changed' }[] = [];
  const refusals: string[] = [];
  for (const [file, written] of files) {
    const existing = await readIfThere(path.join(out, file));
    try {
      const text = inventory.keepAdditions(written, existing, file);
      if (text !== existing) changes.push({ file, text, what: existing === undefined ? 'new' : 'changed' });
    } catch (error) {
      if (!(error instanceof UserFault)) throw error;
      refusals.push(error.message);
    }
  }
  if (refusals.length > 0) throw new UserFault(refusals.join('\n'));

  for (const { file, text, what } of changes) {
    if (check === undefined) await writeWhole(path.join(out, file), text);
    process.stdout.write(`${what.padEnd(8)} ${visibleText(file)}\n`);
  }
  for (const file of await strangers()) {
    process.stdout.write(
      `kept     ${visibleText(file)}: the snapshot does not know this account; delete the file when its alerts are closed\n`,
    );
  }
  process.stdout.write(`${files.size} files, ${files.size - changes.length} of them up to date\n`);
  if (check && changes.length > 0) process.exitCode = exitCodes.findings;

  /** Files of accounts that are not in the snapshot. */
  async function strangers(): Promise<readonly string[]> {
    let names: string[];
    try {
      names = await readdir(path.join(out, inventory.inventoryFolder));
    } catch {
      return [];
    }
    return names
      .filter((name) => /^\d{12}\.yaml$/.test(name))
      .map((name) => `${inventory.inventoryFolder}/${name}`)
      .filter((file) => !files.has(file))
      .sort();
  }

  async function readIfThere(file: string): Promise<string | undefined> {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }
}
