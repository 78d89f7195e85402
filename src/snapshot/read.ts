import { lstat, readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { fileFault } from './file-fault.ts';
import { rootHashOf } from './manifest-text.ts';
import { manifestFile, readableFile, type Manifest, type PartEntry } from './manifest.ts';
import { isText, readPart } from './part.ts';
import { SnapshotError, type Snapshot } from './snapshot.ts';
import { fitsManifestSchema } from './validator.ts';

/** How a snapshot is stored at a path. */
export type SnapshotForm =
  | { readonly form: 'compressed'; readonly folder: string }
  | { readonly form: 'readable-folder'; readonly folder: string }
  | { readonly form: 'readable-file'; readonly file: string };

/**
 * Opens the snapshot at a path: a folder with `manifest.json` and compressed parts, a folder with `snapshot.yaml`, or
 * one YAML file. Parts of the compressed form are read and compared with their hash when they are asked for.
 * @throws {SnapshotError} when there is none, or one that cannot be read
 */
export async function openSnapshot(at: string): Promise<Snapshot> {
  const found = await snapshotForm(at);
  if (found.form === 'compressed') return compressedSnapshot(found.folder, await readManifest(found.folder));
  const { readReadableFolder, readReadableSnapshot } = await import('./readable.ts');
  if (found.form === 'readable-folder') return readReadableFolder(found.folder);
  return readReadableSnapshot(await readText(found.file), { file: found.file });
}

/** What stands at a path. @throws {SnapshotError} when it is no snapshot */
export async function snapshotForm(at: string): Promise<SnapshotForm> {
  try {
    if (!(await stat(at)).isDirectory()) {
      if (/\.ya?ml$/i.test(at)) return { form: 'readable-file', file: at };
      const hint =
        path.basename(at) === manifestFile
          ? 'name the folder that it stands in'
          : 'name the folder of a snapshot';
      throw new SnapshotError(`is a file and no readable snapshot (.yaml); ${hint}`, { file: at });
    }
    const entries = await readdir(at);
    if (entries.includes(manifestFile)) return { form: 'compressed', folder: at };
    if (entries.includes(readableFile)) return { form: 'readable-folder', folder: at };
  } catch (error) {
    throw fileFault(error, at, 'cannot open the snapshot');
  }
  throw new SnapshotError(
    `the folder holds no snapshot: expected ${manifestFile} (as \`trailwarden collect\` writes it) or ${readableFile}`,
    { file: at },
  );
}

/** The manifest of a compressed snapshot, checked against its schema and its root hash. */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = path.join(folder, manifestFile);
  const text = textOf(await manifestBytes(folder), file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const place = jsonPlace(text, error);
    throw new SnapshotError(
      `is not JSON (${error instanceof Error ? error.message : ''}); the file was damaged or is no manifest`,
      { file, ...place },
      { cause: error },
    );
  }
  const manifest = (await fitsManifestSchema(value))
    ? (value as Manifest)
    : (await import('./schema.ts')).checkManifest(value, file);
  const files = new Set<string>();
  const accounts = new Set<string | null>();
  for (const part of manifest.parts) {
    if (files.has(part.file) || accounts.has(part.account))
      throw new SnapshotError(
        `\`parts\` names ${files.has(part.file) ? `the file ${part.file}` : `account ${part.account ?? 'null'}`} twice; the manifest was damaged or edited`,
        { file },
      );
    files.add(part.file);
    accounts.add(part.account);
  }
  const rootHash = rootHashOf(manifest);
  if (rootHash !== manifest.rootHash)
    throw new SnapshotError(
      `\`rootHash\` is ${manifest.rootHash}, but the manifest has ${rootHash}; the manifest was edited after it was written`,
      { file },
    );
  return sharingText(manifest);
}

/** The manifest with equal texts and lists in memory once: each cell of the coverage names all accounts, each account all regions. */
function sharingText(manifest: Manifest): Manifest {
  const texts = new Map(manifest.accounts.map(({ id }) => [id, id]));
  const lists = new Map<string, readonly string[]>();
  const shared = (list: readonly string[]): readonly string[] => {
    const key = list.join(' ');
    const known = lists.get(key);
    if (known !== undefined) return known;
    const own = list.map((text) => texts.get(text) ?? text);
    lists.set(key, own);
    return own;
  };
  return {
    ...manifest,
    accounts: manifest.accounts.map((account) =>
      account.regions === undefined ? account : { ...account, regions: shared(account.regions) },
    ),
    coverage: manifest.coverage.map((cell) => ({
      ...cell,
      accounts: shared(cell.accounts),
      regions: shared(cell.regions),
    })),
  };
}

function compressedSnapshot(folder: string, manifest: Manifest): Snapshot {
  const entries = new Map<string | null, PartEntry>(manifest.parts.map((part) => [part.account, part]));
  return {
    manifest,
    organization: async () => {
      const entry = entries.get(null);
      return entry === undefined ? [] : readPart(folder, entry);
    },
    account: async (id) => {
      const entry = entries.get(id);
      return entry === undefined ? undefined : readPart(folder, entry);
    },
  };
}

/** The manifest of a compressed snapshot as it is on disk. @throws {SnapshotError} when it cannot be read */
export async function manifestBytes(folder: string): Promise<Buffer> {
  const file = path.join(folder, manifestFile);
  try {
    // As for parts: a link or a device could lead out of the snapshot, or never end.
    if (!(await lstat(file)).isFile()) throw new SnapshotError('is not a regular file', { file });
    return await readFile(file);
  } catch (error) {
    throw fileFault(error, file, 'cannot read');
  }
}

/** A text file. @throws {SnapshotError} when it cannot be read or is not UTF-8 text */
export async function readText(file: string): Promise<string> {
  try {
    return textOf(await readFile(file), file);
  } catch (error) {
    throw fileFault(error, file, 'cannot read');
  }
}

function textOf(bytes: Buffer, file: string): string {
  if (!isText(bytes))
    throw new SnapshotError('is not text (UTF-8); the file was damaged or is of another kind', { file });
  return bytes.toString('utf8');
}

/** Line and column of a fault that JSON.parse reports by position. */
function jsonPlace(text: string, error: unknown): { line: number; column: number } | object {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  if (position === undefined) return {};
  const before = text.slice(0, Number(position)).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
