import type { Maybe } from './maybe.ts';

/** `*`: any run of characters. */
const anyRun = Symbol('*');
/** `?`: any one character. */
const anyOne = Symbol('?');
/** A policy variable whose value is not known: some run of characters. */
const unknownRun = Symbol('${}');

/** A text with wildcards, taken apart. Undefined where it can match nothing: a policy variable without a value. */
export type Pattern = readonly (string | typeof anyRun | typeof anyOne | typeof unknownRun)[] | undefined;

/** Value of a policy variable: text, absent (null), or not known (undefined). The key is in lower case. */
export type Variables = (key: string) => string | null | undefined;

/**
 * Takes a pattern apart: `*`, `?`, and, where `variables` is given (policies of version 2012-10-17), `${key}`,
 * `${key, 'default'}`, `${*}`, `${?}` and `${$}` (IAM guide, policy variables).
 */
export function compilePattern(text: string, variables?: Variables): Pattern {
  const parts: (string | typeof anyRun | typeof anyOne | typeof unknownRun)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    const end = variables !== undefined && text.startsWith('${', at) ? text.indexOf('}', at) : -1;
    if (variables !== undefined && end > 0) {
      const value = valueOf(text.slice(at + 2, end), variables);
      if (value === null) return undefined;
      if (value === undefined) parts.push(unknownRun);
      else parts.push(...value.split(''));
      at = end;
    } else parts.push(letter === '*' ? anyRun : letter === '?' ? anyOne : letter);
  }
  return parts;
}

function valueOf(inside: string, variables: Variables): string | null | undefined {
  if (inside === '*' || inside === '?' || inside === '$') return inside;
  const comma = inside.indexOf(',');
  const key = (comma < 0 ? inside : inside.slice(0, comma)).trim().toLowerCase();
  const value = variables(key);
  if (value !== null || comma < 0) return value;
  return (
    inside
      .slice(comma + 1)
      .trim()
      .match(/^'(.*)'$/)?.[1] ?? null
  );
}

/** True where the text has a wildcard or, with `variables`, a policy variable: it may stand for more than one text. */
export function isOpen(text: string): boolean {
  return /[*?]|\$\{/.test(text);
}

/** Whether a text fits a pattern. Undecided only where the pattern holds a variable that is not known. */
export function fits(text: string, pattern: Pattern): Maybe {
  if (pattern === undefined || !fitsWidely(text, pattern)) return false;
  return pattern.includes(unknownRun) ? undefined : true;
}

/** Greedy with one point to come back to; unknown runs count as any run. */
function fitsWidely(text: string, pattern: NonNullable<Pattern>): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let mark = 0;
  while (at < text.length) {
    const part = pattern[place];
    if (part === anyRun || part === unknownRun) {
      star = place;
      mark = at;
      place += 1;
    } else if (part !== undefined && (part === anyOne || part === text[at])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      mark += 1;
      at = mark;
      place = star + 1;
    } else return false;
  }
  while (pattern[place] === anyRun || pattern[place] === unknownRun) place += 1;
  return place === pattern.length;
}

/**
 * Whether everything that `inner` stands for fits `outer`: true, false where nothing of it does, undecided where some
 * does or may.
 */
export function coversPattern(outer: Pattern, inner: Pattern): Maybe {
  if (outer === undefined || inner === undefined) return false;
  if (!overlap(outer, inner)) return false;
  return within(inner, outer) ? true : undefined;
}

/** Whether a text fits both patterns: a walk over pairs of places. */
function overlap(a: NonNullable<Pattern>, b: NonNullable<Pattern>): boolean {
  let row = new Set([0]);
  const isRun = (part: unknown): boolean => part === anyRun || part === unknownRun;
  const spread = (places: Set<number>): Set<number> => {
    for (const place of places) if (isRun(b[place])) places.add(place + 1);
    return places;
  };
  spread(row);
  for (const part of a) {
    const next = new Set<number>();
    for (const place of row) {
      const other = b[place];
      if (isRun(part)) for (let later = place; later <= b.length; later += 1) next.add(later);
      else if (isRun(other)) next.add(place);
      else if (other !== undefined && (part === anyOne || other === anyOne || part === other))
        next.add(place + 1);
    }
    row = spread(next);
    if (row.size === 0) return false;
  }
  return row.has(b.length);
}

/** Whether `inner` lies within `outer` part for part: its runs under runs only. Enough, not necessary. */
function within(inner: NonNullable<Pattern>, outer: NonNullable<Pattern>): boolean {
  if (outer.includes(unknownRun)) return false;
  let row = new Set([0]);
  const spread = (places: Set<number>): Set<number> => {
    for (const place of places) if (outer[place] === anyRun) places.add(place + 1);
    return places;
  };
  spread(row);
  for (const part of inner) {
    const next = new Set<number>();
    for (const place of row) {
      const over = outer[place];
      if (over === anyRun) next.add(place);
      else if (part === anyRun || part === unknownRun) continue;
      else if (over === anyOne || (over !== undefined && over === part)) next.add(place + 1);
    }
    row = spread(next);
    if (row.size === 0) return false;
  }
  return row.has(outer.length);
}
