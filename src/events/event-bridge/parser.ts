import { parseLocatedJson, type LocatedJson } from '../located-json.ts';
import { PatternFault } from '../pattern-fault.ts';
import { nearestWord } from '../../suggest.ts';
import { parseAddressRange } from './address.ts';
import type { EventPattern, FieldPattern, NumericBound, ValueTest } from './pattern.ts';

/** The longest pattern the service's model lets through; 2,048 is the default quota. */
const longestPattern = 4096;

const operators = [
  'prefix',
  'suffix',
  'equals-ignore-case',
  'wildcard',
  'anything-but',
  'exists',
  'numeric',
  'cidr',
] as const;
type Operator = (typeof operators)[number];

/**
 * Parses an EventBridge event pattern as PutRule takes it.
 *
 * @throws PatternFault where the service would refuse it, with the reason
 */
export function parseEventPattern(text: string): EventPattern {
  if (text.length > longestPattern)
    throw new PatternFault(text, longestPattern, `longer than ${longestPattern} characters`);
  const json = parseLocatedJson(text);
  return new PatternReader(text).pattern(json, []);
}

class PatternReader {
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  pattern(json: LocatedJson, path: readonly string[]): EventPattern {
    if (json.kind !== 'object') this.fail(json.at, 'an event pattern is a JSON object');
    if (json.members.length === 0) this.fail(json.at, 'an empty object is not allowed');
    const fields: FieldPattern[] = [];
    const alternatives: EventPattern[][] = [];
    for (const { name, nameAt, value } of json.members) {
      if (name === '$or' && isAlternatives(value)) {
        alternatives.push(value.items.map((item) => this.pattern(item, path)));
        continue;
      }
      const inner = [...path, ...name.split('.')];
      if (value.kind === 'object') {
        const nested = this.pattern(value, inner);
        fields.push(...nested.fields);
        alternatives.push(...nested.alternatives.map((each) => [...each]));
      } else if (value.kind === 'list') {
        if (value.items.length === 0) this.fail(value.at, `"${name}": an empty list is not allowed`);
        fields.push({ path: inner, at: nameAt, tests: value.items.map((item) => this.test(item)) });
      } else {
        this.fail(value.at, `"${name}" must be a list of values or an object: write [${value.source}]`);
      }
    }
    return { fields, alternatives };
  }

  private test(json: LocatedJson): ValueTest {
    if (json.kind === 'scalar') return { op: 'equals', value: json.value };
    if (json.kind === 'list') this.fail(json.at, 'a list inside a list of values is not allowed');
    const { name, operand } = this.operator(json, operators);
    return this.operation(name, operand);
  }

  /** The only member of an operator object. */
  private operator<Name extends string>(
    json: LocatedJson & { kind: 'object' },
    known: readonly Name[],
  ): { name: Name; operand: LocatedJson } {
    const [member, more] = json.members;
    if (member === undefined) this.fail(json.at, `one of ${known.join(', ')} is expected`);
    const name = known.find((each) => each === member.name);
    if (name === undefined) {
      const nearest = nearestWord(member.name, known);
      const hint = nearest === undefined ? '' : `, did you mean "${nearest}"?`;
      this.fail(member.nameAt, `"${member.name}" is no operator here${hint}; known are ${known.join(', ')}`);
    }
    if (more !== undefined) this.fail(more.nameAt, 'only one operator may stand in an object');
    return { name, operand: member.value };
  }

  private operation(name: Operator, operand: LocatedJson): ValueTest {
    switch (name) {
      case 'prefix':
      case 'suffix': {
        if (operand.kind !== 'object')
          return { op: name, text: this.string(operand, name), ignoreCase: false };
        const { operand: inner } = this.operator(operand, ['equals-ignore-case']);
        return { op: name, text: this.string(inner, name), ignoreCase: true };
      }
      case 'equals-ignore-case':
        return { op: name, text: this.string(operand, name) };
      case 'wildcard':
        return this.wildcard(operand);
      case 'anything-but':
        return { op: name, tests: this.excluded(operand) };
      case 'exists':
        if (operand.kind !== 'scalar' || typeof operand.value !== 'boolean')
          this.fail(operand.at, '"exists" takes true or false');
        return { op: name, expected: operand.value };
      case 'numeric':
        return this.numeric(operand);
      case 'cidr': {
        const text = this.string(operand, name);
        const range = parseAddressRange(text);
        if (range === undefined)
          this.fail(
            operand.at,
            `"${text}" is no range of addresses such as "10.0.0.0/24" or "2001:db8::/32"`,
          );
        return { op: name, block: text, range };
      }
    }
  }

