import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { parseWaivers } from '../../src/waivers/waiver-file.ts';
import { runCli, temporaryFolder } from '../support/run-cli.ts';

const root = path.resolve(import.meta.dirname, '../..');
const sample = 'fixtures/example-org.waivers.yaml';

test('list and lint say which waivers hold, expired, accept nothing, and what they accept', async () => {
  using folder = temporaryFolder();
  const file = path.join(folder.path, 'w.yaml');
  copyFileSync(path.join(root, sample), file);
  const entry = (lines: string): string =>
    `  - { ${lines}, reason: r, owner: o, ticket: t, expires: 2027-01-31 }\n`;
  writeFileSync(
    file,
    readFileSync(file, 'utf8') +
      entry('rule: loggroup-retention-minimun, account: "111122223333"') +
      entry('rule: loggroup-retention-minimum, resource: "arn:aws:logs:*"') +
      entry('rule: cloudtrail-multi-region, account: "111122223333"') +
      entry('rule: cloudtrail-multi-region, account: "111122223333"'),
  );
  const list = await runCli(['waivers', 'list', sample, '--snapshot', 'fixtures/example-org', '--json'], {
    cwd: root,
  });
  expect(
    (JSON.parse(list.stdout) as { holds: boolean; accepts: number }[]).map(({ holds, accepts }) => [
      holds,
      accepts,
    ]),
  ).toEqual([
    [true, 1],
    [true, 3],
    [false, 0],
  ]);
  const lint = await runCli(['waivers', 'lint', file, '--snapshot', 'fixtures/example-org'], { cwd: root });
  expect(lint.code).toBe(1);
  expect(lint.stdout.replaceAll(file, 'w.yaml')).toMatchInlineSnapshot(`
    "w.yaml:11: note: expires on 2026-10-20
    w.yaml:19: expired on 2026-06-30 and accepts nothing any more
    w.yaml:25: accepted nothing: no failing finding matches it
    w.yaml:25: there is no rule loggroup-retention-minimun; did you mean loggroup-retention-minimum?
    w.yaml:26: arn:aws:logs:* accepts the rule everywhere: name an account or a resource
    w.yaml:27: accepted nothing: no failing finding matches it
    w.yaml:28: accepted nothing: no failing finding matches it
    w.yaml:28: says the same as the waiver in line 27, which wins
    "
  `);

  const report = path.join(folder.path, 'report.json');
  await runCli(['evaluate', 'fixtures/example-org', '--format', `json=${report}`], { cwd: root });
  const again = await runCli(['waivers', 'lint', file, '--report', report], { cwd: root });
  expect(again).toMatchObject({ code: 1, stdout: lint.stdout, stderr: lint.stderr });
});

test('add writes an entry, and refuses an unknown rule or a day too far without touching the file', async () => {
  using folder = temporaryFolder();
  const file = path.join(folder.path, 'w.yaml');
  const add = (...changes: string[]): ReturnType<typeof runCli> => {
    const entry = ['--reason', 'r: #1', '--owner', 'Ana', '--ticket', 'SEC-1', '--account', '111122223333'];
    return runCli(['waivers', 'add', file, ...entry, ...changes]);
  };
  const inAMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  expect(await add('--rule', 'cloudtrail-multi-region', '--expires', inAMonth)).toMatchObject({
    code: 0,
    stderr: '',
  });
  const written = readFileSync(file, 'utf8');
  expect(parseWaivers(written, file)).toMatchObject([
    { rule: 'cloudtrail-multi-region', account: '111122223333', reason: 'r: #1' },
  ]);
  expect((await add('--rule', 'cloudtrail-multi-regoin', '--expires', inAMonth)).stderr).toContain(
    'did you mean cloudtrail-multi-region?',
  );
  expect((await add('--rule', 'cloudtrail-multi-region', '--expires', '2099-01-01')).stderr).toContain(
    'are allowed',
  );
  expect(readFileSync(file, 'utf8')).toBe(written);
});
