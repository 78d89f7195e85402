import type { JsonValue } from '../json.ts';
import { PatternFault } from './pattern-fault.ts';

/** A JSON value that knows where it stands in its text (offset of its first character). */
export type LocatedJson =
  | {
      readonly kind: 'scalar';
      readonly at: number;
      readonly value: null | boolean | number | string;
      readonly source: string;
    }
  | { readonly kind: 'list'; readonly at: number; readonly items: readonly LocatedJson[] }
  | { readonly kind: 'object'; readonly at: number; readonly members: readonly LocatedMember[] };

export interface LocatedMember {
  readonly name: string;
  readonly nameAt: number;
  readonly value: LocatedJson;
}

/** Deeper nesting than any event or pattern of AWS; guards the stack. */
const deepest = 200;

/**
 * Parses JSON (RFC 8259) with positions. Doubled names in one object are refused, since readers disagree on which counts.
 *
 * @throws PatternFault at the first character that is wrong
 */
export function parseLocatedJson(text: string): LocatedJson {
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

/** The plain value, without positions. */
export function plainJson(located: LocatedJson): JsonValue {
  switch (located.kind) {
    case 'scalar':
      return located.value;
    case 'list':
      return located.items.map(plainJson);
    case 'object': {
      // A member may be called __proto__: defineProperty keeps it a plain member.
      const object: Record<string, JsonValue> = {};
      for (const { name, value } of located.members)
        Object.defineProperty(object, name, {
          value: plainJson(value),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      return object;
    }
  }
}

class Parser {
  private position = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): LocatedJson {
    this.blanks();
    const at = this.position;
    if (depth > deepest) this.fail(at, `nested deeper than ${deepest} levels`);
    const character = this.text[at];
    if (character === '{') return this.object(at, depth);
    if (character === '[') return this.list(at, depth);
    if (character === '"') {
      const value = this.string();
      return { kind: 'scalar', at, value, source: this.text.slice(at, this.position) };
    }
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (!this.text.startsWith(word, at)) continue;
      this.position += word.length;
      return { kind: 'scalar', at, value, source: word };
    }
    const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    number.lastIndex = at;
    const source = number.exec(this.text)?.[0];
    if (source === undefined) this.fail(at, `${this.here(at)}: a JSON value is expected`);
    this.position += source.length;
    return { kind: 'scalar', at, value: Number(source), source };
  }

  end(): void {
    this.blanks();
    if (this.position < this.text.length)
      this.fail(this.position, `${this.here(this.position)} after the end of the JSON text`);
  }

  private object(at: number, depth: number): LocatedJson {
    this.position++;
    const members: LocatedMember[] = [];
    const names = new Set<string>();
    this.blanks();
    if (this.take('}')) return { kind: 'object', at, members };
    for (;;) {
      this.blanks();
      const nameAt = this.position;
      if (this.text[nameAt] !== '"')
        this.fail(nameAt, `${this.here(nameAt)}: a name in double quotes is expected`);
      const name = this.string();
      if (names.has(name)) this.fail(nameAt, `"${name}" stands here twice in one object; remove one`);
      names.add(name);
      this.blanks();
      if (!this.take(':'))
        this.fail(this.position, `${this.here(this.position)}: ":" is expected after "${name}"`);
      members.push({ name, nameAt, value: this.value(depth + 1) });
      this.blanks();
      if (this.take('}')) return { kind: 'object', at, members };
      if (!this.take(',')) this.fail(this.position, `${this.here(this.position)}: "," or "}" is expected`);
    }
  }

  private list(at: number, depth: number): LocatedJson {
    this.position++;
    const items: LocatedJson[] = [];
    this.blanks();
    if (this.take(']')) return { kind: 'list', at, items };
    for (;;) {
      items.push(this.value(depth + 1));
      this.blanks();
      if (this.take(']')) return { kind: 'list', at, items };
      if (!this.take(',')) this.fail(this.position, `${this.here(this.position)}: "," or "]" is expected`);
    }
  }

  private string(): string {
    const start = this.position++;
    let value = '';
    for (;;) {
      const character = this.text[this.position];
      if (character === undefined) this.fail(start, 'a text in double quotes is not closed');
      if (character === '"') {
        this.position++;
        return value;
      }
      if (character < ' ')
        this.fail(this.position, 'a control character must be written as an escape such as \\n');
      if (character === '\\') value += this.escape();
      else {
        value += character;
        this.position++;
      }
    }
  }

  private escape(): string {
    const at = this.position;
    const letter = this.text[at + 1] ?? '';
    if (letter === 'u') {
      const code = /^[0-9a-fA-F]{4}$/.exec(this.text.slice(at + 2, at + 6))?.[0];
      if (code === undefined) this.fail(at, '\\u takes four hexadecimal digits');
      this.position += 6;
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    const value = letter === '' ? undefined : escapes[letter];
    if (value === undefined) this.fail(at, `\\${letter} is no escape of JSON`);
    this.position += 2;
    return value;
  }

  private blanks(): void {
    while (' \t\n\r'.includes(this.text[this.position] ?? '-')) this.position++;
  }

  private take(character: string): boolean {
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private here(at: number): string {
    const code = this.text.codePointAt(at);
    return code === undefined ? 'the text ends' : `"${String.fromCodePoint(code)}"`;
  }

  private fail(at: number, reason: string): never {
    throw new PatternFault(this.text, at, reason);
  }
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
