import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { manifestText } from '../../src/snapshot/manifest-text.ts';
import { signatureFile } from '../../src/snapshot/signature/sign.ts';
import { readManifest } from '../../src/snapshot/read.ts';
import { runCli, stackLines, temporaryFolder } from '../support/run-cli.ts';
import { trailsAnswer, writeSnapshot } from './samples.ts';

const scratch = temporaryFolder();
const at = (name: string): string => path.join(scratch.path, name);
const key = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const account = '111111111111';

function keyId({ publicKey }: { readonly publicKey: KeyObject }): string {
  return createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('hex');
}

beforeAll(async () => {
  for (const [name, pair] of [
    ['key', key],
    ['other', other],
  ] as const) {
    await writeFile(at(`${name}.pem`), pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
    await writeFile(at(`${name}.pub`), pair.publicKey.export({ format: 'pem', type: 'spki' }));
  }
});
afterAll(() => scratch[Symbol.dispose]());

/** A snapshot in a folder of its own. */
async function snapshot(name: string, region = 'eu-west-1'): Promise<string> {
  const content = {
    organization: undefined,
    accounts: { [account]: [trailsAnswer(account, region), trailsAnswer(account, 'us-east-1')] },
  };
  await writeSnapshot(at(name), content);
  return at(name);
}

test('a signed snapshot is accepted with the public key of the signer, and with no other', async () => {
  const folder = await snapshot('signed');
  const signed = await runCli(['snapshot', 'sign', folder, '--key', at('key.pem')]);
  expect(signed).toMatchObject({ code: 0, stdout: `${folder}.dsse.json: signed by key ${keyId(key)}\n` });

  const good = await runCli(['snapshot', 'verify', folder, '--key', at('key.pub')]);
  expect(good).toMatchObject({ code: 0 });
  expect(good.stdout).toContain(`signed by key ${keyId(key)}`);
  expect(
    JSON.parse((await runCli(['snapshot', 'verify', folder, '--key', at('key.pub'), '--json'])).stdout),
  ).toMatchObject({ signedBy: keyId(key), faults: [] });

  const stranger = await runCli(['snapshot', 'verify', folder, '--key', at('other.pub')]);
  expect(stranger.code).toBe(2);
  expect(stranger.stdout).toContain(`no signature in it was made by the key ${keyId(other)}`);

  // Signed by a second person, it is good for both keys; signed again, nothing is doubled.
  await runCli(['snapshot', 'sign', folder, '--key', at('other.pem')]);
  await runCli(['snapshot', 'sign', folder, '--key', at('key.pem')]);
  const { signatures } = JSON.parse(await readFile(`${folder}.dsse.json`, 'utf8')) as {
    signatures: unknown[];
  };
  expect(signatures).toHaveLength(2);
  for (const name of ['key.pub', 'other.pub'])
    expect((await runCli(['snapshot', 'verify', folder, '--key', at(name)])).code).toBe(0);
});

test('whatever is changed after signing is found', async () => {
  const folder = await snapshot('changed');
  await runCli(['snapshot', 'sign', folder, '--key', at('key.pem')]);
  const verify = (): ReturnType<typeof runCli> =>
    runCli(['snapshot', 'verify', folder, '--key', at('key.pub')]);

  const manifest = path.join(folder, 'manifest.json');
  const text = await readFile(manifest, 'utf8');
  await writeFile(manifest, JSON.stringify(JSON.parse(text)));
  const reformatted = await verify();
  expect(reformatted.code).toBe(2);
  expect(reformatted.stdout).toContain('what was signed is a manifest.json with SHA-256');

  // A forger who makes all hashes right again still has no key.
  const forged = await readManifest(folder);
  const { rootHashOf } = await import('../../src/snapshot/manifest-text.ts');
  const edited = { ...forged, notices: ['nothing to see here'] };
  await writeFile(manifest, manifestText({ ...edited, rootHash: rootHashOf(edited) }));
  expect((await runCli(['snapshot', 'verify', folder])).code).toBe(0);
  expect((await verify()).code).toBe(2);
  await writeFile(manifest, text);
  expect((await verify()).code).toBe(0);

  const envelope = JSON.parse(await readFile(`${folder}.dsse.json`, 'utf8')) as { payload: string };
  const payload = Buffer.from(envelope.payload, 'base64').toString().replace('true', 'null');
  await writeFile(
    `${folder}.dsse.json`,
    JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') }),
  );
  expect((await verify()).stdout).toContain('no signature in it was made by the key');
});

test('a signature that is good for something else is refused', async () => {
  const folder = await snapshot('else');
  const payloadType = 'application/vnd.in-toto+json';
  const payload = Buffer.from(JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject: [] }));
  const bytes = Buffer.from(
    `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} ${payload.toString()}`,
  );
  await writeFile(
    `${folder}.dsse.json`,
    JSON.stringify({
      payloadType,
      payload: payload.toString('base64'),
      signatures: [{ keyid: keyId(key), sig: sign(null, bytes, key.privateKey).toString('base64') }],
    }),
  );
  const run = await runCli(['snapshot', 'verify', folder, '--key', at('key.pub')]);
  expect(run.code).toBe(2);
  expect(run.stdout).toContain('what was signed is no statement about a snapshot');
});

