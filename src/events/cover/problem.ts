import type { Background, Bond, FieldFact, ValueKind } from '../background.ts';
import { pathText } from '../canonical.ts';
import { not, type FieldAtom, type Predicate } from '../predicate.ts';
import { containing, textIn, valueTest, type ValueTest } from '../value-test.ts';
import { Expander } from './expand.ts';
import { allKinds, kindBits, type ReadyTest, type ReadyTests } from './ready-test.ts';
import { allNumbers, Region } from './region.ts';
import { TextSet } from './text-set.ts';
import { pleasantTexts } from './typical-values.ts';

/** A formula in which "not" stands at the leaves only, as `positive`. */
export type Node =
  | { readonly kind: 'constant'; readonly value: boolean }
  | FieldNode
  | { readonly kind: 'choice'; readonly choice: number; readonly positive: boolean }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Node[] };

export interface FieldNode {
  readonly kind: 'field';
  readonly variable: number;
  readonly test: ReadyTest;
  /** Number of the pair of variable and test. */
  readonly atom: number;
  readonly positive: boolean;
}

/** A place in the record and what may stand there. */
export interface Variable {
  readonly path: readonly (string | number)[];
  readonly name: string;
  /** Number of the variable one step up; -1 at the top of the record. */
  readonly parent: number;
  readonly members: readonly number[];
  /** By index; places that nobody asks for are there too, up to the last one. */
  readonly elements: readonly number[];
  /** What may stand there as far as AWS documents it. */
  readonly expected: Region;
  /** The same with what may stand there, but is not to be relied on for saying that an event is missed. */
  readonly possible: Region;
  /** How much a record changes in character when this field does. */
  readonly weight: number;
  /** Texts to try first, nicest first. */
  readonly candidates: readonly string[];
}

/** A statement that is not about a field. */
export interface Choice {
  readonly reason: string;
  /** A text that the record may hold outside of the fields that are looked at; otherwise nobody can tell. */
  readonly holds?: string;
}

/** What is to be found: an event for which all goals hold. */
export interface Problem {
  readonly goals: readonly Node[];
  /** What is expected of an event beside. */
  readonly bonds: readonly { readonly node: Node; readonly why: string }[];
  readonly variables: readonly Variable[];
  readonly choices: readonly Choice[];
  /** By number of the atom. */
  readonly atoms: readonly Atom[];
}

/** A test of a variable. */
export interface Atom {
  readonly variable: number;
  readonly test: ReadyTest;
  /** The test as it was given. */
  readonly written: ValueTest;
}

/** The question for an event of the required set that none of the provided sets has. */
export function gapProblem(
  required: Predicate,
  provided: readonly Predicate[],
  background: Background,
  tests: ReadyTests,
): Problem {
  return new Compiler([required, ...provided.map(not)], background, tests).problem();
}

/** The question for an event that two sets share. */
export function meetingProblem(
  a: Predicate,
  b: Predicate,
  background: Background,
  tests: ReadyTests,
): Problem {
  return new Compiler([a, b], background, tests).problem();
}

class Compiler {
  private readonly tests: ReadyTests;
  private readonly sets: readonly Predicate[];
  private readonly bonds: readonly Bond[];
  private readonly expander: Expander;
  private readonly facts: ReadonlyMap<string, FieldFact>;
  private readonly numbers = new Map<string, number>();
  private readonly drafts: DraftVariable[] = [];
  private readonly choices: Choice[] = [];
  private readonly choiceNumbers = new Map<string, number>();
  private readonly atoms: Atom[] = [];
  private readonly atomNumbers = new Map<string, number>();

  constructor(sets: readonly Predicate[], background: Background, tests: ReadyTests) {
    this.tests = tests;
    this.sets = sets;
    this.bonds = background.bonds ?? [];
    this.expander = new Expander(sets, background);
    this.facts = new Map(background.fields.map((fact) => [fact.path, fact]));
  }

  problem(): Problem {
    // Search terms look at all the fields that others ask for, so those must be known first.
    for (const set of this.sets) this.note(set);
    const goals = this.sets.map((set) => this.compile(set, true));
    const bonds = this.bonds
      .filter(({ about }) => this.numbers.has(JSON.stringify(about.split('.'))))
      .map(({ expected, why }) => ({ node: this.compile(expected, true), why }));
    const variables = this.drafts.map((draft) => this.variable(draft));
    return { goals, bonds, variables, choices: this.choices, atoms: this.atoms };
  }

