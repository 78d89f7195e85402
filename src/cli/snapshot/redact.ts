import { readFile } from 'node:fs/promises';

import { Command, InvalidArgumentError } from 'commander';

import { UserFault } from '../../fault.ts';
import { removable, type Removable } from '../../snapshot/removable.ts';
import { localSnapshot, snapshotDestination } from '../storage.ts';
import { visibleText } from '../../text.ts';

/** Bytes of a key of HMAC-SHA-256 below which it is weaker than the hash. */
const keyBytes = 32;

interface RedactFlags {
  readonly out: string;
  readonly remove: readonly Removable[];
  readonly hashKey?: string;
  readonly replace?: true;
}

/** `trailwarden snapshot redact` */
export function redactCommand(): Command {
  return new Command('redact')
    .description('copy a snapshot without personal data; keyed hashes stand in its place')
    .argument('<snapshot>', 'folder of a snapshot')
    .requiredOption(
      '--out <dir>',
      'folder for the copy; or s3://BUCKET/PREFIX; it must not exist yet or be empty',
    )
    .option(
      '--remove <kinds>',
      `what to remove, separated by commas: ${removable.join(', ')} (default: emails,phones,endpoints)`,
      kinds,
      ['emails', 'phones', 'endpoints'],
    )
    .option(
      '--hash-key <file>',
      `key of the hashes, at least ${keyBytes} bytes (default: a random one that nobody keeps)`,
    )
    .option('--replace', 'replace the snapshot that stands in the folder, once the new one is whole')
    .action(redact);
}

async function redact(source: string, { out, remove, hashKey, replace }: RedactFlags): Promise<void> {
  const [
    { randomBytes },
    { openSnapshot },
    { createSnapshotWriter },
    { redactSnapshot },
    { removableFields },
  ] = await Promise.all([
    import('node:crypto'),
    import('../../snapshot/read.ts'),
    import('../../snapshot/write.ts'),
    import('../../snapshot/redact.ts'),
    import('../../model/answer-fields.ts'),
  ]);
  const key = hashKey === undefined ? randomBytes(keyBytes) : await keyFrom(hashKey);
  await using local = await localSnapshot(source);
  const snapshot = await openSnapshot(local.path);
  await using destination = await snapshotDestination(out);
  const writer = await createSnapshotWriter(destination.folder, { replace: replace === true });
  try {
    const { redactions } = await redactSnapshot(snapshot, remove, key, removableFields, writer);
    await destination.arrive();
    const removed = redactions?.at(-1)?.removed.map(({ kind, count }) => `${count} ${kind}`) ?? [];
    process.stdout.write(`${visibleText(out)}: removed ${removed.join(', ')}\n`);
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

async function keyFrom(file: string): Promise<Buffer> {
  const key = await readFile(file);
  if (key.length < keyBytes)
    throw new UserFault(
      `${file}: has ${key.length} bytes, a key needs at least ${keyBytes}: \`openssl rand -out FILE ${keyBytes}\``,
    );
  return key;
}

function kinds(value: string): readonly Removable[] {
  const names = value.split(',').map((name) => name.trim());
  const known = names.filter((name): name is Removable => removable.some((kind) => kind === name));
  const unknown = names.find((name) => !known.some((kind) => kind === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`${unknown} is none of ${removable.join(', ')}.`);
  return known;
}
