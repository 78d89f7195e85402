import { readyShape } from '../text/shapes.ts';
import { exactly } from '../value-test.ts';
import { findText, type TextConstraint } from './find-text.ts';
import { anyTruth, isFalse, isTrue, type ReadyText, type TruthSet } from './ready-test.ts';
import type { Work } from './work.ts';

/** Texts to try before a search is begun, nicest first. */
export type Candidates = readonly string[];

/** A set of texts: a list, or all that satisfy some constraints and are not taken out. Immutable. */
export class TextSet {
  /** Undefined for a set that is not given as a list. */
  readonly listed: readonly string[] | undefined;
  private readonly constraints: readonly TextConstraint[];
  private readonly without: ReadonlySet<string>;
  /** A text of the set, `null` when it is known to be empty. */
  private example: string | null | undefined;

  private constructor(
    listed: readonly string[] | undefined,
    constraints: readonly TextConstraint[],
    without: ReadonlySet<string>,
    example?: string,
  ) {
    this.listed = listed;
    this.constraints = constraints;
    this.without = without;
    this.example = example;
  }

  static all(): TextSet {
    return new TextSet(undefined, [], new Set());
  }

  static of(texts: readonly string[]): TextSet {
    return new TextSet([...new Set(texts)], [], new Set());
  }

  /** The texts of this set on which a test has one of the truths. */
  restrict(test: ReadyText, truths: TruthSet): TextSet {
    const possible = test.readings.length > 1 ? anyTruth : isTrue | isFalse;
    if ((truths & possible) === possible) return this;
    if (this.listed !== undefined) {
      const listed = this.listed.filter((text) => (test.truth(text) & truths) !== 0);
      return listed.length === this.listed.length ? this : TextSet.of(listed);
    }
    if (test.listed !== undefined) {
      const isIn = (truths & isTrue) !== 0 ? !test.negated : test.negated;
      if ((truths & (isTrue | isFalse)) === 0) return TextSet.of([]);
      if (isIn) return TextSet.of([...test.listed].filter((text) => this.has(text)));
      const without = new Set([...this.without, ...test.listed]);
      return without.size === this.without.size
        ? this
        : new TextSet(
            undefined,
            this.constraints,
            without,
            this.exampleIf((text) => !without.has(text)),
          );
    }
    if (this.constraints.some((each) => each.test === test && (each.truths & ~truths) === 0)) return this;
    const kept = this.exampleIf((text) => (test.truth(text) & truths) !== 0);
    return new TextSet(undefined, [...this.constraints, { test, truths }], this.without, kept);
  }

  private exampleIf(condition: (text: string) => boolean): string | undefined {
    return typeof this.example === 'string' && condition(this.example) ? this.example : undefined;
  }

  has(text: string): boolean {
    if (this.listed !== undefined) return this.listed.includes(text);
    return (
      !this.without.has(text) &&
      this.constraints.every(({ test, truths }) => (test.truth(text) & truths) !== 0)
    );
  }

  /** @throws WorkLimit, BeyondSearch, TooLarge */
  isEmpty(candidates: Candidates, work: Work): boolean {
    if (this.listed !== undefined) return this.listed.length === 0;
    if (this.constraints.length === 0) return false;
    return this.sample(candidates, work) === undefined;
  }

  /**
   * A text of the set, the first candidate that belongs to it if there is one.
   *
   * @throws WorkLimit, BeyondSearch, TooLarge
   */
  sample(candidates: Candidates, work: Work): string | undefined {
    if (this.listed !== undefined)
      return candidates.find((text) => this.listed?.includes(text)) ?? this.listed[0];
    if (this.example === undefined) {
      work.spend(candidates.length * (1 + this.constraints.length));
      this.example = candidates.find((text) => this.has(text)) ?? this.search(work) ?? null;
    }
    return this.example ?? undefined;
  }

  /** The first of these texts that belongs to the set. */
  firstOf(texts: Candidates): string | undefined {
    return texts.find((text) => this.has(text));
  }

  private search(work: Work): string | undefined {
    if (this.constraints.length === 0) {
      let text = 'example';
      for (let count = 2; this.without.has(text); count++) text = `example-${count}`;
      return text;
    }
    const disturbing = [...this.without].filter((text) =>
      this.constraints.every(({ test, truths }) => (test.truth(text) & truths) !== 0),
    );
    const apart: TextConstraint[] = disturbing.length === 0 ? [] : [otherThan(disturbing)];
    return findText([...this.constraints, ...apart], work);
  }
}

function otherThan(texts: readonly string[]): TextConstraint {
  const listed = new Set(texts);
  const readings = [[readyShape(exactly(...texts))]];
  const test: ReadyText = {
    key: JSON.stringify(texts),
    negated: true,
    readings,
    listed,
    truth: (text) => (listed.has(text) ? isFalse : isTrue),
  };
  return { test, truths: isTrue };
}
