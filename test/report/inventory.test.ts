import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { inventoryFiles, inventoryMarker } from '../../src/report/inventory.ts';
import { hostileTexts } from '../support/hostile-text.ts';
import { runCli, temporaryFolder } from '../support/run-cli.ts';
import { sampleHeader } from './sample.ts';

const root = path.resolve(import.meta.dirname, '../..');
const { manifest } = sampleHeader([]);

test('a file says who the account is and nothing that differs from scan to scan', () => {
  const before = inventoryFiles(manifest);
  const after = inventoryFiles({
    ...manifest,
    accounts: manifest.accounts
      .map((account) => ({ ...account, scan: 'left-out' as const, reason: 'not wanted', regions: [] }))
      .toReversed(),
  });
  expect([...after]).toEqual([...before]);
  expect([...before.keys()]).toEqual([
    'accounts/111122223333.yaml',
    'accounts/444455556666.yaml',
    'accounts/organization.yaml',
  ]);
  expect(parse(before.get('accounts/444455556666.yaml') ?? '')).toEqual({
    id: '444455556666',
    name: 'Payments',
  });
});

test('200 hostile names are read back as they are, and none hides or breaks out of its line', () => {
  const accounts = hostileTexts.map((name, index) => ({
    id: String(100_000_000_000 + index),
    name,
    path: name,
    scan: 'collected' as const,
  }));
  const files = inventoryFiles({ ...manifest, accounts });
  for (const account of accounts) {
    const text = files.get(`accounts/${account.id}.yaml`) ?? '';
    expect(parse(text)).toEqual({ id: account.id, name: account.name, path: account.path });
    expect(text.split('\n')).toHaveLength(6);
    expect(text).not.toMatch(/[\u0080-\u009f\u2028-\u202e\u200b\u2066-\u2069\ufeff]/);
  }
});

test('the SARIF file finds every path that the inventory wrote; a second run changes nothing', async () => {
  using folder = temporaryFolder();
  const inRepository = (file: string): string => path.join(folder.path, file);
  const sarif = inRepository('report.sarif');
  await runCli(['evaluate', 'fixtures/example-org', '--format', `sarif=${sarif}`], { cwd: root });

  const without = await runCli(['report', 'check', sarif, '--root', folder.path]);
  expect(without.stdout).toContain('is not in the repository');

  const written = await runCli(['inventory', 'fixtures/example-org', '--out', folder.path], { cwd: root });
  expect(written).toMatchObject({ code: 0, stderr: '' });
  const check = await runCli(['report', 'check', sarif, '--root', folder.path]);
  expect(check.stdout).not.toContain('is not in the repository');

  const mine = inRepository('accounts/111122223333.yaml');
  writeFileSync(mine, `${readFileSync(mine, 'utf8')}owner: platform team\r\nnote: "ü"`);
  writeFileSync(inRepository('accounts/000000000000.yaml'), 'old\n');
  writeFileSync(
    inRepository('accounts/222233334444.yaml'),
    `name: outdated\n${inventoryMarker}\r\nmine: 1\n`,
  );
  const checked = await runCli(['inventory', 'fixtures/example-org', '--out', folder.path, '--check'], {
    cwd: root,
  });
  expect(checked).toMatchObject({ code: 1, stderr: '' });
  const again = await runCli(['inventory', 'fixtures/example-org', '--out', folder.path], { cwd: root });
  expect(again.stdout.split('\n').filter((line) => !/^\d/.test(line) && line !== '')).toEqual([
    'changed  accounts/222233334444.yaml',
    expect.stringContaining('kept     accounts/000000000000.yaml'),
  ]);
  expect(readFileSync(mine, 'utf8')).toMatch(/\nowner: platform team\r\nnote: "ü"$/);
  expect(parse(readFileSync(inRepository('accounts/222233334444.yaml'), 'utf8'))).toMatchObject({
    name: 'Log archive',
    mine: 1,
  });
  expect(existsSync(inRepository('accounts/000000000000.yaml'))).toBe(true);
});

test('a file that somebody else wrote stops everything before anything is written', async () => {
  using folder = temporaryFolder();
  await runCli(['inventory', 'fixtures/example-org', '--out', folder.path], { cwd: root });
  const accounts = path.join(folder.path, 'accounts');
  for (const name of ['111122223333.yaml', '999900001111.yaml'])
    writeFileSync(path.join(accounts, name), 'owner: me\n');
  writeFileSync(path.join(accounts, '222233334444.yaml'), inventoryMarker);
  const run = await runCli(['inventory', 'fixtures/example-org', '--out', folder.path], { cwd: root });
  expect(run.code).toBe(2);
  expect(run.stderr).toContain('accounts/111122223333.yaml: was not written by trailwarden inventory');
  expect(run.stderr).toContain('accounts/999900001111.yaml: was not written by trailwarden inventory');
  expect(readFileSync(path.join(accounts, '222233334444.yaml'), 'utf8')).toBe(inventoryMarker);
  expect(readdirSync(accounts).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