test('the signature stands beside the folder, however that is named', () => {
  expect(signatureFile('a/scan')).toBe(path.join('a', 'scan.dsse.json'));
  expect(signatureFile('scan/')).toBe('scan.dsse.json');
  expect(signatureFile('.')).toBe(`${process.cwd()}.dsse.json`);
  expect(signatureFile('a/..')).toBe(`${process.cwd()}.dsse.json`);
});

test('bad keys, signatures and snapshots are named, and nothing of a key is shown', async () => {
  const folder = await snapshot('bad');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encrypted = key.privateKey.export({
    format: 'pem',
    type: 'pkcs8',
    cipher: 'aes-256-cbc',
    passphrase: 'open sesame',
  });
  const broken = '-----BEGIN PRIVATE KEY-----\nTk90IGEga2V5\n-----END PRIVATE KEY-----\n';
  await writeFile(at('rsa.pem'), rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  await writeFile(at('encrypted.pem'), encrypted);
  await writeFile(at('broken.pem'), broken);
  await writeFile(at('no-envelope.json'), '{"payloadType":"text/plain"}');
  await writeFile(at('no-json.json'), 'x');
  await writeFile(
    at('two.pub'),
    (await readFile(at('key.pub'), 'utf8')) + (await readFile(at('other.pub'), 'utf8')),
  );
  await snapshot('second', 'eu-north-1');
  await runCli(['snapshot', 'sign', at('second'), '--key', at('key.pem')]);
  const damaged = await snapshot('damaged');
  await writeFile(path.join(damaged, 'accounts', `${account}.ndjson.gz`), 'x');

  for (const [args, message] of [
    [['sign', folder, '--key', at('missing.pem')], 'no such file'],
    [['sign', folder, '--key', at('rsa.pem')], 'is a key of kind rsa; expected Ed25519'],
    [['sign', folder, '--key', at('encrypted.pem')], 'the key is encrypted'],
    [['sign', folder, '--key', at('broken.pem')], 'holds no key that can be read'],
    [['sign', folder, '--key', at('key.pub')], 'holds no private key in PEM'],
    [['sign', folder, '--key', 'arn:aws:kms:eu-west-1:1:key'], 'is no ARN of a key in AWS KMS'],
    [['sign', path.resolve('fixtures/healthy-org'), '--key', at('key.pem')], 'only the compressed form'],
    [['sign', damaged, '--key', at('key.pem')], 'the manifest says'],
    [['sign', folder, '--key', at('key.pem'), '--out', `${at('second')}.dsse.json`], 'another snapshot'],
    [['sign', folder, '--key', at('key.pem'), '--out', at('no-json.json')], 'is not JSON'],
    [
      ['sign', folder, '--key', at('key.pem'), '--out', path.join(folder, 'x.json')],
      'inside of the snapshot',
    ],
    [['verify', folder, '--key', at('two.pub')], 'holds more than one key'],
    [['verify', folder, '--key', at('key.pem')], 'is a private key'],
    [['verify', folder, '--key', at('key.pub')], 'bad.dsse.json'],
    [
      ['verify', folder, '--key', at('key.pub'), '--signature', at('no-envelope.json')],
      '`payloadType` must be',
    ],
    [['verify', folder, '--signature', at('no-envelope.json')], '--signature needs --key'],
  ] as const) {
    const run = await runCli(['snapshot', ...args]);
    expect(run.code, message).toBe(2);
    const said = run.stdout + run.stderr;
    expect(said).toContain(message);
    expect(said).not.toMatch(/Tk90IGEga2V5|MC4CAQAw/);
    expect(stackLines(run)).toEqual([]);
  }
  expect(await readFile(`${at('second')}.dsse.json`, 'utf8')).toContain(keyId(key));
});

test('a key in AWS KMS signs and verifies', async () => {
  // The emulator has no Ed25519 keys: this answers the two operations with a real one.
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const target = String(request.headers['x-amz-target']);
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { Message, MessageType, SigningAlgorithm } = JSON.parse(body) as Record<string, string>;
      seen.push([target, MessageType, SigningAlgorithm].join(' ').trim());
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      const message = Buffer.from(Message ?? '', 'base64');
      if (message.length > 4096) {
        response.statusCode = 400;
        response.end(JSON.stringify({ __type: 'ValidationException', message: 'too long' }));
      } else if (target.endsWith('Sign'))
        response.end(JSON.stringify({ Signature: sign(null, message, key.privateKey).toString('base64') }));
      else
        response.end(
          JSON.stringify({
            PublicKey: key.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
          }),
        );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const folder = await snapshot('kms');
    const environment = {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    };
    const arn = 'arn:aws:kms:eu-west-1:111111111111:key/0b7a3a3e-7e0d-4d0a-9c5e-0c8f4f3a2b1c';
    const signed = await runCli(['snapshot', 'sign', folder, '--key', arn], { environment });
    expect(signed).toMatchObject({ code: 0, stderr: '' });
    expect((await runCli(['snapshot', 'verify', folder, '--key', arn], { environment })).code).toBe(0);
    expect((await runCli(['snapshot', 'verify', folder, '--key', at('key.pub')])).code).toBe(0);
    expect(seen).toEqual([
      'TrentService.GetPublicKey',
      'TrentService.Sign RAW ED25519_SHA_512',
      'TrentService.GetPublicKey',
    ]);
  } finally {
    server.close();
  }
});
