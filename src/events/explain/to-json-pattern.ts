import { jsonTest, type JsonLiteral, type JsonTest } from '../filter-pattern/json-tests.ts';
import { and, everything, field, nothing, or, type FieldAtom, type Predicate } from '../predicate.ts';
import type { TextShape } from '../value-test.ts';

/**
 * A set in conditions of the JSON filter pattern language that is meant to match all events of the given one. Conditions that
 * the language cannot express are left out, which widens the set; undefined where nothing would be left. Objects, arrays and
 * null are left aside: judge the result by `covers`.
 */
export function toJsonPattern(predicate: Predicate): Predicate | undefined {
  return widened(predicate, true);
}

function widened(predicate: Predicate, positive: boolean): Predicate | undefined {
  switch (predicate.kind) {
    case 'everything':
      return positive ? everything : nothing;
    case 'nothing':
      return positive ? nothing : everything;
    case 'not':
      return widened(predicate.of, !positive);
    case 'all':
    case 'any': {
      const parts = predicate.of.map((part) => widened(part, positive));
      // A condition fewer in "all" widens the set, an alternative fewer in "any" would narrow it.
      if ((predicate.kind === 'all') === positive) {
        const known = parts.filter((part) => part !== undefined);
        return known.length === 0 ? undefined : and(...known);
      }
      return parts.includes(undefined) ? undefined : or(...parts.filter((part) => part !== undefined));
    }
    case 'field':
      return conditionOf(predicate, positive);
    case 'undecided':
    case 'record-text':
      return undefined;
  }
}

/** The kinds of values that an atom lets through, as alternatives. */
function conditionOf({ path, test, arrays }: FieldAtom, positive: boolean): Predicate | undefined {
  if (arrays === 'searched') return undefined;
  const isSeveral = path.some((step) => typeof step === 'object');
  if (isSeveral && !positive) return undefined;
  const lets = (truth: unknown): boolean => (positive ? truth !== false : truth !== true);
  const alternatives: JsonTest[] = [];
  if (lets(test.missing)) alternatives.push({ operator: 'NOT EXISTS' });
  if (lets(test.true)) alternatives.push({ operator: 'IS', value: 'TRUE' });
  if (lets(test.false)) alternatives.push({ operator: 'IS', value: 'FALSE' });
  const joins: JsonTest[] = [];
  if (typeof test.text === 'object') {
    const isIn = test.text.negated !== positive;
    const literals = test.text.shapes.flatMap(literalsOf);
    if (literals.includes(undefined)) return undefined;
    const tests = literals
      .filter((literal) => literal !== undefined)
      .map((value): JsonTest => ({ operator: isIn ? '=' : '!=', value }));
    if (isIn) alternatives.push(...tests);
    else joins.push(...tests);
  } else if (lets(test.text)) alternatives.push({ operator: '=', value: { kind: 'text', text: '*' } });
  if (typeof test.number === 'object') return undefined;
  const atom = (each: JsonTest): Predicate =>
    field(path, jsonTest(each), { several: isSeveral && each.operator === '!=' ? 'disputed' : 'some' });
  const joined = joins.length === 0 ? [] : [and(...joins.map(atom))];
  return or(...alternatives.map(atom), ...joined);
}

function literalsOf(shape: TextShape): (JsonLiteral | undefined)[] {
  switch (shape.kind) {
    case 'texts':
      if (shape.ignoreCase === true) return [undefined];
      return shape.texts.map((text) => (isPlain(text) ? { kind: 'text', text } : undefined));
    case 'glob': {
      const text = shape.parts.join('*');
      // An asterisk inside of a value is read in two ways.
      const atEdges = !text.slice(1, -1).includes('*');
      return [
        atEdges && shape.ignoreCase !== true && isPlain(text.replaceAll('*', ''))
          ? { kind: 'text', text }
          : undefined,
      ];
    }
    case 'regex':
      return [{ kind: 'regex', source: shape.source }];
    case 'cidr':
      return [undefined];
  }
}

function isPlain(text: string): boolean {
  return text !== '' && !/["\\*]|^%.*%$/s.test(text);
}
