import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { runCli, stackLines, temporaryFolder } from '../support/run-cli.ts';

test('a rule that throws costs its own verdicts and exit code 3, and asks for a report', async () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  // Nothing that a rule can say makes the real program throw, so that its ground is broken under one operator and one word.
  writeFileSync(
    path.join(cwd, 'break.mjs'),
    `const startsWith = String.prototype.startsWith;
     String.prototype.startsWith = function (text, ...rest) {
       if (text === 'brittle-') throw new TypeError('broken on purpose');
       return startsWith.call(this, text, ...rest);
     };`,
  );
  mkdirSync(path.join(cwd, 'mine'));
  const write = (id: string, name: string): void =>
    writeFileSync(
      path.join(cwd, `mine/${id}.yaml`),
      `id: ${id}\ntitle: The trail has its name\nservice: cloudtrail\nseverity: low\nfor: trail\n` +
        `check: { Name: { startsWith: '${name}' } }\nwhy: x\nfix: x\n`,
    );
  write('throws', 'brittle-');
  write('works', 't');
  const snapshot = path.resolve(import.meta.dirname, 'one-account.yaml');
  const judge = (...format: readonly string[]) =>
    runCli(['evaluate', snapshot, '--rules', 'mine', '--rule', 'throws', '--rule', 'works', ...format], {
      cwd,
      environment: { NODE_OPTIONS: `--import=${path.join(cwd, 'break.mjs')}` },
    });
  const run = await judge('--format', 'json');
  expect(run.code).toBe(3);
  expect(stackLines(run)).toEqual([]);
  const report = JSON.parse(run.stdout) as {
    summary: { complete: boolean; notices: readonly string[] };
    findings: readonly object[];
  };
  expect(report.summary).toMatchObject({
    complete: false,
    notices: [
      expect.stringMatching(
        /^This is a bug of trailwarden, please report it: the rule throws stopped on .* \(TypeError: broken on purpose\)\.$/,
      ),
    ],
  });
  expect(report.findings).toMatchObject([
    { rule: 'throws', verdict: 'unknown', reasons: { causes: [{ code: 'Bug' }] } },
    { rule: 'works', verdict: 'pass' },
  ]);
  expect((await judge()).stdout).toContain(
    'note: This is a bug of trailwarden, please report it: the rule throws',
  );
});
