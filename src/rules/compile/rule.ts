import type { Severity } from '../../evaluate/finding.ts';
import type { JsonValue } from '../../json.ts';
import type { ResourceType } from '../../model/schema.ts';
import type { CallName } from '../../snapshot/record.ts';
import {
  worst,
  worstSeverityOf,
  type CheckNode,
  type FixDocument,
  type ParameterDocument,
  type RuleDocument,
} from '../document.ts';
import type { FaultList } from '../fault.ts';
import { didYouMean } from '../../suggest.ts';
import type { Check } from './check.ts';
import type { CompiledPart, Compiler } from './compiler.ts';
import type { CompileContext, ParameterValues } from './context.ts';
import type { Subject } from './subject.ts';
import { withArticle } from './telling.ts';
import {
  asQuotedYaml,
  asShellWord,
  asTerraform,
  asText,
  compileTemplate,
  type Template,
} from './template.ts';

/** A rule ready to judge resources, with the parameter values that are in force. */
export interface CompiledRule {
  readonly id: string;
  readonly document: RuleDocument;
  readonly type: ResourceType;
  readonly parameters: { readonly [name: string]: JsonValue };
  readonly when: Check | undefined;
  readonly check: Check;
  /** How bad a failure of this resource is. Where that is not known, the worse. */
  readonly severity: (subject: Subject) => Severity;
  /** The worst that a failure can be. */
  readonly worstSeverity: Severity;
  readonly message: { readonly pass?: Template; readonly fail?: Template; readonly unknown?: Template };
  readonly fix: Template;
  /** Calls that can decide it, sorted. */
  readonly requires: readonly CallName[];
  /** Predicates and event sets it uses, sorted: `predicate ID`, `event-set ID`. */
  readonly uses: readonly string[];
}

/** Joins a rule with the vocabulary; undefined (and faults) where something in it does not exist or cannot be. */
export function compileRule(
  document: RuleDocument,
  values: ParameterValues,
  compiler: Compiler,
  faults: FaultList,
): CompiledRule | undefined {
  const { types } = compiler.vocabulary;
  const type = types.get(document.for.name);
  const judged = [...types.values()].filter((one) => one.population !== undefined).map((one) => one.name);
  if (type === undefined)
    return faults.add(
      document.for.place,
      `there is no resource type ${document.for.name}`,
      didYouMean(document.for.name, judged),
    );
  if (type.population === undefined)
    return faults.add(
      document.for.place,
      `${withArticle(type.noun)} is only judged with the resource it belongs to`,
      `choose one of ${judged.sort().join(', ')}`,
    );
  const before = faults.count;
  const check = compiler.compile(document.check, type, values, faults);
  const when = document.when && compiler.compile(document.when, type, values, faults);
  const cases = document.severity.map((one) => ({
    severity: one.severity,
    when: one.when && compiler.compile(one.when, type, values, faults),
  }));
  const filling = fillingContext(compiler, values, faults);
  const message: { pass?: Template; fail?: Template; unknown?: Template } = {};
  for (const verdict of ['pass', 'fail', 'unknown'] as const) {
    const given = document.message[verdict];
    const template = given && compileTemplate(filling, given.text, given.place, type, ['reason'], asText);
    if (template) message[verdict] = template;
  }
  const fix = compileFix(filling, document.fix, type);
  if (!document.partial) reportUnusedParameters(document, faults);
  if (check === undefined || fix === undefined || faults.count > before) return undefined;
  const parts: readonly CompiledPart[] = [check, when, ...cases.map((one) => one.when)].filter(
    (part) => part !== undefined,
  );
  const used = new Set(parts.flatMap((part) => [...part.used]));
  return {
    id: document.id,
    document,
    type,
    parameters: parameterObject(values),
    when: when?.check,
    check: check.check,
    severity: severityOf(cases.map((one) => ({ severity: one.severity, when: one.when?.check }))),
    worstSeverity: worstSeverityOf(document),
    message,
    fix,
    requires: [
      ...new Set([
        ...type.calls,
        ...(type.populationCalls ?? []),
        ...parts.flatMap((part) => [...part.calls]),
      ]),
    ].sort(),
    uses: [...used].sort(),
  };
}

