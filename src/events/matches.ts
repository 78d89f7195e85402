import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import {
  negated,
  truthOfAll,
  truthOfAny,
  type FieldAtom,
  type FieldPath,
  type Predicate,
} from './predicate.ts';
import { TooLarge } from './text/nfa.ts';
import { Shapes } from './text/shapes.ts';
import type { NumberRange, TextTest, Truth, ValueTest } from './value-test.ts';

/**
 * Whether an event belongs to a set.
 *
 * @param event a CloudTrail record
 * @param shapes keeps what was made of texts and regular expressions between calls
 */
export function matches(predicate: Predicate, event: JsonObject, shapes = new Shapes()): Truth {
  switch (predicate.kind) {
    case 'everything':
      return true;
    case 'nothing':
      return false;
    case 'undecided':
      return 'undecided';
    case 'all':
      return truthOfAll(lazily(predicate.of, event, shapes));
    case 'any':
      return truthOfAny(lazily(predicate.of, event, shapes));
    case 'not':
      return negated(matches(predicate.of, event, shapes));
    case 'field':
      return fieldTruth(predicate, event, shapes);
    case 'record-text':
      return JSON.stringify(event).includes(predicate.holds);
  }
}

function* lazily(parts: readonly Predicate[], event: JsonObject, shapes: Shapes): Generator<Truth> {
  for (const part of parts) yield matches(part, event, shapes);
}

function fieldTruth({ path, test, arrays, several }: FieldAtom, event: JsonObject, shapes: Shapes): Truth {
  if (arrays === 'searched') {
    const leaves = searchedLeaves(event, path);
    return leaves.length === 0
      ? test.missing
      : truthOfAny(leaves.map((leaf) => testTruth(test, leaf, shapes)));
  }
  const isSeveral = path.some((step) => typeof step === 'object');
  if (!isSeveral) return testTruth(test, nodesAt(event, path)[0], shapes);
  const truths = nodesAt(event, path).map((node) => testTruth(test, node, shapes));
  const one = truthOfAny(truths);
  if (several === 'some') return one;
  return one === truthOfAll(truths) ? one : 'undecided';
}

/** The nodes that a path leads to in a record: one or none, or several where it takes any step. */
export function nodesAt(event: JsonObject, path: FieldPath): JsonValue[] {
  let nodes: JsonValue[] = [event];
  for (const step of path) {
    nodes = nodes.flatMap((node): JsonValue[] => {
      if (typeof step === 'number') return Array.isArray(node) ? present(elements(node)[step]) : [];
      if (typeof step === 'string') return isJsonObject(node) ? present(member(node, step)) : [];
      if (step.any === 'element') return Array.isArray(node) ? [...elements(node)] : [];
      return isJsonObject(node) ? Object.keys(node).flatMap((name) => present(member(node, name))) : [];
    });
  }
  return nodes;
}

/** The scalars that a path leads to when arrays on the way, and at the end, are looked into. */
function searchedLeaves(event: JsonObject, path: FieldPath): JsonValue[] {
  let nodes: JsonValue[] = [event];
  for (const step of path)
    nodes = nodes
      .flatMap(flattened)
      .flatMap((node) => (typeof step === 'string' && isJsonObject(node) ? present(member(node, step)) : []));
  return nodes.flatMap(flattened).filter((node) => !isJsonObject(node));
}

function flattened(node: JsonValue): JsonValue[] {
  return Array.isArray(node) ? elements(node).flatMap(flattened) : [node];
}

function elements(node: JsonValue): readonly JsonValue[] {
  return node as readonly JsonValue[];
}

function member(node: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(node, name) ? node[name] : undefined;
}

function present(node: JsonValue | undefined): JsonValue[] {
  return node === undefined ? [] : [node];
}

/** Truth of a test on what stands in a field; `undefined` for a missing one. */
export function testTruth(test: ValueTest, value: JsonValue | undefined, shapes: Shapes): Truth {
  if (value === undefined) return test.missing;
  if (value === null) return test.null;
  if (value === true) return test.true;
  if (value === false) return test.false;
  if (typeof value === 'string')
    return typeof test.text === 'object' ? textTruth(test.text, value, shapes) : test.text;
  if (typeof value === 'number')
    return typeof test.number === 'object' ? inRanges(test.number, value) : test.number;
  return isJsonObject(value) ? test.object : test.array;
}

/** Truth of a text test; undecided also where a regular expression is beyond measure. */
export function textTruth(test: TextTest, text: string, shapes: Shapes): Truth {
  try {
    const found = test.shapes.some((shape) => shapes.ready(shape).has(text));
    const other = test.otherReading?.some((shape) => shapes.ready(shape).has(text)) ?? found;
    return found === other ? found !== test.negated : 'undecided';
  } catch (error) {
    if (error instanceof TooLarge) return 'undecided';
    throw error;
  }
}

export function inRanges(ranges: readonly NumberRange[], value: number): boolean {
  return ranges.some(
    ({ from, fromOpen, to, toOpen }) =>
      (fromOpen ? value > from : value >= from) && (toOpen ? value < to : value <= to),
  );
}
