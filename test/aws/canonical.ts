import type { JsonValue } from '../../src/json.ts';
import { isJsonObject } from '../../src/json.ts';

/** JSON text in which equal values are equal: members sorted by name, absent ones left out. */
export function canonicalJson(value: JsonValue, indent?: number): string {
  return JSON.stringify(sorted(value), null, indent);
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, member]) => (member === undefined ? [] : [[name, sorted(member)]])),
  );
}
