import type { FieldPath, Predicate } from '../predicate.ts';
import type { JsonTest } from './json-tests.ts';

/** A part of a JSON filter pattern with its place in the text, so that people can be shown what they wrote. */
export type JsonClause =
  | (ClauseBase & { readonly kind: 'all' | 'any'; readonly parts: readonly JsonClause[] })
  | (ClauseBase & { readonly kind: 'test'; readonly path: FieldPath; readonly test: JsonTest })
  /** Taken by the service, but nobody has said with which meaning. */
  | (ClauseBase & { readonly kind: 'undocumented'; readonly reason: string });

interface ClauseBase {
  /** Offset of the first character, parentheses included. */
  readonly from: number;
  /** Offset after the last character. */
  readonly to: number;
  readonly predicate: Predicate;
}
