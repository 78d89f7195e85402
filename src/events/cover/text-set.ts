import { readyShape } from '../text/shapes.ts';
import { exactly } from '../value-test.ts';
import { findText, type TextConstraint } from './find-text.ts';
import { GrownList } from './grown-list.ts';
import { anyTruth, isFalse, isTrue, type ReadyText, type TruthSet } from './ready-test.ts';
import type { Work } from './work.ts';

/** Texts to try before a search is begun, nicest first. */
export type Candidates = readonly string[];

/** A set of texts: a list, or all that satisfy some constraints and are not taken out. Immutable. */
export class TextSet {
  /** Undefined for a set that is not given as a list. */
  readonly listed: readonly string[] | undefined;
  private readonly constraints: GrownList<TextConstraint>;
  private readonly without: GrownList<string>;
  /** Some text of the set, `null` when it is known to be empty. */
  private example: string | null | undefined;

  private constructor(
    listed: readonly string[] | undefined,
    constraints: GrownList<TextConstraint>,
    without: GrownList<string>,
    example?: string,
  ) {
    this.listed = listed;
    this.constraints = constraints;
    this.without = without;
    this.example = example;
  }

  static all(): TextSet {
    return new TextSet(undefined, GrownList.empty(), GrownList.empty());
  }

  static of(texts: readonly string[]): TextSet {
    return new TextSet([...new Set(texts)], GrownList.empty(), GrownList.empty());
  }

  /** The texts of this set on which a test has one of the truths. */
  restrict(test: ReadyText, truths: TruthSet): TextSet {
    const possible = test.readings.length > 1 ? anyTruth : isTrue | isFalse;
    if ((truths & possible) === possible) return this;
    if ((truths & possible) === 0) return this.listed?.length === 0 ? this : TextSet.of([]);
    if (this.listed !== undefined) {
      const listed = this.listed.filter((text) => (test.truth(text) & truths) !== 0);
      return listed.length === this.listed.length ? this : TextSet.of(listed);
    }
    if (test.listed !== undefined) {
      const isIn = (truths & isTrue) !== 0 ? !test.negated : test.negated;
      if (isIn) return TextSet.of([...test.listed].filter((text) => this.has(text)));
      let { without } = this;
      for (const text of test.listed) without = without.with(text, text);
      return without === this.without
        ? this
        : new TextSet(
            undefined,
            this.constraints,
            without,
            this.exampleIf((text) => !without.has(text)),
          );
    }
    // The same test true and false: no need to walk through automata for that.
    if (this.constraints.has(`${possible & ~truths} ${test.key}`)) return TextSet.of([]);
    const constraints = this.constraints.with(`${truths & possible} ${test.key}`, {
      test,
      truths: truths & possible,
    });
    if (constraints === this.constraints) return this;
    const kept = this.exampleIf((text) => (test.truth(text) & truths) !== 0);
    return new TextSet(undefined, constraints, this.without, kept);
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
    if (this.constraints.size === 0) return false;
    return this.some(candidates, work) === undefined;
  }

  /**
   * A text of the set, the first candidate that belongs to it if there is one.
   *
   * @throws WorkLimit, BeyondSearch, TooLarge
   */
  sample(candidates: Candidates, work: Work): string | undefined {
    if (this.listed !== undefined)
      return candidates.find((text) => this.listed?.includes(text)) ?? this.listed[0];
    return this.firstOf(candidates, work) ?? this.some([], work);
  }

  /** The first of these texts that belongs to the set. @throws WorkLimit */
  firstOf(texts: Candidates, work: Work): string | undefined {
    return texts.find((text) => {
      work.spend(1 + this.constraints.size);
      return this.has(text);
    });
  }

  /** Any text of the set, found as cheaply as can be. */
  private some(candidates: Candidates, work: Work): string | undefined {
    if (this.example === undefined) {
      work.spend(10 * (1 + this.constraints.size));
      const composed = composedTexts(this.constraints.toArray());
      const found = composed.find((text) => this.has(text)) ?? this.firstOf(candidates, work);
      this.example = found ?? this.search(work) ?? null;
    }
    return this.example ?? undefined;
  }

  private search(work: Work): string | undefined {
    if (this.constraints.size === 0) {
      let text = 'example';
      for (let count = 2; this.without.has(text); count++) text = `example-${count}`;
      return text;
    }
    const constraints = this.constraints.toArray();
    work.spend(constraints.length * this.without.size);
    const disturbing = this.without
      .toArray()
      .filter((text) => constraints.every(({ test, truths }) => (test.truth(text) & truths) !== 0));
    return findText(disturbing.length === 0 ? constraints : [...constraints, otherThan(disturbing)], work);
  }
}

/** Texts that hold all that the constraints ask for: the longest beginning, everything that is to be inside, the longest end. */
function composedTexts(constraints: readonly TextConstraint[]): string[] {
  let [start, inside, end] = ['', '', ''];
  for (const { test, truths } of constraints) {
    if (test.negated !== ((truths & isTrue) === 0)) continue;
    const shape = test.readings[0]?.[0]?.shape;
    if (shape?.kind !== 'glob') continue;
    const [first = '', ...others] = shape.parts;
    const last = others.pop() ?? '';
    if (first.length > start.length) start = first;
    if (last.length > end.length) end = last;
    for (const part of others) if (!inside.includes(part)) inside += part;
  }
  return [start + inside + end, `${start}Example${inside}${end}`, `${start}${inside}-${end}`];
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
