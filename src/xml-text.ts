import { visibleText } from './text.ts';

/**
 * Untrusted text as XML 1.0 can carry it, in an element or a quoted attribute: one line, nothing hidden, and none of the
 * characters that no XML document may hold, not even as a reference (XML 1.0 section 2.2).
 */
export function xmlText(text: string): string {
  return visibleText(text)
    .replace(/[\uFFFE\uFFFF]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
