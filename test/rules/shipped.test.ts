import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { docPages } from '../../src/cli/rules/docs.ts';
import { readTests, runFile } from '../../src/cli/rules/test.ts';
import { FaultList, faultText } from '../../src/rules/fault.ts';
import { lintFolders } from '../../src/rules/lint/folders.ts';
import { standardLanguage } from '../../src/rules/standard-language.ts';
import { loadRules, readRuleFolder } from '../../src/rules/load.ts';

const shipped = await readRuleFolder(fileURLToPath(new URL('../../rules', import.meta.url)), 'rules');

test('the shipped files fit their schemas and have nothing to improve', async () => {
  const faults = new FaultList();
  await lintFolders([shipped], 0, standardLanguage(), faults);
  expect(faults.faults.map(faultText)).toEqual([]);
});

test('every test beside a shipped rule comes out as written', async () => {
  const rules = await loadRules([shipped], standardLanguage());
  const tested = shipped.files
    .filter((file) => file.kind === 'test')
    .map((file) => file.name.replace(/^.*\/|\.test\.yaml$/g, ''));
  const results = [];
  for (const file of await readTests([shipped], rules, tested)) results.push(await runFile(file, rules));
  expect(
    results.flatMap((result) => [
      ...result.missing.map(({ text }) => `${result.of}: ${text}`),
      ...result.cases.flatMap(({ name, differences }) =>
        differences.map(({ text }) => `${result.of}: ${name}: ${text}`),
      ),
    ]),
  ).toEqual([]);
});

test('every shipped rule has a fresh page: `trailwarden rules docs rules` writes them', async () => {
  const at = fileURLToPath(new URL('../../rules', import.meta.url));
  const stale: string[] = [];
  for (const [name, text] of await docPages(await readRuleFolder(at, ''), at)) {
    const now = await readFile(path.join(at, name), 'utf8').catch(() => '');
    if (now !== text) stale.push(name);
  }
  expect(stale).toEqual([]);
});
