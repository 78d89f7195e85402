import { visibleText } from '../text.ts';

/**
 * How bad a line on standard error is. An `error` ends the run or fails it, a `notice` is a remark on the run, and what is only
 * `info` (progress, counts, names of files that were written) is left out with `--quiet`.
 */
export type LogLevel = 'error' | 'notice' | 'info';
export const logFormats = ['text', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

/** What a line says beside its message, for programs: plain JSON, no secrets. */
export interface LogFields {
  readonly [name: string]: unknown;
}

/** How standard error is written. */
export interface LogSettings {
  readonly format: LogFormat;
  readonly quiet: boolean;
}

/** Of the process, like standard error itself. */
let settings: LogSettings = { format: 'text', quiet: false };

/** Says how standard error is written from now on. */
export function configureLog(changes: Partial<LogSettings>): void {
  settings = { ...settings, ...changes };
}

/** How standard error is written. */
export function logSettings(): LogSettings {
  return settings;
}

/**
 * Writes a line to standard error: as text for a person, or as one JSON object with `level`, `code`, `message` and
 * `fields`. Untrusted text in it cannot control a terminal in either form.
 *
 * @param code - What kind of line it is, for programs: small letters and hyphens, stable over versions.
 * @param message - Lines for a person; line feeds stay, other control characters are made visible.
 */
export function log(level: LogLevel, code: string, message: string, fields: LogFields = {}): void {
  if (level === 'info' && settings.quiet) return;
  const lines = message.split('\n').map((line) => visibleText(line));
  process.stderr.write(
    settings.format === 'json'
      ? `${asciiJson({ level, code, message: lines.join('\n'), fields })}\n`
      : `${prefixes[level]}${lines.join('\n')}\n`,
  );
}

/** JSON of ASCII characters only: no reader of a log takes one for a command or a direction mark. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007F-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const prefixes: Readonly<Record<LogLevel, string>> = { error: 'trailwarden: ', notice: 'notice: ', info: '' };
