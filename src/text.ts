/**
 * Characters that a terminal or a reader's eye would obey rather than show: control characters (terminal escapes), format
 * characters (they turn the direction of text or hide inside it), line and paragraph separators, halves of surrogate
 * pairs, and letters that show as nothing. The zero-width joiner stays: emoji are made with it.
 */
const deceptive = /(?!\u200D)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]/gu;

/**
 * Untrusted text (names, tags, AWS's messages, rule files) as it may go to a terminal or a log: one line, nothing hidden. Control
 * characters and direction marks are written as `\u{202e}`.
 */
export function visibleText(text: string): string {
  return text.replace(deceptive, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Compares by code unit: the same order on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** At most `length` characters, the last one an ellipsis where something was cut. Never cuts a surrogate pair. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = length - 1;
  const code = text.charCodeAt(end - 1);
  return `${text.slice(0, code >= 0xd800 && code <= 0xdbff ? end - 1 : end)}…`;
}

/** Text as a YAML scalar in double quotes: JSON text is one. What a reader would not see is written as its number. */
export function quotedYaml(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007F-\u009F\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
