import type { JsonValue } from '../json.ts';
import { compareText } from '../text.ts';
import { isAlias } from './aliases.ts';
import { Compiler, soundPredicates, type Vocabulary, type Watch } from './compile/compiler.ts';
import type { ParameterValues } from './compile/context.ts';
import { DeferredRule } from './compile/deferred-rule.ts';
import { defaultValues, parameterFault, sampleValue } from './compile/parameters.ts';
import { compileRule, type CompiledRule } from './compile/rule.ts';
import type { CheckNode, Named, PredicateDocument, RuleDocument } from './document.ts';
import { FaultList, RuleError } from './fault.ts';
import type { Pack } from './packs.ts';

/** Values of parameters that differ from the defaults. */
export interface ParameterOverrides {
  readonly [parameter: string]: JsonValue;
}

/** The rules of a run, compiled with their default parameters, and compiled again where somebody sets others. */
export class RuleSet {
  /** Sorted by id. */
  readonly rules: readonly CompiledRule[];
  readonly vocabulary: Vocabulary;
  readonly #packs: () => readonly Pack[];
  readonly #compiler: Compiler;
  readonly #variants = new WeakMap<RuleDocument, Map<string, CompiledRule>>();

  constructor(rules: readonly CompiledRule[], compiler: Compiler, packs: () => readonly Pack[] = () => []) {
    this.rules = rules.toSorted((a, b) => compareText(a.id, b.id));
    this.vocabulary = compiler.vocabulary;
    this.#packs = packs;
    this.#compiler = compiler;
  }

  /** All packs of the folders, whichever rules were chosen; sorted by id. */
  get packs(): readonly Pack[] {
    return this.#packs();
  }

  /** The rule of this id. */
  rule(id: string): CompiledRule | undefined {
    return this.rules.find((rule) => rule.id === id);
  }

  /** The rule that has this id, or had it earlier. */
  named(id: string): CompiledRule | undefined {
    return this.rule(id) ?? this.rules.find(({ document }) => isAlias(document, id));
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
    const given = params.map(({ name }) => ({
      name,
      namePlace: place,
      value: { kind: 'parameter', name, place } as const,
    }));
    const check: CheckNode = { kind: 'is', predicate: { name: id, place }, with: given, place };
    const faults = new FaultList();
    return compileRule(
      { ...bareRule(id, document.for, check), title: document.title, params },
      defaultValues(params, this.vocabulary.eventSets, faults),
      this.#compiler,
      faults,
    );
  }

  /** No rules, and one predicate in another form: what {@link variant} compiles uses that form. */
  withPredicate(document: PredicateDocument): RuleSet {
    const predicates = new Map(this.vocabulary.predicates).set(document.id, document);
    return new RuleSet([], new Compiler({ ...this.vocabulary, predicates }));
  }

  /** A check as a rule, to try it out. Throws {@link RuleError} with what is wrong with it. */
  check(check: CheckNode, on: Named): CompiledRule {
    return this.variant(bareRule('expression', on, check), {});
  }

