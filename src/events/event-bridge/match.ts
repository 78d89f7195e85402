import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { wildcardMatches } from '../wildcard.ts';
import { parseAddress, rangeContains } from './address.ts';
import type { EventPattern, FieldPattern, ValueTest } from './pattern.ts';

/** A scalar of the event, with the elements of lists of objects that one passes on the way to it. */
interface Leaf {
  readonly value: null | boolean | number | string;
  readonly elements: Elements;
}

/** Element index by the path of the list. */
type Elements = ReadonlyMap<string, number>;

/**
 * Whether EventBridge would pass an event (with its envelope) on to a rule with this pattern. Fields in lists of objects
 * must hold in the same element.
 */
export function matchesEventPattern(pattern: EventPattern, event: JsonObject): boolean {
  const leaves = new Map<string, Leaf[]>();
  collectLeaves(event, '', new Map(), leaves);
  return holds(pattern, leaves, new Map(), () => true);
}

/** Whether a leaf value satisfies a test; `undefined` stands for no value. */
export function valueMatches(test: ValueTest, value: null | boolean | number | string | undefined): boolean {
  if (test.op === 'exists') return test.expected === (value !== undefined);
  if (value === undefined) return false;
  switch (test.op) {
    case 'equals':
      return test.value === value;
    case 'anything-but':
      return !test.tests.some((each) => valueMatches(each, value));
    case 'numeric':
      return typeof value === 'number' && inRange(test, value);
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
    case 'wildcard':
    case 'cidr':
      return typeof value === 'string' && textMatches(test, value);
  }
}

type TextTest = Extract<ValueTest, { op: 'prefix' | 'suffix' | 'equals-ignore-case' | 'wildcard' | 'cidr' }>;

function textMatches(test: TextTest, value: string): boolean {
  switch (test.op) {
    case 'prefix':
      return test.ignoreCase
        ? value.toLowerCase().startsWith(test.text.toLowerCase())
        : value.startsWith(test.text);
    case 'suffix':
      return test.ignoreCase
        ? value.toLowerCase().endsWith(test.text.toLowerCase())
        : value.endsWith(test.text);
    case 'equals-ignore-case':
      return value.toLowerCase() === test.text.toLowerCase();
    case 'wildcard':
      return wildcardMatches(test.parts, value);
    case 'cidr': {
      const address = parseAddress(value);
      return address !== undefined && rangeContains(test.range, address);
    }
  }
}

function inRange(test: Extract<ValueTest, { op: 'numeric' }>, value: number): boolean {
  const { from, to } = test;
  if (from !== undefined && (from.inclusive ? value < from.value : value <= from.value)) return false;
  return to === undefined || (to.inclusive ? value <= to.value : value < to.value);
}

function collectLeaves(value: JsonValue, path: string, elements: Elements, into: Map<string, Leaf[]>): void {
  if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value))
      if (member !== undefined) collectLeaves(member, path === '' ? name : `${path}.${name}`, elements, into);
  } else if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly JsonValue[]).entries())
      collectLeaves(item, path, isJsonObject(item) ? new Map(elements).set(path, index) : elements, into);
  } else {
    const leaves = into.get(path) ?? [];
    leaves.push({ value: value as null | boolean | number | string, elements });
    into.set(path, leaves);
  }
}

/** Tries to satisfy the pattern with leaves whose elements agree with `chosen`, then whatever comes after it. */
function holds(
  pattern: EventPattern,
  leaves: ReadonlyMap<string, readonly Leaf[]>,
  chosen: Elements,
  after: (chosen: Elements) => boolean,
): boolean {
  const field = (index: number, soFar: Elements): boolean => {
    const current = pattern.fields[index];
    if (current === undefined) return alternative(0, soFar);
    const found = leaves.get(current.path.join('.')) ?? [];
    if (acceptsAbsence(current) && found.length === 0) return field(index + 1, soFar);
    const tried = new Set<string>();
    for (const leaf of found) {
      if (!current.tests.some((test) => valueMatches(test, leaf.value))) continue;
      const merged = merge(soFar, leaf.elements);
      if (merged === undefined) continue;
      // Leaves of one element lead to the same rest of the search.
      const key = [...merged].map(([list, element]) => `${list}=${element}`).join();
      if (tried.has(key)) continue;
      tried.add(key);
      if (field(index + 1, merged)) return true;
    }
    return false;
  };
  const alternative = (index: number, soFar: Elements): boolean => {
    const current = pattern.alternatives[index];
    if (current === undefined) return after(soFar);
    return current.some((each) => holds(each, leaves, soFar, (next) => alternative(index + 1, next)));
  };
  return field(0, chosen);
}

function acceptsAbsence(field: FieldPattern): boolean {
  return field.tests.some((test) => test.op === 'exists' && !test.expected);
}

function merge(a: Elements, b: Elements): Elements | undefined {
  if (b.size === 0) return a;
  const merged = new Map(a);
  for (const [list, element] of b) {
    if ((merged.get(list) ?? element) !== element) return undefined;
    merged.set(list, element);
  }
  return merged;
}
