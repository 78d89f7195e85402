import { isJsonObject, type JsonValue } from '../../json.ts';
import { compareText } from '../../text.ts';
import { hasHole } from '../declaration.ts';

/** A value of Terraform; `undefined` where it is not known before Terraform runs, or where we do not work it out. */
export type Value = JsonValue | undefined;

/** Longest text and list that are made; names are shorter. */
const longest = 10_000;

/** Functions of Terraform that names are made with. Any other gives a value that is not known. */
export const functions: ReadonlyMap<string, (given: readonly Value[]) => Value> = new Map<
  string,
  (given: readonly Value[]) => Value
>([
  ['lower', ([text]) => (typeof text === 'string' ? text.toLowerCase() : undefined)],
  // Upper case of a hole is the hole itself, and no account or region has letters that would change a name so.
  ['upper', ([text]) => (typeof text === 'string' && !hasHole(text) ? text.toUpperCase() : undefined)],
  ['trimspace', ([text]) => (typeof text === 'string' ? text.trim() : undefined)],
  ['tostring', ([value]) => textOf(value)],
  ['toset', ([list]) => (isTextList(list) ? [...new Set(list)].sort(compareText) : undefined)],
  ['tolist', ([list]) => (Array.isArray(list) ? list : undefined)],
  ['tomap', ([map]) => (isJsonObject(map) ? map : undefined)],
  ['length', ([value]) => lengthOf(value)],
  ['join', ([separator, list]) => join(separator, list)],
  ['format', ([pattern, ...values]) => format(pattern, values)],
  ['concat', concat],
  ['merge', merge],
  ['coalesce', (values) => values.find((value) => value !== null && value !== '')],
]);

/** A value as text, the way a template writes it. */
export function textOf(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function isTextList(value: Value): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function lengthOf(value: Value): Value {
  if (Array.isArray(value)) return value.length;
  if (isJsonObject(value)) return Object.keys(value).length;
  return undefined;
}

function join(separator: Value, list: Value): Value {
  if (typeof separator !== 'string' || !isTextList(list)) return undefined;
  const text = list.join(separator);
  return text.length > longest ? undefined : text;
}

/** Only `%s`, `%d`, `%v` and `%%`: what names are made with. */
function format(pattern: Value, values: readonly Value[]): Value {
  if (typeof pattern !== 'string') return undefined;
  let next = 0;
  let sound = true;
  const text = pattern.replace(/%(.?)/g, (_, verb: string) => {
    if (verb === '%') return '%';
    const value = 'sdv'.includes(verb) && verb !== '' ? textOf(values[next]) : undefined;
    next += 1;
    sound &&= value !== undefined;
    return value ?? '';
  });
  return sound && next === values.length && text.length <= longest ? text : undefined;
}

function concat(lists: readonly Value[]): Value {
  if (!lists.every((list) => Array.isArray(list))) return undefined;
  const all = lists.flatMap((list) => [...(list as readonly JsonValue[])]);
  return all.length > longest ? undefined : all;
}

function merge(maps: readonly Value[]): Value {
  if (!maps.every((map) => isJsonObject(map))) return undefined;
  const entries = maps.flatMap((map) => Object.entries(map));
  return entries.length > longest ? undefined : Object.fromEntries(entries);
}
