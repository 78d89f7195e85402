import { pathText } from '../canonical.ts';
import { testKey } from '../cover/ready-test.ts';
import type { FieldAtom, Predicate } from '../predicate.ts';
import type { TextShape, ValueTest } from '../value-test.ts';
import { jsonTest, type JsonLiteral, type JsonTest } from './json-tests.ts';

/**
 * Writes a set of events as a JSON filter pattern that reads back as the same set; undefined where filter patterns cannot say
 * it.
 */
export function printJsonPattern(predicate: Predicate): string | undefined {
  if (predicate.kind === 'everything') return '';
  const text = printed(predicate, 'top');
  return text === undefined ? undefined : `{ ${text} }`;
}

function printed(predicate: Predicate, place: 'top' | 'all' | 'any'): string | undefined {
  switch (predicate.kind) {
    case 'field':
      return printAtom(predicate);
    case 'all':
    case 'any': {
      const parts = predicate.of.map((part) => printed(part, predicate.kind === 'all' ? 'all' : 'any'));
      if (parts.includes(undefined)) return undefined;
      const text = parts.join(predicate.kind === 'all' ? ' && ' : ' || ');
      return predicate.kind === 'any' && place === 'all' ? `(${text})` : text;
    }
    case 'everything':
    case 'nothing':
    case 'undecided':
    case 'not':
    case 'record-text':
      return undefined;
  }
}

/** One condition of a JSON filter pattern, such as `$.eventName = "StopLogging"`; undefined where there is none for the atom. */
export function printAtom({ path, test, arrays, several }: FieldAtom): string | undefined {
  const isSeveral = path.some((step) => typeof step === 'object');
  const name = pathText(path);
  if (arrays === 'searched' || typeof path[0] === 'number' || name.includes("']'")) return undefined;
  if (path.some((step) => typeof step === 'string' && step.includes("']"))) return undefined;
  const found = readTest(test);
  if (found === undefined) return undefined;
  const positive = found.operator !== '!=' && found.operator !== 'NOT EXISTS';
  if ((several === 'some') !== positive && (isSeveral || several === 'disputed')) return undefined;
  return `${name} ${printTest(found)}`;
}

function printTest(test: JsonTest): string {
  switch (test.operator) {
    case 'IS':
      return `IS ${test.value}`;
    case 'NOT EXISTS':
      return test.operator;
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return `${test.operator} ${printLiteral(test.value)}`;
  }
}

function printLiteral(literal: JsonLiteral): string {
  switch (literal.kind) {
    case 'text':
      return `"${literal.text}"`;
    case 'number':
      return literal.source;
    case 'regex':
      return `%${literal.source}%`;
  }
}

/** The test of the filter pattern language that has this table. */
export function readTest(test: ValueTest): JsonTest | undefined {
  const key = testKey(test);
  return candidates(test).find((candidate) => testKey(jsonTest(candidate)) === key);
}

function candidates({ text, number }: ValueTest): JsonTest[] {
  const tests: JsonTest[] = [
    { operator: 'NOT EXISTS' },
    { operator: 'IS', value: 'NULL' },
    { operator: 'IS', value: 'TRUE' },
    { operator: 'IS', value: 'FALSE' },
    { operator: '=', value: { kind: 'text', text: '*' } },
    { operator: '!=', value: { kind: 'text', text: '*' } },
    { operator: '=', value: { kind: 'text', text: '' } },
    { operator: '!=', value: { kind: 'text', text: '' } },
  ];
  if (typeof text === 'object') {
    const operator = text.negated ? '!=' : '=';
    const [shape, ...others] = text.shapes;
    const literal = shape === undefined || others.length > 0 ? undefined : literalOf(shape);
    if (literal !== undefined) tests.push({ operator, value: literal });
  }
  if (typeof number === 'object') {
    const bounds = number.flatMap(({ from, to }) => [from, to]).filter((bound) => Number.isFinite(bound));
    const [bound] = bounds;
    if (bound !== undefined)
      for (const operator of ['=', '!=', '<', '<=', '>', '>='] as const)
        tests.push({ operator, value: { kind: 'number', source: String(bound) } });
  }
  return tests;
}

/** A value that stands for a shape; undefined where its characters cannot be written in a pattern. */
function literalOf(shape: TextShape): JsonLiteral | undefined {
  switch (shape.kind) {
    case 'texts': {
      const [text, ...others] = shape.texts;
      if (text === undefined || others.length > 0 || shape.ignoreCase === true) return undefined;
      return isWritable(text) && !text.includes('*') ? { kind: 'text', text } : undefined;
    }
    case 'glob': {
      if (shape.ignoreCase === true) return undefined;
      const text = shape.parts.join('*');
      return isWritable(text) && shape.parts.every((part) => !part.includes('*'))
        ? { kind: 'text', text }
        : undefined;
    }
    case 'regex':
      return shape.source.includes('%') ? undefined : { kind: 'regex', source: shape.source };
    case 'cidr':
      return undefined;
  }
}

function isWritable(text: string): boolean {
  return !/["\\]|^%.*%$/s.test(text);
}
