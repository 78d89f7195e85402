import type { JsonValue } from '../json.ts';
import { Compiler, soundPredicates, type Vocabulary } from './compile/compiler.ts';
import type { ParameterValues } from './compile/context.ts';
import { defaultValues, parameterFault, sampleValue } from './compile/parameters.ts';
import { compileRule, type CompiledRule } from './compile/rule.ts';
import type { PredicateDocument, RuleDocument } from './document.ts';
import { FaultList, RuleError } from './fault.ts';

/** Values of parameters that differ from the defaults. */
export interface ParameterOverrides {
  readonly [parameter: string]: JsonValue;
}

/** The rules of a run, compiled with their default parameters, and compiled again where somebody sets others. */
export class RuleSet {
  /** Sorted by id. */
  readonly rules: readonly CompiledRule[];
  readonly vocabulary: Vocabulary;
  readonly #compiler: Compiler;
  readonly #variants = new Map<string, CompiledRule>();

  constructor(rules: readonly CompiledRule[], compiler: Compiler) {
    this.rules = rules.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    this.vocabulary = compiler.vocabulary;
    this.#compiler = compiler;
  }

  /** The rule of this id. */
  rule(id: string): CompiledRule | undefined {
    return this.rules.find((rule) => rule.id === id);
  }

  /**
   * A predicate as a rule, so that it can be tested: undefined where there is none of this id, or where its type of
   * resource has no population.
   */
  predicate(id: string): CompiledRule | undefined {
    const document = this.vocabulary.predicates.get(id);
    const type = document && this.vocabulary.types.get(document.for.name);
    if (document === undefined || type?.population === undefined) return undefined;
    const { place } = document;
    const params = document.params.map((parameter) => {
      const value = sampleValue(parameter, this.vocabulary.eventSets);
      return value === undefined ? parameter : { ...parameter, default: value };
    });
    const text = { text: '', place };
    const rule: RuleDocument = {
      id,
      place,
      title: document.title,
      service: type.service,
      severity: [{ when: undefined, severity: 'medium' }],
      for: document.for,
      when: undefined,
      params,
      check: {
        kind: 'is',
        predicate: { name: id, place },
        with: params.map(({ name }) => ({
          name,
          namePlace: place,
          value: { kind: 'parameter', name, place },
        })),
        place,
      },
      message: {},
      why: '',
      fix: { text },
      references: [],
      tags: [],
      partial: false,
    };
    const faults = new FaultList();
    return compileRule(
      rule,
      defaultValues(params, this.vocabulary.eventSets, faults),
      this.#compiler,
      faults,
    );
  }

  /** Only this rule, which may be a variant of one of the set. */
  only(rule: CompiledRule): RuleSet {
    return new RuleSet([rule], this.#compiler);
  }

  /** Only the rules that are wanted. They still share what they work out. */
  select(wanted: (rule: CompiledRule) => boolean): RuleSet {
    return new RuleSet(this.rules.filter(wanted), this.#compiler);
  }

  /**
   * The rule with other values for some of its parameters. Throws {@link RuleError} for parameters it does not have and
   * values they do not take; `source` says who asked (a configuration file), for the message.
   */
  withParameters(
    rule: CompiledRule,
    overrides: ParameterOverrides,
    source = rule.document.place.file,
  ): CompiledRule {
    const names = Object.keys(overrides).sort();
    if (names.length === 0) return rule;
    const key = `${rule.id} ${JSON.stringify(names.map((name) => [name, overrides[name]]))}`;
    const known = this.#variants.get(key);
    if (known !== undefined) return known;
    const faults = new FaultList();
    const values: ParameterValues = new Map(
      rule.document.params.map((document) => {
        const value =
          (Object.hasOwn(overrides, document.name) ? overrides[document.name] : undefined) ??
          document.default ??
          null;
        const wrong = parameterFault(document, value, this.vocabulary.eventSets);
        if (wrong !== undefined)
          faults.add({ file: source, line: 1, column: 1 }, `rule ${rule.id}: ${wrong.what}`, wrong.todo);
        return [document.name, { value, document }];
      }),
    );
    for (const name of names)
      if (!values.has(name))
        faults.add(
          { file: source, line: 1, column: 1 },
          `the rule ${rule.id} has no parameter ${name}`,
          values.size === 0 ? 'it has none' : `it has ${[...values.keys()].join(', ')}`,
        );
    if (faults.count > 0) throw new RuleError(faults.faults);
    const compiled = compileRule(rule.document, values, this.#compiler, faults);
    if (compiled === undefined) throw new RuleError(faults.faults);
    this.#variants.set(key, compiled);
    return compiled;
  }
}

/** Compiles documents into a rule set; adds to `faults` what is wrong. Rules that have faults are left out. */
export function compileRules(
  documents: { readonly rules: readonly RuleDocument[]; readonly predicates: readonly PredicateDocument[] },
  vocabulary: Omit<Vocabulary, 'predicates' | 'unsound'>,
  faults: FaultList,
): RuleSet {
  const predicates = soundPredicates(documents.predicates, vocabulary.types, faults);
  const unsound = new Set(documents.predicates.map((one) => one.id).filter((id) => !predicates.has(id)));
  const compiler = new Compiler({ ...vocabulary, predicates, unsound }, faults);
  compiler.checkPredicates();
  const rules = documents.rules.flatMap((document) => {
    const values = defaultValues(document.params, vocabulary.eventSets, faults);
    const compiled = compileRule(document, values, compiler, faults);
    return compiled === undefined ? [] : [compiled];
  });
  return new RuleSet(rules, compiler);
}
