import type { JsonObject, JsonValue } from '../json.ts';

/**
 * What the SDK made of an answer, as the JSON that a record keeps: AWS's own field names, dates as ISO 8601 in UTC,
 * bytes as base64. Members without a value go, and so does the SDK's `$metadata`.
 */
export function verbatim(output: object): JsonObject {
  return objectOf(output, '$metadata');
}

function objectOf(members: object, but?: string): JsonObject {
  const copy: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(members)) {
    const json = valueOf(value);
    if (json !== undefined && name !== but) copy[name] = json;
  }
  return copy;
}

function valueOf(value: unknown): JsonValue | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return value.toString();
    case 'object':
      break;
    case 'undefined':
    case 'function':
    case 'symbol':
      return undefined;
  }
  if (value === null) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (Array.isArray(value)) return value.map((item) => valueOf(item) ?? null);
  return objectOf(value);
}
