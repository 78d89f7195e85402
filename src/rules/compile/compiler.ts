import type { ResourceType } from '../../model/schema.ts';
import type { CallName } from '../../snapshot/record.ts';
import type { CheckNode, PredicateDocument } from '../document.ts';
import { FaultList, type Fault } from '../fault.ts';
import { didYouMean } from '../../suggest.ts';
import type { EventAlgebra, EventSetReference } from './algebra.ts';
import { compileAsks } from './asks.ts';
import type { Check } from './check.ts';
import type { CompileContext, ParameterValues } from './context.ts';
import type { Decision } from './decision.ts';
import { compileField } from './field.ts';
import { allOf, anyOf, notOf } from './logic.ts';
import { compileParameterTest } from './parameter-test.ts';
import { sampleValue } from './parameters.ts';
import { compileIs, predicateKey } from './predicate.ts';
import { compileEvery, compileNone, compileSome } from './quantifier.ts';
import { Slots } from './subject.ts';
import { compileTogether } from './together.ts';

/** What checks can refer to. */
export interface Vocabulary {
  readonly types: ReadonlyMap<string, ResourceType>;
  readonly predicates: ReadonlyMap<string, PredicateDocument>;
  /** Predicates that exist and cannot be used. */
  readonly unsound: ReadonlySet<string>;
  readonly eventSets: ReadonlyMap<string, EventSetReference>;
  readonly algebra: EventAlgebra;
}

/** A compiled check and what it needs. */
export interface CompiledPart {
  readonly check: Check;
  readonly calls: ReadonlySet<CallName>;
  /** `predicate ID` and `event-set ID`. */
  readonly used: ReadonlySet<string>;
}

/**
 * Compiles checks over one vocabulary. Everything compiled by one compiler shares what it works out about a resource,
 * so the rules of a run are compiled by the same one.
 */
export class Compiler {
  readonly vocabulary: Vocabulary;
  /** Numbers for what is kept about a resource: whatever reads resources must take its numbers from here. */
  readonly slots = new Slots();
  readonly #predicates = new Map<string, CompiledPredicate>();
  readonly #watch: Watch | undefined;

  constructor(vocabulary: Vocabulary, watch?: Watch) {
    this.vocabulary = vocabulary;
    this.#watch = watch;
  }

  /** Compiles a check about a resource of this type. Undefined where it has faults. */
  compile(
    node: CheckNode,
    type: ResourceType,
    values: ParameterValues,
    faults: FaultList,
  ): CompiledPart | undefined {
    const calls = new Set<CallName>();
    const used = new Set<string>();
    const context: CompileContext = {
      ...this.vocabulary,
      faults,
      slots: this.slots,
      calls,
      used,
      values,
      check: (inner, on) => this.#watched(inner, compileNode(context, inner, on)),
      predicate: (id, given) => {
        const { part, faults: found } = this.#predicate(id, given);
        for (const fault of found) faults.faults.push(fault);
        used.add(`predicate ${id}`);
        for (const call of part?.calls ?? []) calls.add(call);
        for (const name of part?.used ?? []) used.add(name);
        return part?.check;
      },
    };
    const check = context.check(node, type);
    return check && { check, calls, used };
  }

  /** Compiles each predicate once with sample values, so that one nobody uses is checked too. */
  checkPredicates(faults: FaultList): void {
    for (const document of this.vocabulary.predicates.values()) {
      const values = new Map();
      for (const parameter of document.params) {
        const value = sampleValue(parameter, this.vocabulary.eventSets);
        if (value !== undefined) values.set(parameter.name, { value, document: parameter });
      }
      if (values.size < document.params.length) continue;
      for (const fault of this.#predicate(document.id, values).faults) faults.faults.push(fault);
    }
  }

  #predicate(id: string, values: ParameterValues): CompiledPredicate {
    const document = this.vocabulary.predicates.get(id);
    const type = document && this.vocabulary.types.get(document.for.name);
    if (document === undefined || type === undefined) return { part: undefined, faults: [] };
    const key = predicateKey(id, values);
    const known = this.#predicates.get(key);
    if (known !== undefined) return known;
    // Cycles are found before anything is compiled; the mark only keeps a mistake of ours from recursing for ever.
    this.#predicates.set(key, { part: undefined, faults: [] });
    const faults = new FaultList();
    const compiled = { part: this.compile(document.check, type, values, faults), faults: faults.faults };
    this.#predicates.set(key, compiled);
    return compiled;
  }