function fillingContext(compiler: Compiler, values: ParameterValues, faults: FaultList): CompileContext {
  // Placeholders read fields for people; the calls behind them decide nothing, so they are not counted.
  return {
    ...compiler.vocabulary,
    faults,
    slots: compiler.slots,
    calls: new Set(),
    used: new Set(),
    values,
    check: () => undefined,
    predicate: () => undefined,
  };
}

function compileFix(context: CompileContext, fix: FixDocument, type: ResourceType): Template | undefined {
  const forms = [
    { title: '', text: fix.text, escape: asText },
    { title: 'AWS CLI:\n', text: fix.cli, escape: asShellWord },
    { title: 'Terraform:\n', text: fix.terraform, escape: asTerraform },
    { title: 'CloudFormation:\n', text: fix.cloudformation, escape: asQuotedYaml },
  ];
  const compiled = forms.flatMap(({ title, text, escape }) => {
    if (text === undefined) return [];
    const template = compileTemplate(context, text.text, text.place, type, [], escape);
    return template === undefined ? [undefined] : [{ title, template }];
  });
  if (compiled.includes(undefined)) return undefined;
  return (subject, extra) =>
    compiled.map((form) => `${form!.title}${form!.template(subject, extra)}`).join('\n\n');
}

function severityOf(
  cases: readonly { readonly severity: Severity; readonly when: Check | undefined }[],
): (subject: Subject) => Severity {
  const [first] = cases;
  if (cases.length === 1 && first !== undefined) return () => first.severity;
  return (subject) => {
    const possible: Severity[] = [];
    for (const { severity, when } of cases) {
      const decision = when === undefined ? 2 : when.decide(subject);
      if (decision > 0) possible.push(severity);
      if (decision === 2) break;
    }
    return worst(possible);
  };
}

/** The parameters with their values, as reports show them. */
export function parameterObject(values: ParameterValues): { readonly [name: string]: JsonValue } {
  return Object.fromEntries([...values].map(([name, { value }]) => [name, value]));
}

/** Whether what a check comes to can depend on parameters. */
export function mentionsParameters(check: CheckNode): boolean {
  return JSON.stringify(check).includes('"kind":"parameter"');
}

/** The parameters on which verdict or severity of a rule hang. Others are there for its messages alone. */
export function decidingParameters(document: RuleDocument): readonly ParameterDocument[] {
  const { check, when, severity, params } = document;
  if (params.length === 0) return [];
  const known = deciding.get(document);
  if (known !== undefined) return known;
  const text = JSON.stringify([check, when ?? null, severity]);
  const found = params.filter(({ name }) =>
    text.includes(`{"kind":"parameter","name":${JSON.stringify(name)}`),
  );
  deciding.set(document, found);
  return found;
}

/** Kept because each pack asks it of each rule that it names. */
const deciding = new WeakMap<RuleDocument, readonly ParameterDocument[]>();

function reportUnusedParameters(document: RuleDocument, faults: FaultList): void {
  const decides = decidingParameters(document);
  // A price changes no verdict: it is there for what the message says.
  const messages = Object.values(document.message).flatMap((one) => one?.text.match(/\{[^{}]*\}/g) ?? []);
  const filledIn = new Set(messages.flatMap((placeholder) => placeholder.match(/\$\w+/g) ?? []));
  for (const parameter of document.params)
    if (!decides.includes(parameter) && !filledIn.has(`$${parameter.name}`))
      faults.add(
        parameter.place,
        `the parameter ${parameter.name} is not used`,
        `write $${parameter.name} in the check or a message, or remove it`,
      );
}
