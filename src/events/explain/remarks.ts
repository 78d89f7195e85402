import type { Coverage } from '../coverage.ts';
import { typicalRecords } from '../cover/typical-records.ts';
import type { JsonClause } from '../filter-pattern/json-pattern.ts';
import type { FilterPattern } from '../filter-pattern/parse.ts';
import { and, everything, nothing, or, type Predicate } from '../predicate.ts';

/** Something about a pattern that its author hardly meant. */
export interface PatternRemark {
  readonly kind: 'never-matches' | 'matches-everything' | 'matches-nearly-everything' | 'idle-part';
  /** Offsets of the part in the pattern. */
  readonly from: number;
  readonly to: number;
  readonly written: string;
  readonly message: string;
}

/**
 * The parts of a pattern that never matter: alternatives that can never hold or that another one covers, conditions that
 * the others imply; and a note when the pattern matches (nearly) everything, so that nobody will heed its alarm.
 */
export function patternRemarks(pattern: FilterPattern, coverage: Coverage): readonly PatternRemark[] {
  const whole = { from: 0, to: pattern.text.length, written: pattern.text };
  const proves = (required: Predicate, provided: readonly Predicate[]): boolean =>
    coverage.covers(required, provided).verdict === 'proved';
  if (proves(everything, [pattern.predicate]))
    return [
      { kind: 'matches-everything', ...whole, message: 'matches every event, so its alarm says nothing' },
    ];
  if (proves(pattern.predicate, [nothing]))
    return [{ kind: 'never-matches', ...whole, message: whyNever(pattern) }];
  const parts = pattern.form === 'json' ? idleParts(pattern.clause, pattern.text, proves) : [];
  const matched = typicalRecords.filter(
    (event) => coverage.matches(pattern.predicate, event) === true,
  ).length;
  if (matched < typicalRecords.length * 0.85) return parts;
  const message = `matches nearly every event (${matched} of ${typicalRecords.length} typical ones), so its alarm says little`;
  return [{ kind: 'matches-nearly-everything', ...whole, message }, ...parts];
}

function whyNever(pattern: FilterPattern): string {
  const isJoined = pattern.form === 'json' && pattern.clause.kind === 'all';
  return isJoined
    ? 'can never match: no event satisfies all its conditions at once; alternatives are joined with ||'
    : 'can never match an event';
}

type Proves = (required: Predicate, provided: readonly Predicate[]) => boolean;

function idleParts(clause: JsonClause, text: string, proves: Proves): PatternRemark[] {
  if (clause.kind === 'test' || clause.kind === 'undocumented') return [];
  const remarks: PatternRemark[] = [];
  let kept = clause.parts;
  for (const part of clause.parts.toReversed()) {
    const others = kept.filter((other) => other !== part);
    const message =
      clause.kind === 'any' ? idleAlternative(part, others, proves) : idleCondition(part, others, proves);
    if (message === undefined) {
      remarks.push(...idleParts(part, text, proves));
      continue;
    }
    kept = others;
    const { from, to } = part;
    remarks.push({ kind: 'idle-part', from, to, written: text.slice(from, to), message });
  }
  return remarks.toSorted((a, b) => a.from - b.from);
}

function idleAlternative(
  part: JsonClause,
  others: readonly JsonClause[],
  proves: Proves,
): string | undefined {
  if (proves(part.predicate, [nothing])) return 'can never match: its conditions exclude each other';
  const predicates = others.map(({ predicate }) => predicate);
  if (predicates.length === 0 || !proves(part.predicate, [or(...predicates)])) return undefined;
  return 'adds nothing: the other alternatives match all that it does';
}

function idleCondition(part: JsonClause, others: readonly JsonClause[], proves: Proves): string | undefined {
  const predicates = others.map(({ predicate }) => predicate);
  if (predicates.length === 0 || !proves(and(...predicates), [part.predicate])) return undefined;
  return 'asks for nothing: the other conditions imply it';
}
