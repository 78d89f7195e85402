/** What is known of a statement about one event: `undecided` where AWS has not said, or we cannot read, what holds. */
export type Truth = boolean | 'undecided';

/**
 * A set of texts. Letter case counts unless `ignoreCase`.
 *
 * - `texts`: exactly these.
 * - `glob`: the parts in this order, any run of characters (also an empty one) between two of them; the first part stands
 *   at the beginning and the last at the end. `['AccessDenied', '']` is a prefix, `['', 'Trail', '']` "contains".
 * - `regex`: a match anywhere in the text, in the alphabet that CloudWatch Logs takes. AWS does not say how it treats line
 *   breaks: `narrow` is the reading that matches least (`.` is no line break, `$` the very end), `wide` the one that
 *   matches most (`.` is any character, `$` also stands before a last line break).
 * - `cidr`: addresses, as text, inside a block such as `10.0.0.0/24` or `2001:db8::/32`.
 */
export type TextShape =
  | { readonly kind: 'texts'; readonly texts: readonly string[]; readonly ignoreCase?: boolean }
  | { readonly kind: 'glob'; readonly parts: readonly string[]; readonly ignoreCase?: boolean }
  | { readonly kind: 'regex'; readonly source: string; readonly lineBreaks: 'narrow' | 'wide' }
  | { readonly kind: 'cidr'; readonly block: string };

/** Whether a text has one of the shapes (or, with `negated`, none of them). */
export interface TextTest {
  readonly shapes: readonly TextShape[];
  readonly negated: boolean;
  /** A second way in which the service may read the shapes. Where both readings differ, the result is undecided. */
  readonly otherReading?: readonly TextShape[];
}

/** The numbers between two bounds; an open bound does not belong to the range. Bounds may be infinite. */
export interface NumberRange {
  readonly from: number;
  readonly fromOpen: boolean;
  readonly to: number;
  readonly toOpen: boolean;
}

/**
 * A test of one field: its truth for each kind of value that can stand there. This table is all that the algebra knows
 * of a test, so a dialect (filter pattern, EventBridge, event selector, event set) is no more than a way to fill it.
 */
export interface ValueTest {
  readonly missing: Truth;
  readonly null: Truth;
  readonly true: Truth;
  readonly false: Truth;
  readonly object: Truth;
  readonly array: Truth;
  readonly text: Truth | TextTest;
  /** True for numbers inside one of the ranges (ascending, apart from each other), false for others. */
  readonly number: Truth | readonly NumberRange[];
}

/** A test that is false for every kind of value which is not given. */
export function valueTest(table: Partial<ValueTest>): ValueTest {
  return {
    missing: table.missing ?? false,
    null: table.null ?? false,
    true: table.true ?? false,
    false: table.false ?? false,
    object: table.object ?? false,
    array: table.array ?? false,
    text: table.text ?? false,
    number: table.number ?? false,
  };
}

/** Texts that have one of the shapes. */
export function textIn(...shapes: readonly TextShape[]): TextTest {
  return { shapes, negated: false };
}

/** Texts that have none of the shapes. */
export function textNotIn(...shapes: readonly TextShape[]): TextTest {
  return { shapes, negated: true };
}

/** Exactly these texts. */
export function exactly(...texts: readonly string[]): TextShape {
  return { kind: 'texts', texts };
}

/** The same texts in any letter case. */
export function exactlyIgnoringCase(...texts: readonly string[]): TextShape {
  return { kind: 'texts', texts, ignoreCase: true };
}

/** Texts that begin so. */
export function startingWith(prefix: string, ignoreCase = false): TextShape {
  return { kind: 'glob', parts: [prefix, ''], ...(ignoreCase ? { ignoreCase } : {}) };
}

/** Texts that end so. */
export function endingWith(suffix: string, ignoreCase = false): TextShape {
  return { kind: 'glob', parts: ['', suffix], ...(ignoreCase ? { ignoreCase } : {}) };
}

/** Texts that hold this somewhere. */
export function containing(part: string): TextShape {
  return { kind: 'glob', parts: ['', part, ''] };
}

/** The text between the wildcards of a glob, every `*` a wildcard: `globOf('Put*Policy')`. */
export function globOf(pattern: string): TextShape {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return exactly(first);
  // Wildcards side by side mean the same as one.
  return { kind: 'glob', parts: [first, ...parts.slice(1, -1).filter((part) => part !== ''), last] };
}

/** Numbers equal to one of these. */
export function numbersEqual(...numbers: readonly number[]): readonly NumberRange[] {
  return [...new Set(numbers.map((number) => number + 0))]
    .toSorted((a, b) => a - b)
    .map((number) => ({ from: number, fromOpen: false, to: number, toOpen: false }));
}

/** Numbers outside of all the ranges, which ascend and do not overlap. */
export function numbersOutside(ranges: readonly NumberRange[]): readonly NumberRange[] {
  const outside: NumberRange[] = [];
  let from = -Infinity;
  let fromOpen = true;
  for (const range of ranges) {
    outside.push({ from, fromOpen, to: range.from, toOpen: !range.fromOpen });
    from = range.to;
    fromOpen = !range.toOpen;
  }
  outside.push({ from, fromOpen, to: Infinity, toOpen: true });
  return outside.filter((range) => !isEmptyRange(range));
}

/** Numbers that satisfy one comparison. */
export function numbersWhere(operator: '<' | '<=' | '>' | '>=', bound: number): readonly NumberRange[] {
  const range =
    operator === '<' || operator === '<='
      ? { from: -Infinity, fromOpen: true, to: bound, toOpen: operator === '<' }
      : { from: bound, fromOpen: operator === '>', to: Infinity, toOpen: true };
  return isEmptyRange(range) ? [] : [range];
}

/** Numbers that lie in a range of both lists. */
export function numbersInBoth(a: readonly NumberRange[], b: readonly NumberRange[]): readonly NumberRange[] {
  return a
    .flatMap((one) =>
      b.map((other): NumberRange => {
        const from = Math.max(one.from, other.from);
        const to = Math.min(one.to, other.to);
        return {
          from,
          fromOpen: (one.from === from && one.fromOpen) || (other.from === from && other.fromOpen),
          to,
          toOpen: (one.to === to && one.toOpen) || (other.to === to && other.toOpen),
        };
      }),
    )
    .filter((range) => !isEmptyRange(range))
    .toSorted((one, other) => one.from - other.from);
}

function isEmptyRange({ from, fromOpen, to, toOpen }: NumberRange): boolean {
  return from > to || (from === to && (fromOpen || toOpen || !Number.isFinite(from)));
}
