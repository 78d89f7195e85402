import type { JsonValue } from '../../json.ts';
import type { FieldNode, Node, Problem } from './problem.ts';
import { isFalse, isTrue, isUndecided, kindBits, type TruthSet } from './ready-test.ts';
import { canBe, type Region } from './region.ts';
import type { Work } from './work.ts';

/**
 * How statements that nobody can decide are taken. `expected`: never, only what is documented counts. `possible`: each may be
 * true or false, but the same everywhere.
 */
export type Mode = 'expected' | 'possible';

/** What must hold of an event that the search has found: every choice of values from the regions will do. */
export interface Solution {
  /** By number of the variable. */
  readonly regions: readonly Region[];
  /** By number of the atom or choice: what was taken for true or false. */
  readonly atoms: readonly (boolean | undefined)[];
  readonly choices: readonly (boolean | undefined)[];
}

/** Prefers solutions that are near to a typical record. */
export interface Preference {
  /** By number of the variable: the value in the typical record, `undefined` for none. */
  readonly values: readonly (JsonValue | undefined)[];
  /** Solutions must differ from the record by less, counted by the weights of the fields. */
  readonly below: number;
}

/**
 * Looks for values of all fields that make the goals of a problem hold. Exact: when it answers undefined, there are none.
 *
 * @throws WorkLimit, BeyondSearch, TooLarge
 */
export function search(
  problem: Problem,
  mode: Mode,
  work: Work,
  preference?: Preference,
): Solution | undefined {
  const start = new State(problem, mode, work, preference);
  const goals =
    mode === 'expected' ? [...problem.goals, ...problem.bonds.map(({ node }) => node)] : problem.goals;
  if (!goals.every((goal) => start.assume(goal))) return undefined;
  return solve(start);
}

