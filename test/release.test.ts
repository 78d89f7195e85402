import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { temporaryFolder } from './support/run-cli.ts';

const root = path.resolve(import.meta.dirname, '..');

test('a release is what tag, package and changelog say alike', () => {
  using folder = temporaryFolder();
  mkdirSync(path.join(folder.path, 'build'));
  cpSync(path.join(root, 'build/release.ts'), path.join(folder.path, 'build/release.ts'));
  writeFileSync(path.join(folder.path, 'package.json'), '{"type": "module", "version": "1.2.0"}');
  const notesOf = (tag: string, changelog: string) => {
    writeFileSync(path.join(folder.path, 'CHANGELOG.md'), changelog);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['build/release.ts', tag], {
      cwd: folder.path,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  const changelog =
    '# Changelog\n\n## Unreleased\n\n## 1.2.0 (2027-01-31)\n\n- New.\n\n### Breaking\n\n- Old.\n\n## 1.1.0\n\n- Older.\n';
  expect(notesOf('v1.2.0', changelog)).toMatchObject({
    status: 0,
    stdout: '- New.\n\n### Breaking\n\n- Old.\n',
  });
  expect(notesOf('v1.2.1', changelog)).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('is not v1.2.0'),
  });
  expect(notesOf('v1.2.0', changelog.replace('## 1.2.0', '## 1.2.1'))).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('nothing below "## 1.2.0"'),
  });
});

test('nothing is published before all that CI runs has passed, and rights to write stand where they are used', () => {
  interface Job {
    readonly needs?: string;
    readonly permissions: Readonly<Record<string, string>>;
    readonly steps: readonly { readonly run?: string }[];
  }
  const { jobs } = parse(readFileSync(path.join(root, '.github/workflows/release.yml'), 'utf8')) as {
    jobs: Readonly<Record<string, Job>>;
  };
  const before = (name: string): string[] => {
    const needed = jobs[name]?.needs;
    return needed === undefined ? [] : [needed, ...before(needed)];
  };
  const runs = (name: string): string => jobs[name]?.steps.map(({ run = '' }) => run).join('\n') ?? '';
  for (const [name, { permissions }] of Object.entries(jobs)) {
    const writes = Object.values(permissions).includes('write');
    expect([name, writes]).toEqual([name, /npm publish|--push/.test(runs(name))]);
    const tested = before(name).some((earlier) => runs(earlier).includes('.ci/run'));
    expect([name, writes && !tested]).toEqual([name, false]);
  }
  expect(runs('publish')).toContain('npm publish --provenance');
});
