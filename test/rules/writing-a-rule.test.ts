import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { runCli, temporaryFolder } from '../support/run-cli.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Files (```yaml PATH) and commands with what they print (```console) of a page, in order. */
function stepsOf(page: string): { kind: string; file: string; text: string; line: number }[] {
  return [...page.matchAll(/^```(yaml|console) ?(\S*)\n([^]*?)^```$/gm)].map((match) => ({
    kind: match[1]!,
    file: match[2]!,
    text: match[3]!,
    line: page.slice(0, match.index).split('\n').length,
  }));
}

/** The words of a command line; single quotes keep blanks together. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2]!);
}

/** What a command prints has these lines, in this order; `...` stands for whatever is there. */
function patternOf(expected: string): RegExp {
  const escaped = expected.replaceAll(/[\\^$*+?()[\]{}|]/g, '\\$&').replaceAll(/(?<!\.)\.(?!\.)/g, '\\.');
  return new RegExp(`^${escaped.replaceAll(/^\.\.\.\n/gm, '[^]*').replaceAll('...', '[^\\n]*')}$`);
}

test('the page about writing a rule works as it is written', { timeout: 240_000 }, async () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  symlinkSync(path.join(root, 'fixtures'), path.join(cwd, 'fixtures'));
  for (const { kind, file, text, line } of stepsOf(
    readFileSync(path.join(root, 'docs/writing-a-rule.md'), 'utf8'),
  )) {
    if (kind === 'yaml') {
      mkdirSync(path.dirname(path.join(cwd, file)), { recursive: true });
      writeFileSync(path.join(cwd, file), text);
      continue;
    }
    for (const [, command = '', expected = ''] of text.matchAll(
      /^\$ trailwarden (.*)\n((?:(?!\$ ).*\n)*)/gm,
    )) {
      const run = await runCli(wordsOf(command), { cwd });
      expect(`${run.stdout}${run.stderr}`, `line ${line}: ${command}`).toMatch(patternOf(expected));
    }
  }
});
