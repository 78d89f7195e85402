import { wildcardMatches } from '../wildcard.ts';
import { PatternFault } from '../pattern-fault.ts';

/** A pattern over the blank-separated fields of a log line. */
export interface SpacePattern {
  /** The named fields in order, without the ellipsis. */
  readonly fields: readonly SpaceField[];
  /** Where further fields may stand that are not named. */
  readonly ellipsis: 'none' | 'leading' | 'trailing';
}

export interface SpaceField {
  readonly name: string;
  readonly at: number;
  readonly condition?: SpaceCondition;
}

export type SpaceOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** What a field must be. A field name inside a condition may only be the field's own. */
export type SpaceCondition =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly SpaceCondition[] }
  | { readonly kind: 'test'; readonly operator: SpaceOperator; readonly value: SpaceValue };

export type SpaceValue =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'regex'; readonly source: string; readonly at: number };

/**
 * Parses a space-delimited pattern of CloudWatch Logs, such as `[ip, user, ..., status = 4*, bytes]`.
 *
 * @throws PatternFault where the service would refuse it
 */
export function parseSpacePattern(text: string): SpacePattern {
  return new Parser(text).pattern();
}

class Parser {
  private position = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  pattern(): SpacePattern {
    this.blanks();
    if (!this.take('[')) this.fail('"[" is expected');
    const fields: SpaceField[] = [];
    let ellipsis: SpacePattern['ellipsis'] = 'none';
    for (;;) {
      this.blanks();
      const at = this.position;
      if (this.take('...')) {
        if (fields.length === 0 && ellipsis === 'none') ellipsis = 'leading';
        else if (ellipsis === 'none') {
          ellipsis = 'trailing';
          this.blanks();
          if (this.text[this.position] !== ']') this.fail('an ellipsis may stand only first or last');
        } else this.fail('only one ellipsis may stand in a pattern', at);
      } else {
        fields.push(this.field(fields));
      }
      this.blanks();
      if (this.take(']')) break;
      if (!this.take(',')) this.fail('"," or "]" is expected');
    }
    this.blanks();
    if (this.position < this.text.length) this.fail('nothing may follow "]"');
    if (fields.length === 0) this.fail('at least one field is expected');
    return { fields, ellipsis };
  }

  private field(before: readonly SpaceField[]): SpaceField {
    const at = this.position;
    // A condition may begin with parentheses; the field is the first name in it.
    const grouped = /^[(\s]*/.exec(this.text.slice(at))?.[0] ?? '';
    this.position += grouped.length;
    const name = this.name();
    if (name === '') this.fail('the name of a field is expected');
    if (before.some((each) => each.name === name)) this.fail(`the field ${name} stands here twice`, at);
    this.blanks();
    if (grouped === '' && ',]'.includes(this.text[this.position] ?? ' ')) return { name, at };
    this.position = at;
    return { name, at, condition: this.any(name, 0) };
  }

  private any(name: string, depth: number): SpaceCondition {
    const parts = [this.all(name, depth)];
    while (this.takeAfterBlanks('||')) parts.push(this.all(name, depth));
    return parts.length === 1 ? (parts[0] as SpaceCondition) : { kind: 'any', parts };
  }

  private all(name: string, depth: number): SpaceCondition {
    const parts = [this.test(name, depth)];
    while (this.takeAfterBlanks('&&')) parts.push(this.test(name, depth));
    return parts.length === 1 ? (parts[0] as SpaceCondition) : { kind: 'all', parts };
  }

  private test(name: string, depth: number): SpaceCondition {
    this.blanks();
    if (this.take('(')) {
      if (depth > 100) this.fail('nested deeper than 100 levels');
      const inner = this.any(name, depth + 1);
      if (!this.takeAfterBlanks(')')) this.fail('")" is expected');
      return inner;
    }
    const at = this.position;
    const other = this.name();
    if (other === '') this.fail(`a condition on ${name} is expected`);
    if (other !== name) this.fail(`only ${name} may stand in its own condition, not ${other}`, at);
    this.blanks();
    const operator = (['!=', '<=', '>=', '=', '<', '>'] as const).find((each) => this.take(each));
    if (operator === undefined) this.fail('one of = != < <= > >= is expected');
    this.blanks();
    const valueAt = this.position;
    const value = this.value();
    if (operator !== '=' && operator !== '!=' && (value.kind === 'regex' || !isNumber(value.text)))
      this.fail(`"${operator}" takes a number`, valueAt);
    return { kind: 'test', operator, value };
  }

  private value(): SpaceValue {
    const at = this.position;
    for (const [quote, kind] of [
      ['"', 'text'],
      ['%', 'regex'],
    ] as const) {
      if (this.text[at] !== quote) continue;
      const end = this.text.indexOf(quote, at + 1);
      if (end < 0) this.fail(`the value is not closed with ${quote}`, at);
      this.position = end + 1;
      const inner = this.text.slice(at + 1, end);
      if (kind === 'regex') {
        if (inner === '') this.fail('the regular expression is empty', at);
        return { kind, source: inner, at: at + 1 };
      }
      if (inner.includes('\\')) this.fail('how a backslash is read is not documented; leave it out', at);
      return { kind, text: inner, at };
    }
    const bare = /^[A-Za-z0-9_.*:/@+-]+/.exec(this.text.slice(at))?.[0];
    if (bare === undefined)
      this.fail('a value is expected; other than letters and digits must stand in quotes');
    this.position += bare.length;
    return { kind: 'text', text: bare, at };
  }

  private name(): string {
    const name = /^[A-Za-z0-9_]+/.exec(this.text.slice(this.position))?.[0] ?? '';
    this.position += name.length;
    return name;
  }

  private blanks(): void {
    while (/\s/.test(this.text.charAt(this.position))) this.position++;
  }

  private take(token: string): boolean {
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  private takeAfterBlanks(token: string): boolean {
    this.blanks();
    return this.take(token);
  }

  private fail(reason: string, at = this.position): never {
    throw new PatternFault(this.text, at, reason);
  }
}

/** The fields of a log line: parts between blanks, where `[...]` and `"..."` are one part each. */
export function splitFields(line: string): string[] {
  const fields: string[] = [];
  const part = /\[([^\]]*)\]|"([^"]*)"|\S+/g;
  for (const match of line.matchAll(part)) fields.push(match[1] ?? match[2] ?? match[0]);
  return fields;
}