  #watched(node: CheckNode, check: Check | undefined): Check | undefined {
    const watch = this.#watch;
    if (check === undefined || watch === undefined) return check;
    // What parameters settle is not asked again for each resource.
    if (check.settled !== undefined) watch(node, check.settled);
    return {
      ...check,
      // Only the way over subjects is watched.
      local: undefined,
      decide: (subject) => {
        const decision = check.decide(subject);
        watch(node, decision);
        return decision;
      },
    };
  }
}

/** Told each decision of each part of a check: for the coverage of tests. */
export type Watch = (node: CheckNode, decision: Decision) => void;

interface CompiledPredicate {
  readonly part: CompiledPart | undefined;
  readonly faults: readonly Fault[];
}

function compileNode(context: CompileContext, node: CheckNode, type: ResourceType): Check | undefined {
  switch (node.kind) {
    case 'field':
      return compileField(context, node, type);
    case 'parameter':
      return compileParameterTest(context, node);
    case 'all':
    case 'any': {
      const checks = node.checks.map((check) => context.check(check, type));
      const complete = checks.filter((check) => check !== undefined);
      if (complete.length < checks.length) return undefined;
      return node.kind === 'all' ? allOf(complete) : anyOf(complete);
    }
    case 'not': {
      const check = context.check(node.check, type);
      return check && notOf(check);
    }
    case 'some':
      return compileSome(context, node, type);
    case 'none':
      return compileNone(context, node, type);
    case 'every':
      return compileEvery(context, node, type);
    case 'is':
      return compileIs(context, node, type);
    case 'asks':
      return compileAsks(context, node, type);
    case 'together':
      return compileTogether(context, node, type);
  }
}

/** Predicates that a check names. */
function mentioned(node: CheckNode, into: Map<string, CheckNode>): void {
  switch (node.kind) {
    case 'field':
    case 'parameter':
    case 'asks':
      return;
    case 'all':
    case 'any':
      for (const check of node.checks) mentioned(check, into);
      return;
    case 'not':
      return mentioned(node.check, into);
    case 'some':
    case 'none':
    case 'every':
      if (node.where !== undefined) mentioned(node.where, into);
      if (node.kind === 'every') mentioned(node.must, into);
      return;
    case 'is':
      if (!into.has(node.predicate.name)) into.set(node.predicate.name, node);
      return;
    case 'together':
      for (const way of node.ways)
        for (const link of way.links) if (link.where !== undefined) mentioned(link.where, into);
  }
}

/** Reports predicates that lead back to themselves, and resource types that do not exist. Returns those that are sound. */
export function soundPredicates(
  documents: readonly PredicateDocument[],
  types: ReadonlyMap<string, ResourceType>,
  faults: FaultList,
): ReadonlyMap<string, PredicateDocument> {
  const byId = new Map<string, PredicateDocument>();
  for (const document of documents) {
    if (types.has(document.for.name)) byId.set(document.id, document);
    else
      faults.add(
        document.for.place,
        `there is no resource type ${document.for.name}`,
        didYouMean(document.for.name, types.keys()),
      );
  }
  const uses = new Map<string, Map<string, CheckNode>>();
  for (const document of byId.values()) {
    const names = new Map<string, CheckNode>();
    mentioned(document.check, names);
    uses.set(document.id, names);
  }
  const state = new Map<string, 'open' | 'done'>();
  const cyclic = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    state.set(id, 'open');
    for (const [next, node] of uses.get(id) ?? []) {
      if (state.get(next) === 'open') {
        const cycle = [...path.slice(path.indexOf(next)), next];
        for (const member of cycle) cyclic.add(member);
        const place = node.kind === 'is' ? node.predicate.place : node.place;
        faults.add(
          place,
          `the predicate ${next} leads back to itself: ${cycle.join(' → ')}`,
          'break the circle',
        );
      } else if (!state.has(next) && byId.has(next)) visit(next, [...path, next]);
    }
    state.set(id, 'done');
  };
  for (const id of byId.keys()) if (!state.has(id)) visit(id, [id]);
  return new Map([...byId].filter(([id]) => !cyclic.has(id)));
}
