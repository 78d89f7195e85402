import type { Background } from '../background.ts';
import { atomKey, pathText } from '../canonical.ts';
import { describeAtom } from '../describe.ts';
import {
  and,
  everything,
  field,
  not,
  or,
  undecided,
  type FieldAtom,
  type FieldPath,
  type PathStep,
  type Predicate,
} from '../predicate.ts';
import { valueTest, type ValueTest } from '../value-test.ts';

/** More variants of one path than this are not told apart. */
const mostVariants = 64;
/** More elements of one array than this are not told apart. */
const mostElements = 12;
/** Elements further back than this are not looked at. */
const lastIndex = 40;

/**
 * Rewrites atoms on "any element" and "any member" into alternatives over single places, so that the search sees plain paths only.
 *
 * It is enough to look at arrays with one element for each demand that some element satisfies something: a larger array that
 * shows a gap still shows it when the other elements are taken out. The same holds for members of the record.
 */
export class Expander {
  private readonly background: ReadonlyMap<string, readonly string[]>;
  /** Undefined for too many. */
  private readonly topNames: readonly string[] | undefined;
  private readonly demands: readonly FieldPath[];
  private readonly lengths = new Map<string, number>();
  private readonly expanded = new Map<string, Predicate>();

  /** @param goals what is to hold together */
  constructor(goals: readonly Predicate[], background: Background) {
    this.background = new Map(background.fields.map(({ path, kinds }) => [path, kinds]));
    const demands: FieldPath[] = [];
    const names = new Set(background.fields.map(({ path }) => path.split('.')[0] ?? path));
    const seen = new Set<string>();
    const collect = (predicate: Predicate, positive: boolean): void => {
      switch (predicate.kind) {
        case 'all':
        case 'any':
          for (const part of predicate.of) collect(part, positive);
          break;
        case 'not':
          collect(predicate.of, !positive);
          break;
        case 'field': {
          const [first] = predicate.path;
          if (typeof first === 'string') names.add(first);
          this.noteIndices(predicate.path);
          const isSeveral =
            predicate.arrays === 'searched' || predicate.path.some((step) => typeof step === 'object');
          // A test that a missing field passes makes a demand in either form.
          if (!isSeveral || (!positive && predicate.test.missing === false)) break;
          const key = `${positive ? '+' : '-'}${atomKey(predicate)}`;
          if (seen.has(key)) break;
          seen.add(key);
          demands.push(predicate.path);
          break;
        }
        case 'everything':
        case 'nothing':
        case 'undecided':
        case 'record-text':
          break;
      }
    };
    for (const goal of goals) collect(goal, true);
    this.demands = demands;
    const others = demands.filter(([first]) => typeof first === 'object').length;
    this.topNames =
      others > mostElements
        ? undefined
        : [...names, ...Array.from({ length: others }, (_, index) => freeName(index, names))];
  }

  /** The same set with plain paths only; undecided atoms where that would be too much. */
  expand(atom: FieldAtom): Predicate {
    const isSeveral = atom.path.some((step) => typeof step === 'object');
    const isPlain = atom.arrays === 'opaque' && !isSeveral;
    if (isPlain && !atom.path.some((step) => typeof step === 'number' && step > lastIndex)) return atom;
    const key = atomKey(atom);
    const known = this.expanded.get(key);
    if (known !== undefined) return known;
    const made =
      this.rewritten(atom) ?? undecided(`too many places to tell apart: ${describeAtom(atom)}`, key);
    this.expanded.set(key, made);
    return made;
  }

  /** Undefined where there would be too many places. */
  private rewritten(atom: FieldAtom): Predicate | undefined {
    const { path, test, arrays, several } = atom;
    if (path.some((step) => typeof step === 'number' && step > lastIndex)) return undefined;
    if (several === 'disputed')
      return undecided(
        `whether one value is enough or all must ${describeDispute(test)} is not documented: ${describeAtom(atom)}`,
        atomKey(atom),
      );
    if (arrays === 'searched' && path.some((step) => typeof step === 'object')) return undefined;
    const places = arrays === 'searched' ? this.searchedPlaces(path) : this.places(path);
    if (places === undefined) return undefined;
    if (arrays === 'opaque') return or(...places.map((place) => field(place, nodeTest(test))));
    const found = or(...places.map((place) => field(place, leafTest(test))));
    const none = and(...places.map((place) => not(field(place, isLeaf))));
    if (test.missing === false) return found;
    const missing =
      test.missing === true
        ? everything
        : undecided(`${pathText(path)} where it is missing: ${describeAtom(atom)}`, atomKey(atom));
    return or(found, and(none, missing));
  }

  private places(path: FieldPath): (readonly (string | number)[])[] | undefined {
    let places: (string | number)[][] = [[]];
    for (const [index, step] of path.entries()) {
      let names: readonly (string | number)[];
      if (typeof step !== 'object') names = [step];
      else if (step.any === 'element') {
        const length = this.length(path.slice(0, index));
        if (length === undefined) return undefined;
        names = [...Array(length).keys()];
      } else if (index === 0 && this.topNames !== undefined) names = this.topNames;
      else return undefined;
      places = places.flatMap((place) => names.map((name) => [...place, name]));
    }
    return places;
  }

  private searchedPlaces(path: FieldPath): (readonly (string | number)[])[] | undefined {
    let places: (string | number)[][] = [[]];
    for (const [index, step] of path.entries()) {
      if (typeof step === 'object') return undefined;
      places = places.map((place) => [...place, step]);
      const prefix = path.slice(0, index + 1);
      if (!this.mayBeArray(prefix)) continue;
      const length = this.length(prefix);
      if (length === undefined) return undefined;
      places = places.flatMap((place) => [
        place,
        ...Array.from({ length }, (_, element) => [...place, element]),
      ]);
      if (places.length > mostVariants) return undefined;
    }
    return places;
  }

  private mayBeArray(path: FieldPath): boolean {
    const kinds = this.background.get(path.map(String).join('.'));
    return kinds === undefined || kinds.includes('array');
  }

  /** How many elements of the array at a path are told apart; undefined for too many. */
  private length(array: FieldPath): number | undefined {
    const key = JSON.stringify(array);
    const indices = this.lengths.get(key) ?? 0;
    const demanded = this.demands.filter((path) => reaches(path, array)).length;
    const length = indices + demanded;
    return length > mostElements ? undefined : length;
  }

  private noteIndices(path: FieldPath): void {
    for (const [index, step] of path.entries()) {
      if (typeof step !== 'number') continue;
      const key = JSON.stringify(path.slice(0, index));
      this.lengths.set(key, Math.max(this.lengths.get(key) ?? 0, step + 1));
    }
  }
}

/** Whether a path begins with the names of another. */
function reaches(path: FieldPath, start: FieldPath): boolean {
  return start.every((step, index) => sameStep(path[index], step));
}

function sameStep(a: PathStep | undefined, b: PathStep): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && a.any === b.any);
}

function freeName(index: number, taken: ReadonlySet<string>): string {
  let name = `otherField${index === 0 ? '' : index + 1}`;
  while (taken.has(name)) name += '_';
  return name;
}

/** The test where a value is known to stand: "any" finds nothing in a place that is empty. */
function nodeTest(test: ValueTest): ValueTest {
  return test.missing === false ? test : { ...test, missing: false };
}

function leafTest(test: ValueTest): ValueTest {
  return { ...test, missing: false, object: false, array: false };
}

const isLeaf = valueTest({ null: true, true: true, false: true, text: true, number: true });

function describeDispute(test: ValueTest): string {
  return test.missing === true ? 'be absent' : 'differ';
}
