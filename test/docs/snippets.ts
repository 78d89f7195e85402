import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { commandsOf, type ShellCommand } from './shell.ts';

export const root = path.resolve(import.meta.dirname, '../..');

/** A fenced block of a page. */
export interface Snippet {
  /** File and line of its first line of text: `docs/waivers.md:7`. */
  readonly place: string;
  readonly file: string;
  readonly line: number;
  /** The word after the fence; empty where there is none. */
  readonly language: string;
  /** What stands after that word. */
  readonly about: string;
  readonly text: string;
}

/** A command of a page with the place where it stands. */
export interface PlacedCommand extends ShellCommand {
  readonly place: string;
}

/** Hand-written pages, by their path from the root, sorted. Generated ones are tested where they are made. */
export function pages(): string[] {
  return globSync(['*.md', 'docs/**/*.md'], { cwd: root, exclude: ['docs/reference/**'] }).sort();
}

/** The fenced blocks of a page, in order; those in lists are indented. */
export function snippetsOf(file: string): Snippet[] {
  const page = readFileSync(path.join(root, file), 'utf8');
  return [...page.matchAll(/^( *)```(\w*) ?([^\n]*)\n([^]*?)^ *```$/gm)].map((match) => {
    const [, indent = '', language = '', about = '', text = ''] = match;
    const line = page.slice(0, match.index).split('\n').length + 1;
    return {
      place: `${file}:${line}`,
      file,
      line,
      language,
      about,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    };
  });
}

const shells = new Set(['sh', 'bash', 'console']);

/** Whether a block holds commands: by its language, or without one by how its lines begin. */
export function isShell({ language, text }: Snippet): boolean {
  return shells.has(language) || (language === '' && /^(?:\$ )?(?:npx |npm |trailwarden |aws )/m.test(text));
}

/** The commands of a block, each with its own line. In a block with prompts only what stands after one is a command. */
export function placedCommands(snippet: Snippet): PlacedCommand[] {
  const prompts = /^\$ /m.test(snippet.text);
  const source = prompts
    ? snippet.text.replaceAll(/^(?!\$ ).*$/gm, '').replaceAll(/^\$ /gm, '')
    : snippet.text;
  return commandsOf(source).map((command) => ({
    ...command,
    place: `${snippet.file}:${snippet.line + command.line - 1}`,
  }));
}
