import type { JsonValue } from '../../json.ts';
import { knownValues } from '../../model/known-values.ts';
import type { ResourceType } from '../../model/schema.ts';
import { nearestWord } from '../../suggest.ts';
import { compileParameterTest } from '../compile/parameter-test.ts';
import type { Vocabulary } from '../compile/compiler.ts';
import type { CompileContext, ParameterValues } from '../compile/context.ts';
import { fails, passes } from '../compile/decision.ts';
import { compilePath, compileRelation } from '../compile/path.ts';
import { Slots } from '../compile/subject.ts';
import { compileTest } from '../compile/test.ts';
import type {
  CheckNode,
  ParameterDocument,
  PredicateDocument,
  RuleDocument,
  TestNode,
  ValueNode,
} from '../document.ts';
import { FaultList, type Place } from '../fault.ts';
import { printCheck } from '../print.ts';
import { candidatesFor, trialTime } from './candidates.ts';
import { parameterCombinations } from './parameter-values.ts';
import { regexDoubt } from './regex.ts';
import { constantsIn, parametersIn } from './mentions.ts';

/** Whether something can come out so, whatever AWS answers and whichever values parameters have. */
interface Outcomes {
  readonly canHold: boolean;
  readonly canFail: boolean;
}
const bothWays: Outcomes = { canHold: true, canFail: true };

type FieldNode = Extract<CheckNode, { kind: 'field' }>;

/** Looks for checks that nothing can pass or nothing can fail. Only for documents that compile. */
export class Sense {
  readonly #vocabulary: Vocabulary;
  readonly #faults: FaultList;
  #params: readonly ParameterDocument[] = [];
  #constants: readonly JsonValue[] = [];

  constructor(vocabulary: Vocabulary, faults: FaultList) {
    this.#vocabulary = vocabulary;
    this.#faults = faults;
  }

  rule(document: RuleDocument): void {
    const type = this.#begin(document, [document.check, document.when]);
    if (type === undefined) return;
    const { when, check, severity } = document;
    for (const one of severity) if (one.when !== undefined) this.#check(one.when, type);
    if (when === undefined) {
      this.#check(check, type);
      return;
    }
    const before = this.#faults.count;
    this.#check(when, type);
    this.#check(check, type);
    if (this.#faults.count > before) return;
    const { place } = check;
    if (!this.#together([when, check], type))
      this.#faults.add(place, 'nothing passes the check where when holds', 'change one of the two');
    if (!this.#together([when, { kind: 'not', check, place }], type))
      this.#faults.add(place, 'everything passes the check where when holds', 'ask for what can fail');
  }

  predicate(document: PredicateDocument): void {
    const type = this.#begin(document, [document.check]);
    if (type !== undefined) this.#check(document.check, type);
  }

  #begin(
    { params, for: on }: RuleDocument | PredicateDocument,
    checks: readonly (CheckNode | undefined)[],
  ): ResourceType | undefined {
    this.#params = params;
    this.#constants = checks.flatMap((check) => (check === undefined ? [] : constantsIn(check)));
    for (const parameter of params) this.#bounds(parameter);
    return this.#vocabulary.types.get(on.name);
  }

  #bounds({ minimum, maximum, oneOf = [], place, name }: ParameterDocument): void {
    if (minimum !== undefined && maximum !== undefined && minimum > maximum)
      this.#faults.add(
        place,
        `no value of ${name} is at least ${minimum} and at most ${maximum}`,
        'change one of the bounds',
      );
    for (const value of oneOf)
      if (typeof value === 'number' && (value < (minimum ?? value) || value > (maximum ?? value)))
        this.#faults.add(place, `${value} is one of ${name} and outside of its bounds`, 'remove it');
  }

