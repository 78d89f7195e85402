import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { openSnapshot } from '../../src/snapshot/read.ts';
import { serve, type ReplayServer } from '../aws/replay-server.ts';
import { sameAnswers } from '../aws/same-answers.ts';
import { smallOrganization, smallRole } from '../aws/small-organization.ts';
import { selfSigned } from '../support/certificate.ts';
import { runCli, stackLines, temporaryFolder, type CliRun } from '../support/run-cli.ts';

const folder = temporaryFolder();
const at = (name: string): string => path.join(folder.path, name);
let server: ReplayServer;

beforeAll(async () => {
  const certificate = selfSigned(['127.0.0.1']);
  writeFileSync(at('authority.pem'), certificate.certificate);
  writeFileSync(at('other.pem'), selfSigned(['127.0.0.1']).certificate);
  writeFileSync(at('empty.pem'), 'no certificate\n');
  server = await serve(smallOrganization(), { role: smallRole, certificate, requestsPerConnection: 20 });
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

async function collect(trust: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<CliRun> {
  const role = ['--role-name', smallRole.name, '--external-id', smallRole.externalId];
  const run = await runCli(['collect', '--pace', '100', ...role, ...args], {
    environment: { ...server.environment, ...trust },
  });
  expect(stackLines(run)).toEqual([]);
  return run;
}

test('over TLS the same is collected, connections are kept, and new ones take up earlier sessions', async () => {
  await collect({ NODE_EXTRA_CA_CERTS: at('authority.pem') }, '--out', at('out'), '--concurrency', '1');
  const except = ['sts:GetCallerIdentity', 'sts:AssumeRole'];
  const collected = await openSnapshot(at('out'));
  expect(await sameAnswers(smallOrganization(), collected, { coverage: false, except })).toEqual([]);
  const requests = [...server.counts.values()].reduce((sum, count) => sum + count, 0);
  const { all, resumed } = server.handshakes;
  expect(all).toBeGreaterThanOrEqual(Math.ceil(requests / 20));
  expect(all).toBeLessThan(requests / 10);
  expect(resumed).toBe(all - 1);
});

test('AWS_CA_BUNDLE names what is trusted; what is not is told at once, with what to do', async () => {
  const trusting = (file: string): Promise<CliRun> => collect({ AWS_CA_BUNDLE: at(file) }, '--dry-run');
  expect(await trusting('authority.pem')).toMatchObject({ code: 0, stderr: '' });
  const untrusted = 'trailwarden: who answers for AWS shows a certificate that this machine does not trust: ';
  const [other, none, missing, empty] = await Promise.all([
    trusting('other.pem'),
    collect({}, '--dry-run'),
    trusting('missing.pem'),
    trusting('empty.pem'),
  ]);
  for (const { code, stderr } of [other, none]) {
    expect(code).toBe(2);
    expect(stderr).toContain(untrusted);
    expect(stderr).toContain('set NODE_EXTRA_CA_CERTS to a PEM file with its certificate authority');
  }
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('no such file') as string });
  expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('holds no certificate') as string });
});
