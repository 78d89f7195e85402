import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile, mkdir } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { text as textOf } from 'node:stream/consumers';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { AnswerRecord } from '../../src/snapshot/record.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import { createSnapshotWriter } from '../../src/snapshot/write.ts';
import { summary, trailsAnswer as answer } from './samples.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'trailwarden-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const a = '111111111111';
const b = '222222222222';

test('what was written is read again, with places', async () => {
  const folder = path.join(scratch, 'plain');
  const writer = await createSnapshotWriter(folder);
  const part = writer.partWriter(a);
  const other = writer.partWriter(b);
  await part.append(answer(a, 'us-east-1', { Name: 'zoë ☃ \u2028 "x"\n' }));
  await other.append(answer(b, 'us-east-1'));
  await part.append(answer(a, 'eu-west-1'));
  await writer.partWriter(null).append({ ...answer(a, 'global'), service: 'organizations' });
  expect(await readdir(scratch)).not.toContain('plain');
  const written = await writer.finish(summary([a, b]));

  const snapshot = await openSnapshot(folder);
  expect(snapshot.manifest).toStrictEqual(written);
  expect(snapshot.manifest.parts.map((entry) => [entry.file, entry.records])).toStrictEqual([
    ['organization.ndjson.gz', 1],
    [`accounts/${a}.ndjson.gz`, 2],
    [`accounts/${b}.ndjson.gz`, 1],
  ]);
  expect(await snapshot.account(a)).toStrictEqual([
    { ...answer(a, 'us-east-1', { Name: 'zoë ☃ \u2028 "x"\n' }), part: `accounts/${a}.ndjson.gz`, line: 1 },
    { ...answer(a, 'eu-west-1'), part: `accounts/${a}.ndjson.gz`, line: 2 },
  ]);
  expect((await snapshot.organization()).map((record) => record.service)).toStrictEqual(['organizations']);
  expect(await snapshot.account('333333333333')).toBeUndefined();
  expect((await readdir(scratch)).filter((name) => name.includes('partial'))).toStrictEqual([]);
});

test.each([
  ['small', 300],
  ['large', 6000],
])('the bytes of %s parts do not depend on when lines were written out', async (size, records) => {
  const hashes = new Set<string>();
  for (const bufferBytes of [0, 100_000, 100_000_000]) {
    const writer = await createSnapshotWriter(path.join(scratch, `spill-${size}-${bufferBytes}`), {
      bufferBytes,
    });
    for (let index = 0; index < records; index += 1) {
      await writer.partWriter(a).append(answer(a, `us-east-${index}`, { at: index * 7919 }));
      await writer.partWriter(b).append(answer(b, 'us-east-1'));
    }
    hashes.add((await writer.finish(summary([a, b]))).rootHash);
    expect((await readdir(path.join(scratch, `spill-${size}-${bufferBytes}`, 'accounts'))).length).toBe(2);
  }
  expect(hashes.size).toBe(1);
});

test('appends that nobody awaits keep their order', async () => {
  const folder = path.join(scratch, 'order');
  const writer = await createSnapshotWriter(folder, { bufferBytes: 500 });
  await Promise.all(
    Array.from({ length: 300 }, (_, index) => writer.partWriter(a).append(answer(a, `region-${index}`))),
  );
  await writer.finish(summary([a]));
  const records = (await (await openSnapshot(folder)).account(a)) ?? [];
  expect(records.map((record) => record.region)).toStrictEqual(
    Array.from({ length: 300 }, (_, index) => `region-${index}`),
  );
});

test('a folder that holds something is never touched', async () => {
  const folder = path.join(scratch, 'taken');
  await mkdir(folder);
  await writeFile(path.join(folder, 'letter.txt'), 'dear');
  await expect(createSnapshotWriter(folder, { replace: true })).rejects.toThrow(
    'holds something else than a snapshot',
  );
  expect(await readFile(path.join(folder, 'letter.txt'), 'utf8')).toBe('dear');
});

test('a snapshot is replaced only when that is said, and only when the new one is whole', async () => {
  const folder = path.join(scratch, 'again');
  const first = await createSnapshotWriter(folder);
  await first.partWriter(a).append(answer(a, 'us-east-1'));
  await first.finish(summary([a]));
  await expect(createSnapshotWriter(folder)).rejects.toThrow('already holds a snapshot');

  const second = await createSnapshotWriter(folder, { replace: true });
  await second.partWriter(b).append(answer(b, 'us-east-1'));
  expect((await openSnapshot(folder)).manifest.parts.map((entry) => entry.account)).toStrictEqual([a]);
  await second.finish(summary([b]));
  expect((await openSnapshot(folder)).manifest.parts.map((entry) => entry.account)).toStrictEqual([b]);
  expect((await readdir(scratch)).filter((name) => name.startsWith('.again'))).toStrictEqual([]);
});

