import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'vitest';

import { runCli } from '../support/run-cli.ts';
import { commandsOf } from './shell.ts';
import { root, snippetsOf } from './snippets.ts';

/** What a command prints has these lines, in this order; `...` stands for whatever is there. */
function patternOf(expected: string): RegExp {
  const escaped = expected.replaceAll(/[\\^$*+?()[\]{}|]/g, '\\$&').replaceAll(/(?<!\.)\.(?!\.)/g, '\\.');
  return new RegExp(`^${escaped.replaceAll(/^\.\.\.\n/gm, '[^]*').replaceAll('...', '[^\\n]*')}$`);
}

/**
 * Does in a folder what a page says, in order: writes its files (```yaml PATH) and runs the commands of its console blocks, which have
 * to print what stands below them.
 *
 * @returns how many commands there were.
 * @param options.instead texts of the page that are something else today, such as a day that passes.
 */
export async function walkPage(
  page: string,
  cwd: string,
  options: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly instead?: Readonly<Record<string, string>>;
  } = {},
): Promise<number> {
  symlinkSync(path.join(root, 'fixtures'), path.join(cwd, 'fixtures'));
  const today = (text: string): string =>
    Object.entries(options.instead ?? {}).reduce((now, [from, to]) => now.replaceAll(from, to), text);
  let commands = 0;
  for (const { file, language, about, text, line } of snippetsOf(page)) {
    if (language === 'yaml' && about !== '') {
      mkdirSync(path.dirname(path.join(cwd, about)), { recursive: true });
      writeFileSync(path.join(cwd, about), text);
    }
    if (language !== 'console') continue;
    for (const match of today(text).matchAll(/^\$ (?:npx )?trailwarden (.*\n)((?:(?!\$ ).*\n)*)/gm)) {
      const [, command = '', expected = ''] = match;
      const run = await runCli(commandsOf(command)[0]?.words ?? [], {
        cwd,
        ...(options.environment && { environment: options.environment }),
      });
      const at = line + text.slice(0, match.index).split('\n').length - 1;
      const said = command.startsWith('scan ') ? run.stdout : `${run.stdout}${run.stderr}`;
      commands += 1;
      expect(said, `${file}:${at}: ${command}`).toMatch(patternOf(expected));
    }
  }
  return commands;
}
