import {
  arnParts,
  comparisons,
  operators,
  type ArnPart,
  type Comparison,
  type TestNode,
  type ValueNode,
} from '../document.ts';
import type { FaultList, Place } from '../fault.ts';
import { didYouMean, nearestWord } from '../../suggest.ts';
import { toJson, type YamlNode } from '../../yaml-nodes.ts';

/** Reads what stands after `path:`: a scalar that must be equal, or operators that must all hold. */
export function parseTest(node: YamlNode, faults: FaultList): TestNode | undefined {
  if (node.kind === 'scalar') {
    const value = parseValue(node, faults);
    return value === undefined
      ? undefined
      : { kind: 'compare', operator: 'equals', value, place: node.place };
  }
  if (node.kind === 'list')
    return faults.add(node.place, 'a list is no test', 'write oneOf: [...] for one of several values');
  if (node.entries.length === 0)
    return faults.add(node.place, 'this test is empty', 'write a value, or an operator such as atLeast: 1');
  const tests: (TestNode | undefined)[] = node.entries.map(({ key, keyPlace, value }) => {
    if (key === 'not') {
      const test = parseTest(value, faults);
      return test && { kind: 'not', test, place: keyPlace };
    }
    if (key === 'contains') {
      const test = parseTest(value, faults);
      return test && { kind: 'contains', test, place: keyPlace };
    }
    if (key === 'arn') {
      if (value.kind !== 'map' || value.entries.length === 0)
        return faults.add(value.place, 'arn needs parts', 'write for example arn: { account: $account }');
      const parts = value.entries.flatMap((entry) => {
        if (!isArnPart(entry.key)) {
          faults.add(entry.keyPlace, `an ARN has no part ${entry.key}`, didYouMean(entry.key, arnParts));
          return [];
        }
        const test = parseTest(entry.value, faults);
        return test === undefined ? [] : [{ part: entry.key, test }];
      });
      return { kind: 'arn', parts, place: keyPlace };
    }
    if (isComparison(key)) {
      const operand = parseValue(value, faults, takesList(key));
      return operand && { kind: 'compare', operator: key, value: operand, place: keyPlace };
    }
    return faults.add(keyPlace, `there is no operator ${key}`, unknownOperator(key));
  });
  const complete = tests.filter((test) => test !== undefined);
  if (complete.length !== tests.length) return undefined;
  return complete.length === 1 ? complete[0] : { kind: 'both', tests: complete, place: node.place };
}

/** A scalar, `$parameter`, or (where wanted) a list of scalars. `$$` at the start stands for a dollar sign. */
export function parseValue(node: YamlNode, faults: FaultList, list = false): ValueNode | undefined {
  if (node.kind === 'scalar') {
    if (node.value === null)
      return faults.add(
        node.place,
        'a value is missing',
        'write one; to ask whether something is there, write present: false or true',
      );
    if (typeof node.value === 'string' && node.value.startsWith('$') && !node.value.startsWith('$$')) {
      const name = parameterName(node.value, node.place, faults);
      return name === undefined ? undefined : { kind: 'parameter', name, place: node.place };
    }
    const value =
      typeof node.value === 'string' && node.value.startsWith('$$') ? node.value.slice(1) : node.value;
    return { kind: 'literal', value, place: node.place };
  }
  if (node.kind === 'list' && list) {
    if (node.items.length === 0)
      return faults.add(node.place, 'this list is empty', 'name at least one value');
    let clean = true;
    for (const item of node.items)
      if (item.kind !== 'scalar' || item.value === null) {
        faults.add(
          item.place,
          'a list of values holds only text, numbers, true and false',
          'correct this entry',
        );
        clean = false;
      }
    return clean ? { kind: 'literal', value: toJson(node), place: node.place } : undefined;
  }
  return faults.add(
    node.place,
    `a ${node.kind === 'list' ? 'list' : 'mapping'} stands where one value is due`,
    node.kind === 'list'
      ? 'write oneOf: [...] for one of several values'
      : 'write text, a number, true or false',
  );
}

/** The name in `$name`; undefined and a fault where it cannot be one. */
export function parameterName(text: string, place: Place, faults: FaultList): string | undefined {
  const name = text.slice(1);
  if (/^[a-z][A-Za-z0-9]*$/.test(name)) return name;
  return faults.add(
    place,
    `${text} is not the name of a parameter`,
    'names are letters and digits; write $$ for a dollar sign at the start of text',
  );
}

function unknownOperator(key: string): string {
  if (key === 'noneOf') return 'write not: { oneOf: [...] }';
  if (key === 'exists') return 'write present: true';
  if (nearestWord(key, operators) === undefined && /^[A-Za-z]/.test(key) && key !== key.toLowerCase())
    return `to look inside a field write a path such as Parent.${key}; to ask each element of a list use some, every or none`;
  return didYouMean(key, operators);
}

function takesList(operator: Comparison): boolean {
  return ['oneOf', 'containsAll', 'cidr', 'grants'].includes(operator);
}
function isComparison(key: string): key is Comparison {
  return (comparisons as readonly string[]).includes(key);
}
function isArnPart(key: string): key is ArnPart {
  return (arnParts as readonly string[]).includes(key);
}