test.each<[string, Record<string, string>]>([
  ['the manifest of something else', { 'manifest.json': '{"name":"web app","icons":[]}' }],
  ['a damaged manifest', { 'manifest.json': '{' }],
  ['a snapshot and a letter', { 'manifest.json': '{"format":"trailwarden-snapshot"}', 'letter.txt': 'dear' }],
])('a folder with %s is never replaced', async (what, files) => {
  const folder = path.join(scratch, what);
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  await expect(createSnapshotWriter(folder, { replace: true })).rejects.toThrow(
    'something else than a snapshot',
  );
  expect((await readdir(folder)).sort()).toStrictEqual(Object.keys(files).sort());
});

test('one writer at a time has a folder, and one that was killed does not keep it', async () => {
  const folder = path.join(scratch, 'race');
  const first = await createSnapshotWriter(folder);
  await expect(createSnapshotWriter(folder)).rejects.toThrow('another collection is being written there');
  const { rootHash } = await first.finish(summary([]));
  await expect(createSnapshotWriter(folder)).rejects.toThrow('already holds a snapshot');

  const lock = path.join(scratch, '.race.lock');
  const here = hostname();
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  // Left by a process that is gone, by one that had our number, in the middle of a write, by a machine that went silent.
  for (const [content, age] of [
    [JSON.stringify({ process: gone, host: here }), 0],
    [JSON.stringify({ process: process.pid, host: here }), 0],
    ['{"proc', 0],
    [JSON.stringify({ process: 1, host: `not-${here}` }), 300_000],
  ] as const) {
    await writeFile(lock, content);
    const time = new Date(Date.now() - age);
    await utimes(lock, time, time);
    await (await createSnapshotWriter(folder, { replace: true })).abort();
    expect((await readdir(scratch)).filter((name) => name.startsWith('.race'))).toStrictEqual([]);
  }
  await writeFile(lock, JSON.stringify({ process: 1, host: `not-${here}` }));
  await expect(createSnapshotWriter(folder, { replace: true })).rejects.toThrow(`process 1 on not-${here}`);
  expect((await openSnapshot(folder)).manifest.rootHash).toBe(rootHash);
});

test('of two processes that take turns without end, one at a time has the folder', async () => {
  const folder = path.join(scratch, 'turns');
  await mkdir(folder);
  const program = `
    const { lockFolder } = await import(${JSON.stringify(path.resolve('src/snapshot/lock.ts'))});
    const { openSync, closeSync, rmSync } = await import('node:fs');
    let had = 0;
    for (const end = Date.now() + 1200; Date.now() < end; ) {
      const lock = await lockFolder(${JSON.stringify(path.join(folder, 'snapshot'))}, 'snapshot').catch((error) => error);
      if (lock instanceof Error) {
        if (/^snapshot: another collection/.test(lock.message)) continue;
        throw lock;
      }
      had += 1;
      closeSync(openSync(${JSON.stringify(path.join(folder, 'inside'))}, 'wx'));
      rmSync(${JSON.stringify(path.join(folder, 'inside'))});
      await lock.release();
    }
    console.log(had);`;
  const runs = await Promise.all(
    [1, 2].map(async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
      const [out, complaint] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
      return { out, complaint };
    }),
  );
  expect(runs.map(({ complaint }) => complaint)).toStrictEqual(['', '']);
  for (const { out } of runs) expect(Number(out)).toBeGreaterThan(0);
  expect(await readdir(folder)).toStrictEqual([]);
});

test('an empty folder is filled', async () => {
  const folder = path.join(scratch, 'empty');
  await mkdir(folder);
  const writer = await createSnapshotWriter(folder);
  await writer.finish(summary([]));
  expect((await openSnapshot(folder)).manifest.parts).toStrictEqual([]);
});

test('abort leaves nothing behind', async () => {
  const folder = path.join(scratch, 'aborted');
  const writer = await createSnapshotWriter(folder, { bufferBytes: 0 });
  await writer.partWriter(a).append(answer(a, 'us-east-1'));
  await writer.partWriter(b).close();
  await writer.abort();
  expect((await readdir(scratch)).filter((name) => name.includes('aborted'))).toStrictEqual([]);
});

test.each([
  [
    'a record with output and error',
    { ...answer(a, 'x'), error: { code: 'X', message: '', outcome: 'failed' } },
    'never both',
  ],
  ['a record of another account', answer(b, 'us-east-1'), 'does not belong into this part'],
  ['a record with a name of its own', { ...answer(a, 'x'), note: 1 }, 'unknown member "note"'],
])('%s is refused', async (_what, record, message) => {
  const writer = await createSnapshotWriter(path.join(scratch, 'refused'));
  await expect(writer.partWriter(a).append(record as AnswerRecord)).rejects.toThrow(message);
  await writer.abort();
});
