import type { Reason } from '../../evaluate/finding.ts';
import type { JsonValue } from '../../json.ts';
import type { ResourceType } from '../../model/schema.ts';
import type { IsNode } from '../document.ts';
import { didYouMean } from '../../suggest.ts';
import type { Check } from './check.ts';
import { valueOf, type CompileContext, type ParameterValues } from './context.ts';
import type { Decision } from './decision.ts';
import { parameterFault } from './parameters.ts';
import { show, withArticle } from './telling.ts';

/** `is: PREDICATE, with: {...}` */
export function compileIs(context: CompileContext, node: IsNode, type: ResourceType): Check | undefined {
  const { name, place } = node.predicate;
  const document = context.predicates.get(name);
  if (document === undefined)
    return context.unsound.has(name)
      ? undefined
      : context.faults.add(
          place,
          `there is no predicate ${name}`,
          didYouMean(name, context.predicates.keys()),
        );
  if (document.for.name !== type.name)
    return context.faults.add(
      place,
      `the predicate ${name} is about ${withArticle(document.for.name)}, and here stands ${withArticle(type.name)}`,
      `use it where the resource is ${withArticle(document.for.name)}`,
    );
  const before = context.faults.count;
  const values = new Map<string, { value: JsonValue; document: (typeof document.params)[number] }>();
  for (const given of node.with) {
    const parameter = document.params.find((one) => one.name === given.name);
    if (parameter === undefined) {
      context.faults.add(
        given.namePlace,
        `the predicate ${name} has no parameter ${given.name}`,
        document.params.length === 0
          ? 'remove it'
          : didYouMean(
              given.name,
              document.params.map((one) => one.name),
            ),
      );
      continue;
    }
    const value = valueOf(context, given.value);
    if (value === undefined) continue;
    const wrong = parameterFault(parameter, value, context.eventSets);
    if (wrong === undefined) values.set(given.name, { value, document: parameter });
    else context.faults.add(given.value.place, wrong.what, wrong.todo);
  }
  for (const parameter of document.params) {
    if (values.has(parameter.name) || node.with.some((given) => given.name === parameter.name)) continue;
    if (parameter.default === undefined)
      context.faults.add(
        place,
        `the predicate ${name} needs ${parameter.name}`,
        `write with: { ${parameter.name}: ... }`,
      );
    else values.set(parameter.name, { value: parameter.default, document: parameter });
  }
  if (context.faults.count > before) return undefined;
  const inner = context.predicate(name, values);
  return inner && rememberingCheck(context, type.name, inner, name, document.title, values);
}

/** Predicates are shared by many rules: the verdict is worked out once for each resource. */
function rememberingCheck(
  context: CompileContext,
  type: string,
  inner: Check,
  id: string,
  title: string,
  values: ParameterValues,
): Check {
  const given = [...values].map(([name, { value }]) => `${name} ${show(value)}`).join(', ');
  const slot = context.slots.of(type, `is ${predicateKey(id, values)}`);
  const { decide, closeness } = inner;
  return {
    decide: (subject) => {
      const kept = subject.slots[slot] as Decision | undefined;
      if (kept !== undefined) return kept;
      const decision = decide(subject);
      subject.slots[slot] = decision;
      return decision;
    },
    closeness,
    explain: (subject, how): Reason => {
      const child = inner.explain(subject, how);
      const name = given === '' ? id : `${id} (${given})`;
      return {
        kind: 'is',
        verdict: child.verdict,
        field: name,
        wanted: title,
        text: child.text,
        children: [child],
      };
    },
  };
}

/** Names a predicate with its values: equal keys mean equal checks. */
export function predicateKey(id: string, values: ParameterValues): string {
  const pairs = [...values].map(([name, { value }]) => [name, value] as const);
  return `${id} ${JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))}`;
}
