import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';

import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { canonicalJson, type JsonValue } from '../../src/json.ts';
import { manifestText, rootHashOf } from '../../src/snapshot/manifest-text.ts';
import type { Manifest } from '../../src/snapshot/manifest.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import { SnapshotError } from '../../src/snapshot/snapshot.ts';
import { verifySnapshot } from '../../src/snapshot/verify.ts';
import { scratchFolder, trailsAnswer, writeSnapshot } from './samples.ts';

const a = '111111111111';
const b = '222222222222';
const partA = `accounts/${a}.ndjson.gz`;

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let whole: string;
let copies = 0;

beforeAll(async () => {
  scratch = await scratchFolder();
  whole = path.join(scratch.path, 'whole');
  await writeSnapshot(whole, {
    organization: [{ ...trailsAnswer(a, 'global'), service: 'organizations', operation: 'ListAccounts' }],
    accounts: {
      [a]: Array.from({ length: 8 }, (_, index) => ({
        ...trailsAnswer(a, `region-${index}`),
        page: { number: 1, last: true },
      })),
      [b]: [trailsAnswer(b, 'us-east-1'), trailsAnswer(b, 'eu-west-1')],
    },
  });
});
afterAll(() => scratch[Symbol.asyncDispose]());

async function copy(): Promise<string> {
  copies += 1;
  const folder = path.join(scratch.path, `copy-${copies}`);
  await cp(whole, folder, { recursive: true });
  return folder;
}

/** Reads everything; gives what was thrown. */
async function readAll(folder: string): Promise<unknown> {
  try {
    const snapshot = await openSnapshot(folder);
    await snapshot.organization();
    for (const { id } of snapshot.manifest.accounts) await snapshot.account(id);
    return undefined;
  } catch (error) {
    return error;
  }
}

async function faultsOf(folder: string): Promise<string> {
  return (await verifySnapshot(folder)).faults
    .map(
      (fault) =>
        `${path.relative(folder, fault.file)}${fault.line === undefined ? '' : `:${fault.line}`} ${fault.message}`,
    )
    .join('\n');
}

/** Puts other lines into a part, with or without telling the manifest. */
async function rewrite(
  folder: string,
  file: string,
  change: (lines: string[]) => string[],
  tell: boolean,
): Promise<void> {
  const before = gunzipSync(await readFile(path.join(folder, file)))
    .toString('utf8')
    .split('\n')
    .slice(0, -1);
  const lines = change(before);
  const bytes = gzipSync(lines.map((line) => `${line}\n`).join(''));
  await writeFile(path.join(folder, file), bytes);
  if (!tell) return;
  await changeManifest(folder, (manifest) => ({
    ...manifest,
    parts: manifest.parts.map((part) =>
      part.file === file
        ? { ...part, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
        : part,
    ),
  }));
}

async function changeManifest(folder: string, change: (manifest: Manifest) => Manifest): Promise<void> {
  const file = path.join(folder, 'manifest.json');
  const changed = change(JSON.parse(await readFile(file, 'utf8')) as Manifest);
  await writeFile(file, manifestText({ ...changed, rootHash: rootHashOf(changed) }));
}

test('nothing is found wrong with a whole snapshot', async () => {
  const found = await verifySnapshot(whole);
  expect(found).toMatchObject({ form: 'compressed', parts: 3, records: 11, faults: [] });
  expect(await readAll(whole)).toBeUndefined();
});

test('every flipped bit and every cut is found, by reading and by verifying', async () => {
  const files = ['manifest.json', 'organization.ndjson.gz', partA];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      fc.option(fc.integer({ min: 0, max: 7 })),
      async (file, where, bit) => {
        const folder = await copy();
        const full = path.join(folder, file);
        const bytes = await readFile(full);
        const at = Math.floor(where * bytes.length);
        if (bit === null) await writeFile(full, bytes.subarray(0, at));
        else {
          bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
          await writeFile(full, bytes);
        }
        // White space of the manifest carries no meaning and is not part of its hash.
        const same =
          file === 'manifest.json' &&
          sameJson(await readFile(full, 'utf8'), await readFile(path.join(whole, file), 'utf8'));
        const thrown = await readAll(folder);
        const named = (await faultsOf(folder)).includes(file);
        await rm(folder, { recursive: true });
        expect({ thrown: thrown instanceof SnapshotError ? thrown.file : thrown, named }).toStrictEqual(
          same ? { thrown: undefined, named: false } : { thrown: full, named: true },
        );
      },
    ),
    { numRuns: 150 },
  );
});

function sameJson(text: string, other: string): boolean {
  try {
    return canonicalJson(JSON.parse(text) as JsonValue) === canonicalJson(JSON.parse(other) as JsonValue);
  } catch {
    return false;
  }
}

