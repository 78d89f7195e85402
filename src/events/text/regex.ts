import { anyUnit, otherUnits, unionOfUnits, unit, type CodeUnits } from './code-units.ts';

/** A regular expression of CloudWatch Logs: alternatives, each a run of pieces. */
export type Regex = readonly (readonly RegexPiece[])[];

export type RegexPiece =
  | { readonly kind: 'unit'; readonly units: CodeUnits; readonly min: number; readonly max: number }
  /** A dot: whether a line break belongs to it is not documented. */
  | { readonly kind: 'dot'; readonly min: number; readonly max: number }
  | { readonly kind: 'start' | 'end' };

/** What is wrong in a regular expression: the offset in it and the reason. */
export class RegexFault extends Error {
  override readonly name = 'RegexFault';
  readonly at: number;
  /** `refused`: the service takes no such expression; `undocumented`: nobody has said how it reads this one. */
  readonly why: 'refused' | 'undocumented';

  constructor(at: number, why: 'refused' | 'undocumented', reason: string) {
    super(reason);
    this.at = at;
    this.why = why;
  }
}

/** A count above this is no regular expression that fits a pattern's purpose; guards memory. */
const largestCount = 1024;

/**
 * Parses a regular expression, without its `%`, in the alphabet that the CloudWatch Logs user guide lists: letters, digits,
 * `: _ # = @ / ; , -`, the operators `^ $ ? [ ] { } | \ * + .`, and the escapes `\d \D \w \W \s \S \xhh`.
 *
 * @throws RegexFault
 */
export function parseRegex(source: string): Regex {
  return new RegexParser(source).parse();
}

const digits: CodeUnits = [0x30, 0x39];
const word: CodeUnits = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
const blank: CodeUnits = [0x09, 0x0d, 0x20, 0x20];
const classes: Readonly<Record<string, CodeUnits>> = {
  d: digits,
  D: otherUnits(digits),
  w: word,
  W: otherUnits(word),
  s: blank,
  S: otherUnits(blank),
};

class RegexParser {
  private position = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  parse(): Regex {
    if (this.source === '') this.refuse('the regular expression is empty');
    const branches = [this.branch()];
    while (this.take('|')) branches.push(this.branch());
    return branches;
  }

  private branch(): RegexPiece[] {
    const pieces: RegexPiece[] = [];
    for (;;) {
      const at = this.position;
      const character = this.source[at];
      if (character === undefined || character === '|') {
        if (pieces.length === 0)
          throw new RegexFault(at, 'undocumented', 'an empty alternative of a regular expression');
        return pieces;
      }
      this.position++;
      switch (character) {
        case '^':
          pieces.push({ kind: 'start' });
          break;
        case '$':
          pieces.push({ kind: 'end' });
          break;
        case '.':
          pieces.push({ kind: 'dot', ...this.count() });
          break;
        case '[':
          pieces.push({ kind: 'unit', units: this.bracket(at), ...this.count() });
          break;
        case '\\':
          pieces.push({ kind: 'unit', units: this.escape(at), ...this.count() });
          break;
        case '*':
        case '+':
        case '?':
          this.refuse(`"${character}" has nothing before it to repeat`, at);
          break;
        case ']':
        case '{':
        case '}':
          throw new RegexFault(at, 'undocumented', `a lone "${character}" in a regular expression`);
        default:
          this.checkAlphabet(character, at);
          pieces.push({ kind: 'unit', units: unit(character.charCodeAt(0)), ...this.count() });
      }
    }
  }

  /** The quantifier after a piece; once when there is none. */
  private count(): { min: number; max: number } {
    const at = this.position;
    const count = this.quantifier();
    if (at === this.position) return count;
    const next = this.source[this.position];
    if (next !== undefined && '*+?'.includes(next))
      throw new RegexFault(this.position, 'undocumented', `"${next}" after another quantifier`);
    return count;
  }

