import type { JsonValue } from '../../json.ts';
import type { FieldShape } from '../../model/schema.ts';
import { parseDuration } from '../compile/duration.ts';
import type { TestNode, ValueNode } from '../document.ts';

/** Values of a field on which some tests come out in every way in which they can. Undefined stands for absent. */
export interface Candidates {
  readonly values: readonly (JsonValue | undefined)[];
  /** Whether no other value could come out otherwise. */
  readonly exhaustive: boolean;
}

/** The time from which ages are counted when candidates are tried: any will do. */
export const trialTime = Date.UTC(2026, 0, 1);

/** Text that nobody writes into a rule. */
const strange = '\u2e3b';
const mostTexts = 400;
const mostElements = 8;

/** Values of parameters, or undefined for a name that is none. */
export type Lookup = (node: ValueNode) => JsonValue | undefined;

/** Candidates for tests of one path, out of the constants that they compare with. */
export function candidatesFor(
  tests: readonly TestNode[],
  shape: FieldShape | 'resource' | 'events',
  valueOf: Lookup,
): Candidates {
  const found = new Constants(valueOf);
  for (const test of tests) found.read(test);
  if (found.onlyPresence) return { values: [undefined, strange], exhaustive: true };
  if (typeof shape === 'object') {
    if (!('list' in shape)) return { values: [undefined, {}], exhaustive: false };
    return listCandidates(found, shape.list, valueOf);
  }
  switch (shape) {
    case 'boolean':
      return { values: [undefined, true, false], exhaustive: true };
    case 'number':
      return { values: [undefined, ...numbers(found), ...times(found)], exhaustive: true };
    case 'string':
    case 'time': {
      const texts = textCandidates(found);
      const dates = times(found).map((time) => new Date(time).toISOString());
      return { values: [undefined, ...texts.values, ...dates], exhaustive: texts.exhaustive };
    }
    case 'json':
    case 'names':
    case 'resource':
    case 'events':
      return { values: [undefined, strange, true, false, ...numbers(found)], exhaustive: false };
  }
}

/** What tests compare with, by the way in which they do. */
class Constants {
  readonly numbers = new Set<number>();
  readonly texts = new Set<string>();
  readonly prefixes = new Set<string>(['']);
  readonly suffixes = new Set<string>(['']);
  readonly infixes = new Set<string>();
  readonly ages = new Set<number>();
  readonly elements: TestNode[] = [];
  readonly ranges = new Set<string>();
  onlyPresence = true;
  /** Whether some test is not to be tried out by constants. */
  opaque = false;
  readonly #valueOf: Lookup;

  constructor(valueOf: Lookup) {
    this.#valueOf = valueOf;
  }

  read(test: TestNode): void {
    switch (test.kind) {
      case 'not':
        return this.read(test.test);
      case 'both':
        for (const inner of test.tests) this.read(inner);
        return;
      case 'contains':
        this.onlyPresence = false;
        this.elements.push(test.test);
        if (test.test.kind === 'compare') {
          const value = this.#valueOf(test.test.value);
          if (typeof value === 'string') this.infixes.add(value);
        }
        return;
      case 'arn':
        this.onlyPresence = false;
        this.opaque = true;
        return;
      case 'compare':
        if (test.operator === 'present') return;
        this.onlyPresence = false;
        this.#compare(test);
    }
  }

  #compare({ operator, value: node }: Extract<TestNode, { kind: 'compare' }>): void {
    const given = this.#valueOf(node);
    for (const value of Array.isArray(given) ? (given as readonly JsonValue[]) : [given]) {
      if (typeof value === 'number') this.numbers.add(value);
      if (typeof value !== 'string') continue;
      switch (operator) {
        case 'startsWith':
          this.prefixes.add(value);
          break;
        case 'endsWith':
          this.suffixes.add(value);
          break;
        case 'within':
        case 'olderThan': {
          const length = parseDuration(value);
          if (length !== undefined) this.ages.add(length);
          break;
        }
        case 'matches':
        case 'grants':
          this.opaque = true;
          break;
        case 'cidr':
          this.ranges.add(value);
          break;
        case 'equals':
        case 'oneOf':
        case 'containsAll':
          this.texts.add(value);
          break;
        case 'present':
        case 'atLeast':
        case 'atMost':
        case 'above':
        case 'below':
      }
    }
  }
}

function numbers({ numbers: constants }: Constants): number[] {
  const around = [...constants].flatMap((one) => [one - 1, one - 0.5, one, one + 0.5, one + 1]);
  return [...new Set([-1e15, 0, ...around, 1e15])];
}

/** Times at, before and after each age, and in the future. */
function times({ ages }: Constants): number[] {
  if (ages.size === 0) return [];
  const around = [...ages].flatMap((age) => [age - 1, age, age + 1]);
  return [-3_600_000, 0, ...around, 3e12].map((age) => trialTime - age);
}

function textCandidates(found: Constants): { values: readonly string[]; exhaustive: boolean } {
  const { texts, prefixes, suffixes, infixes, ranges } = found;
  const middles = ['', ...infixes, [...infixes].join(strange)];
  const built = new Set(['', strange, ...texts]);
  const parts = prefixes.size * suffixes.size * middles.length;
  if (parts <= mostTexts)
    for (const prefix of prefixes)
      for (const suffix of suffixes)
        for (const middle of middles) {
          built.add(`${prefix}${middle}${suffix}`);
          built.add(`${prefix}${strange}${middle}${strange}${suffix}`);
        }
  const addresses = ranges.size === 0 ? [] : [...ranges, '198.51.100.7', '10.1.2.3', '2001:db8::7'];
  const partial = prefixes.size > 1 || suffixes.size > 1 || infixes.size > 0;
  return {
    values: [...built, ...addresses],
    exhaustive: !found.opaque && parts <= mostTexts && !(ranges.size > 0 && partial),
  };
}

/** All lists of the values on which tests of an element can differ. */
function listCandidates(found: Constants, element: FieldShape, valueOf: Lookup): Candidates {
  const inner = candidatesFor(found.elements, element, valueOf);
  const values = [
    ...new Set<JsonValue>([
      ...inner.values.filter((one) => one !== undefined),
      ...found.texts,
      ...found.numbers,
    ]),
  ];
  const few = values.slice(0, mostElements);
  const lists = Array.from({ length: 2 ** few.length }, (_, bits) =>
    few.filter((_one, index) => (bits & (1 << index)) !== 0),
  );
  const exhaustive = inner.exhaustive && !found.opaque && values.length <= mostElements;
  return { values: [undefined, ...lists, values], exhaustive };
}