function solve(start: State): Solution | undefined {
  if (!start.settle()) return undefined;
  const branches = start.branches();
  if (branches === undefined) return start.solution();
  for (const part of branches) {
    const next = start.copy();
    if (!next.assume(part)) continue;
    const found = solve(next);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Steps that a look at one alternative may cost. */
const glance = 4000;

type Status = 'holds' | 'fails' | 'open';

class State {
  private readonly problem: Problem;
  private readonly mode: Mode;
  private readonly work: Work;
  private readonly preference: Preference | undefined;
  private regions: Region[];
  private atoms: (boolean | undefined)[];
  private choices: (boolean | undefined)[];
  /** Alternatives that are still to be decided. */
  private open: (readonly Node[])[];

  constructor(problem: Problem, mode: Mode, work: Work, preference: Preference | undefined) {
    this.problem = problem;
    this.mode = mode;
    this.work = work;
    this.preference = preference;
    this.regions = problem.variables.map((variable) => variable[mode]);
    this.atoms = [];
    this.choices = [];
    this.open = [];
  }

  copy(): State {
    const copy = new State(this.problem, this.mode, this.work, this.preference);
    copy.regions = [...this.regions];
    copy.atoms = [...this.atoms];
    copy.choices = [...this.choices];
    copy.open = [...this.open];
    return copy;
  }

  solution(): Solution {
    return { regions: this.regions, atoms: this.atoms, choices: this.choices };
  }

  /** Takes a formula for true; false when that contradicts what was taken before. */
  assume(node: Node): boolean {
    this.work.spend(3);
    switch (node.kind) {
      case 'constant':
        return node.value;
      case 'choice': {
        const { choice, positive } = node;
        if (this.mode === 'expected' && this.problem.choices[choice]?.holds === undefined) return false;
        if (this.choices[choice] === !positive) return false;
        this.choices[choice] = positive;
        return true;
      }
      case 'all':
        return node.parts.every((part) => this.assume(part));
      case 'any':
        this.open.push(node.parts);
        return true;
      case 'field':
        return this.assumeField(node);
    }
  }

  /** Decides alternatives as far as there is no choice; false when one cannot hold. */
  settle(): boolean {
    for (let changed = true; changed;) {
      changed = false;
      const pending = this.open;
      this.open = [];
      for (const parts of pending) {
        const left = this.remaining(parts);
        if (left === 'holds') continue;
        const [first] = left;
        if (first === undefined) return false;
        if (left.length > 1) {
          this.open.push(left);
          continue;
        }
        if (!this.assume(first)) return false;
        changed = true;
      }
    }
    return this.preference === undefined || this.distance() < this.preference.below;
  }

  /** The alternatives to try next, undefined when nothing is left to decide. */
  branches(): readonly Node[] | undefined {
    const [first, ...others] = this.open;
    if (first === undefined) return undefined;
    const smallest = others.reduce((best, parts) => (parts.length < best.length ? parts : best), first);
    this.open = this.open.filter((parts) => parts !== smallest);
    if (this.preference === undefined) return smallest;
    const ranked = smallest.map((node) => ({ node, distance: this.distanceOf(node) }));
    return ranked.toSorted((a, b) => a.distance - b.distance).map(({ node }) => node);
  }

  private remaining(parts: readonly Node[]): 'holds' | readonly Node[] {
    const left: Node[] = [];
    for (const part of parts) {
      const status = this.status(part);
      if (status === 'holds') return status;
      if (status === 'open') left.push(part);
    }
    return left.length === parts.length ? parts : left;
  }

  private status(node: Node): Status {
    this.work.spend(2);
    switch (node.kind) {
      case 'constant':
        return node.value ? 'holds' : 'fails';
      case 'choice': {
        if (this.mode === 'expected' && this.problem.choices[node.choice]?.holds === undefined)
          return 'fails';
        const taken = this.choices[node.choice];
        return taken === undefined ? 'open' : taken === node.positive ? 'holds' : 'fails';
      }
      case 'all': {
        let result: Status = 'holds';
        for (const part of node.parts) {
          const status = this.status(part);
          if (status === 'fails') return status;
          if (status === 'open') result = status;
        }
        return result;
      }
      case 'any': {
        let result: Status = 'fails';
        for (const part of node.parts) {
          const status = this.status(part);
          if (status === 'holds') return status;
          if (status === 'open') result = status;
        }
        return result;
      }
      case 'field': {
        const taken = this.atoms[node.atom];
        if (taken !== undefined) return taken === node.positive ? 'holds' : 'fails';
        // What costs too much to tell stays open: taking it for true later will tell.
        if (this.canBe(node, this.wanted(node.positive)) === false) return 'fails';
        return this.canBe(node, this.unwanted(node.positive)) === false ? 'holds' : 'open';
      }
    }
  }

  private canBe({ variable, test }: FieldNode, truths: TruthSet): boolean | 'too-much' {
    const region = this.regions[variable];
    const candidates = this.problem.variables[variable]?.candidates ?? [];
    this.work.spend(2);
    if (region === undefined) return false;
    return this.work.within(glance, (work) => canBe(region, test, truths, candidates, work));
  }

  private wanted(positive: boolean): TruthSet {
    return (positive ? isTrue : isFalse) | (this.mode === 'possible' ? isUndecided : 0);
  }

  /** What keeps a statement from holding: the opposite, and where only documented things count, what is undecided. */
  private unwanted(positive: boolean): TruthSet {
    return (positive ? isFalse : isTrue) | isUndecided;
  }

  private assumeField(node: FieldNode): boolean {
    const taken = this.atoms[node.atom];
    if (taken !== undefined) return taken === node.positive;
    this.atoms[node.atom] = node.positive;
    const before = this.regions[node.variable];
    if (before === undefined) return false;
    return this.setRegion(node.variable, before.restrict(node.test, this.wanted(node.positive)));
  }

  private setRegion(number: number, region: Region): boolean {
    const before = this.regions[number];
    const variable = this.problem.variables[number];
    if (region === before || variable === undefined) return true;
    this.work.spend(5);
    if (region.isEmpty(variable.candidates, this.work)) return false;
    this.regions[number] = region;
    return this.settleAround(number);
  }

  /** A field stands in an object or array that is there; the elements of an array follow each other. */
  private settleAround(number: number): boolean {
    const variable = this.problem.variables[number];
    const region = this.regions[number];
    if (variable === undefined || region === undefined) return true;
    const parent = this.problem.variables[variable.parent];
    if (!region.allows('missing') && parent !== undefined) {
      const container = typeof variable.path.at(-1) === 'number' ? kindBits.array : kindBits.object;
      if (!this.limitKinds(variable.parent, container)) return false;
    }
    if (!region.allows('object') && !this.clear(variable.members)) return false;
    if (!region.allows('array') && !this.clear(variable.elements)) return false;
    const index = variable.path.at(-1);
    if (typeof index !== 'number' || parent === undefined) return true;
    if (!region.allows('missing')) {
      for (const sibling of parent.elements)
        if (this.indexOf(sibling) < index && !this.require(sibling)) return false;
    } else if (region.kinds === kindBits.missing && this.isOnlyMissing(region)) {
      return this.clear(parent.elements.filter((sibling) => this.indexOf(sibling) > index));
    }
    return true;
  }

  private indexOf(variable: number): number {
    const index = this.problem.variables[variable]?.path.at(-1);
    return typeof index === 'number' ? index : -1;
  }

  private isOnlyMissing(region: Region): boolean {
    return region.numbers.length === 0 && region.texts.listed?.length === 0;
  }

  private limitKinds(number: number, kinds: number): boolean {
    const region = this.regions[number];
    return region !== undefined && this.setRegion(number, region.onlyKinds(kinds));
  }

  private clear(variables: readonly number[]): boolean {
    return variables.every((number) => this.limitKinds(number, kindBits.missing));
  }

  private require(number: number): boolean {
    const region = this.regions[number];
    return region !== undefined && this.setRegion(number, region.withoutKinds(kindBits.missing));
  }

  /** By how much the event must differ from the typical record at least. */
  private distance(): number {
    const { values = [] } = this.preference ?? {};
    this.work.spend(this.regions.length);
    let distance = 0;
    for (const [number, region] of this.regions.entries())
      if (!region.has(values[number])) distance += this.problem.variables[number]?.weight ?? 1;
    return distance;
  }

  /** By how much a formula asks for a change, by a rough guess. */
  private distanceOf(node: Node): number {
    switch (node.kind) {
      case 'constant':
        return 0;
      case 'choice':
        return 1;
      case 'all':
        return node.parts.reduce((sum, part) => sum + this.distanceOf(part), 0);
      case 'any':
        return Math.min(...node.parts.map((part) => this.distanceOf(part)));
      case 'field': {
        const region = this.regions[node.variable]?.restrict(node.test, this.wanted(node.positive));
        if (region?.has(this.preference?.values[node.variable]) === true) return 0;
        return this.problem.variables[node.variable]?.weight ?? 1;
      }
    }
  }
}