  /** Makes a variable of each field. */
  private note(set: Predicate): void {
    switch (set.kind) {
      case 'all':
      case 'any':
        for (const part of set.of) this.note(part);
        break;
      case 'not':
        this.note(set.of);
        break;
      case 'field': {
        const expanded = this.expander.expand(set);
        if (expanded === set) this.variableNumber(plainPath(set));
        else this.note(expanded);
        break;
      }
      case 'everything':
      case 'nothing':
      case 'undecided':
      case 'record-text':
        break;
    }
  }

  private compile(set: Predicate, positive: boolean): Node {
    switch (set.kind) {
      case 'everything':
        return { kind: 'constant', value: positive };
      case 'nothing':
        return { kind: 'constant', value: !positive };
      case 'undecided':
        return { kind: 'choice', choice: this.choice({ reason: set.reason }, set.subject), positive };
      case 'not':
        return this.compile(set.of, !positive);
      case 'all':
      case 'any':
        return joined(
          (set.kind === 'all') === positive ? 'all' : 'any',
          set.of.map((part) => this.compile(part, positive)),
        );
      case 'field': {
        const expanded = this.expander.expand(set);
        return expanded === set ? this.fieldNode(set, positive) : this.compile(expanded, positive);
      }
      case 'record-text':
        return this.textNode(set.holds, positive);
    }
  }

  private fieldNode(atom: FieldAtom, positive: boolean): FieldNode {
    const path = plainPath(atom);
    const variable = this.variableNumber(path);
    const test = this.tests.ready(this.isLine(path) ? onLines(atom.test) : atom.test);
    this.drafts[variable]?.tests.add(test);
    return { kind: 'field', variable, test, atom: this.atomNumber(variable, test, atom.test), positive };
  }

  private isLine(path: readonly (string | number)[]): boolean {
    return this.factOf(path)?.kinds.includes('line') === true;
  }

  private factOf(path: readonly (string | number)[]): FieldFact | undefined {
    return path.every((step) => typeof step === 'string') ? this.facts.get(path.join('.')) : undefined;
  }

  private atomNumber(variable: number, test: ReadyTest, written: ValueTest): number {
    const key = `${variable} ${test.id}`;
    const known = this.atomNumbers.get(key);
    if (known !== undefined) return known;
    this.atomNumbers.set(key, this.atoms.length);
    return this.atoms.push({ variable, test, written }) - 1;
  }

  /**
   * A term is found where some field's text holds it, where the name of a field does, or elsewhere in the record. Only terms
   * that JSON writes as they are can be judged: others depend on how the record is spaced and escaped.
   */
  private textNode(holds: string, positive: boolean): Node {
    if (!/^[A-Za-z0-9_.@+-]+(?: +[A-Za-z0-9_.@+-]+)*$/.test(holds))
      return {
        kind: 'choice',
        choice: this.choice({
          reason: `where the JSON text of a record holds "${holds}" depends on how it is written`,
        }),
        positive,
      };
    const alwaysNamed = [...this.facts.values()].some(
      ({ path, presence }) => presence === 'always' && !path.includes('.') && path.includes(holds),
    );
    if (alwaysNamed) return { kind: 'constant', value: positive };
    const elsewhere = this.choice({ reason: `"${holds}" elsewhere in the record`, holds });
    const parts: Node[] = [];
    const holding = valueTest({ text: textIn(containing(holds)) });
    const present = valueTest({
      null: true,
      true: true,
      false: true,
      object: true,
      array: true,
      text: true,
      number: true,
    });
    for (const { path } of this.drafts) {
      const isNamed = path.some((step) => typeof step === 'string' && step.includes(holds));
      const atom = { kind: 'field', path, arrays: 'opaque', several: 'some' } as const;
      parts.push(this.fieldNode({ ...atom, test: isNamed ? present : holding }, positive));
    }
    parts.push({ kind: 'choice', choice: elsewhere, positive });
    return joined(positive ? 'any' : 'all', parts);
  }

