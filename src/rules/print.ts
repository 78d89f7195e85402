import { stringify } from 'yaml';

import type { JsonObject, JsonValue } from '../json.ts';
import type { CheckNode, GivenValue, RuleDocument, TestNode, ValueNode } from './document.ts';

/** A check as YAML, in one fixed form: equal checks give equal text. */
export function printCheck(check: CheckNode): string {
  return stringify(checkData(check), { lineWidth: 100, aliasDuplicateObjects: false });
}

/** The judging part of a rule or predicate as YAML. */
export function printRule(
  rule: Pick<RuleDocument, 'for' | 'check'> & Partial<Pick<RuleDocument, 'when' | 'severity'>>,
): string {
  const severity = (rule.severity ?? []).map((one) => ({
    ...(one.when && { when: checkData(one.when) }),
    severity: one.severity,
  }));
  const data: JsonObject = {
    for: rule.for.name,
    ...(rule.when && { when: checkData(rule.when) }),
    ...(severity.length > 1 && { severity }),
    check: checkData(rule.check),
  };
  return stringify(data, { lineWidth: 100, aliasDuplicateObjects: false });
}

function checkData(node: CheckNode): JsonObject {
  switch (node.kind) {
    case 'field':
      return { [node.path.text]: testData(node.test) };
    case 'parameter':
      return { [`$${node.name}`]: testData(node.test) };
    case 'all': {
      const parts = node.checks.map(checkData);
      const keys = parts.flatMap(Object.keys);
      // Entries of one mapping mean the same as `all`, where no key stands twice.
      const quantified = keys.filter((key) => key === 'some' || key === 'none' || key === 'every');
      return new Set(keys).size === keys.length && quantified.length < 2
        ? Object.assign({}, ...parts)
        : { all: parts };
    }
    case 'any':
      return { any: node.checks.map(checkData) };
    case 'not':
      return { not: checkData(node.check) };
    case 'some':
      return {
        some: node.relation.text,
        ...(node.where && { where: checkData(node.where) }),
        ...(node.atLeast && { atLeast: valueData(node.atLeast) }),
      };
    case 'none':
      return { none: node.relation.text, ...(node.where && { where: checkData(node.where) }) };
    case 'every':
      return {
        every: node.relation.text,
        ...(node.where && { where: checkData(node.where) }),
        must: checkData(node.must),
        empty: node.empty,
      };
    case 'is':
      return { is: node.predicate.name, ...(node.with.length > 0 && { with: givenData(node.with) }) };
    case 'asks':
      return { asks: node.inquiry.name, ...(node.with.length > 0 && { with: givenData(node.with) }) };
    case 'together':
      return {
        together: {
          cover: valueData(node.cover),
          ...((node.with.length > 0 || (node.taken ?? []).length > 0) && {
            with: {
              ...givenData(node.with),
              ...Object.fromEntries((node.taken ?? []).map(({ name, from }) => [name, { from: from.text }])),
            },
          }),
          ways: node.ways.map((way) => ({
            name: way.name,
            ...(way.counts && { counts: valueData(way.counts) }),
            ...(way.fix !== undefined && { fix: way.fix }),
            links: way.links.map((link) => ({
              link: link.link,
              each: link.each.text,
              ...(link.where && { where: checkData(link.where) }),
              ...(link.sees && { sees: link.sees.text }),
              ...(link.fix !== undefined && { fix: link.fix }),
            })),
          })),
        },
      };
  }
}

function givenData(given: readonly GivenValue[]): JsonObject {
  return Object.fromEntries(given.map(({ name, value }) => [name, valueData(value)]));
}

function testData(test: TestNode): JsonValue {
  if (test.kind === 'compare' && test.operator === 'equals') return valueData(test.value);
  return operatorsOf(test);
}

function operatorsOf(test: TestNode): JsonObject {
  switch (test.kind) {
    case 'compare':
      return { [test.operator]: valueData(test.value) };
    case 'not':
      return { not: testData(test.test) };
    case 'contains':
      return { contains: testData(test.test) };
    case 'arn':
      return { arn: Object.fromEntries(test.parts.map(({ part, test: inner }) => [part, testData(inner)])) };
    case 'both':
      return Object.assign({}, ...test.tests.map(operatorsOf));
  }
}

function valueData(value: ValueNode): JsonValue {
  if (value.kind === 'parameter') return `$${value.name}`;
  return typeof value.value === 'string' && value.value.startsWith('$') ? `$${value.value}` : value.value;
}
