import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';

import type { EventSet } from '../../src/events/event-set.ts';
import { parseEventSet } from '../../src/events/event-set-parser.ts';
import { eventSetPredicate, type EventSetOptions } from '../../src/events/event-set-predicate.ts';
import type { Predicate } from '../../src/events/predicate.ts';
import type { JsonObject } from '../../src/json.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'rules/events');

/** The event sets that ship, by id. */
export const shippedSets: ReadonlyMap<string, EventSet> = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => parseEventSet(readFileSync(path.join(folder, file), 'utf8'), file))
    .map((set) => [set.id, set]),
);

/** The events that a shipped set asks for. */
export function requiredBy(id: string, options: EventSetOptions = {}): Predicate {
  const set = shippedSets.get(id);
  if (set === undefined) throw new Error(`no event set ${id}`);
  return eventSetPredicate(set, options).required;
}

/** A pattern in a form that editions of a benchmark publish. */
export interface PublishedPattern {
  readonly set: string;
  readonly editions: readonly string[];
  readonly form?: string;
  readonly pattern: string;
}

export const publishedPatterns = parse(
  readFileSync(path.join(root, 'fixtures/patterns/published.yaml'), 'utf8'),
) as readonly PublishedPattern[];

/** The records in `fixtures/events`, by name. */
export const sampleRecords: readonly { readonly name: string; readonly record: JsonObject }[] = readdirSync(
  path.join(root, 'fixtures/events'),
)
  .filter((file) => file.endsWith('.json'))
  .toSorted((a, b) => (a < b ? -1 : 1))
  .map((file) => ({
    name: path.basename(file, '.json'),
    record: JSON.parse(readFileSync(path.join(root, 'fixtures/events', file), 'utf8')) as JsonObject,
  }));
