import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { EventSet } from '../events/event-set.ts';
import { UserFault } from '../fault.ts';
import { compareText } from '../text.ts';
import type { PredicateDocument, RuleDocument } from './document.ts';
import { slashed } from '../paths.ts';

/** What a file in a rule folder holds. */
export type RuleFileKind = 'rule' | 'predicate' | 'event-set' | 'pack' | 'test';

/** One file as it was read. */
export interface RuleFile {
  readonly kind: RuleFileKind;
  /** As messages and reports name it, with `/`. */
  readonly name: string;
  readonly text: string;
  /** What the text says, where it was parsed before: see parsed.ts. */
  readonly parsed?: ParsedFile;
}

/** What one file says: the member of its kind. */
export interface ParsedFile {
  readonly rule?: RuleDocument;
  readonly predicate?: PredicateDocument;
  readonly eventSet?: EventSet;
  /** As JSON: packs are large, and most commands ask for none. */
  readonly pack?: string;
}

/** A folder of rules: `<service>/<id>.yaml`, `predicates/`, `events/`, `packs/`, tests beside what they test. */
export interface RuleFolder {
  readonly files: readonly RuleFile[];
  /** True where the files are known to fit their schemas. */
  readonly trusted?: boolean;
}

/**
 * Reads a folder of rules. `label` is what names of files start with; a single file may be named instead of a folder.
 * Throws {@link UserFault} where it does not exist or cannot be read.
 */
export async function readRuleFolder(
  folder: string,
  label: string = folder,
  { tests = true }: { readonly tests?: boolean } = {},
): Promise<RuleFolder> {
  const prefix = slashed(label).replace(/\/+$/, '');
  const root = path.resolve(folder);
  let names: string[];
  try {
    const entries = readdirSync(root, { recursive: true, withFileTypes: true });
    names = entries
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => `${entry.parentPath}${path.sep}${entry.name}`.slice(root.length + 1));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || error.code !== 'ENOTDIR') {
      throw new UserFault(
        `${prefix}: ${error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such folder' : 'cannot be read'}; name a folder of rules`,
        { cause: error },
      );
    }
    const name = path.basename(folder);
    return {
      files: [{ kind: kindOf(folder), name: prefix, text: readFileSync(folder, 'utf8') }].filter(() =>
        /\.ya?ml$/.test(name),
      ),
    };
  }
  const files: RuleFile[] = [];
  for (const name of names.map((one) => slashed(one)).sort(compareText)) {
    const kind = kindOf(name);
    if (kind === 'test' && !tests) continue;
    // One by one and at once: for files of this size a round through the thread pool costs more than the reading.
    files.push({
      kind,
      name: prefix === '' || prefix === '.' ? name : `${prefix}/${name}`,
      text: readFileSync(`${root}/${name}`, 'utf8'),
    });
  }
  return { files };
}

/** What a file holds, by its name and the folders that it stands in. */
export function kindOf(name: string): RuleFileKind {
  const folders = name.split(/[\\/]/).slice(0, -1);
  if (/\.test\.ya?ml$/.test(name)) return 'test';
  if (folders.includes('predicates')) return 'predicate';
  if (folders.includes('events')) return 'event-set';
  return folders.includes('packs') ? 'pack' : 'rule';
}
