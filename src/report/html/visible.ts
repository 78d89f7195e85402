/*
 * Names come from whoever may create a log group. Markup in them is harmless as text; what is left is text that a reader
 * cannot see or that reorders what stands around it.
 */

// C0 and C1 controls, bidirectional controls, invisible separators. Joiners (U+200C, U+200D) stay: scripts and emoji need them.
// oxlint-disable-next-line no-control-regex, no-misleading-character-class
const invisible =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/**
 * Untrusted text as a reader may safely see it: controls become their Unicode pictures, invisible and bidirectional
 * marks their code points, `‹U+202E›`. Line breaks and tabs stay when `lines` is true.
 */
export function visible(text: string, lines = false): string {
  return text.replaceAll(invisible, (unit) => {
    if (lines && (unit === '\n' || unit === '\t')) return unit;
    const code = unit.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  });
}

/** Text for HTML content and for quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
