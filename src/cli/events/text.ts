import { styleText } from 'node:util';

import { fieldPaths, leadsTo } from '../../events/field-paths.ts';
import type { Predicate } from '../../events/predicate.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { visibleText } from '../../text.ts';

/** How a text for a terminal may look. */
export interface Looks {
  readonly color: boolean;
  /** Characters in a line. */
  readonly width: number;
}

type Style = Parameters<typeof styleText>[0];

/** A text in a style, plain where colours are off. Untrusted text in it cannot control the terminal. */
export function styled(looks: Looks, style: Style, text: string): string {
  return looks.color ? styleText(style, visibleText(text), { validateStream: false }) : visibleText(text);
}

/** Breaks a text into lines at blanks; lines begin with `indent`. */
export function wrapped(text: string, looks: Looks, indent = ''): string {
  const width = Math.max(40, looks.width) - indent.length;
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => indent + visibleText(line)).join('\n');
}

/** An event as JSON, with the fields that the predicates look at set off by ">" and, where there is colour, bold. */
export function eventText(event: JsonObject, predicates: readonly Predicate[], looks: Looks): string {
  const paths = predicates.flatMap(fieldPaths);
  const lines: string[] = [];
  const write = (value: JsonValue, place: readonly (string | number)[], name: string, end: string): void => {
    const matters = paths.some((path) => leadsTo(path, place));
    const put = (text: string): void => {
      const line = `${'  '.repeat(place.length)}${text}`;
      lines.push(matters ? `> ${styled(looks, ['bold', 'yellow'], line)}` : `  ${visibleText(line)}`);
    };
    const members: readonly (readonly [string | number, JsonValue | undefined])[] | undefined = isJsonObject(
      value,
    )
      ? Object.entries(value)
      : Array.isArray(value)
        ? (value as readonly JsonValue[]).map((item, index) => [index, item] as const)
        : undefined;
    if (members === undefined || members.length === 0) {
      put(`${name}${JSON.stringify(value)}${end}`);
      return;
    }
    const [open, close] = Array.isArray(value) ? '[]' : '{}';
    put(`${name}${open}`);
    for (const [index, [step, member]] of members.entries())
      write(
        member ?? null,
        [...place, step],
        typeof step === 'number' ? '' : `${JSON.stringify(step)}: `,
        index < members.length - 1 ? ',' : '',
      );
    put(`${close}${end}`);
  };
  write(event, [], '', '');
  return lines.join('\n');
}

/** Rows as columns that line up, the last one free. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (found, row) => row.map((cell, index) => Math.max(found[index] ?? 0, cell.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, index) =>
          index === row.length - 1 ? visibleText(cell) : visibleText(cell).padEnd(widths[index] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