  /** What a check can come to. Tells of the smallest part that decides nothing, and once. */
  #check(node: CheckNode, type: ResourceType): Outcomes {
    switch (node.kind) {
      case 'field':
        return this.#field(node, type);
      case 'parameter': {
        const combinations = this.#combinations([node]);
        if (combinations === undefined) return bothWays;
        const settled = combinations.map(
          (values) => compileParameterTest(this.#context(values), node)?.settled ?? passes,
        );
        return this.#told(
          { canHold: settled.includes(passes), canFail: settled.includes(fails) },
          node.place,
          `the bounds of $${node.name} settle this`,
        );
      }
      case 'all':
      case 'any':
        return this.#list(node, type);
      case 'not': {
        const { canHold, canFail } = this.#check(node.check, type);
        return { canHold: canFail, canFail: canHold };
      }
      case 'some':
      case 'none': {
        const to = this.#target(node, type);
        if (to === undefined || node.where === undefined) return bothWays;
        const where = this.#check(node.where, to);
        const some = { canHold: where.canHold, canFail: true };
        return node.kind === 'some' ? some : { canHold: some.canFail, canFail: some.canHold };
      }
      case 'every': {
        const to = this.#target(node, type);
        if (to === undefined) return bothWays;
        if (node.where !== undefined) this.#check(node.where, to);
        const must = this.#check(node.must, to);
        if (node.where !== undefined && !this.#together([node.where, node.must], to))
          this.#faults.add(node.must.place, 'nothing that passes where passes must', 'change one of the two');
        const { place } = node.must;
        const opposite: CheckNode = { kind: 'not', check: node.must, place };
        if (node.where !== undefined && must.canFail && !this.#together([node.where, opposite], to))
          this.#faults.add(place, 'everything that passes where passes must', 'ask for what can fail');
        return bothWays;
      }
      case 'is':
      case 'asks':
        return bothWays;
      case 'together': {
        for (const way of node.ways) {
          let at: ResourceType | undefined = type;
          for (const link of way.links) {
            at = at && compileRelation(this.#context(new Map()), link.each, at)?.to;
            if (at !== undefined && link.where !== undefined) this.#check(link.where, at);
          }
        }
        const counted = node.ways.some(({ counts }) => counts?.kind !== 'literal' || counts.value !== false);
        return this.#told({ canHold: counted, canFail: true }, node.place, 'no way counts');
      }
    }
  }

  #target(
    node: Extract<CheckNode, { kind: 'some' | 'none' | 'every' }>,
    type: ResourceType,
  ): ResourceType | undefined {
    return compileRelation(this.#context(new Map()), node.relation, type)?.to;
  }

  #list(node: Extract<CheckNode, { kind: 'all' | 'any' }>, type: ResourceType): Outcomes {
    const before = this.#faults.count;
    const parts = node.checks.map((check) => this.#check(check, type));
    const all = node.kind === 'all';
    const outcomes = {
      canHold: all ? parts.every((part) => part.canHold) : parts.some((part) => part.canHold),
      canFail: all ? parts.some((part) => part.canFail) : parts.every((part) => part.canFail),
    };
    this.#repeated(node.checks);
    if (this.#faults.count > before) return outcomes;
    const { place } = node;
    if (all) {
      const together = this.#together(node.checks, type);
      if (!together) this.#faults.add(place, 'nothing passes all of these together', 'change one of them');
      return { ...outcomes, canHold: outcomes.canHold && together };
    }
    const opposites = node.checks.map((check): CheckNode => ({ kind: 'not', check, place: check.place }));
    const canFail = this.#together(opposites, type);
    if (!canFail)
      this.#faults.add(place, 'everything passes one or another of these', 'leave them out, or ask for less');
    return { ...outcomes, canFail: outcomes.canFail && canFail };
  }

  #repeated(checks: readonly CheckNode[]): void {
    const seen = new Set<string>();
    for (const check of checks) {
      const text = printCheck(check);
      if (seen.has(text)) this.#faults.add(check.place, 'this stands here twice', 'remove one of the two');
      seen.add(text);
    }
  }

  /** What one field can come to; tells of values that AWS does not know, and of patterns. */
  #field(node: FieldNode, type: ResourceType): Outcomes {
    const before = this.#faults.count;
    const { path, test } = node;
    const known = path.steps.length === 1 ? knownValues[type.name]?.[path.text] : undefined;
    const owner = path.steps.length === 2 ? this.#ownerOf(node, type) : undefined;
    const last = path.steps.at(-1);
    const values = known ?? (last?.kind === 'name' ? knownValues[owner?.name ?? '']?.[last.name] : undefined);
    this.#words(test, path.text, values);
    if (this.#faults.count > before) return bothWays;
    const wanted = this.#wanted(node, type);
    const outcomes = {
      canHold: this.#together([node], type),
      canFail: this.#together([{ kind: 'not', check: node, place: node.place }], type),
    };
    if (!outcomes.canHold)
      this.#faults.add(
        test.place,
        `${path.text} is never ${wanted}`,
        'change the limits, or remove the test',
      );
    else if (!outcomes.canFail)
      this.#faults.add(
        test.place,
        `${path.text} is always ${wanted}`,
        'remove the test, or ask for what can fail',
      );
    return outcomes;
  }

