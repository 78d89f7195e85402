import type { JsonValue } from '../../json.ts';
import { inRanges } from '../matches.ts';
import { numbersInBoth, type NumberRange } from '../value-test.ts';
import {
  anyTruth,
  isFalse,
  isTrue,
  kindBits,
  type PlainKind,
  type ReadyTest,
  type TruthSet,
} from './ready-test.ts';
import { TextSet, type Candidates } from './text-set.ts';
import type { Work } from './work.ts';

/** A set of values that can stand in one field, "nothing stands there" among them. Immutable. */
export class Region {
  /** Bits of `kindBits`. */
  readonly kinds: number;
  readonly texts: TextSet;
  /** Ascending, apart from each other. */
  readonly numbers: readonly NumberRange[];
  private readonly restricted = new Map<number, Region>();

  constructor(kinds: number, texts: TextSet, numbers: readonly NumberRange[]) {
    this.kinds = kinds;
    this.texts = texts;
    this.numbers = numbers;
  }

  /** The values on which a test has one of the truths; this very region when that is all of them. */
  restrict(test: ReadyTest, truths: TruthSet): Region {
    const key = test.id * 8 + truths;
    const known = this.restricted.get(key);
    if (known !== undefined) return known;
    const made = this.with(
      this.kinds & (test.kinds[truths] ?? 0),
      typeof test.text === 'object'
        ? this.texts.restrict(test.text, truths)
        : (test.text & truths) === 0
          ? this.noTexts()
          : this.texts,
      this.restrictNumbers(test, truths),
    );
    this.restricted.set(key, made);
    return made;
  }

  /** Only values of these plain kinds. */
  onlyKinds(kinds: number): Region {
    return this.with(this.kinds & kinds, this.noTexts(), this.numbers.length === 0 ? this.numbers : []);
  }

  /** All but the values of these plain kinds. */
  withoutKinds(kinds: number): Region {
    return this.with(this.kinds & ~kinds, this.texts, this.numbers);
  }

  allows(kind: PlainKind): boolean {
    return (this.kinds & kindBits[kind]) !== 0;
  }

  /** @throws WorkLimit, BeyondSearch, TooLarge */
  isEmpty(candidates: Candidates, work: Work): boolean {
    return this.kinds === 0 && this.numbers.length === 0 && this.texts.isEmpty(candidates, work);
  }

  /** Whether a value, or `undefined` for nothing, belongs to the region. */
  has(value: JsonValue | undefined): boolean {
    if (typeof value === 'string') return this.texts.has(value);
    if (typeof value === 'number') return inRanges(this.numbers, value);
    if (value === undefined) return this.allows('missing');
    if (value === null) return this.allows('null');
    if (typeof value === 'boolean') return this.allows(value ? 'true' : 'false');
    return this.allows(Array.isArray(value) ? 'array' : 'object');
  }

  private noTexts(): TextSet {
    return this.texts.listed?.length === 0 ? this.texts : noTexts;
  }

  private restrictNumbers(test: ReadyTest, truths: TruthSet): readonly NumberRange[] {
    if (this.numbers.length === 0) return this.numbers;
    if (typeof test.number !== 'object') return (test.number & truths) === 0 ? [] : this.numbers;
    switch (truths & (isTrue | isFalse)) {
      case isTrue:
        return this.intersected(test.number);
      case isFalse:
        return this.intersected(test.otherNumbers);
      case isTrue | isFalse:
        return this.numbers;
      default:
        return [];
    }
  }

  private intersected(ranges: readonly NumberRange[]): readonly NumberRange[] {
    const both = numbersInBoth(this.numbers, ranges);
    return sameRanges(both, this.numbers) ? this.numbers : both;
  }

  private with(kinds: number, texts: TextSet, numbers: readonly NumberRange[]): Region {
    return kinds === this.kinds && texts === this.texts && numbers === this.numbers
      ? this
      : new Region(kinds, texts, numbers);
  }
}

const noTexts = TextSet.of([]);

export const allNumbers: readonly NumberRange[] = [
  { from: -Infinity, fromOpen: true, to: Infinity, toOpen: true },
];

function sameRanges(a: readonly NumberRange[], b: readonly NumberRange[]): boolean {
  return (
    a.length === b.length &&
    a.every((range, index) => {
      const other = b[index];
      return (
        other !== undefined &&
        range.from === other.from &&
        range.to === other.to &&
        range.fromOpen === other.fromOpen &&
        range.toOpen === other.toOpen
      );
    })
  );
}

/** Whether a test can have one of the truths on a value of the region. @throws WorkLimit, BeyondSearch, TooLarge */
export function canBe(
  region: Region,
  test: ReadyTest,
  truths: TruthSet,
  candidates: Candidates,
  work: Work,
): boolean {
  if ((truths & anyTruth) === 0) return false;
  const restricted = region.restrict(test, truths);
  return restricted === region || !restricted.isEmpty(candidates, work);
}
