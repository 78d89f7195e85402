import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Names } from './document.ts';
import { nameMatches } from './evaluate.ts';
import { allOf, anyOf, negated, type Maybe } from './maybe.ts';

/** A set of actions or resources: names with wildcards, less what is denied. */
export interface NameSet {
  readonly granted: Names;
  /** Taken away. */
  readonly denied?: readonly Names[];
  /** Taken away, or not. */
  readonly perhapsDenied?: readonly Names[];
}

/** The set as the value of a fact: `{ names: [...] }`, `allBut` for one that leaves names out, and what is denied. */
export function nameSetValue({ granted, denied = [], perhapsDenied = [] }: NameSet): JsonObject {
  return {
    ...namesValue(granted),
    ...(denied.length === 0 ? {} : { denied: denied.map(namesValue) }),
    ...(perhapsDenied.length === 0 ? {} : { perhapsDenied: perhapsDenied.map(namesValue) }),
  };
}

/** Whether a set, as {@link nameSetValue} writes it, holds a name. One with wildcards: all, none, or undecided. */
export function holdsName(value: JsonValue | undefined, name: string): Maybe {
  if (!isJsonObject(value)) return false;
  const perhaps = anyOf(listed(value['perhapsDenied']).map((names) => holds(names, name)));
  return allOf([
    holds(value, name),
    ...listed(value['denied']).map((names) => negated(holds(names, name))),
    perhaps === false ? true : undefined,
  ]);
}

function namesValue({ patterns, excluded }: Names): JsonObject {
  return { [excluded ? 'allBut' : 'names']: [...patterns] };
}

function holds(value: JsonObject, name: string): Maybe {
  const excluded = value['names'] === undefined;
  const list = value[excluded ? 'allBut' : 'names'];
  const patterns = Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
  // ARNs have case, actions have none.
  return nameMatches({ patterns, excluded }, name, undefined, !name.startsWith('arn:'));
}

function listed(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
