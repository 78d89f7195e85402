/** A table as it goes into a file: heads and rows of plain values. */
export interface Sheet {
  /** Name of the file, without ending. */
  readonly name: string;
  readonly heads: readonly string[];
  readonly rows: () => Iterable<readonly (string | number)[]>;
}

/**
 * A CSV field that no spreadsheet takes for a formula: text that begins like one is led by an apostrophe (OWASP, CSV
 * injection). Numbers of ours are written as they are.
 */
function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[\s]*[=+\-@\t\r\n|%]/.test(value) ? `'${value}` : value;
  return /[",\r\n;\t]/.test(safe) || safe !== value ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The table as CSV (RFC 4180), with a byte order mark so that spreadsheets read it as UTF-8. */
export function csvText(sheet: Sheet): string {
  const lines = [sheet.heads.map(csvField).join(',')];
  for (const row of sheet.rows()) lines.push(row.map(csvField).join(','));
  return `\ufeff${lines.join('\r\n')}\r\n`;
}

/** Hands a text to the reader as a file. Nothing leaves the browser. */
export function saveFile(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
