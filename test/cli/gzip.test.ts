import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { runCli, temporaryFolder } from '../support/run-cli.ts';

const snapshot = path.resolve(import.meta.dirname, '../../fixtures/example-org');

test('a report whose name ends with .gz is packed, the same each time, and read as a baseline', async () => {
  using folder = temporaryFolder();
  const options = ['evaluate', snapshot, '--fail-on', 'none', '--allow-incomplete'];
  const formats = ['json=a.json.gz', 'json=b.json.gz', 'json=plain.json'].flatMap((to) => ['--format', to]);
  const first = await runCli([...options, ...formats], { cwd: folder.path });
  expect(first.code).toBe(0);
  const read = (name: string): Buffer => readFileSync(path.join(folder.path, name));
  expect(read('a.json.gz').equals(read('b.json.gz'))).toBe(true);
  expect(gunzipSync(read('a.json.gz')).equals(read('plain.json'))).toBe(true);
  expect(read('a.json.gz').length).toBeLessThan(read('plain.json').length / 8);

  const diff = await runCli(['report', 'diff', 'a.json.gz', 'plain.json', '--exit-code'], {
    cwd: folder.path,
  });
  expect(diff).toMatchObject({ code: 0, stderr: '' });
  const rule = ['--rule', 'cloudtrail-multi-region', '--format', 'json'];
  const later = await runCli([...options, '--baseline', 'a.json.gz', ...rule], { cwd: folder.path });
  expect(
    new Set(
      (JSON.parse(later.stdout) as { findings: { baseline: string }[] }).findings.map(
        ({ baseline }) => baseline,
      ),
    ),
  ).toEqual(new Set(['unchanged']));

  writeFileSync(path.join(folder.path, 'cut.json.gz'), read('a.json.gz').subarray(0, 1000));
  const cut = await runCli(['report', 'diff', 'cut.json.gz', 'plain.json'], { cwd: folder.path });
  expect(cut).toMatchObject({ code: 2, stdout: '' });
  expect(cut.stderr).toMatch(
    /^trailwarden: cut\.json\.gz: cannot be unpacked \(.*\); write the report again\n$/,
  );
});