test.each<[string, (lines: string[]) => string[], string]>([
  ['dropped', (lines) => lines.toSpliced(3, 1), 'has 7 records, the manifest says 8'],
  [
    'added',
    (lines) => [...lines, (lines[0] ?? '').replace('region-0', 'region-9')],
    'has 9 records, the manifest says 8',
  ],
  [
    'doubled',
    (lines) => lines.toSpliced(4, 0, lines[2] ?? ''),
    `${partA}:5 the record is the same as that in line 3`,
  ],
  ['put elsewhere', (lines) => [...lines.slice(1), ...lines.slice(0, 1)], 'the part has SHA-256'],
  [
    'edited',
    (lines) => lines.map((line) => line.replace('"trailList":[]', '"trailList":[{}]')),
    'the manifest says',
  ],
])('a record that was %s is found', async (_what, change, message) => {
  const folder = await copy();
  await rewrite(folder, partA, change, false);
  expect(await readAll(folder)).toBeInstanceOf(SnapshotError);
  const faults = await faultsOf(folder);
  expect(faults).toContain(message);
  expect(faults).not.toContain('organization');
});

test('a missing page is named', async () => {
  const folder = await copy();
  await rewrite(
    folder,
    partA,
    (lines) => lines.map((line, index) => (index === 2 ? line.replace('"number":1', '"number":2') : line)),
    false,
  );
  expect(await faultsOf(folder)).toContain(
    `${partA}:3 page 2 of cloudtrail:DescribeTrails in region-2 stands where page 1 is expected`,
  );
});

test('parts that changed places are found', async () => {
  const folder = await copy();
  await rename(path.join(folder, partA), path.join(folder, 'x'));
  await rename(path.join(folder, `accounts/${b}.ndjson.gz`), path.join(folder, partA));
  await rename(path.join(folder, 'x'), path.join(folder, `accounts/${b}.ndjson.gz`));
  const faults = await faultsOf(folder);
  expect(faults).toContain(`${partA}:1 a record of account ${b} stands in the part of account ${a}`);
  expect(faults).toContain(`accounts/${b}.ndjson.gz the part has`);
});

test.each<[string, (lines: string[]) => string[], string]>([
  ['a line that is not JSON', (lines) => lines.with(3, '{"service":'), ':4 the line is not JSON'],
  [
    'a record without an answer',
    (lines) => lines.with(3, (lines[3] ?? '').replace(/,"output".*$/, '}')),
    ':4 a record needs `output` or `error`',
  ],
  [
    'a record of another account',
    (lines) => lines.with(0, (lines[0] ?? '').replaceAll(a, b)),
    `:1 a record of account ${b} stands in the part of account ${a}`,
  ],
  ['an empty line', (lines) => lines.with(1, ''), ':2 the line is not JSON'],
  [
    'a time that is none',
    (lines) => lines.with(7, (lines[7] ?? '').replace('2026-10-01', '2026-13-01')),
    ':8 `time` must be a UTC time',
  ],
])('%s is found though the hashes fit', async (_what, change, message) => {
  const folder = await copy();
  await rewrite(folder, partA, change, true);
  expect(await faultsOf(folder)).toContain(`${partA}${message}`);
  expect(String(await readAll(folder))).toContain(`${partA}${message.replace(' ', ': ')}`);
});

test('a part that is no gzip is found though the hashes fit', async () => {
  const folder = await copy();
  const bytes = Buffer.from('hello');
  await writeFile(path.join(folder, partA), bytes);
  await changeManifest(folder, (manifest) => ({
    ...manifest,
    parts: manifest.parts.map((part) =>
      part.file === partA
        ? { ...part, bytes: 5, sha256: createHash('sha256').update(bytes).digest('hex') }
        : part,
    ),
  }));
  expect(String(await readAll(folder))).toMatch(/cannot be decompressed after line 0 .*expected gzip/);
});

test('files that are missing, strange or lead out are found', async () => {
  const folder = await copy();
  await rm(path.join(folder, partA));
  await writeFile(path.join(folder, 'accounts', 'notes.txt'), '');
  await rm(path.join(folder, 'organization.ndjson.gz'));
  await symlink('/dev/zero', path.join(folder, 'organization.ndjson.gz'));
  const faults = await faultsOf(folder);
  expect(faults).toContain(`${partA} the part is missing, though the manifest names it`);
  expect(faults).toContain('accounts/notes.txt the manifest does not name this file');
  expect(faults).toContain('organization.ndjson.gz is not a regular file');
});

test('a manifest that is a link is not followed, wherever it leads', async () => {
  const folder = await copy();
  await rm(path.join(folder, 'manifest.json'));
  await symlink('/dev/zero', path.join(folder, 'manifest.json'));
  expect(String(await readAll(folder))).toContain('manifest.json: is not a regular file');
  expect(await faultsOf(folder)).toBe('manifest.json is not a regular file');
});