  /** Only this rule, which may be a variant of one of the set. */
  only(rule: CompiledRule): RuleSet {
    return new RuleSet([rule], this.#compiler, this.#packs);
  }

  /** Only the rules that are wanted. They still share what they work out. */
  select(wanted: (rule: CompiledRule) => boolean): RuleSet {
    return new RuleSet(this.rules.filter(wanted), this.#compiler, this.#packs);
  }

  /** The same rules with packs, which are read when somebody first asks for them. */
  withPacks(read: () => readonly Pack[]): RuleSet {
    let packs: readonly Pack[] | undefined;
    return new RuleSet(this.rules, this.#compiler, () => {
      packs ??= read().toSorted((a, b) => compareText(a.id, b.id));
      return packs;
    });
  }

  /** Only the rules that are named, with these values for their parameters; as {@link withParameters}. */
  tune(values: ReadonlyMap<string, ParameterOverrides>): RuleSet {
    const rules = this.rules.flatMap((rule) => {
      const given = values.get(rule.id);
      return given === undefined ? [] : [this.withParameters(rule, given)];
    });
    return new RuleSet(rules, this.#compiler, this.#packs);
  }

  /**
   * The rule with other values for some of its parameters; the others keep the values that they have. Throws {@link RuleError} for parameters it does not have and
   * values they do not take; `source` says who asked (a configuration file), for the message.
   */
  withParameters(
    rule: CompiledRule,
    overrides: ParameterOverrides,
    source = rule.document.place.file,
  ): CompiledRule {
    const names = Object.keys(overrides);
    const differs = (name: string): boolean =>
      !Object.hasOwn(rule.parameters, name) ||
      JSON.stringify(rule.parameters[name]) !== JSON.stringify(overrides[name]);
    if (!names.some(differs)) return rule;
    return this.variant(rule.document, { ...rule.parameters, ...overrides }, source);
  }

  /**
   * Compiles a rule that is not of the set, or one of the set with other values than the defaults. Throws as
   * {@link withParameters}.
   */
  variant(document: RuleDocument, overrides: ParameterOverrides, source = document.place.file): CompiledRule {
    let known = this.#variants.get(document);
    if (known === undefined) this.#variants.set(document, (known = new Map()));
    const names = Object.keys(overrides).sort(compareText);
    const key = JSON.stringify(names.map((name) => [name, overrides[name]]));
    let compiled = known.get(key);
    if (compiled === undefined) {
      const faults = new FaultList();
      compiled = compileRule(
        document,
        this.#values(document, overrides, source, faults),
        this.#compiler,
        faults,
      );
      if (compiled === undefined || faults.count > 0) throw new RuleError(faults.faults);
      known.set(key, compiled);
    }
    return compiled;
  }

  #values(
    document: RuleDocument,
    overrides: ParameterOverrides,
    source: string,
    faults: FaultList,
  ): ParameterValues {
    const place = { file: source, line: 1, column: 1 };
    const values: ParameterValues = new Map(
      document.params.map((parameter) => {
        const given = Object.hasOwn(overrides, parameter.name) ? overrides[parameter.name] : undefined;
        const value = given ?? parameter.default ?? null;
        const wrong = parameterFault(parameter, value, this.vocabulary.eventSets);
        if (wrong !== undefined) faults.add(place, `rule ${document.id}: ${wrong.what}`, wrong.todo);
        return [parameter.name, { value, document: parameter }];
      }),
    );
    for (const name of Object.keys(overrides))
      if (!values.has(name))
        faults.add(
          place,
          `the rule ${document.id} has no parameter ${name}`,
          values.size === 0 ? 'it has none' : `it has ${[...values.keys()].join(', ')}`,
        );
    if (faults.count > 0) throw new RuleError(faults.faults);
    return values;
  }
}

/** A rule that is nothing but its check. */
function bareRule(id: string, on: Named, check: CheckNode): RuleDocument {
  const { place } = on;
  return {
    id,
    place,
    title: id,
    service: '',
    severity: [{ when: undefined, severity: 'medium' }],
    for: on,
    when: undefined,
    params: [],
    check,
    message: {},
    why: '',
    fix: { text: { text: '', place } },
    references: [],
    tags: [],
    aliases: [],
    partial: false,
  };
}

/** How documents are compiled. */
export interface CompileOptions {
  /** Told each decision. */
  readonly watch?: Watch | undefined;
  /** True where all documents are known to be sound, which saves looking: rules are then compiled when they are used. */
  readonly sound?: boolean;
}

/** Compiles documents into a rule set; adds to `faults` what is wrong. Rules that have faults are left out. */
export function compileRules(
  documents: { readonly rules: readonly RuleDocument[]; readonly predicates: readonly PredicateDocument[] },
  vocabulary: Omit<Vocabulary, 'predicates' | 'unsound'>,
  faults: FaultList,
  { watch, sound = false }: CompileOptions = {},
): RuleSet {
  const predicates = soundPredicates(documents.predicates, vocabulary.types, faults);
  const unsound = new Set(documents.predicates.map((one) => one.id).filter((id) => !predicates.has(id)));
  const compiler = new Compiler({ ...vocabulary, predicates, unsound }, watch);
  if (!sound) compiler.checkPredicates(faults);
  const rules = documents.rules.flatMap((document) => {
    const values = defaultValues(document.params, vocabulary.eventSets, faults);
    const type = vocabulary.types.get(document.for.name);
    if (sound && type !== undefined) return [new DeferredRule(document, type, values, compiler)];
    const compiled = compileRule(document, values, compiler, faults);
    return compiled === undefined ? [] : [compiled];
  });
  return new RuleSet(rules, compiler);
}