  /** The type of the resource whose field a path of two names ends at. */
  #ownerOf({ path }: FieldNode, type: ResourceType): ResourceType | undefined {
    const [first] = path.steps;
    if (first?.kind !== 'name') return undefined;
    const relation = type.relations[first.name];
    return relation?.kind === 'one' ? this.#vocabulary.types.get(relation.to) : undefined;
  }

  #wanted({ path, test }: FieldNode, type: ResourceType): string {
    const values = this.#combinations([{ kind: 'field', path, test, place: test.place }])?.[0] ?? new Map();
    const context = this.#context(values);
    const compiled = compilePath(context, path, type);
    return (compiled && compileTest(context, test, compiled.shape, path.text)?.wanted) ?? 'so';
  }

  #words(test: TestNode, name: string, known: readonly string[] | undefined): void {
    switch (test.kind) {
      case 'not':
        return this.#words(test.test, name, known);
      case 'contains':
        return this.#words(test.test, name, undefined);
      case 'arn':
        for (const { part, test: inner } of test.parts)
          this.#words(inner, `the ${part} of ${name}`, undefined);
        return;
      case 'both':
        for (const inner of test.tests) this.#words(inner, name, known);
        return;
      case 'compare': {
        const { operator, value: node } = test;
        if (node.kind !== 'literal') return;
        const { value } = node;
        if (operator === 'matches' && typeof value === 'string') {
          const doubt = regexDoubt(value);
          if (doubt !== undefined) this.#faults.add(node.place, doubt.what, doubt.todo);
        }
        if (operator !== 'equals' && operator !== 'oneOf') return;
        const list: readonly JsonValue[] = Array.isArray(value) ? value : [value];
        if (new Set(list).size < list.length)
          this.#faults.add(node.place, `a value of ${name} stands here twice`, 'remove one of the two');
        for (const one of list)
          if (known !== undefined && typeof one === 'string' && !known.includes(one))
            this.#faults.add(node.place, `AWS has no ${name} called ${one}`, meant(one, known));
      }
    }
  }

  /** Whether these checks can all hold at once, as far as their fields and counts tell. */
  #together(checks: readonly CheckNode[], type: ResourceType): boolean {
    const parts = checks.flatMap((check) => conjuncts(check, true));
    const tried = parts
      .map(({ check }) => check)
      .filter(({ kind }) => kind === 'field' || kind === 'parameter');
    const combinations = this.#combinations(tried);
    if (combinations === undefined) return true;
    const fields = Map.groupBy(
      parts.filter((part): part is Part & { check: FieldNode } => part.check.kind === 'field'),
      ({ check }) => check.path.text,
    );
    if (contradicted(parts)) return false;
    return combinations.some((values) => {
      const context = this.#context(values);
      const settled = parts.every(
        ({ check, holds }) =>
          check.kind !== 'parameter' ||
          compileParameterTest(context, check)?.settled === (holds ? passes : fails),
      );
      return settled && [...fields.values()].every((group) => possible(group, type, context));
    });
  }

  #combinations(checks: readonly CheckNode[]): readonly ParameterValues[] | undefined {
    const names = new Set(checks.flatMap(parametersIn));
    const used = this.#params.filter(({ name }) => names.has(name));
    return parameterCombinations(used, this.#constants, this.#vocabulary.eventSets);
  }

  #context(values: ParameterValues): CompileContext {
    return {
      ...this.#vocabulary,
      faults: new FaultList(),
      slots: new Slots(),
      calls: new Set(),
      used: new Set(),
      values,
      check: () => undefined,
      predicate: () => undefined,
    };
  }

  #told(outcomes: Outcomes, place: Place, what: string): Outcomes {
    if (!outcomes.canHold || !outcomes.canFail)
      this.#faults.add(
        place,
        `${what}, so it ${outcomes.canHold ? 'always holds' : 'never holds'}`,
        'remove it, or ask for what can go both ways',
      );
    return outcomes;
  }
}

