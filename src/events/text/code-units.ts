/** A set of UTF-16 code units: ascending pairs of first and last unit, apart from each other. */
export type CodeUnits = readonly number[];

export const lastUnit = 0xffff;
export const anyUnit: CodeUnits = [0, lastUnit];

/** One or more units, each a range of itself. */
export function units(text: string): CodeUnits {
  return unionOfUnits([...Array(text.length).keys()].map((index) => unit(text.charCodeAt(index))));
}

export function unit(code: number): CodeUnits {
  return [code, code];
}

export function unionOfUnits(sets: readonly CodeUnits[]): CodeUnits {
  const pairs: (readonly [number, number])[] = [];
  for (const set of sets)
    for (let index = 0; index < set.length; index += 2) pairs.push([set[index] ?? 0, set[index + 1] ?? 0]);
  pairs.sort((a, b) => a[0] - b[0]);
  const union: number[] = [];
  for (const [first, last] of pairs) {
    const before = union.at(-1);
    if (before !== undefined && first <= before + 1) union[union.length - 1] = Math.max(before, last);
    else union.push(first, last);
  }
  return union;
}

export function otherUnits(set: CodeUnits): CodeUnits {
  const others: number[] = [];
  let next = 0;
  for (let index = 0; index < set.length; index += 2) {
    const first = set[index] ?? 0;
    if (first > next) others.push(next, first - 1);
    next = (set[index + 1] ?? 0) + 1;
  }
  if (next <= lastUnit) others.push(next, lastUnit);
  return others;
}

export function hasUnit(set: CodeUnits, code: number): boolean {
  for (let index = 0; index < set.length; index += 2)
    if (code >= (set[index] ?? 0) && code <= (set[index + 1] ?? 0)) return true;
  return false;
}

/**
 * A text with letter case taken away, unit by unit, so that its length stays. Letters whose lower case is longer stay as they
 * are.
 */
export function withoutCase(text: string): string {
  let result = '';
  for (let index = 0; index < text.length; index++) {
    const lower = text.charAt(index).toLowerCase();
    result += lower.length === 1 ? lower : text.charAt(index);
  }
  return result;
}

/** Capital letters beside the ordinary one that have the same lower case. */
const furtherCapitals: Readonly<Record<string, string>> = {
  k: '\u212a',
  å: '\u212b',
  ω: '\u2126',
  ß: '\u1e9e',
  θ: '\u03f4',
};

/** The units that are the same as one when letter case does not count. */
export function unitsIgnoringCase(code: number): CodeUnits {
  const character = withoutCase(String.fromCharCode(code));
  const capital = character.toUpperCase();
  const others = [capital, furtherCapitals[character] ?? ''].filter(
    (other) => other.length === 1 && withoutCase(other) === character,
  );
  return units([character, ...others].join(''));
}
