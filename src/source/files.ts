import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

import { compareText } from '../text.ts';
import { slashed } from '../paths.ts';

/** A file of the repository that may declare something. */
export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly file: string;
  /** Text without byte-order mark. Throws the system's errors. */
  read(): Promise<string>;
}

export interface SourceFiles {
  readonly files: readonly SourceFile[];
  /** What was left out, for a person. */
  readonly notices: readonly SourceNotice[];
}

/** Something in the source that could not be used, and where. May hold untrusted text. */
export interface SourceNotice {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly text: string;
}

/** Folders of tools, never of people: code that is fetched or made. */
const skipped = new Set(['.git', 'node_modules', '.terraform', '.terragrunt-cache', '.aws-sam', '.venv']);
const wanted = /\.(tf|tfvars|json|yaml|yml|template)$/;
const mostFiles = 50_000;
const deepestFolder = 40;
/** Longest file that people write; longest of those that tools write (states, plans). In bytes. */
const longestText = 2 << 20;
const longestJson = 64 << 20;

/** The repository that a folder belongs to: the nearest folder above with `.git`, else the working directory. */
export async function repositoryRoot(folder: string): Promise<string> {
  const start = await realpath(folder);
  for (let at = start; ; at = path.dirname(at)) {
    try {
      await stat(path.join(at, '.git'));
      return at;
    } catch {
      if (path.dirname(at) === at) return await realpath('.');
    }
  }
}

/**
 * Files below a folder that may declare resources, sorted by path. Links are not followed: they may lead out of the
 * repository, and code hosts show no alert in them.
 */
export async function findSourceFiles(folder: string, root: string): Promise<SourceFiles> {
  const files: SourceFile[] = [];
  const notices: SourceNotice[] = [];
  const nameOf = (full: string): string => slashed(path.relative(root, full));
  let full = false;
  const walk = async (at: string, depth: number): Promise<void> => {
    if (depth > deepestFolder) {
      notices.push({
        file: nameOf(at),
        text: `lies more than ${deepestFolder} folders deep and was not read`,
      });
      return;
    }
    const entries = await readdir(at, { withFileTypes: true });
    entries.sort((a, b) => compareText(a.name, b.name));
    for (const entry of entries) {
      if (full) return;
      const name = path.join(at, entry.name);
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name)) await walk(name, depth + 1);
      } else if (entry.isFile() && wanted.test(entry.name)) {
        if (files.length === mostFiles) {
          full = true;
          notices.push({
            file: nameOf(folder),
            text: `holds more than ${mostFiles} files; the rest was not read`,
          });
          return;
        }
        const { size } = await stat(name);
        const longest = entry.name.endsWith('.json') ? longestJson : longestText;
        if (size > longest) {
          // Data of other kinds is not worth a word.
          if (!entry.name.endsWith('.json'))
            notices.push({ file: nameOf(name), text: `is longer than ${longest} bytes and was not read` });
          continue;
        }
        files.push({ file: nameOf(name), read: async () => withoutMark(await readFile(name, 'utf8')) });
      }
    }
  };
  await walk(await realpath(folder), 0);
  return { files, notices };
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
