import type { AddressRange } from './address.ts';

/** An EventBridge event pattern: all fields hold, and of each list of alternatives one does. */
export interface EventPattern {
  readonly fields: readonly FieldPattern[];
  readonly alternatives: readonly (readonly EventPattern[])[];
}

/** What a field of the event, at a path of names, must be: one of the tests. */
export interface FieldPattern {
  readonly path: readonly string[];
  /** Offset of the field's name in the pattern's text. */
  readonly at: number;
  readonly tests: readonly ValueTest[];
}

/** What one leaf value (a scalar, or an element of a list of scalars) must be. Text tests hold for texts only. */
export type ValueTest =
  | { readonly op: 'equals'; readonly value: null | boolean | number | string }
  | { readonly op: 'prefix' | 'suffix'; readonly text: string; readonly ignoreCase: boolean }
  | { readonly op: 'equals-ignore-case'; readonly text: string }
  /** The texts between the wildcards, the first and last at the edges of the value. */
  | { readonly op: 'wildcard'; readonly parts: readonly string[] }
  /** There is a value and none of the tests holds for it. */
  | { readonly op: 'anything-but'; readonly tests: readonly ValueTest[] }
  | { readonly op: 'exists'; readonly expected: boolean }
  | { readonly op: 'numeric'; readonly from?: NumericBound; readonly to?: NumericBound }
  | { readonly op: 'cidr'; readonly block: string; readonly range: AddressRange };

export interface NumericBound {
  readonly value: number;
  readonly inclusive: boolean;
}
