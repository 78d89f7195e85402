import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { openSnapshot } from '../../src/snapshot/read.ts';
import { serve } from '../aws/replay-server.ts';
import { runCli, stackLines, temporaryFolder, type CliRun } from '../support/run-cli.ts';

const fixture = path.resolve(import.meta.dirname, '../../fixtures/healthy-org');

interface Report {
  readonly summary: { readonly complete: boolean; readonly byVerdict: Readonly<Record<string, number>> };
  readonly scores: readonly { readonly pack: string }[];
}

test('what init writes works as it is: the plan, doctor, a scan, and a collection that replaces its snapshot', async () => {
  using folder = temporaryFolder();
  await using server = await serve(await openSnapshot(fixture));
  const run = async (...args: readonly string[]): Promise<CliRun> => {
    const ended = await runCli(args, { cwd: folder.path, environment: { ...server.environment } });
    expect(stackLines(ended)).toEqual([]);
    return ended;
  };
  // As a person would, from what it prints.
  const { code, stdout } = await run('init', '--yes');
  expect(code).toBe(0);
  const next = [...stdout.matchAll(/^ {2}trailwarden (.*?) +# /gm)].map(([, command = '']) =>
    command.split(' '),
  );
  expect(next).toEqual([['collect', '--dry-run'], ['doctor'], ['scan']]);
  const [plan = [], doctor = [], scan = []] = next;
  expect(await run(...plan)).toMatchObject({ code: 0, stdout: expect.stringContaining('3 to visit') });
  const examined = await run(...doctor);
  expect(examined).toMatchObject({ code: 0, stderr: '' });
  expect(examined.stdout).not.toContain('FAIL');
  // No more is tried than the rules of the pack need, which is what the role allows.
  expect(examined.stdout).not.toContain('GetInsightSelectors');

  const scanned = await run(...scan);
  // Its deliveries are of another day than today.
  expect(scanned.code).toBe(1);
  expect(scanned.stdout).toMatch(/^ {2}trailwarden-recommended /m);
  expect(scanned.stderr).toContain('html report: trailwarden-out/report.html');
  const report = JSON.parse(
    readFileSync(path.join(folder.path, 'trailwarden-out/report.json'), 'utf8'),
  ) as Report;
  expect(report.summary).toMatchObject({ complete: true, byVerdict: { unknown: 0 } });
  expect(report.scores.map(({ pack }) => pack)).toEqual(['trailwarden-recommended']);

  // The next one takes its place.
  expect(await run('collect', '--quiet')).toMatchObject({ code: 0 });
}, 120_000);
