import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { openSnapshot } from '../../src/snapshot/read.ts';
import { removableFields } from '../../src/model/answer-fields.ts';
import { redactSnapshot } from '../../src/snapshot/redact.ts';
import type { Removable } from '../../src/snapshot/removable.ts';
import { verifySnapshot } from '../../src/snapshot/verify.ts';
import { createSnapshotWriter } from '../../src/snapshot/write.ts';
import { verdictsOf } from '../support/verdicts.ts';
import { runCli, temporaryFolder } from '../support/run-cli.ts';
import { scratchFolder, trailsAnswer, writeSnapshot } from './samples.ts';

const example = path.resolve(import.meta.dirname, '../../fixtures/example-org');
const key = Buffer.alloc(32, 7);
const account = '111111111111';
const hash = (text: string): string => createHmac('sha256', key).update(text).digest('hex');

/** One output after redaction, and what was counted. */
async function redacted(
  output: object,
  kinds: readonly Removable[],
): Promise<{ output: unknown; removed: unknown }> {
  await using scratch = await scratchFolder();
  const [from, to] = [path.join(scratch.path, 'from'), path.join(scratch.path, 'to')];
  const record = trailsAnswer(account, 'eu-west-1', output as Parameters<typeof trailsAnswer>[2]);
  await writeSnapshot(from, { organization: undefined, accounts: { [account]: [record] } });
  await redactSnapshot(await openSnapshot(from), kinds, key, removableFields, await createSnapshotWriter(to));
  expect((await verifySnapshot(to)).faults).toEqual([]);
  const told = await openSnapshot(to);
  return {
    output: (await told.account(account))?.[0]?.output,
    removed: told.manifest.redactions?.[0]?.removed.map((each) => `${each.count} ${each.kind}`).join(', '),
  };
}

test.each([
  [
    'an address anywhere in a text, and nothing around it',
    {
      Text: 'Ask Ann <ann.o+x@mail.example.com>, or bob@example.org. Not: @all, a@b, x@1.2.3, *@example.com',
    },
    {
      Text: `Ask Ann <redacted-emails-${hash('ann.o+x@mail.example.com')}>, or redacted-emails-${hash('bob@example.org')}. Not: @all, a@b, x@1.2.3, *@example.com`,
    },
    '2 emails, 0 phones, 0 endpoints',
  ],
  [
    'addresses in the forms that policies write them in, with the names of any country, and as a name of a member',
    {
      Encoded: '%22arn%3Aaws%3Asts%3A%3A1%3Aassumed-role%2FX%2Fann%2Bx%40example.com%22',
      Escaped: '{"Sid":"\\nann\\u0040example.com"}',
      Punycode: 'ann@example.xn--p1ai',
      'ann@example.com': 1,
    },
    {
      Encoded: `%22arn%3Aaws%3Asts%3A%3A1%3Aassumed-role%2FX%2Fredacted-emails-${hash('ann%2Bx%40example.com')}%22`,
      Escaped: `{"Sid":"\\nredacted-emails-${hash('ann\\u0040example.com')}"}`,
      Punycode: `redacted-emails-${hash('ann@example.xn--p1ai')}`,
      [`redacted-emails-${hash('ann@example.com')}`]: 1,
    },
    '4 emails, 0 phones, 0 endpoints',
  ],
  [
    'phone numbers anywhere in a text, and no sums, dates or zones',
    {
      Text: 'Call +442079460000 or (+1 (206) 555-0100). Not: m1+12065550100, (m1)+12065550100, 2026-10-01T06:00+0100, +123456',
    },
    {
      Text: `Call redacted-phones-${hash('+442079460000')} or (redacted-phones-${hash('+1 (206) 555-0100')}). Not: m1+12065550100, (m1)+12065550100, 2026-10-01T06:00+0100, +123456`,
    },
    '0 emails, 2 phones, 0 endpoints',
  ],
  [
    'a session name in an ARN, so that the ARN stays one',
    { Arn: 'arn:aws:sts::111111111111:assumed-role/Admin/ann@example.com' },
    { Arn: `arn:aws:sts::111111111111:assumed-role/Admin/redacted-emails-${hash('ann@example.com')}` },
    '1 emails, 0 phones, 0 endpoints',
  ],
  [
    'phone numbers, web addresses and mail addresses of subscriptions; ARNs of functions and queues stay',
    {
      Subscriptions: [
        { Protocol: 'sms', Endpoint: '+447700900123' },
        { Protocol: 'sms', Endpoint: '0800 1' },
        { Protocol: 'https', Endpoint: 'https://hooks.example.com/T0/secret' },
        { Protocol: 'email', Endpoint: 'ops@example.com' },
        { Protocol: 'email-json', Endpoint: 'ops@localhost' },
        { Protocol: 'lambda', Endpoint: 'arn:aws:lambda:eu-west-1:111111111111:function:f' },
      ],
    },
    {
      Subscriptions: [
        { Protocol: 'sms', Endpoint: `redacted-phones-${hash('+447700900123')}` },
        { Protocol: 'sms', Endpoint: `redacted-phones-${hash('0800 1')}` },
        {
          Protocol: 'https',
          Endpoint: `https://redacted-endpoints-${hash('https://hooks.example.com/T0/secret')}`,
        },
        { Protocol: 'email', Endpoint: `redacted-emails-${hash('ops@example.com')}` },
        { Protocol: 'email-json', Endpoint: `redacted-emails-${hash('ops@localhost')}` },
        { Protocol: 'lambda', Endpoint: 'arn:aws:lambda:eu-west-1:111111111111:function:f' },
      ],
    },
    '2 emails, 2 phones, 1 endpoints',
  ],
])('%s', async (_name, output, expected, removed) => {
  expect(await redacted(output, ['emails', 'phones', 'endpoints'])).toEqual({ output: expected, removed });
});

