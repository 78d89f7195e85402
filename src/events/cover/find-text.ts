import type { Automaton, Prospect } from '../text/automaton.ts';
import { truthOfReadings, type ReadyText, type TruthSet } from './ready-test.ts';
import { BeyondSearch, type Work } from './work.ts';

/** Texts on which a test has one of the truths. */
export interface TextConstraint {
  readonly test: ReadyText;
  readonly truths: TruthSet;
}

/** Characters that look best in an example, best first. */
const pleasant = 'aeXA01-._/:@ ';

/**
 * A shortest text that satisfies all constraints, undefined when there is none: a walk through the automata of all shapes
 * side by side.
 *
 * @throws WorkLimit, BeyondSearch, TooLarge
 */
export function findText(constraints: readonly TextConstraint[], work: Work): string | undefined {
  const walk = new Walk(constraints, work);
  const start = walk.start;
  if (!walk.hasProspect(start)) return undefined;
  if (walk.accepts(start)) return '';
  const seen = new Set([start.join()]);
  let texts = [''];
  let states = [start];
  while (states.length > 0) {
    const nextTexts: string[] = [];
    const nextStates: (readonly number[])[] = [];
    for (const [index, state] of states.entries()) {
      for (const code of walk.alphabet) {
        work.spend(2 + state.length);
        const next = walk.step(state, code);
        const key = next.join();
        if (seen.has(key)) continue;
        seen.add(key);
        if (!walk.hasProspect(next)) continue;
        const text = (texts[index] ?? '') + String.fromCharCode(code);
        if (walk.accepts(next)) return text;
        nextTexts.push(text);
        nextStates.push(next);
      }
    }
    texts = nextTexts;
    states = nextStates;
  }
  return undefined;
}

/** Automata that read the same text side by side; a state is the list of theirs. */
class Walk {
  readonly start: readonly number[];
  /** One unit of each class in which some automaton tells units apart. */
  readonly alphabet: readonly number[];
  private readonly automata: Automaton[] = [];
  private readonly constraints: readonly {
    readonly readings: readonly (readonly number[])[];
    readonly negated: boolean;
    readonly truths: TruthSet;
  }[];

  private readonly cost: (members: number) => void;

  constructor(constraints: readonly TextConstraint[], work: Work) {
    this.cost = (members) => {
      work.spend(8 * members);
    };
    const numbers = new Map<string, number>();
    this.constraints = constraints.map(({ test, truths }) => ({
      readings: test.readings.map((shapes) =>
        shapes.map((shape) => {
          const known = numbers.get(shape.key);
          if (known !== undefined) return known;
          const automaton = shape.automaton();
          if (automaton === undefined) throw new BeyondSearch('addresses of version 6 have many spellings');
          const number = this.automata.push(automaton) - 1;
          numbers.set(shape.key, number);
          return number;
        }),
      ),
      negated: test.negated,
      truths,
    }));
    this.start = this.automata.map(() => 0);
    this.alphabet = alphabetOf(this.automata);
  }

  step(state: readonly number[], code: number): readonly number[] {
    return state.map((each, index) => this.automata[index]?.step(each, code, this.cost) ?? each);
  }

  accepts(state: readonly number[]): boolean {
    return this.constraints.every(({ readings, negated, truths }) => {
      const found = readings.map((shapes) =>
        shapes.some((number) => this.automata[number]?.accepts(state[number] ?? 0) ?? false),
      );
      return (truthOfReadings(found, negated) & truths) !== 0;
    });
  }

  /** False when no continuation can satisfy some constraint. */
  hasProspect(state: readonly number[]): boolean {
    return this.constraints.every(({ readings, negated, truths }) => {
      const outlooks = readings.map((shapes) => this.outlook(shapes, state));
      const [first = 'accepts-none', second = first] = outlooks;
      return possible(first).some((one) =>
        (readings.length === 1 ? [one] : possible(second)).some(
          (other) => (truthOfReadings([one, other], negated) & truths) !== 0,
        ),
      );
    });
  }

  private outlook(shapes: readonly number[], state: readonly number[]): Prospect {
    let result: Prospect = 'accepts-none';
    for (const number of shapes) {
      const prospect = this.automata[number]?.prospect(state[number] ?? 0) ?? 'open';
      if (prospect === 'accepts-all') return prospect;
      if (prospect === 'open') result = prospect;
    }
    return result;
  }
}

function possible(prospect: Prospect): readonly boolean[] {
  if (prospect === 'open') return [true, false];
  return [prospect === 'accepts-all'];
}

function alphabetOf(automata: readonly Automaton[]): readonly number[] {
  const cuts = [...new Set([0, ...automata.flatMap((automaton) => automaton.cuts)])].toSorted(
    (a, b) => a - b,
  );
  const codes = cuts.map((first, index) => pleasantCode(first, (cuts[index + 1] ?? 0x10000) - 1));
  return codes.toSorted((a, b) => rank(a) - rank(b) || a - b);
}

function pleasantCode(first: number, last: number): number {
  for (let index = 0; index < pleasant.length; index++) {
    const code = pleasant.charCodeAt(index);
    if (code >= first && code <= last) return code;
  }
  // Between the surrogates no unit stands alone in a sound text.
  if (first <= 0x7e && last >= 0x21) return Math.max(first, 0x21);
  if (first >= 0xd800 && first <= 0xdfff && last > 0xdfff) return 0xe000;
  return first;
}

function rank(code: number): number {
  const place = pleasant.indexOf(String.fromCharCode(code));
  if (place >= 0) return place;
  if (code > 0x20 && code < 0x7f) return pleasant.length;
  return pleasant.length + 1 + (code < 0x20 ? 1 : 0);
}
