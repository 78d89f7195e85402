import type { Reason } from '../../evaluate/finding.ts';
import type { JsonValue } from '../../json.ts';
import type { FieldShape } from '../../model/schema.ts';
import type { CheckNode, ParameterDocument, TestNode } from '../document.ts';
import type { Check } from './check.ts';
import { valueOf, type CompileContext } from './context.ts';
import { verdictOf } from './decision.ts';
import { show } from './telling.ts';
import { compileTest } from './test.ts';

type ParameterNode = Extract<CheckNode, { kind: 'parameter' }>;

const shapes: Readonly<Record<ParameterDocument['type'], FieldShape>> = {
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  string: 'string',
  duration: 'string',
  list: { list: 'json' },
  'event-set': 'string',
};

/**
 * `$name: TEST`: asks the value of a parameter instead of a field, so that a rule can ask for more where somebody says
 * what to ask for. An empty list and an empty text count as absent.
 */
export function compileParameterTest(context: CompileContext, node: ParameterNode): Check | undefined {
  const { name, place } = node;
  const given = valueOf(context, { kind: 'parameter', name, place });
  const document = context.values.get(name)?.document;
  if (given === undefined || document === undefined) return undefined;
  if (asksForTime(node.test))
    return context.faults.add(place, `$${name} is no time`, 'compare it by another operator');
  const field = `$${name}`;
  const test = compileTest(context, node.test, shapes[document.type], field);
  if (test === undefined) return undefined;
  const value = isEmpty(given) ? undefined : given;
  const settled = test.decide(value, 0);
  const verdict = verdictOf(settled);
  const shown = show(value);
  const wanted = verdict === 'pass' || test.wanted === shown ? '' : `, wanted ${test.wanted}`;
  return {
    settled,
    decide: () => settled,
    local: () => settled,
    closeness: () => settled / 2,
    explain: (): Reason => ({
      kind: 'field',
      verdict,
      field,
      wanted: test.wanted,
      text: `parameter ${name} is ${shown}${wanted}`,
      ...(value !== undefined && { found: value }),
    }),
  };
}

function isEmpty(value: JsonValue): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

/** Ages are measured for each snapshot anew, so parameters cannot settle them. */
function asksForTime(test: TestNode): boolean {
  switch (test.kind) {
    case 'compare':
      return test.operator === 'within' || test.operator === 'olderThan';
    case 'not':
    case 'contains':
      return asksForTime(test.test);
    case 'both':
      return test.tests.some(asksForTime);
    case 'arn':
      return test.parts.some((part) => asksForTime(part.test));
  }
}
