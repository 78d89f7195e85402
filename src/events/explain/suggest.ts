import { pathText } from '../canonical.ts';
import type { Coverage } from '../coverage.ts';
import type { JsonClause } from '../filter-pattern/json-pattern.ts';
import { printJsonPattern } from '../filter-pattern/print.ts';
import { filterPatternPredicate, longestPattern, type FilterPattern } from '../filter-pattern/parse.ts';
import { and, everything, or, type FieldAtom, type Predicate } from '../predicate.ts';
import { exactly, textIn } from '../value-test.ts';
import { explainLoss } from './loss.ts';
import { toJsonPattern } from './to-json-pattern.ts';

/** More filters than this are no help. */
const mostPatterns = 10;

/** A set of events, what of it was asked for in so many words, and what is there. */
export interface Gap {
  /** What must be covered. */
  readonly required: Predicate;
  /** The same without what is merely known of the events; patterns are made of this. */
  readonly asked: Predicate;
  /** The filter patterns that do not see it all. */
  readonly patterns: readonly FilterPattern[];
  /** What a trail hands on to the filters; everything when absent. */
  readonly recorded?: Predicate;
}

/** Filter patterns that see what was missed. */
export interface Suggestion {
  /** `change`: in place of the one pattern that is there; `add`: beside those that are there; `instead`: these alone. */
  readonly how: 'change' | 'add' | 'instead';
  /** Each no longer than the service takes. */
  readonly patterns: readonly string[];
}

/**
 * Filter patterns that mend a gap: the pattern that is there without the conditions that lose events, the shortest addition,
 * or patterns for the whole set. Every suggestion is judged before it is made. Undefined where the filter pattern language
 * cannot say what is wanted, or the trail does not record it.
 */
export function suggestPatterns(gap: Gap, coverage: Coverage): Suggestion | undefined {
  const { required, asked, patterns, recorded = everything } = gap;
  const there = patterns.map(({ predicate }) => and(recorded, predicate));
  const sees = (suggested: readonly string[] | undefined, beside: readonly Predicate[]): boolean => {
    if (suggested === undefined) return false;
    const seen = suggested.map((text) => and(recorded, filterPatternPredicate(text)));
    return coverage.covers(required, [...beside, ...seen]).verdict === 'proved';
  };
  const [only] = patterns;
  const changed =
    only !== undefined && patterns.length === 1 ? withoutNarrowing(only, gap, coverage) : undefined;
  if (changed !== undefined && sees([changed], [])) return { how: 'change', patterns: [changed] };
  const missing = missingPart(asked, required, there, coverage);
  const added = missing === undefined ? undefined : patternsFor(missing, coverage);
  const whole = patternsFor(asked, coverage);
  const isShorter = whole === undefined || (added ?? []).join('').length < whole.join('').length;
  if (added !== undefined && patterns.length > 0 && isShorter && sees(added, there))
    return { how: 'add', patterns: added };
  return whole !== undefined && sees(whole, []) ? { how: 'instead', patterns: whole } : undefined;
}

/** The pattern without the conditions that lose events by a field that nobody asked about. */
function withoutNarrowing(
  pattern: FilterPattern,
  { required, asked, recorded = everything }: Gap,
  coverage: Coverage,
): string | undefined {
  if (pattern.form !== 'json') return undefined;
  const wanted = fieldsOf(asked);
  const removed = new Set<number>();
  for (let round = 0; round < 8; round++) {
    const left = withoutClauses(pattern.clause, removed);
    if (left.kind === 'everything') return undefined;
    const found = coverage.covers(required, [and(recorded, left)]);
    if (found.verdict === 'proved') {
      // Without most of what was asked about, the filter would tell of far too much.
      const kept = fieldsOf(left);
      const isTelling = [...wanted].filter((name) => kept.has(name)).length * 2 > wanted.size;
      return removed.size > 0 && isTelling ? printJsonPattern(left) : undefined;
    }
    if (found.verdict === 'undecided') return undefined;
    const losing = (explainLoss(pattern, found.witness)?.clauses ?? []).filter(
      ({ path, from }) => !wanted.has(pathText(path)) && !removed.has(from),
    );
    if (losing.length === 0) return undefined;
    for (const { from } of losing) removed.add(from);
  }
  return undefined;
}

/** The set of a clause when the conditions that begin at some offsets are gone. */
function withoutClauses(clause: JsonClause, removed: ReadonlySet<number>): Predicate {
  if (removed.has(clause.from) && clause.kind !== 'all') return everything;
  if (clause.kind !== 'all' && clause.kind !== 'any') return clause.predicate;
  const parts = clause.parts.map((part) => withoutClauses(part, removed));
  return clause.kind === 'all' ? and(...parts) : or(...parts);
}

