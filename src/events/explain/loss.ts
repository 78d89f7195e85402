import type { JsonObject } from '../../json.ts';
import { shortened } from '../../text.ts';
import { pathText } from '../canonical.ts';
import type { JsonClause } from '../filter-pattern/json-pattern.ts';
import type { FilterPattern } from '../filter-pattern/parse.ts';
import { matches, nodesAt } from '../matches.ts';
import type { FieldPath } from '../predicate.ts';

/** Why a pattern does not match an event. */
export interface Loss {
  /** The conditions that do not hold, in the alternative that comes nearest. */
  readonly clauses: readonly LostClause[];
  /** The whole in a sentence for people. */
  readonly message: string;
}

/** A condition that does not hold for the event. */
export interface LostClause {
  /** Offsets in the pattern. */
  readonly from: number;
  readonly to: number;
  /** The condition as it was written, with the "&&" before it where one stands there. */
  readonly written: string;
  readonly path: FieldPath;
  /** What stands in the field: JSON, shortened, or "nothing". */
  readonly found: string;
  /** How many alternatives on this field there are, none of which holds; 1 for a single condition. */
  readonly alternatives: number;
}

/**
 * The conditions of a pattern that drop an event; undefined when the pattern matches it, or nobody can tell, or the pattern is
 * none of JSON.
 */
export function explainLoss(pattern: FilterPattern, event: JsonObject): Loss | undefined {
  if (pattern.form !== 'json' || matches(pattern.predicate, event) !== false) return undefined;
  const clauses = lostIn(pattern.clause, event, pattern.text, false);
  return { clauses, message: lossMessage(clauses) };
}

function lostIn(clause: JsonClause, event: JsonObject, text: string, joined: boolean): LostClause[] {
  if (clause.kind === 'undocumented') return [];
  if (clause.kind === 'test') {
    return [lostClause(clause, clause.path, 1, event, text, joined)];
  }
  const failing = clause.parts.filter((part) => matches(part.predicate, event) !== true);
  if (clause.kind === 'all')
    return failing.flatMap((part) => lostIn(part, event, text, part !== clause.parts[0]));
  const list = fieldOfList(clause.parts);
  if (list !== undefined) return [lostClause(clause, list, clause.parts.length, event, text, joined)];
  // The alternative that was about this event: fewest conditions fail, then most of them hold.
  const ranked = failing.map((part) => {
    const lost = lostIn(part, event, text, false);
    return { lost, holding: countTests(part) - lost.length };
  });
  const [nearest] = ranked.toSorted((a, b) => a.lost.length - b.lost.length || b.holding - a.holding);
  return nearest?.lost ?? [];
}

function lostClause(
  { from, to }: JsonClause,
  path: FieldPath,
  alternatives: number,
  event: JsonObject,
  text: string,
  joined: boolean,
): LostClause {
  const written = `${joined ? '&& ' : ''}${text.slice(from, to)}`;
  return { from, to, written, path, found: foundAt(event, path), alternatives };
}

/** The one field that all the alternatives are about. */
function fieldOfList(parts: readonly JsonClause[]): FieldPath | undefined {
  const [first] = parts;
  if (first?.kind !== 'test') return undefined;
  const name = pathText(first.path);
  return parts.every((part) => part.kind === 'test' && pathText(part.path) === name) ? first.path : undefined;
}

function countTests(clause: JsonClause): number {
  if (clause.kind === 'test' || clause.kind === 'undocumented') return 1;
  return clause.parts.reduce((sum, part) => sum + countTests(part), 0);
}

function foundAt(event: JsonObject, path: FieldPath): string {
  const nodes = nodesAt(event, path);
  if (nodes.length === 0) return 'nothing';
  const text = nodes.map((node) => JSON.stringify(node)).join(', ');
  return shortened(text, 80);
}

function lossMessage(clauses: readonly LostClause[]): string {
  const [first] = clauses;
  if (first === undefined) return 'the pattern does not match this event';
  const values = [...new Map(clauses.map(({ path, found }) => [pathText(path), found]))]
    .map(([name, found]) => `${name} is ${found === 'nothing' ? 'missing' : found}`)
    .join(', ');
  if (clauses.length === 1 && first.alternatives > 1)
    return `none of the ${first.alternatives} alternatives on ${pathText(first.path)} holds for this event: ${values}`;
  const written = clauses.map((clause) => `\`${shortened(clause.written, 120)}\``);
  const list =
    written.length === 1 ? written.join('') : `${written.slice(0, -1).join(', ')} and ${written.at(-1)}`;
  return `${list} ${written.length === 1 ? 'drops' : 'drop'} this event: ${values}`;
}