  private choice(choice: Choice, subject?: string): number {
    const key = JSON.stringify([choice.reason, choice.holds, subject]);
    const known = this.choiceNumbers.get(key);
    if (known !== undefined) return known;
    this.choiceNumbers.set(key, this.choices.length);
    return this.choices.push(choice) - 1;
  }

  private variableNumber(path: readonly (string | number)[]): number {
    const key = JSON.stringify(path);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const parent = path.length === 1 ? -1 : this.variableNumber(path.slice(0, -1));
    const last = path.at(-1);
    // An array has no holes: the elements before this one are places, too.
    if (typeof last === 'number' && last > 0) this.variableNumber([...path.slice(0, -1), last - 1]);
    const number = this.drafts.length;
    this.numbers.set(key, number);
    this.drafts.push({ path, parent, members: [], elements: [], tests: new Set() });
    const siblings = this.drafts[parent];
    if (siblings !== undefined)
      (typeof last === 'number' ? siblings.elements : siblings.members).push(number);
    return number;
  }

  private variable(draft: DraftVariable): Variable {
    const { path, parent, members, elements, tests } = draft;
    const fact = this.factOf(path);
    const possible = possibleRegion(fact);
    let doubtful = 0;
    if (fact?.presence === 'usual') doubtful |= kindBits.missing;
    // That a value nobody describes might be an object or an array is no ground to say that an event is missed.
    if (fact === undefined && members.length === 0 && typeof path.at(-1) === 'string' && this.facts.size > 0)
      doubtful |= kindBits.object | (elements.length === 0 ? kindBits.array : 0);
    return {
      path,
      name: pathText(path),
      parent,
      members,
      elements,
      possible,
      expected: possible.withoutKinds(doubtful),
      weight: weights[path.join('.')] ?? 1,
      candidates: pleasantTexts(path, [...tests]),
    };
  }
}

const weights: Readonly<Record<string, number>> = {
  'userIdentity.type': 3,
  eventType: 4,
  eventCategory: 3,
  eventSource: 2,
  eventName: 3,
};

interface DraftVariable {
  readonly path: readonly (string | number)[];
  readonly parent: number;
  readonly members: number[];
  readonly elements: number[];
  readonly tests: Set<ReadyTest>;
}

function plainPath({ path }: FieldAtom): readonly (string | number)[] {
  return path.map((step) => {
    if (typeof step === 'object') throw new Error('a path that was to be expanded is left over');
    return step;
  });
}

/** The same test on texts without line breaks, where the readings of a regular expression do not differ. */
function onLines(test: ValueTest): ValueTest {
  if (typeof test.text !== 'object' || test.text.otherReading === undefined) return test;
  const { shapes, otherReading, negated } = test.text;
  if (![...shapes, ...otherReading].every(({ kind }) => kind === 'regex')) return test;
  return { ...test, text: { shapes, negated } };
}

function possibleRegion(fact: FieldFact | undefined): Region {
  if (fact === undefined) return new Region(allKinds, TextSet.all(), allNumbers);
  const bits: Readonly<Record<ValueKind, number>> = {
    text: 0,
    line: 0,
    number: 0,
    boolean: kindBits.true | kindBits.false,
    null: kindBits.null,
    object: kindBits.object,
    array: kindBits.array,
  };
  const kinds = fact.kinds.reduce(
    (all, kind) => all | bits[kind],
    fact.presence === 'always' ? 0 : kindBits.missing,
  );
  return new Region(
    kinds,
    fact.kinds.includes('text') || fact.kinds.includes('line') ? TextSet.all() : TextSet.of([]),
    fact.kinds.includes('number') ? allNumbers : [],
  );
}

function joined(kind: 'all' | 'any', parts: readonly Node[]): Node {
  const idle = kind === 'all';
  const kept: Node[] = [];
  for (const part of parts) {
    if (part.kind === 'constant') {
      if (part.value !== idle) return part;
    } else if (part.kind === kind) kept.push(...part.parts);
    else kept.push(part);
  }
  const [only] = kept;
  if (only === undefined) return { kind: 'constant', value: idle };
  return kept.length === 1 ? only : { kind, parts: kept };
}
