import { PatternFault } from '../pattern-fault.ts';
import {
  and,
  anyElement,
  anyMember,
  field,
  or,
  undecided,
  type FieldPath,
  type PathStep,
} from '../predicate.ts';
import { parseRegex, RegexFault } from '../text/regex.ts';
import type { JsonClause } from './json-pattern.ts';
import { jsonTest, type JsonLiteral, type JsonTest } from './json-tests.ts';

/** What the service takes at most in one pattern (CloudWatch Logs user guide, "Filter pattern syntax"). */
const mostRegexes = 2;
const mostWildcardSelectors = 3;

/**
 * Parses a JSON filter pattern, `{ $.eventName = "DeleteTrail" && ... }`. `&&` binds tighter than `||`.
 *
 * @throws PatternFault where the service would refuse it
 */
export function parseJsonPattern(text: string): JsonClause {
  try {
    return new JsonPatternParser(text).pattern();
  } catch (error) {
    if (!(error instanceof Undocumented)) throw error;
    const reason = `${error.message}: ${text}`;
    return { kind: 'undocumented', from: 0, to: text.length, reason, predicate: undecided(reason) };
  }
}

/** Thrown where the rest of a pattern cannot be told apart without knowing what is not documented. */
class Undocumented extends Error {}

const numberShape = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const bareCharacters = /[A-Za-z0-9_.*\-:/@+]/;
const comparisons = ['!=', '<=', '>=', '=', '<', '>'] as const;

class JsonPatternParser {
  private readonly text: string;
  private position = 0;
  private regexes = 0;
  private wildcardSelectors = 0;

  constructor(text: string) {
    this.text = text;
  }

  pattern(): JsonClause {
    this.blanks();
    if (!this.take('{')) this.fail('"{" is expected');
    this.blanks();
    if (this.text[this.position] === '}') this.fail('a condition is expected between "{" and "}"');
    const clause = this.any();
    this.blanks();
    if (!this.take('}')) this.unexpected('"&&", "||" or "}"');
    this.blanks();
    if (this.position < this.text.length) this.fail('nothing may follow "}"');
    return clause;
  }

  private any(): JsonClause {
    return this.joined('||', 'any', () => this.joined('&&', 'all', () => this.atom()));
  }

  private joined(sign: '&&' | '||', kind: 'all' | 'any', part: () => JsonClause): JsonClause {
    const first = part();
    const parts = [first];
    while (this.takeSign(sign)) parts.push(part());
    const last = parts.at(-1);
    if (last === undefined || parts.length === 1) return first;
    const predicates = parts.map(({ predicate }) => predicate);
    const predicate = kind === 'all' ? and(...predicates) : or(...predicates);
    return { kind, parts, from: first.from, to: last.to, predicate };
  }

  private takeSign(sign: '&&' | '||'): boolean {
    this.blanks();
    if (this.take(sign)) return true;
    const character = sign[0];
    if (character !== undefined && this.text[this.position] === character)
      this.fail(`"${sign}" is written with two characters`);
    return false;
  }

  private atom(): JsonClause {
    this.blanks();
    const from = this.position;
    if (this.take('(')) {
      const inner = this.any();
      this.blanks();
      if (!this.take(')')) {
        const next = this.text[this.position];
        if (next === undefined || next === '}')
          this.fail('")" is missing: this parenthesis is not closed', from);
        this.unexpected('"&&", "||" or ")"');
      }
      return { ...inner, from, to: this.position };
    }
    const path = this.selector();
    this.blanks();
    const test = this.test();
    const to = this.position;
    const written = this.text.slice(from, to);
    if (typeof test === 'string') {
      const reason = `${test}: ${written}`;
      return { kind: 'undocumented', from, to, reason, predicate: undecided(reason) };
    }
    if (path.lastIndexOf(anyMember) > 0) {
      // Shown for the top of the record only.
      const reason = `whether ".*" is taken below the top of the record is not documented: ${written}`;
      return { kind: 'undocumented', from, to, reason, predicate: undecided(reason) };
    }
    const positive = test.operator !== '!=' && test.operator !== 'NOT EXISTS';
    const predicate = field(path, jsonTest(test), { several: positive ? 'some' : 'disputed' });
    return { kind: 'test', from, to, path, test, predicate };
  }

