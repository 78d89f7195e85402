import { shortened } from '../text.ts';

/** Words up to this length are ids that somebody copies: they are never broken. */
const longestId = 256;

/**
 * Lines of at most `width` characters, broken at blanks, all but the first behind `indent`. A word that is longer than a line has
 * one of its own and stays whole, for a terminal to break: an ARN with a line break in it can be neither copied nor found.
 * Only what is too long to be an id is broken inside.
 */
export function wrapped(text: string, width: number, indent: string): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  let isInLong = false;
  while (rest.length > width) {
    const start = rest.search(/[^ ]/);
    if (start < 0) break;
    const blank = rest.lastIndexOf(' ', width);
    const word = endOfWord(rest, start);
    isInLong = blank <= start && (isInLong || word - start > longestId);
    const end = blank > start ? blank : isInLong ? wholeCharacters(rest, width) : word;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
    if (rest === '') return lines;
    rest = indent + rest;
  }
  return [...lines, rest];
}

function endOfWord(text: string, start: number): number {
  const blank = text.indexOf(' ', start);
  return blank < 0 ? text.length : blank;
}

/** The end of at most so many characters, not inside of a surrogate pair. */
function wholeCharacters(text: string, length: number): number {
  const code = text.charCodeAt(length - 1);
  return code >= 0xd800 && code <= 0xdbff ? length - 1 : length;
}

/** At most `length` characters, an ellipsis in place of the words that are left out. */
export function cutAtWord(text: string, length: number): string {
  if (text.length <= length) return text;
  const blank = text.lastIndexOf(' ', length - 2);
  return blank < length / 2 ? shortened(text, length) : `${text.slice(0, blank)} …`;
}
