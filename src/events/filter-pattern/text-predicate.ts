import { and, everything, not, or, recordText, undecided, type Predicate } from '../predicate.ts';
import type { SpacePattern } from './space-delimited.ts';
import type { Term, TermPattern } from './terms.ts';

/**
 * The events whose delivered JSON text an unstructured pattern finds. Certain only for texts that stand in the JSON as they
 * stand in a field.
 */
export function termPatternPredicate(pattern: TermPattern): Predicate {
  if (pattern.kind === 'regex')
    return /^[A-Za-z0-9_]+$/.test(pattern.source)
      ? recordText(pattern.source)
      : undecided(`a regular expression over the whole text of a record: %${pattern.source}%`);
  const withRole = (role: Term['role']): Predicate[] =>
    pattern.terms.filter((term) => term.role === role).map(termPredicate);
  const required = withRole('required');
  const excluded = withRole('excluded').map(not);
  const optional = withRole('optional');
  const found = and(...required, ...excluded);
  if (required.length > 0 || optional.length === 0) return found;
  const oneFound = and(or(...optional), ...excluded);
  if (excluded.length === 0) return oneFound;
  return or(oneFound, and(found, undecided('whether optional terms beside excluded ones must be found')));
}

/**
 * The records that a space-delimited pattern finds: undecided, since the blanks in a record are where its texts happen to
 * have them.
 */
export function spacePatternPredicate({ fields, ellipsis }: SpacePattern): Predicate {
  const open = fields.length === 1 && ellipsis !== 'none' && fields[0]?.condition === undefined;
  return open ? everything : undecided('a space-delimited pattern on the JSON text of a record');
}

function termPredicate({ text, escaped }: Term): Predicate {
  // Quotes, braces, commas and colons are also JSON's own, and "/" and others may be delivered escaped.
  if (!escaped && /^[A-Za-z0-9_ .-]+$/.test(text)) return recordText(text);
  return undecided(`whether the delivered text of a record holds ${JSON.stringify(text)}`);
}