  /** The tests inside anything-but. */
  private excluded(operand: LocatedJson): ValueTest[] {
    if (operand.kind === 'object') {
      const { name, operand: inner } = this.operator(operand, [
        'prefix',
        'suffix',
        'equals-ignore-case',
        'wildcard',
      ]);
      const each = inner.kind === 'list' ? inner.items : [inner];
      if (each.length === 0) this.fail(inner.at, 'an empty list is not allowed');
      return each.map((item) => this.operation(name, item));
    }
    const items = operand.kind === 'list' ? operand.items : [operand];
    if (items.length === 0) this.fail(operand.at, 'an empty list is not allowed');
    let type: 'string' | 'number' | undefined;
    return items.map((item): ValueTest => {
      const value = item.kind === 'scalar' ? item.value : undefined;
      if (typeof value !== 'string' && typeof value !== 'number')
        this.fail(item.at, '"anything-but" takes texts or numbers, or an object with one operator');
      type ??= typeof value === 'string' ? 'string' : 'number';
      if (typeof value !== type) this.fail(item.at, 'texts and numbers may not be mixed in "anything-but"');
      return { op: 'equals', value };
    });
  }

  private wildcard(operand: LocatedJson): ValueTest {
    const text = this.string(operand, 'wildcard');
    const parts = [''];
    for (let index = 0; index < text.length; index++) {
      const character = text[index] ?? '';
      if (character === '*') {
        if (text[index + 1] === '*')
          this.fail(operand.at, '"**" is not allowed in a wildcard; write one "*"');
        parts.push('');
      } else if (character === '\\') {
        const next = text[++index];
        if (next !== '*' && next !== '\\')
          this.fail(operand.at, 'a backslash in a wildcard may only stand before "*" or another backslash');
        parts[parts.length - 1] += next;
      } else {
        parts[parts.length - 1] += character;
      }
    }
    return { op: 'wildcard', parts };
  }

  private numeric(operand: LocatedJson): ValueTest {
    if (operand.kind !== 'list' || operand.items.length === 0)
      this.fail(operand.at, '"numeric" takes a list such as [">", 0, "<=", 5]');
    const { items } = operand;
    const [first, second] = [0, 2].map((index) => {
      const sign = items[index];
      return sign === undefined ? undefined : this.comparison(sign, items[index + 1]);
    });
    if (first === undefined) this.fail(operand.at, '"numeric" takes a list such as [">", 0, "<=", 5]');
    const extra = items[second === undefined ? 2 : 4];
    if (extra !== undefined) this.fail(extra.at, 'too many terms in a numeric range');
    const { sign, bound } = first;
    if (sign === '=') {
      if (second !== undefined) this.fail(second.at, 'nothing may follow "="');
      return { op: 'numeric', from: { ...bound, inclusive: true }, to: { ...bound, inclusive: true } };
    }
    if (sign.startsWith('<')) {
      if (second !== undefined) this.fail(second.at, 'nothing may follow "<"; write the lower bound first');
      return { op: 'numeric', to: bound };
    }
    if (second === undefined) return { op: 'numeric', from: bound };
    if (!second.sign.startsWith('<')) this.fail(second.at, '"<" or "<=" is expected after the lower bound');
    if (bound.value >= second.bound.value)
      this.fail(second.at, 'the lower bound must be less than the upper one');
    return { op: 'numeric', from: bound, to: second.bound };
  }

  private comparison(
    sign: LocatedJson,
    number: LocatedJson | undefined,
  ): { sign: string; at: number; bound: NumericBound } {
    const text = this.string(sign, 'numeric');
    if (!['=', '<', '<=', '>', '>='].includes(text))
      this.fail(sign.at, `"${text}" is no comparison; known are = < <= > >=`);
    if (number?.kind !== 'scalar' || typeof number.value !== 'number' || !Number.isFinite(number.value))
      this.fail((number ?? sign).at, `a number is expected after "${text}"`);
    return { sign: text, at: sign.at, bound: { value: number.value, inclusive: text.endsWith('=') } };
  }

  private string(json: LocatedJson, what: string): string {
    if (json.kind === 'scalar' && typeof json.value === 'string') return json.value;
    return this.fail(json.at, `"${what}" takes a text here`);
  }

  private fail(at: number, reason: string): never {
    throw new PatternFault(this.text, at, reason);
  }
}

/**
 * Whether the value of a member called `$or` makes it an alternative rather than a field of that name: two objects or more,
 * none of which is a value test.
 */
function isAlternatives(value: LocatedJson): value is LocatedJson & { kind: 'list' } {
  return (
    value.kind === 'list' &&
    value.items.length >= 2 &&
    value.items.every(
      (item) =>
        item.kind === 'object' &&
        item.members.length > 0 &&
        item.members.every(({ name }) => !operators.some((operator) => operator === name)),
    )
  );
}