  private selector(): FieldPath {
    const from = this.position;
    if (!this.take('$')) this.unexpectedAtom();
    const path: PathStep[] = [];
    for (;;) {
      const at = this.position;
      if (this.take('.*')) path.push(anyMember);
      else if (this.take("['") || this.take(".['")) {
        const end = this.text.indexOf("']", this.position);
        if (end <= this.position) this.fail('a name between "[\'" and "\']" is expected', at);
        path.push(this.text.slice(this.position, end));
        this.position = end + 2;
      } else if (this.take('.')) path.push(this.name());
      else if (path.length > 0 && this.take('[')) path.push(this.index(at));
      else break;
    }
    if (path.length === 0) this.fail('a field is expected after "$", as in $.eventName', from);
    const wildcards = path.filter((step) => typeof step === 'object').length;
    if (wildcards > 1) this.fail('a selector takes one wildcard at most', from);
    if (wildcards > 0 && ++this.wildcardSelectors > mostWildcardSelectors)
      this.fail(`a pattern takes ${mostWildcardSelectors} selectors with a wildcard at most`, from);
    return path;
  }

  private name(): string {
    const name = this.match(/[A-Za-z0-9_-]+/y);
    if (name === undefined)
      this.fail(
        'a field name of letters, digits, "-" and "_" is expected; any other name is written [\'name\']',
      );
    return name;
  }

  private index(at: number): PathStep {
    const inner = this.match(/\d+|\*/y);
    if (inner === undefined || !this.take(']')) this.fail('an index such as [0], or [*], is expected', at);
    return inner === '*' ? anyElement : Number(inner);
  }

  /** The test after a selector; a text where its meaning is not documented. */
  private test(): JsonTest | string {
    const operator = comparisons.find((each) => this.take(each));
    if (operator !== undefined) {
      this.blanks();
      return this.comparison(operator);
    }
    const at = this.position;
    const word = this.match(/[A-Za-z]+/y);
    switch (word?.toUpperCase() ?? '') {
      case 'IS':
        return this.isTest(word === 'IS');
      case 'NOT': {
        this.blanks();
        const exists = this.match(/[A-Za-z]+/y);
        if (exists?.toUpperCase() !== 'EXISTS') this.fail('EXISTS is expected after NOT');
        if (word === 'NOT' && exists === 'EXISTS') return { operator: 'NOT EXISTS' };
        return 'keywords are documented in upper case only';
      }
      case 'EXISTS':
        return this.fail('EXISTS is taken after NOT only; write = "*" for a field that is there', at);
      default:
        this.position = at;
        return this.unexpected('an operator (= != < <= > >= IS, NOT EXISTS)');
    }
  }

  private isTest(upperCase: boolean): JsonTest | string {
    this.blanks();
    const at = this.position;
    const word = this.match(/[A-Za-z]+/y) ?? '';
    const value = word.toUpperCase();
    if (value === 'NOT') this.fail('IS NOT is not supported; for a field that is there write = "*"', at);
    if (value !== 'NULL' && value !== 'TRUE' && value !== 'FALSE')
      this.fail('NULL, TRUE or FALSE is expected after IS', at);
    if (!upperCase || word !== value) return 'keywords are documented in upper case only';
    return { operator: 'IS', value };
  }

  private comparison(operator: (typeof comparisons)[number]): JsonTest | string {
    const at = this.position;
    const literal = this.literal();
    if (typeof literal === 'string') return literal;
    if (literal.kind === 'regex' && operator !== '=' && operator !== '!=')
      this.fail('a regular expression is compared with = or != only', at);
    return { operator, value: literal };
  }

  private literal(): JsonLiteral | string {
    const at = this.position;
    const character = this.text[at];
    if (character === '"') return this.quoted();
    if (character === '%') return this.regex();
    if (character === "'") this.fail('a value takes double quotes, not single ones');
    if (character !== undefined && '“”„‘’'.includes(character))
      this.fail('typographic quotes are no quotes; write "');
    if (character === '\\')
      this.fail('a backslash left over from escaping; the pattern itself holds plain double quotes');
    const bare = this.match(/[A-Za-z0-9_.*\-:/@+]+/y);
    if (bare === undefined) return this.unexpected('a value (put other than plain words in double quotes)');
    this.endOfBare();
    return numberShape.test(bare) ? { kind: 'number', source: bare } : { kind: 'text', text: bare };
  }

