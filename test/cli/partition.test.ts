import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { runCli, temporaryFolder } from '../support/run-cli.ts';

const healthy = path.resolve(import.meta.dirname, '../../fixtures/healthy-org');

test('in another partition, global services are expected in their region there', async () => {
  using folder = temporaryFolder();
  cpSync(healthy, folder.path, { recursive: true });
  for (const name of readdirSync(folder.path, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.yaml')) continue;
    const file = path.join(folder.path, name);
    const text = readFileSync(file, 'utf8')
      .replaceAll('us-east-1', 'us-gov-west-1')
      .replaceAll('eu-west-1', 'us-gov-east-1')
      .replaceAll('arn:aws:', 'arn:aws-us-gov:')
      .replaceAll('arn%3Aaws%3A', 'arn%3Aaws-us-gov%3A')
      .replace(/^partition: aws$/m, 'partition: aws-us-gov')
      // Only right where Organizations records in this region.
      .replace(
        /(filterName: organizations-changes\n\s+filterPattern: ")\{ (.*) \}"/,
        String.raw`$1{ ($2) && $.awsRegion = \"us-gov-west-1\" }"`,
      );
    writeFileSync(file, text);
  }
  const rule = ['--rule', 'monitor-organizations-changes'];
  const run = await runCli(['evaluate', folder.path, ...rule, '--format', 'json']);
  expect(run.stderr).toBe('');
  const { findings } = JSON.parse(run.stdout) as { findings: { verdict: string; message: string }[] };
  expect(
    findings
      .filter(({ verdict }) => verdict !== 'not-applicable')
      .map(({ verdict, message }) => [verdict, message]),
  ).toEqual([['pass', expect.stringContaining('metric filter organizations-changes')]]);
});