  private quantifier(): { min: number; max: number } {
    if (this.take('*')) return { min: 0, max: Infinity };
    if (this.take('+')) return { min: 1, max: Infinity };
    if (this.take('?')) return { min: 0, max: 1 };
    const braces = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/.exec(this.source.slice(this.position));
    if (braces === null) return { min: 1, max: 1 };
    const at = this.position;
    this.position += braces[0].length;
    const min = Number(braces[1]);
    const max = braces[2] === undefined ? min : braces[3] === undefined ? Infinity : Number(braces[3]);
    if (max < min) this.refuse(`the counts of ${braces[0]} are the wrong way round`, at);
    if (min > largestCount || (max > largestCount && max !== Infinity))
      throw new RegexFault(at, 'undocumented', `a count above ${largestCount} in a regular expression`);
    return { min, max };
  }

  private bracket(start: number): CodeUnits {
    const negated = this.take('^');
    const parts: CodeUnits[] = [];
    for (;;) {
      const at = this.position;
      const character = this.source[at];
      if (character === undefined) this.refuse('"[" is not closed with "]"', start);
      this.position++;
      if (character === ']') {
        if (parts.length === 0) this.refuse('"[]" holds no character', start);
        const union = unionOfUnits(parts);
        return negated ? otherUnits(union) : union;
      }
      if (character === '[')
        throw new RegexFault(at, 'undocumented', '"[" inside of brackets in a regular expression');
      const first = this.bracketUnits(character, at);
      const isRange =
        this.source[this.position] === '-' && !'] '.includes(this.source[this.position + 1] ?? ' ');
      if (!isRange) {
        parts.push(first);
        continue;
      }
      this.position++;
      const lastAt = this.position;
      const lastCharacter = this.source[lastAt] ?? '';
      this.position++;
      const last = this.bracketUnits(lastCharacter, lastAt);
      const [from, fromEnd] = first;
      const [to, toEnd] = last;
      if (from === undefined || to === undefined || from !== fromEnd || to !== toEnd)
        this.refuse('a range in brackets goes from one character to another', at);
      if (from > to) this.refuse('a range in brackets is the wrong way round', at);
      parts.push([from, to]);
    }
  }

  private bracketUnits(character: string, at: number): CodeUnits {
    if (character === '\\') return this.escape(at);
    if (!'^$?{}|*+.'.includes(character)) this.checkAlphabet(character, at);
    return unit(character.charCodeAt(0));
  }

  private escape(at: number): CodeUnits {
    const character = this.source[this.position];
    if (character === undefined) this.refuse('a "\\" has nothing after it', at);
    this.position++;
    if (character === 'x') {
      const hexadecimal = /^[0-9A-Fa-f]{2}/.exec(this.source.slice(this.position))?.[0];
      if (hexadecimal === undefined) this.refuse('"\\x" takes two hexadecimal digits', at);
      this.position += 2;
      return unit(Number.parseInt(hexadecimal, 16));
    }
    const named = Object.hasOwn(classes, character) ? classes[character] : undefined;
    if (named !== undefined) return named;
    if ('^$?[]{}|\\*+.'.includes(character)) return unit(character.charCodeAt(0));
    if (/[A-Za-z0-9]/.test(character))
      this.refuse(`"\\${character}" is no escape; there are \\d \\D \\w \\W \\s \\S \\xhh`, at);
    this.checkAlphabet(character, at + 1);
    throw new RegexFault(at, 'undocumented', `the escape "\\${character}" in a regular expression`);
  }

  private checkAlphabet(character: string, at: number): void {
    if (/[A-Za-z0-9:_#=@/;,-]/.test(character)) return;
    if (character === ' ') throw new RegexFault(at, 'undocumented', 'a blank in a regular expression');
    if (character === '(' || character === ')')
      this.refuse('a regular expression takes no parentheses; write alternatives out with "|"', at);
    const code = character.charCodeAt(0);
    const instead = code < 0x80 ? `; write \\x${code.toString(16).padStart(2, '0')}` : '';
    this.refuse(`"${character}" is not allowed in a regular expression${instead}`, at);
  }

  private take(character: string): boolean {
    if (this.source[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private refuse(reason: string, at = this.position): never {
    throw new RegexFault(at, 'refused', reason);
  }
}

const lineBreaksUnits: CodeUnits = [0x0a, 0x0a, 0x0d, 0x0d, 0x85, 0x85, 0x2028, 0x2029];

/** The units that a dot stands for. */
export function dotUnits(lineBreaks: 'narrow' | 'wide'): CodeUnits {
  return lineBreaks === 'wide' ? anyUnit : otherUnits(lineBreaksUnits);
}
