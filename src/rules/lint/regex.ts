import { RE2JS } from 're2js';

/** What is doubtful about a pattern that parses: it finds something in every text, or in none; or undefined. */
export function regexDoubt(source: string): { readonly what: string; readonly todo: string } | undefined {
  const shown = JSON.stringify(source);
  const anchors = anchorsOf(source);
  if (anchors.impossible)
    return {
      what: `the pattern ${shown} matches nothing: text would have to end before it does, or begin after`,
      todo: 'move ^ to the beginning and $ to the end, or write \\^ and \\$',
    };
  const empty = RE2JS.compile(source).matcher('').find();
  // What matches the empty text matches at any place, unless it is bound to both ends.
  const bound = (anchors.start && anchors.end) || anchors.boundary;
  if ((empty && !bound) || /^\^?\(?\.\*\)?\$?$/.test(source))
    return {
      what: `the pattern ${shown} matches every text`,
      todo: 'write present: true, or a pattern that some text does not match',
    };
  return undefined;
}

/** Where the anchors of a pattern stand. Patterns with flags may mean lines by them: nothing is said of those. */
function anchorsOf(source: string): {
  readonly start: boolean;
  readonly end: boolean;
  readonly boundary: boolean;
  readonly impossible: boolean;
} {
  let inClass = false;
  let start = false;
  let end = false;
  let boundary = false;
  let impossible = false;
  const flags = /\(\?[a-zA-Z-]/.test(source) || source.includes('|');
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '\\') {
      boundary ||= /[bBAzZQ]/.test(source[at + 1] ?? '');
      at += 1;
    } else if (inClass) inClass = character !== ']';
    else if (character === '[') {
      inClass = true;
      if (source[at + 1] === '^') at += 1;
      if (source[at + 1] === ']') at += 1;
    } else if (character === '^') {
      start = true;
      if (!flags && /[A-Za-z0-9]$/.test(source.slice(0, at))) impossible = true;
    } else if (character === '$') {
      end = true;
      if (!flags && /^[A-Za-z0-9](?![?*{])/.test(source.slice(at + 1))) impossible = true;
    }
  }
  return { start, end, boundary, impossible };
}
