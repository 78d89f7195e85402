import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** The objects of a list in an answer; none where there is no list. */
export function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((item: JsonValue) => isJsonObject(item)) : [];
}

/** The texts of a list in an answer; none where there is no list. */
export function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item: JsonValue) => typeof item === 'string') : [];
}

/** A text in an answer; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
