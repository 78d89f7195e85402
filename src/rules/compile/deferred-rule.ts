import type { Severity } from '../../evaluate/finding.ts';
import type { JsonValue } from '../../json.ts';
import type { ResourceType } from '../../model/schema.ts';
import { worstSeverityOf, type RuleDocument } from '../document.ts';
import { FaultList, RuleError } from '../fault.ts';
import type { Compiler } from './compiler.ts';
import type { ParameterValues } from './context.ts';
import { compileRule, parameterObject, type CompiledRule } from './rule.ts';

/**
 * A rule that is known to be sound, compiled when somebody asks what only the compiled one tells: a list of rules compiles
 * none, a scan by one rule compiles that one.
 */
export class DeferredRule implements CompiledRule {
  readonly id: string;
  readonly document: RuleDocument;
  readonly type: ResourceType;
  readonly parameters: { readonly [name: string]: JsonValue };
  readonly worstSeverity: Severity;
  readonly #values: ParameterValues;
  readonly #compiler: Compiler;
  #rule: CompiledRule | undefined;

  constructor(document: RuleDocument, type: ResourceType, values: ParameterValues, compiler: Compiler) {
    this.id = document.id;
    this.document = document;
    this.type = type;
    this.parameters = parameterObject(values);
    this.worstSeverity = worstSeverityOf(document);
    this.#values = values;
    this.#compiler = compiler;
  }

  get when(): CompiledRule['when'] {
    return this.#compiled().when;
  }

  get check(): CompiledRule['check'] {
    return this.#compiled().check;
  }

  get severity(): CompiledRule['severity'] {
    return this.#compiled().severity;
  }

  get message(): CompiledRule['message'] {
    return this.#compiled().message;
  }

  get fix(): CompiledRule['fix'] {
    return this.#compiled().fix;
  }

  get requires(): CompiledRule['requires'] {
    return this.#compiled().requires;
  }

  get uses(): CompiledRule['uses'] {
    return this.#compiled().uses;
  }

  /** Throws {@link RuleError} where it is not sound after all. */
  #compiled(): CompiledRule {
    if (this.#rule !== undefined) return this.#rule;
    const faults = new FaultList();
    const rule = compileRule(this.document, this.#values, this.#compiler, faults);
    if (rule === undefined || faults.count > 0) throw new RuleError(faults.faults);
    return (this.#rule = rule);
  }
}
