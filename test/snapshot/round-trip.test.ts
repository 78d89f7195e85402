import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { mergeCells } from '../../src/snapshot/coverage.ts';
import { withoutPlace } from '../../src/snapshot/part.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { verifySnapshot } from '../../src/snapshot/verify.ts';
import { writeReadable } from '../../src/snapshot/write-readable.ts';
import {
  anyContent,
  hostileText,
  scratchFolder,
  trailsAnswer,
  writeSnapshot,
  type Content,
} from './samples.ts';

async function contentOf(snapshot: Snapshot): Promise<Content> {
  const accounts: Record<string, Content['accounts'][string]> = {};
  for (const { id } of snapshot.manifest.accounts) {
    const records = await snapshot.account(id);
    if (records !== undefined) accounts[id] = records.map(withoutPlace);
  }
  const hasPart = snapshot.manifest.parts.some((part) => part.account === null);
  return {
    organization: hasPart ? (await snapshot.organization()).map(withoutPlace) : undefined,
    accounts,
  };
}

test('written, read, turned readable and read again, records and manifest stay the same', async () => {
  await using scratch = await scratchFolder();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(anyContent, fc.array(hostileText, { maxLength: 2 }), async (content, notices) => {
      runs += 1;
      const folder = path.join(scratch.path, `compressed-${runs}`);
      await writeSnapshot(folder, content, { notices, finished: notices.length !== 1 });
      const compressed = await openSnapshot(folder);
      expect(await contentOf(compressed)).toStrictEqual(content);
      expect((await verifySnapshot(folder)).faults).toStrictEqual([]);

      const readable = path.join(scratch.path, `readable-${runs}`);
      await mkdir(path.join(readable, 'accounts'), { recursive: true });
      for (const [name, text] of await writeReadable(compressed))
        await writeFile(path.join(readable, name), text);
      const again = await openSnapshot(readable);
      expect(await contentOf(again)).toStrictEqual(content);
      const { parts: _p, rootHash: _r, ...manifest } = compressed.manifest;
      const { parts: _q, rootHash: _s, ...readableManifest } = again.manifest;
      expect(readableManifest).toStrictEqual(manifest);
    }),
    { numRuns: 60 },
  );
});

test('coverage that records do not tell survives the readable form', async () => {
  await using scratch = await scratchFolder();
  const coverage = mergeCells([
    {
      operation: 'logs:DescribeLogGroups',
      outcome: 'not-asked',
      accounts: ['111111111111'],
      regions: ['eu-west-1'],
      code: 'NotAsked',
      cause: 'ended by hand',
    },
    {
      operation: 'sts:AssumeRole',
      outcome: 'denied',
      accounts: ['222222222222'],
      regions: ['global'],
      principal: 'arn:aws:iam::1:role/x',
    },
  ]);
  const folder = path.join(scratch.path, 'compressed');
  const refusal = { ...trailsAnswer('111111111111', 'global'), service: 'sts', operation: 'AssumeRole' };
  await writeSnapshot(folder, { organization: [refusal], accounts: { '111111111111': [] } }, { coverage });
  const readable = path.join(scratch.path, 'readable');
  await mkdir(path.join(readable, 'accounts'), { recursive: true });
  for (const [name, text] of await writeReadable(await openSnapshot(folder)))
    await writeFile(path.join(readable, name), text);
  expect((await openSnapshot(readable)).manifest.coverage).toStrictEqual(coverage);
});

test('a member that is called like a merge of YAML is a member', async () => {
  await using scratch = await scratchFolder();
  const record = trailsAnswer('111111111111', 'eu-west-1', { trailList: [], '<<': { a: 1 } });
  const content: Content = { organization: undefined, accounts: { '111111111111': [record] } };
  const folder = path.join(scratch.path, 'compressed');
  await writeSnapshot(folder, content);
  const readable = path.join(scratch.path, 'readable');
  await mkdir(path.join(readable, 'accounts'), { recursive: true });
  for (const [name, text] of await writeReadable(await openSnapshot(folder)))
    await writeFile(path.join(readable, name), text);
  expect(await contentOf(await openSnapshot(readable))).toStrictEqual(content);
});
