import { Shapes, shapeKey, type ReadyShape } from '../text/shapes.ts';
import type { NumberRange, TextTest, Truth, ValueTest } from '../value-test.ts';
import { numbersOutside } from '../value-test.ts';

/** A set of truths, as bits. */
export type TruthSet = number;
export const isTrue: TruthSet = 1;
export const isFalse: TruthSet = 2;
export const isUndecided: TruthSet = 4;
export const anyTruth: TruthSet = 7;

/** Kinds of values that are one value each, as far as tests can tell. */
export const kindBits = { missing: 1, null: 2, true: 4, false: 8, object: 16, array: 32 } as const;
export type PlainKind = keyof typeof kindBits;
export const plainKinds = Object.keys(kindBits) as readonly PlainKind[];
export const allKinds = 63;

/** A text test that was made ready to be asked. */
export interface ReadyText {
  readonly key: string;
  readonly negated: boolean;
  /** One reading, or two that dispute. */
  readonly readings: readonly (readonly ReadyShape[])[];
  /** The texts, where the test is no more than a list of them. */
  readonly listed: ReadonlySet<string> | undefined;
  truth(text: string): TruthSet;
}

/** A test that was made ready to be asked. */
export interface ReadyTest {
  readonly id: number;
  readonly key: string;
  /** Kinds whose truth is in a set of truths, by that set. */
  readonly kinds: readonly number[];
  readonly text: TruthSet | ReadyText;
  readonly number: TruthSet | readonly NumberRange[];
  /** The complement of the ranges. */
  readonly otherNumbers: readonly NumberRange[];
}

/** Tests by their meaning, each made ready once. */
export class ReadyTests {
  readonly shapes = new Shapes();
  private readonly byKey = new Map<string, ReadyTest>();
  private readonly byTest = new WeakMap<ValueTest, ReadyTest>();
  private readonly textsByKey = new Map<string, ReadyText>();

  ready(test: ValueTest): ReadyTest {
    const known = this.byTest.get(test);
    if (known !== undefined) return known;
    const key = testKey(test);
    let made = this.byKey.get(key);
    if (made === undefined) {
      made = {
        id: this.byKey.size,
        key,
        kinds: Array.from({ length: 8 }, (_, truths) => kindsWith(test, truths)),
        text: typeof test.text === 'object' ? this.readyText(test.text) : truthBit(test.text),
        number: typeof test.number === 'object' ? test.number : truthBit(test.number),
        otherNumbers: typeof test.number === 'object' ? numbersOutside(test.number) : [],
      };
      this.byKey.set(key, made);
    }
    this.byTest.set(test, made);
    return made;
  }

  private readyText(test: TextTest): ReadyText {
    const key = textKey(test);
    const known = this.textsByKey.get(key);
    if (known !== undefined) return known;
    const [first, ...others] = test.shapes;
    const isList =
      first?.kind === 'texts' &&
      first.ignoreCase !== true &&
      others.length === 0 &&
      test.otherReading === undefined;
    const readings = [test.shapes, ...(test.otherReading === undefined ? [] : [test.otherReading])].map(
      (shapes) => shapes.map((shape) => this.shapes.ready(shape)),
    );
    const made: ReadyText = {
      key,
      negated: test.negated,
      readings,
      listed: isList ? new Set(first.texts) : undefined,
      truth: (text) =>
        truthOfReadings(
          readings.map((shapes) => shapes.some((shape) => shape.has(text))),
          test.negated,
        ),
    };
    this.textsByKey.set(key, made);
    return made;
  }
}

/** Truth of a text test, given what each reading says. */
export function truthOfReadings(found: readonly boolean[], isNegated: boolean): TruthSet {
  const [first = false, second = first] = found;
  if (first !== second) return isUndecided;
  return first !== isNegated ? isTrue : isFalse;
}

export function truthBit(truth: Truth): TruthSet {
  return truth === 'undecided' ? isUndecided : truth ? isTrue : isFalse;
}

function kindsWith(test: ValueTest, truths: TruthSet): number {
  return plainKinds
    .filter((kind) => (truthBit(test[kind]) & truths) !== 0)
    .reduce((bits, kind) => bits | kindBits[kind], 0);
}

/** The same text for tests of the same table. */
export function testKey(test: ValueTest): string {
  const kinds = plainKinds.map((kind) => truthBit(test[kind])).join('');
  const text = typeof test.text === 'object' ? textKey(test.text) : truthBit(test.text);
  const number =
    typeof test.number === 'object'
      ? test.number
          .map(
            ({ from, fromOpen, to, toOpen }) => `${fromOpen ? '(' : '['}${from},${to}${toOpen ? ')' : ']'}`,
          )
          .join('')
      : truthBit(test.number);
  return `${kinds} ${text} ${number}`;
}

function textKey({ shapes, negated, otherReading }: TextTest): string {
  const readings = [shapes, otherReading ?? []].map((reading) => reading.map(shapeKey).toSorted().join());
  return `${negated ? '!' : ''}{${readings.join('}{')}}`;
}
