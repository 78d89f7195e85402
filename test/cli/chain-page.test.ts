import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { runCli } from '../support/run-cli.ts';

const withoutLines = (text: string): string => text.replaceAll(/(\.yaml):\d+/g, '$1');
const root = path.resolve(import.meta.dirname, '../..');

test('docs/chain.md shows what rules explain prints (-u writes it anew)', async () => {
  const page = readFileSync(path.join(root, 'docs/chain.md'), 'utf8');
  const [, command = ''] = /^\$ npx trailwarden (.*)$/m.exec(page) ?? [];
  const told = await runCli(command.split(' '), { cwd: root });
  expect(told.stderr).toBe('');
  const shown = `\`\`\`text\n${told.stdout}\`\`\`\n`;
  const now = page.replace(/```text\n[^]*?```\n/, () => shown);
  // Lines of the fixture move whenever something is put before them.
  const wanted = withoutLines(now) === withoutLines(page) ? page : now;
  await expect(wanted).toMatchFileSnapshot(path.join(root, 'docs/chain.md'));
});