function fieldsOf(predicate: Predicate): ReadonlySet<string> {
  switch (predicate.kind) {
    case 'all':
    case 'any':
      return new Set(predicate.of.flatMap((part) => [...fieldsOf(part)]));
    case 'not':
      return fieldsOf(predicate.of);
    case 'field':
      return new Set([pathText(predicate.path)]);
    case 'everything':
    case 'nothing':
    case 'undecided':
    case 'record-text':
      return new Set();
  }
}

/** Filter patterns that together match every event of a set, each short enough; undefined where there are none. */
export function patternsFor(asked: Predicate, coverage: Coverage): readonly string[] | undefined {
  const written = toJsonPattern(asked);
  if (written === undefined) return undefined;
  const set = withoutIdle(written, coverage);
  const patterns: string[] = [];
  let open: Predicate[] = [];
  for (const alternative of set.kind === 'any' ? set.of : [set]) {
    const pieces = fitting(alternative);
    if (pieces === undefined) return undefined;
    for (const piece of pieces) {
      const longer = printJsonPattern(or(...open, piece));
      if (longer !== undefined && longer.length <= longestPattern) open.push(piece);
      else {
        patterns.push(printJsonPattern(or(...open)) ?? '');
        open = [piece];
      }
    }
  }
  patterns.push(printJsonPattern(or(...open)) ?? '');
  return patterns.length > mostPatterns || patterns.includes('') ? undefined : patterns;
}

/** The same set without conditions that others imply. */
function withoutIdle(set: Predicate, coverage: Coverage): Predicate {
  if (set.kind === 'any') return or(...set.of.map((part) => withoutIdle(part, coverage)));
  if (set.kind !== 'all') return set;
  let { of: kept } = set;
  for (const part of set.of.toReversed()) {
    const others = kept.filter((other) => other !== part);
    if (others.length > 0 && coverage.covers(and(...others), [part]).verdict === 'proved') kept = others;
  }
  return and(...kept);
}

/** A set as alternatives that each fit into a pattern. */
function fitting(set: Predicate): readonly Predicate[] | undefined {
  const printed = printJsonPattern(set);
  if (printed === undefined) return undefined;
  if (printed.length <= longestPattern) return [set];
  if (set.kind === 'any') {
    const pieces = set.of.map(fitting);
    return pieces.includes(undefined) ? undefined : pieces.flatMap((piece) => piece ?? []);
  }
  if (set.kind !== 'all') return undefined;
  const longest = set.of.reduce<Predicate | undefined>(
    (best, part) =>
      part.kind === 'any' && (best?.kind !== 'any' || part.of.length > best.of.length) ? part : best,
    undefined,
  );
  if (longest?.kind !== 'any' || longest.of.length < 2) return undefined;
  const half = Math.ceil(longest.of.length / 2);
  const halves = [longest.of.slice(0, half), longest.of.slice(half)].map((alternatives) =>
    fitting(and(...set.of.map((part) => (part === longest ? or(...alternatives) : part)))),
  );
  return halves.includes(undefined) ? undefined : halves.flatMap((piece) => piece ?? []);
}

/** The part of a set that is not seen: clause by clause, and name by name where a clause lists names. */
function missingPart(
  asked: Predicate,
  required: Predicate,
  provided: readonly Predicate[],
  coverage: Coverage,
): Predicate | undefined {
  const isSeen = (part: Predicate): boolean =>
    coverage.covers(and(required, part), provided).verdict === 'proved';
  const clauses = asked.kind === 'any' ? asked.of : [asked];
  const missing = clauses.flatMap((clause) => {
    if (isSeen(clause)) return [];
    const parts = clause.kind === 'all' ? clause.of : [clause];
    const list = longestList(parts);
    if (list === undefined) return [clause];
    const only = (...texts: readonly string[]): Predicate =>
      and(...parts.map((part) => (part === list.atom ? withTexts(list.atom, texts) : part)));
    return [only(...list.texts.filter((text) => !isSeen(only(text))))];
  });
  return missing.length === 0 ? undefined : or(...missing);
}

function withTexts(atom: FieldAtom, texts: readonly string[]): Predicate {
  return { ...atom, test: { ...atom.test, text: textIn(exactly(...texts)) } };
}

function longestList(
  parts: readonly Predicate[],
): { readonly atom: FieldAtom; readonly texts: readonly string[] } | undefined {
  let longest: { readonly atom: FieldAtom; readonly texts: readonly string[] } | undefined;
  for (const part of parts) {
    if (part.kind !== 'field' || typeof part.test.text !== 'object') continue;
    const { shapes, negated, otherReading } = part.test.text;
    const [shape, ...others] = shapes;
    if (negated || otherReading !== undefined || others.length > 0) continue;
    if (shape?.kind !== 'texts' || shape.ignoreCase === true) continue;
    if (shape.texts.length > (longest?.texts.length ?? 0)) longest = { atom: part, texts: shape.texts };
  }
  return longest;
}