/**
 * Whether a log line satisfies the pattern. `matchesRegex` decides a regular expression on a field.
 */
export function matchSpacePattern(
  pattern: SpacePattern,
  line: string,
  matchesRegex: (source: string, value: string) => boolean | 'undecided',
): boolean | 'undecided' {
  const values = splitFields(line);
  const { fields, ellipsis } = pattern;
  if (ellipsis === 'none' ? values.length !== fields.length : values.length < fields.length) return false;
  const skipped = ellipsis === 'leading' ? values.length - fields.length : 0;
  return conjunction(
    fields.map(({ condition }, index) =>
      condition === undefined ? true : holds(condition, values[skipped + index] ?? '', matchesRegex),
    ),
  );
}

type Truth = boolean | 'undecided';

function holds(
  condition: SpaceCondition,
  value: string,
  matchesRegex: (source: string, value: string) => Truth,
): Truth {
  if (condition.kind !== 'test') {
    const parts = condition.parts.map((part) => holds(part, value, matchesRegex));
    return condition.kind === 'all' ? conjunction(parts) : negation(conjunction(parts.map(negation)));
  }
  const { operator, value: wanted } = condition;
  if (wanted.kind === 'regex') {
    const found = matchesRegex(wanted.source, value);
    return operator === '=' ? found : negation(found);
  }
  if (operator === '=' || operator === '!=') {
    const equal = shapeMatches(wanted.text, value);
    return operator === '=' ? equal : negation(equal);
  }
  if (!isNumber(value)) return false;
  const [left, right] = [Number(value), Number(wanted.text)];
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

/** Compares with `*` at the edges as any text; an inner `*` is undecided unless both of its readings agree. */
function shapeMatches(shape: string, value: string): Truth {
  const inner = shape.slice(1, -1).includes('*');
  const start = shape.startsWith('*');
  const end = shape.endsWith('*') && shape.length > 1;
  const core = shape.slice(start ? 1 : 0, end ? -1 : undefined);
  const literal = start
    ? end
      ? value.includes(core)
      : value.endsWith(core)
    : end
      ? value.startsWith(core)
      : value === core || (isNumber(core) && isNumber(value) && Number(core) === Number(value));
  if (!inner) return literal;
  return wildcardMatches(shape.split('*'), value) === literal ? literal : 'undecided';
}

function conjunction(values: readonly Truth[]): Truth {
  if (values.includes(false)) return false;
  return values.includes('undecided') ? 'undecided' : true;
}

function negation(value: Truth): Truth {
  return value === 'undecided' ? value : !value;
}

function isNumber(text: string): boolean {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text);
}