/** A part that must hold, or must not. */
interface Part {
  readonly check: CheckNode;
  readonly holds: boolean;
}

/** Parts that must all come out so for a check to come out so. */
function conjuncts(check: CheckNode, holds: boolean): readonly Part[] {
  if (check.kind === 'not') return conjuncts(check.check, !holds);
  if (check.kind === (holds ? 'all' : 'any'))
    return (check as Extract<CheckNode, { kind: 'all' }>).checks.flatMap((one) => conjuncts(one, holds));
  return [{ check, holds }];
}

/** Whether some value of one field makes all of its tests come out so. True where that cannot be tried out. */
function possible(
  group: readonly (Part & { check: FieldNode })[],
  type: ResourceType,
  context: CompileContext,
): boolean {
  const path = compilePath(context, group[0]!.check.path, type);
  if (path === undefined) return true;
  const valueOf = (node: ValueNode): JsonValue | undefined =>
    node.kind === 'literal' ? node.value : context.values.get(node.name)?.value;
  const { values, exhaustive } = candidatesFor(
    group.map(({ check }) => check.test),
    path.shape,
    valueOf,
  );
  if (!exhaustive) return true;
  const tests = group.map(({ check, holds }) => ({
    test: compileTest(context, check.test, path.shape, path.text),
    wanted: holds ? passes : fails,
  }));
  return values.some((value) =>
    tests.every(({ test, wanted }) => test === undefined || test.decide(value, trialTime) === wanted),
  );
}

/** Whether the same thing must hold and must not, or be more and fewer than so many. */
function contradicted(parts: readonly Part[]): boolean {
  const wanted = new Map<string, boolean>();
  const counts = new Map<string, { least: number; most: number }>();
  for (const { check, holds } of parts) {
    if (check.kind === 'some' || check.kind === 'none') {
      const least = check.kind === 'some' ? countOf(check.atLeast) : 1;
      if (least === undefined) continue;
      const key = printCheck({ ...check, kind: 'none' });
      const range = counts.get(key) ?? { least: 0, most: Number.POSITIVE_INFINITY };
      if (holds === (check.kind === 'some')) range.least = Math.max(range.least, least);
      else range.most = Math.min(range.most, least - 1);
      if (range.least > range.most) return true;
      counts.set(key, range);
      continue;
    }
    const key = printCheck(check);
    if (wanted.get(key) === !holds) return true;
    wanted.set(key, holds);
  }
  return false;
}

function countOf(node: ValueNode | undefined): number | undefined {
  if (node === undefined) return 1;
  return node.kind === 'literal' && typeof node.value === 'number' ? node.value : undefined;
}

function meant(word: string, known: readonly string[]): string {
  const near = nearestWord(word, known);
  return near === undefined ? `it has ${known.join(', ')}` : `did you mean ${near}?`;
}
