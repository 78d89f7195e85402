import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Call } from './calls.ts';

/** Members that are kept: all of a member's value where nothing is said about what is in it. */
interface Kept {
  readonly [member: string]: Kept | undefined;
}

const keptBy = new WeakMap<Call, Kept>();

/** As much of an answer as is recorded: {@link Call.keeps} of it. */
export function recorded(call: Call, output: JsonObject): JsonObject {
  if (call.keeps === undefined) return output;
  let kept = keptBy.get(call);
  if (kept === undefined) keptBy.set(call, (kept = keptOf(call.keeps.map((path) => path.split('.')))));
  return only(output, kept);
}

function keptOf(paths: readonly (readonly string[])[]): Kept {
  const members = Map.groupBy(paths, ([member = '']) => member);
  return Object.fromEntries(
    [...members].map(([member, list]) => {
      const below = list.map((path) => path.slice(1)).filter((path) => path.length > 0);
      return [member, below.length === 0 ? undefined : keptOf(below)];
    }),
  );
}

function only(value: JsonObject, kept: Kept): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      Object.hasOwn(kept, name) && member !== undefined ? [[name, within(member, kept[name])]] : [],
    ),
  );
}

function within(value: JsonValue, kept: Kept | undefined): JsonValue {
  if (kept === undefined) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => within(item, kept));
  return isJsonObject(value) ? only(value, kept) : value;
}
