import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Log } from 'sarif';
import { expect, test } from 'vitest';

import { multitool } from '../support/needs.ts';
import { runCli, temporaryFolder } from '../support/run-cli.ts';

const root = path.resolve(import.meta.dirname, '../..');

const tool = multitool();

test.skipIf(tool === undefined).each(['github', 'full'])(
  "Microsoft's validator finds no error in the %s profile of the example organization",
  async (profile) => {
    using folder = temporaryFolder();
    const file = path.join(folder.path, 'example.sarif');
    const report = path.join(folder.path, 'report.sarif');
    await runCli(
      ['evaluate', 'fixtures/example-org', '--format', `sarif=${file}`, '--sarif-profile', profile],
      { cwd: root },
    );
    const run = spawnSync(
      tool ?? '',
      ['validate', file, '--rule-kind', 'Sarif', 'Ghas', '--output', report, '--log', 'ForceOverwrite'],
      // Without the switch it wants a system library that slim machines lack; it finds the same.
      { env: { PATH: process.env['PATH'], DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' }, encoding: 'utf8' },
    );
    expect(run.status, run.stdout + run.stderr).toBe(0);
    const log = JSON.parse(readFileSync(report, 'utf8').replace(/^\uFEFF/, '')) as Log;
    const problems = (log.runs[0]?.results ?? []).filter(({ level }) => level === 'error');
    expect(problems.map(({ ruleId, message }) => `${ruleId ?? ''}: ${JSON.stringify(message)}`)).toEqual([]);
  },
);
