import { Command, InvalidArgumentError } from 'commander';

import { UserFault } from '../../fault.ts';
import { localSnapshot, snapshotDestination } from '../storage.ts';
import { visibleText } from '../../text.ts';

interface MergeFlags {
  readonly out: string;
  readonly preferLatest?: true;
  readonly maxGap: number;
  readonly replace?: true;
}

/** `trailwarden snapshot merge` */
export function mergeCommand(): Command {
  return new Command('merge')
    .description('join snapshots of one organization that were taken apart')
    .argument('<snapshots...>', 'folders of snapshots, two or more')
    .requiredOption(
      '--out <dir>',
      'folder for the whole; or s3://BUCKET/PREFIX; it must not exist yet or be empty',
    )
    .option('--prefer-latest', 'of an account that several hold take the later answers (default: an error)')
    .option(
      '--max-gap <duration>',
      'how far apart they may have ended: 90m, 6h, 2d (default: 1h)',
      seconds,
      3600,
    )
    .option('--replace', 'replace the snapshot that stands in the folder, once the new one is whole')
    .action(merge);
}

async function merge(paths: readonly string[], flags: MergeFlags): Promise<void> {
  if (paths.length < 2) throw new UserFault('merge needs two snapshots or more; one was named');
  const [{ openSnapshot }, { createSnapshotWriter }, { mergeSnapshots }, { organizationAnswers }] =
    await Promise.all([
      import('../../snapshot/read.ts'),
      import('../../snapshot/write.ts'),
      import('../../snapshot/merge.ts'),
      import('../../model/answer-fields.ts'),
    ]);
  const { out, maxGap, preferLatest, replace } = flags;
  await using copies = new AsyncDisposableStack();
  const sources = await Promise.all(
    paths.map(async (path) => {
      const local = copies.use(await localSnapshot(path));
      return { path, snapshot: await openSnapshot(local.path) };
    }),
  );
  await using destination = await snapshotDestination(out);
  const writer = await createSnapshotWriter(destination.folder, { replace: replace === true });
  try {
    const options = { preferLatest: preferLatest === true, maxGap };
    const { accounts, rootHash } = await mergeSnapshots(sources, options, organizationAnswers, writer);
    await destination.arrive();
    const collected = accounts.filter(({ scan }) => scan === 'collected').length;
    process.stdout.write(
      `${visibleText(out)}: ${collected} of ${accounts.length} accounts, root hash ${rootHash}\n`,
    );
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

function seconds(value: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  const size = { s: 1, m: 60, h: 3600, d: 86_400 }[unit];
  if (size === undefined)
    throw new InvalidArgumentError('a whole number with a unit is expected: 90m, 6h, 2d.');
  return Number(number) * size;
}
