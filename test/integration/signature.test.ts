import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect, test } from 'vitest';

import { pinnedPython } from '../aws/moto.ts';
import { trailsAnswer, writeSnapshot } from '../snapshot/samples.ts';
import { python } from '../support/needs.ts';
import { runCli, temporaryFolder } from '../support/run-cli.ts';

const reader = path.resolve(import.meta.dirname, '../aws/verify_signature.py');

test.skipIf(python() === undefined)('a public tool reads the signature of a snapshot', async () => {
  using scratch = temporaryFolder();
  const at = (name: string): string => path.join(scratch.path, name);
  const [mine, strange] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
  await writeFile(at('key.pem'), mine.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  await writeFile(at('key.pub'), mine.publicKey.export({ format: 'pem', type: 'spki' }));
  await writeFile(at('strange.pub'), strange.publicKey.export({ format: 'pem', type: 'spki' }));
  const account = '111111111111';
  await writeSnapshot(at('snapshot'), {
    organization: undefined,
    accounts: { [account]: [trailsAnswer(account, 'eu-west-1')] },
  });
  expect((await runCli(['snapshot', 'sign', at('snapshot'), '--key', at('key.pem')])).code).toBe(0);

  const interpreter = await pinnedPython();
  const read = (key: string): ReturnType<typeof spawnSync> =>
    spawnSync(interpreter, [reader, at('snapshot.dsse.json'), at(key)], { encoding: 'utf8' });
  const good = read('key.pub');
  expect(good.stderr).toBe('');
  expect(JSON.parse(String(good.stdout))).toMatchObject({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'manifest.json' }],
  });
  expect(read('strange.pub').status).not.toBe(0);
});
