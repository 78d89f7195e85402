import { visibleText } from '../text.ts';

/**
 * Untrusted text as GitHub's Markdown shows it literally, in a paragraph or a table cell: one line, nothing hidden, no
 * markup, no HTML, no link, and no mention of a person, team or issue (an empty comment stands behind what would begin one).
 */
export function markdownText(text: string): string {
  return visibleText(text)
    .replace(/[@#]|:(?=\/\/)|\bwww(?=\.)|\bGH(?=-)/gi, '$&\u0000')
    .replace(/[\\`*_{}[\]~!$^]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('|', '&#124;')
    .replace(/^\s*(?:[-+=]|\d+[.)](?=\s|$))/, (mark) => `${mark.slice(0, -1)}\\${mark.slice(-1)}`)
    .replaceAll('\u0000', '<!-- -->');
}
