import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { ParsedFile, RuleFile } from './folder.ts';

/**
 * Files of rules as they were parsed when the package was built: reading YAML is most of what a short command would take.
 * The YAML stays what counts: a file is taken from here only where its text has the hash of the text that was parsed.
 */
export interface ParsedRules {
  readonly [file: string]: ParsedFile & { readonly sha256: string };
}

/** Where the build puts it. There is none beside the sources. */
export const parsedRulesFile = new URL('./parsed.json', import.meta.url);

/** Files with what was parsed from them beforehand, where it still holds. */
export function withParsed(files: readonly RuleFile[], parsed: ParsedRules): readonly RuleFile[] {
  return files.map((file) => {
    const known = Object.hasOwn(parsed, file.name) ? parsed[file.name] : undefined;
    return known?.sha256 === textHash(file.text) ? { ...file, parsed: known } : file;
  });
}

/** What the build left; nothing where there was none. */
export function readParsedRules(): ParsedRules {
  try {
    return JSON.parse(readFileSync(parsedRulesFile, 'utf8')) as ParsedRules;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

/** SHA-256 (hex) of a file's text. */
export function textHash(text: string): string {
  return hash('sha256', text);
}
