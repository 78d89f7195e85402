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
  return `${pretty(asJson(manifest), '')}\n`;
}

/** A manifest is plain JSON data; only its optional members need this to be seen by the compiler. */
function asJson(manifest: object): JsonObject {
  return manifest as JsonObject;
}

function pretty(value: JsonValue | undefined, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items: readonly JsonValue[] = value;
    if (items.every((item) => typeof item !== 'object' || item === null))
      return `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
    return `[\n${items.map((item) => inner + pretty(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return '{}';
  return `{\n${members
    .map(([name, member]) => `${inner}${JSON.stringify(name)}: ${pretty(member, inner)}`)
    .join(',\n')}\n${indent}}`;
}
