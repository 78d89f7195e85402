import { PatternFault } from '../pattern-fault.ts';

/** One term of an unstructured pattern. */
export interface Term {
  readonly role: 'required' | 'optional' | 'excluded';
  readonly text: string;
  /** Offset in the pattern. */
  readonly at: number;
  /** A backslash stands in the phrase: how the service reads it is not documented. */
  readonly escaped: boolean;
}

/** An unstructured pattern: terms searched in the text of a log event, or one regular expression alone. */
export type TermPattern =
  | { readonly kind: 'terms'; readonly terms: readonly Term[] }
  | { readonly kind: 'regex'; readonly source: string; readonly at: number };

/**
 * Parses an unstructured pattern of CloudWatch Logs: plain terms, `"phrases"`, `-excluded`, `?optional`, or `%regex%` alone. A blank
 * pattern has no terms and matches every event.
 *
 * @throws PatternFault where the service would refuse it
 */
export function parseTermPattern(text: string): TermPattern {
  const trimmed = text.trim();
  const start = text.indexOf(trimmed);
  // The documented match-all is a blank in quotes, which a console or shell may pass on with its quotes.
  if (trimmed === '' || trimmed === '" "' || trimmed === '""') return { kind: 'terms', terms: [] };
  if (trimmed.startsWith('%')) {
    const end = trimmed.indexOf('%', 1);
    if (end < 0) throw new PatternFault(text, start, 'the regular expression is not closed with "%"');
    if (end < trimmed.length - 1)
      throw new PatternFault(
        text,
        start + end + 1,
        'nothing may follow a regular expression in a term pattern',
      );
    if (end === 1) throw new PatternFault(text, start, 'the regular expression is empty');
    return { kind: 'regex', source: trimmed.slice(1, end), at: start + 1 };
  }
  const terms: Term[] = [];
  let position = 0;
  for (;;) {
    while (position < text.length && /\s/.test(text.charAt(position))) position++;
    if (position >= text.length) return { kind: 'terms', terms };
    const at = position;
    const sign = text.charAt(position);
    const role = sign === '-' ? 'excluded' : sign === '?' ? 'optional' : 'required';
    if (role !== 'required') position++;
    if (text.charAt(position) === '"') {
      const phrase = readPhrase(text, position);
      terms.push({ role, text: phrase.text, at, escaped: phrase.escaped });
      position = phrase.end;
      if (position < text.length && !/\s/.test(text.charAt(position)))
        throw new PatternFault(text, position, 'a blank is expected after a phrase in quotes');
    } else {
      const word = /^\S*/.exec(text.slice(position))?.[0] ?? '';
      if (word === '') throw new PatternFault(text, at, `a term is expected after "${sign}"`);
      const strange = /[^A-Za-z0-9_]/.exec(word);
      if (strange !== null)
        throw new PatternFault(
          text,
          position + strange.index,
          `"${strange[0]}" may stand only inside double quotes: write "${word.replaceAll('"', '')}" in quotes`,
        );
      terms.push({ role, text: word, at, escaped: false });
      position += word.length;
    }
  }
}

function readPhrase(text: string, start: number): { text: string; end: number; escaped: boolean } {
  let phrase = '';
  let escaped = false;
  for (let position = start + 1; position < text.length; position++) {
    const character = text.charAt(position);
    if (character === '"') {
      if (phrase === '') throw new PatternFault(text, start, 'an empty phrase matches nothing in particular');
      return { text: phrase, end: position + 1, escaped };
    }
    if (character === '\\' && position + 1 < text.length) {
      escaped = true;
      phrase += text.charAt(++position);
    } else {
      phrase += character;
    }
  }
  throw new PatternFault(text, start, 'the phrase is not closed with a double quote');
}

/**
 * Whether the terms are found in the text of a log event. Optional terms count only where there are no others; beside
 * excluded ones alone, AWS does not say, and the answer is undecided unless both readings agree.
 */
export function matchTerms(terms: readonly Term[], message: string): boolean | 'undecided' {
  const found = { required: [], optional: [], excluded: [] } as Record<
    Term['role'],
    (boolean | 'undecided')[]
  >;
  for (const term of terms) found[term.role].push(term.escaped ? 'undecided' : message.includes(term.text));
  const { required, optional, excluded } = found;
  if (required.includes(false) || excluded.includes(true)) return false;
  if (required.includes('undecided') || excluded.includes('undecided')) return 'undecided';
  if (required.length > 0 || optional.length === 0 || optional.includes(true)) return true;
  return optional.includes('undecided') || excluded.length > 0 ? 'undecided' : false;
}
