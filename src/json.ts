import { compareText } from './text.ts';

/** A value as JSON can carry it: what AWS answers are made of once dates and bytes are written as text. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. An absent member reads as `undefined`. */
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

/** True for a JSON object (not null, not a list). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * JSON with the members of every object sorted by code unit and no white space: equal values give equal text, whatever
 * the order in which they were built. Members that are `undefined` are left out.
 */
export function canonicalJson(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => canonicalJson(item)).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort(compareText)
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`);
  return `{${members.join(',')}}`;
}