test('a member that the manifest has twice is found, although readers see only one of them', async () => {
  const folder = await copy();
  const file = path.join(folder, 'manifest.json');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('"finished": true', '"\\u0066inished": false,\n  "finished": true'));
  expect(await faultsOf(folder)).toMatch(/^manifest\.json:\d+ `finished` stands twice in the same object/);
  // Written in other ways it is the same.
  await writeFile(file, JSON.stringify(JSON.parse(text)).replace('"finished"', '"\\u0066inished"'));
  expect(await faultsOf(folder)).toBe('');
});

test.each<[string, () => Buffer, string]>([
  [
    'lines',
    () => gzipSync(Buffer.alloc(1024 * 1024, '\n')),
    'has more than 10008 lines, and was read no further',
  ],
  ['one line', () => gzipSync(Buffer.alloc(65 * 1024 * 1024, 'a')), ':1 the line is longer than 64 MiB'],
])('a small part that stands for endless %s is read no further', async (_what, bomb, message) => {
  const folder = await copy();
  await writeFile(path.join(folder, partA), bomb());
  expect(await faultsOf(folder)).toContain(message);
});

test.each<[string, (manifest: Manifest) => Manifest, string]>([
  [
    'from a newer version',
    (m) => ({ ...m, version: 2 }),
    'was made by a newer trailwarden: format version 2, this one reads 1; upgrade',
  ],
  [
    'of another format',
    (m) => ({ ...m, format: 'terraform' as never }),
    'is no manifest of a snapshot: expected "format": "trailwarden-snapshot"',
  ],
  [
    'with an unknown member',
    (m) => ({ ...m, acounts: [] }),
    'unknown key `acounts`; did you mean `accounts`?',
  ],
  [
    'with a path that leads out',
    (m) => ({ ...m, parts: m.parts.map((p) => ({ ...p, file: '../../etc/passwd' })) }),
    '`parts[0].file` is not in the expected form',
  ],
  [
    'with an absolute path',
    (m) => ({ ...m, parts: m.parts.map((p) => ({ ...p, file: '/etc/passwd' })) }),
    '`parts[0].file` is not in the expected form',
  ],
  [
    'that names an account twice',
    (m) => ({ ...m, parts: [...m.parts, { ...m.parts.at(-1)!, file: 'x.gz' }] }),
    `names account ${b} twice`,
  ],
  [
    'with an account that is none',
    (m) => ({ ...m, caller: { ...m.caller, account: '12' } }),
    '`caller.account` is not in the expected form, found "12"; expected an account id, twelve digits',
  ],
])('a manifest %s is refused', async (_what, change, message) => {
  const folder = await copy();
  await changeManifest(folder, change);
  const error = await readAll(folder);
  expect(error).toBeInstanceOf(SnapshotError);
  expect(String(error)).toContain(path.join(folder, 'manifest.json'));
  expect(String(error)).toContain(message);
  expect((await verifySnapshot(folder)).faults[0]?.message).toContain(message);
});

test('an edited manifest is refused although it is well formed', async () => {
  const folder = await copy();
  const file = path.join(folder, 'manifest.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace('"finished": true', '"finished": false'));
  expect(String(await readAll(folder))).toContain('the manifest was edited after it was written');
});

test('accounts and parts that disagree are found', async () => {
  const folder = await copy();
  await changeManifest(folder, (manifest) => ({
    ...manifest,
    accounts: [
      { id: a, scan: 'left-out' },
      { id: a, scan: 'left-out' },
      { id: '333333333333', scan: 'collected' },
    ],
  }));
  const faults = await faultsOf(folder);
  expect(faults).toContain(`\`accounts\` names ${a} twice`);
  expect(faults).toContain(`account ${a} is said to be left-out, but has a part`);
  expect(faults).toContain('account 333333333333 is said to be collected, but has no part');
  expect(faults).toContain(`account ${b} has a part, but is not among \`accounts\``);
});

test('what is no snapshot is told apart', async () => {
  const empty = path.join(scratch.path, 'no-snapshot');
  await mkdir(empty);
  const letter = path.join(scratch.path, 'letter.txt');
  await writeFile(letter, 'dear');
  await expect(openSnapshot(path.join(scratch.path, 'nowhere'))).rejects.toThrow(
    'nowhere: cannot open the snapshot: there is no such file or folder',
  );
  await expect(openSnapshot(empty)).rejects.toThrow('the folder holds no snapshot: expected manifest.json');
  await expect(openSnapshot(letter)).rejects.toThrow('is a file and no readable snapshot');
  await expect(openSnapshot(path.join(whole, 'manifest.json'))).rejects.toThrow(
    'name the folder that it stands in',
  );
  await expect(openSnapshot(path.join(letter, 'x'))).rejects.toThrow('a part of the path is a file');
  expect(await readdir(empty)).toStrictEqual([]);
});
