import { createHash } from 'node:crypto';

import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { compareText } from '../text.ts';
import type { Manifest } from './manifest.ts';

/**
 * The root hash: SHA-256 over the manifest as canonical JSON without `rootHash`. The manifest holds the hash of every
 * part, so this one number stands for the whole snapshot, coverage included.
 */
export function rootHashOf(manifest: Omit<Manifest, 'rootHash'>): string {
  const { rootHash: _, ...content } = { rootHash: '', ...manifest };
  const hash = createHash('sha256');
  writeCanonical(asJson(content), 2, (text) => hash.update(text));
  return hash.digest('hex');
}

/**
 * Gives canonical JSON in pieces, one for each value that is `depth` lists and objects inside: the text of ten thousand
 * accounts in one piece would be most of the memory that a scan takes.
 */
function writeCanonical(value: JsonValue | undefined, depth: number, write: (text: string) => void): void {
  if (depth === 0 || typeof value !== 'object' || value === null) return write(canonicalJson(value));
  const list = Array.isArray(value);
  const keys = list
    ? [...value.keys()]
    : Object.keys(value)
        .filter((name) => (value as JsonObject)[name] !== undefined)
        .sort(compareText);
  write(list ? '[' : '{');
  keys.forEach((key, index) => {
    if (index > 0) write(',');
    if (!list) write(`${JSON.stringify(key)}:`);
    writeCanonical((value as Readonly<Record<string | number, JsonValue>>)[key], depth - 1, write);
  });
  write(list ? ']' : '}');
}

/** The manifest as the text of `manifest.json`: two spaces, lists of plain values on one line, final line end. */
export function manifestText(manifest: Manifest): string {
  return [...manifestPieces(manifest)].join('');
}

/** The same in pieces: of ten thousand accounts, for example, one for each. */
export function* manifestPieces(manifest: Manifest): Generator<string> {
  yield* prettyPieces(asJson(manifest), '', 2);
  yield '\n';
}

/** A manifest is plain JSON data; only its optional members need this to be seen by the compiler. */
function asJson(manifest: object): JsonObject {
  return manifest as JsonObject;
}

/** What {@link pretty} gives, in pieces: one for each value that is `depth` lists and objects inside. */
function* prettyPieces(value: JsonValue | undefined, indent: string, depth: number): Generator<string> {
  const members = depth === 0 ? undefined : membersOf(value);
  if (members === undefined) return yield pretty(value, indent);
  const inner = `${indent}  `;
  yield Array.isArray(value) ? '[' : '{';
  for (const [index, [name, member]] of members.entries()) {
    yield `${index === 0 ? '' : ','}\n${inner}${name}`;
    yield* prettyPieces(member, inner, depth - 1);
  }
  yield `\n${indent}${Array.isArray(value) ? ']' : '}'}`;
}

function pretty(value: JsonValue | undefined, indent: string): string {
  const members = membersOf(value);
  if (members === undefined)
    return Array.isArray(value)
      ? `[${value.map((item) => JSON.stringify(item)).join(', ')}]`
      : JSON.stringify(value ?? null);
  return [...prettyPieces(value, indent, 1)].join('');
}

/** What stands on lines of its own, each with what stands before it; undefined for a value on one line. */
function membersOf(
  value: JsonValue | undefined,
): readonly (readonly [name: string, member: JsonValue | undefined])[] | undefined {
  if (Array.isArray(value)) {
    const items: readonly JsonValue[] = value;
    const isPlain = items.every((item) => typeof item !== 'object' || item === null);
    return isPlain ? undefined : items.map((item) => ['', item]);
  }
  if (!isJsonObject(value)) return undefined;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return members.length === 0
    ? undefined
    : members.map(([name, member]) => [`${JSON.stringify(name)}: `, member]);
}