test('tags lose their values and keep their keys, as a list and as a map', async () => {
  const output = { Tags: [{ Key: 'team', Value: 'payments' }], tags: { owner: 'Ann', team: 'payments' } };
  expect(await redacted(output, ['tags'])).toEqual({
    output: {
      Tags: [{ Key: 'team', Value: `redacted-tags-${hash('payments')}` }],
      tags: { owner: `redacted-tags-${hash('Ann')}`, team: `redacted-tags-${hash('payments')}` },
    },
    removed: '3 tags',
  });
});

test('no address is left over, wherever it stands', async () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const address = fc.tuple(word, word).map(([name, host]) => `${name}@${host}.example`);
  const around = fc.constantFrom('', ' ', '<', '"', '\n', 'to:', '@', '..', 'é', '{"a":"');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(around, address, around), { maxLength: 5 }), async (pieces) => {
      const text = pieces.flat().join(' ');
      const { output } = await redacted({ deep: [{ text }, text] }, ['emails']);
      expect(JSON.stringify(output)).not.toMatch(/[a-z0-9]@[a-z0-9]+\.example/);
    }),
    { numRuns: 30 },
  );
  // Whatever is read is read once: a text made to be slow ends in time.
  const slow = `${'%40a'.repeat(100_000)}${'+1 '.repeat(100_000)}${'a.'.repeat(200_000)}@${'b-'.repeat(200_000)}${'@'.repeat(100_000)}`;
  expect((await redacted({ slow }, ['emails', 'phones'])).output).toEqual({ slow });
});

test('the example organization without personal data has the same verdicts and says what is gone', async () => {
  using scratch = temporaryFolder();
  const at = (name: string): string => path.join(scratch.path, name);
  await writeFile(at('key'), key);
  await writeFile(at('short'), 'abc');
  for (const name of ['one', 'two']) {
    const run = await runCli(['snapshot', 'redact', example, '--out', at(name), '--hash-key', at('key')]);
    expect(run.stderr).toBe('');
    expect(run.stdout).toMatch(/one|two: removed [1-9]\d* emails, \d+ phones, \d+ endpoints\n/);
  }
  expect(await readFile(path.join(at('one'), 'manifest.json'))).toEqual(
    await readFile(path.join(at('two'), 'manifest.json')),
  );
  const { manifest } = await openSnapshot(at('one'));
  const texts = manifest.parts.map(({ file }) =>
    gunzipSync(readFileSync(path.join(at('one'), file))).toString(),
  );
  expect([...texts, JSON.stringify(manifest)].join('\n')).not.toMatch(/[\w.]@[\w-]+\.[a-z]{2}/);
  expect(manifest.redactions?.[0]?.of).toBe((await openSnapshot(example)).manifest.rootHash);
  // Names of subscriptions hold the address; all else is the same.
  const unnamed = async (snapshot: string): Promise<readonly string[]> =>
    (await verdictsOf(snapshot)).map((line) => line.split(' ').slice(0, 4).join(' '));
  expect(await unnamed(at('one'))).toEqual(await unnamed(example));

  expect((await runCli(['snapshot', 'show', at('one')])).stdout).toContain('redacted ');
  const short = await runCli(['snapshot', 'redact', example, '--out', at('no'), '--hash-key', at('short')]);
  expect(short).toMatchObject({ code: 2, stderr: expect.stringContaining('has 3 bytes') as string });
  const unknown = await runCli(['snapshot', 'redact', example, '--out', at('no'), '--remove', 'names']);
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('names is none of') as string });
});