  /** What may follow a value without quotes; anything else is a typing error that the service refuses. */
  private endOfBare(): void {
    const next = this.text[this.position];
    if (next === undefined || ' \t\r\n)}&|'.includes(next)) return;
    if (next === '"') this.fail('a double quote at the end of a value that has none at its beginning');
    this.fail(`"${this.character()}" may stand in a value only between double quotes`);
  }

  private quoted(): JsonLiteral | string {
    const from = this.position;
    const end = this.text.indexOf('"', from + 1);
    if (end < 0) this.fail('a double quote that is not closed', from);
    const inner = this.text.slice(from + 1, end);
    if (inner.endsWith('\\'))
      throw new Undocumented('how a quote after a backslash is read is not documented');
    this.position = end + 1;
    const next = this.text[this.position];
    if (next !== undefined && (bareCharacters.test(next) || next === '"'))
      this.fail('"&&", "||", ")" or "}" is expected after a value');
    if (inner.includes('\\')) return 'how a backslash is read inside of quotes is not documented';
    if (/^%.*%$/.test(inner))
      return 'whether % means a regular expression inside of quotes is not documented';
    return { kind: 'text', text: inner };
  }

  private regex(): JsonLiteral | string {
    const from = this.position;
    const end = this.text.indexOf('%', from + 1);
    if (end < 0) this.fail('a regular expression that is not closed with "%"', from);
    const source = this.text.slice(from + 1, end);
    if (++this.regexes > mostRegexes)
      this.fail(`a pattern takes ${mostRegexes} regular expressions at most`, from);
    this.position = end + 1;
    try {
      parseRegex(source);
    } catch (error) {
      if (!(error instanceof RegexFault)) throw error;
      if (error.why === 'refused') this.fail(error.message, from + 1 + error.at);
      return `${error.message} is not documented`;
    }
    return { kind: 'regex', source };
  }

  private unexpectedAtom(): never {
    const rest = this.text.slice(this.position);
    if (rest.startsWith('!') || /^NOT\b/.test(rest))
      this.fail('there is no negation of conditions; use != or NOT EXISTS on a field');
    const name = /^[A-Za-z_][A-Za-z0-9_.-]*/.exec(rest)?.[0];
    if (name !== undefined) this.fail(`a field begins with "$.": write $.${name}`);
    this.unexpected('a condition, such as $.eventName = "DeleteTrail",');
  }

  private unexpected(expected: string): never {
    const rest = this.text.slice(this.position);
    const word = /^(AND|OR)\b/i.exec(rest)?.[1];
    if (word !== undefined) {
      const sign = word.toUpperCase() === 'AND' ? '&&' : '||';
      this.fail(`write ${sign} instead of ${word}`);
    }
    if (rest === '') this.fail(`the pattern ends here, ${expected} is expected`);
    if (rest.startsWith('}')) this.fail(`"}" stands here, ${expected} is expected`);
    const before = this.text.slice(0, this.position);
    if (/[=<>]\s*[A-Za-z0-9_.*:/@+-]+\s+$/.test(before) && /^[A-Za-z0-9]/.test(rest))
      this.fail(`${expected} is expected; a value with a blank takes double quotes`);
    this.fail(`"${this.character()}" stands here, ${expected} is expected`);
  }

  /** The character at the position, a surrogate pair as one. */
  private character(): string {
    return String.fromCodePoint(this.text.codePointAt(this.position) ?? 0);
  }

  private match(expression: RegExp): string | undefined {
    expression.lastIndex = this.position;
    const found = expression.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  private blanks(): void {
    while (' \t\r\n'.includes(this.text[this.position] ?? '-')) this.position++;
  }

  private take(token: string): boolean {
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  private fail(reason: string, at = this.position): never {
    throw new PatternFault(this.text, at, reason);
  }
}
