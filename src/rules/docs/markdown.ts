/** Text as code. */
export function code(text: string): string {
  return text.includes('`') ? escapeMarkdown(text) : `\`${text}\``;
}

/** Text inside a table, where nothing is markup. */
export function cell(text: string): string {
  return escapeMarkdown(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** Text in which nothing is markup. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_<>[\]]/g, (character) => `\\${character}`);
}
