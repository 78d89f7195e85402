import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { interruptedCollections } from '../../src/snapshot/journal.ts';
import { nameUnnamed, unnamedSnapshots } from '../../src/snapshot/leftovers.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import { SnapshotError } from '../../src/snapshot/snapshot.ts';
import { verifySnapshot } from '../../src/snapshot/verify.ts';
import { targetState } from '../../src/snapshot/target.ts';
import { createSnapshotWriter } from '../../src/snapshot/write.ts';
import { scratchFolder, summary, trailsAnswer } from './samples.ts';

const a = '111111111111';
const root = path.resolve(import.meta.dirname, '../..');

async function thrownBy(action: () => Promise<unknown>): Promise<unknown> {
  return action().then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('a target that cannot be made gives one clear error', async () => {
  await using scratch = await scratchFolder();
  const file = path.join(scratch.path, 'file');
  await writeFile(file, '');
  for (const folder of [file, path.join(file, 'snapshot'), `${scratch.path}/${'x'.repeat(300)}`]) {
    const error = await thrownBy(() => createSnapshotWriter(folder));
    expect(error).toBeInstanceOf(SnapshotError);
    expect((error as SnapshotError).file).toBe(folder);
  }
  expect(await readdir(scratch.path)).toStrictEqual(['file']);
});

test('a link is followed to the folder that it names, and what cannot get its name last is told first', async () => {
  await using scratch = await scratchFolder();
  const at = (name: string): string => path.join(scratch.path, name);
  await mkdir(at('folder'));
  await symlink(at('folder'), at('link'));
  const writer = await createSnapshotWriter(at('link'));
  await expect(createSnapshotWriter(at('folder'))).rejects.toThrow(
    'another collection is being written there',
  );
  await writer.finish(summary([]));
  expect((await openSnapshot(at('folder'))).manifest.accounts).toEqual([]);
  expect((await openSnapshot(at('link'))).manifest.accounts).toEqual([]);

  await symlink(at('nowhere'), at('dangling'));
  await expect(createSnapshotWriter(at('dangling'))).rejects.toThrow('is a link that leads nowhere');
  await expect(targetState('/dev', '/dev', false)).rejects.toThrow('is where a disk is mounted');
  expect((await readdir(scratch.path)).sort()).toEqual(['dangling', 'folder', 'link']);
});

test('a folder without the right to write gives one clear error', async () => {
  await using scratch = await scratchFolder();
  const folder = path.join(scratch.path, 'closed');
  await mkdir(folder);
  await chmod(folder, 0o555);
  await chmod(scratch.path, 0o755);
  // The superuser may write everywhere: become somebody else for the attempt.
  const superuser = process.geteuid?.() === 0;
  if (superuser) process.seteuid?.(65_534);
  try {
    const error = await thrownBy(() => createSnapshotWriter(path.join(folder, 'snapshot')));
    expect(String(error)).toMatch(
      /permission denied; check who owns the folder or choose another one \(EACCES\)/,
    );
  } finally {
    if (superuser) process.seteuid?.(0);
    await chmod(folder, 0o755);
  }
});

/** A file that every write to fails with "no space left on device". */
const full = '/dev/full';

test.runIf(existsSync(full))(
  'a full disk ends in one clear error and nothing under the final name',
  async () => {
    for (const where of [`accounts/${a}.ndjson.gz`, `accounts/${a}.ndjson.gz.lines`, 'manifest.json']) {
      await using scratch = await scratchFolder();
      const folder = path.join(scratch.path, 'snapshot');
      const writer = await createSnapshotWriter(folder, { bufferBytes: 0 });
      await symlink(full, path.join(writer.workFolder, where));
      const error = await thrownBy(async () => {
        await writer.partWriter(a).append(trailsAnswer(a, 'us-east-1'));
        await writer.finish(summary([a]));
      });
      expect(String(error)).toMatch(
        /the disk is full; free some space or choose a folder on another disk.*\(ENOSPC\)/,
      );
      expect(error).toBeInstanceOf(SnapshotError);
      // What failed once stays failed.
      expect(await thrownBy(() => writer.finish(summary([a])))).toBeInstanceOf(SnapshotError);
      await writer.abort();
      expect(await readdir(scratch.path)).toStrictEqual([]);
    }
  },
);

test('a failed replacement leaves the old snapshot', async () => {
  await using scratch = await scratchFolder();
  const folder = path.join(scratch.path, 'snapshot');
  const first = await createSnapshotWriter(folder);
  await first.partWriter(a).append(trailsAnswer(a, 'us-east-1'));
  const { rootHash } = await first.finish(summary([a]));
  const second = await createSnapshotWriter(folder, { replace: true });
  await second.partWriter(a).append(trailsAnswer(a, 'eu-west-1'));
  await rm(second.workFolder, { recursive: true });
  expect(await thrownBy(() => second.finish(summary([a])))).toBeInstanceOf(SnapshotError);
  await second.abort();
  expect((await openSnapshot(folder)).manifest.rootHash).toBe(rootHash);
});

test('a process killed in the middle leaves nothing under the final name, and lines that can be read', async () => {
  await using scratch = await scratchFolder();
  const folder = path.join(scratch.path, 'snapshot');
  const script = `
    import { createSnapshotWriter } from ${JSON.stringify(path.join(root, 'src/snapshot/write.ts'))};
    const writer = await createSnapshotWriter(${JSON.stringify(folder)});
    await writer.partWriter('${a}').append(${JSON.stringify(trailsAnswer(a, 'us-east-1'))});
    await writer.flush();
    process.kill(process.pid, 'SIGKILL');
  `;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  expect(run.signal).toBe('SIGKILL');
  const [lock, left = '', ...others] = (await readdir(scratch.path)).sort();
  expect(lock).toBe('.snapshot.lock');
  expect(left).toMatch(/^\.snapshot\.partial-/);
  expect(others).toStrictEqual([]);
  const lines = await readFile(path.join(scratch.path, left, 'accounts', `${a}.ndjson.gz.lines`), 'utf8');
  expect(lines.endsWith('\n')).toBe(true);
  expect(JSON.parse(lines)).toStrictEqual(trailsAnswer(a, 'us-east-1'));
});

test.each([
  ['its journal goes', 'rm', 'journal.ndjson', false],
  ['it gets its name', 'rename', '.partial-', false],
  ['it gets the name of the one that it replaces', 'rename', '.partial-', true],
  ['the one that it replaces moves aside', 'rename', '/snapshot', true],
] as const)(
  'killed after all was written, before %s, a snapshot gets its name later',
  async (_when, operation, file, replaces) => {
    await using scratch = await scratchFolder();
    const folder = path.join(scratch.path, 'snapshot');
    const head = { tool: { name: 'trailwarden', version: '1.0.0' }, start: '2026-10-01T06:00:00.000Z' };
    if (replaces) await (await createSnapshotWriter(folder)).finish(summary([]));
    const script = `
    import fs from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    const { ${operation} } = fs;
    fs.${operation} = (from, ...rest) => {
      if (from.includes('${file}') && !from.endsWith('.lines')) process.kill(process.pid, 'SIGKILL');
      return ${operation}(from, ...rest);
    };
    syncBuiltinESMExports();
    const { createSnapshotWriter } = await import(${JSON.stringify(path.join(root, 'src/snapshot/write.ts'))});
    const writer = await createSnapshotWriter(${JSON.stringify(folder)}, ${JSON.stringify({ replace: replaces, journal: head })});
    const account = ${JSON.stringify(summary([a]).accounts[0])};
    await writer.partWriter('${a}').append(${JSON.stringify(trailsAnswer(a, 'us-east-1'))});
    await writer.checkpoint(account);
    await writer.finish(${JSON.stringify(summary([a]))});
  `;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(run).toMatchObject({ stderr: '', signal: 'SIGKILL' });
    expect(await unnamedSnapshots(folder)).toHaveLength(1);

    const named = await nameUnnamed(folder, replaces);
    expect(named?.accounts.map(({ id }) => id)).toEqual([a]);
    expect((await verifySnapshot(folder)).faults).toEqual([]);
    expect(await readdir(scratch.path)).toEqual(['snapshot']);
    expect(await nameUnnamed(folder, replaces)).toBeUndefined();
  },
);

test('what killed writers left and nobody can use goes with the next one; what it was to replace comes back', async () => {
  await using scratch = await scratchFolder();
  const folder = path.join(scratch.path, 'snapshot');
  const { rootHash } = await (await createSnapshotWriter(folder)).finish(summary([]));
  await rename(folder, path.join(scratch.path, '.snapshot.partial-00000001.replaced'));
  // Begun and nothing more; a manifest that was cut off.
  await mkdir(path.join(scratch.path, '.snapshot.partial-00000001', 'accounts'), { recursive: true });
  await mkdir(path.join(scratch.path, '.snapshot.partial-00000002'));
  await writeFile(path.join(scratch.path, '.snapshot.partial-00000002', 'manifest.json'), '{"format":');
  // Of another snapshot.
  await mkdir(path.join(scratch.path, '.snapshot2.partial-00000003'));
  await expect(createSnapshotWriter(folder)).rejects.toThrow('already holds a snapshot');
  expect((await readdir(scratch.path)).sort()).toEqual(['.snapshot2.partial-00000003', 'snapshot']);
  expect((await verifySnapshot(folder)).manifest?.rootHash).toBe(rootHash);
});

test.runIf(existsSync(full))(
  'a disk that gets full costs what is being written, not what is in the journal',
  async () => {
    await using scratch = await scratchFolder();
    const folder = path.join(scratch.path, 'snapshot');
    const head = { tool: { name: 'trailwarden', version: '1.0.0' }, start: '2026-10-01T06:00:00.000Z' };
    const writer = await createSnapshotWriter(folder, { journal: head });
    const [account] = summary([a]).accounts;
    await writer.partWriter(a).append(trailsAnswer(a, 'us-east-1'));
    if (account !== undefined) await writer.checkpoint(account);
    // Appended later, so not safe.
    await writer.partWriter(a).append(trailsAnswer(a, 'eu-west-1'));
    await writer.flush();
    await symlink(full, path.join(writer.workFolder, 'manifest.json'));
    expect(String(await thrownBy(() => writer.finish(summary([a]))))).toContain('ENOSPC');
    expect(await writer.abort('journal')).toBe(1);

    const [left, ...others] = await interruptedCollections(folder);
    expect(others).toEqual([]);
    expect(left?.head).toMatchObject(head);
    expect([...(left?.accounts.keys() ?? [])]).toEqual([a]);
    expect(await left?.records(a)).toEqual([trailsAnswer(a, 'us-east-1')]);
  },
);

test('a summary that is no manifest is refused before anything gets its name', async () => {
  await using scratch = await scratchFolder();
  const folder = path.join(scratch.path, 'snapshot');
  const writer = await createSnapshotWriter(folder);
  await expect(writer.finish(summary([a], { partition: 'AWS!' }))).rejects.toThrow(
    '`partition` is not in the expected form',
  );
  await writer.abort();
  expect(await readdir(scratch.path)).toStrictEqual([]);
});
