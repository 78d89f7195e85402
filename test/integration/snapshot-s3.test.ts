import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { stagingFolder } from '../../src/cli/storage.ts';
import { parseReportRequest } from '../../src/cli/report-request.ts';
import { startMoto, type Moto } from '../aws/moto.ts';
import { managementPlace } from '../aws/seed-organization.ts';
import { scratchFolder, trailsAnswer, writeSnapshot } from '../snapshot/samples.ts';
import { python } from '../support/needs.ts';
import { runCli, stackLines, temporaryFolder, type CliRun } from '../support/run-cli.ts';

const account = '123456789012';

describe.skipIf(python() === undefined)('snapshots in S3', () => {
  const folder = temporaryFolder();
  let moto: Moto;
  let s3: S3Client;

  beforeAll(async () => {
    moto = await startMoto();
    s3 = new S3Client({
      endpoint: moto.url,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'evidence' }));
  });
  afterAll(async () => {
    folder[Symbol.dispose]();
    s3.destroy();
    await moto.close();
  });

  async function run(...args: readonly string[]): Promise<CliRun> {
    const done = await runCli(args, {
      // The role cannot be missing here: the emulator lets anybody assume anything.
      environment: { ...moto.environment, TMPDIR: folder.path },
    });
    expect(stackLines(done)).toEqual([]);
    return done;
  }

  async function keys(prefix: string): Promise<readonly string[]> {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'evidence', Prefix: prefix }));
    return Contents.map(({ Key }) => Key ?? '').toSorted();
  }

  test('a snapshot is collected into a bucket and read from there by every command', async () => {
    const place = 's3://evidence/scans/one';
    const collected = await run('collect', '--out', place, '--regions', 'us-east-1', '--allow-incomplete');
    expect(collected.code).toBe(0);
    const objects = await keys('scans/one/');
    expect(objects).toContain('scans/one/manifest.json');
    expect(objects.length).toBeGreaterThan(1);

    const verified = await run('snapshot', 'verify', place);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('whole;') as string });
    expect((await run('snapshot', 'show', place)).stdout).toContain('root hash');
    const judged = await run('evaluate', place, '--rule', 'cloudtrail-multi-region', '--allow-incomplete');
    expect(judged).toMatchObject({ code: 0, stderr: '' });
    expect(judged.stdout).toContain('1 finding of 1 rule');

    // Nothing is ever replaced.
    const again = await run('collect', '--out', place, '--regions', 'us-east-1');
    expect(again).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds a snapshot already') as string,
    });
    expect(await keys('scans/one/')).toEqual(objects);

    // What was taken away is missed.
    await s3.send(
      new DeleteObjectCommand({ Bucket: 'evidence', Key: objects.find((key) => key.endsWith('.gz')) ?? '' }),
    );
    const broken = await run('snapshot', 'verify', place);
    expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining('is not there') as string });
  });

  test('an interrupted sending is gone on with, and what is another snapshot is left alone', async () => {
    const { sendSnapshot } = await import('../../src/collect/s3-snapshots.ts');
    const [one, two] = [path.join(folder.path, 'one'), path.join(folder.path, 'two')];
    // Larger than a part of an upload, so that it is sent in several.
    const noise = Array.from({ length: 5000 }, (_, index) =>
      trailsAnswer(account, 'us-east-1', { trailList: [{ Name: noiseOf(index) }] }),
    );
    await writeSnapshot(one, { organization: undefined, accounts: { [account]: noise } });
    await writeSnapshot(two, {
      organization: undefined,
      accounts: { [account]: [trailsAnswer(account, 'us-east-1')] },
    });
    for (const [name, value] of Object.entries(moto.environment)) vi.stubEnv(name, value);
    try {
      await sendSnapshot(one, 's3://evidence/again', undefined);
      await s3.send(new DeleteObjectCommand({ Bucket: 'evidence', Key: 'again/manifest.json' }));
      await sendSnapshot(one, 's3://evidence/again', undefined);
      await expect(sendSnapshot(two, 's3://evidence/again', undefined)).rejects.toThrow('is another one');
    } finally {
      vi.unstubAllEnvs();
    }
    expect((await run('snapshot', 'verify', 's3://evidence/again')).code).toBe(0);

    // Killed while it sent what was collected whole: that waits here, and is not collected again.
    const place = 's3://evidence/killed';
    vi.stubEnv('TMPDIR', folder.path);
    const staging = stagingFolder(`${place}/`);
    vi.unstubAllEnvs();
    await cp(two, staging, { recursive: true });
    // Where others could have put it, it is nobody's evidence.
    chmodSync(path.dirname(staging), 0o777);
    const doubted = await run('collect', '--out', place, '--resume');
    expect(doubted).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('others can write there') as string,
    });
    chmodSync(path.dirname(staging), 0o700);
    const sent = await run('collect', '--out', place, '--resume');
    expect(sent).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('had only to be sent, and is sent now') as string,
    });
    expect((await run('snapshot', 'verify', place)).code).toBe(0);

    // What is made of it stands there, too, and nothing of it here.
    const [key, pub] = [path.join(folder.path, 'key.pem'), path.join(folder.path, 'key.pub')];
    const pair = generateKeyPairSync('ed25519');
    writeFileSync(key, pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
    writeFileSync(pub, pair.publicKey.export({ format: 'pem', type: 'spki' }));
    const copy = 's3://evidence/redacted/';
    expect((await run('snapshot', 'redact', place, '--out', copy)).code).toBe(0);
    const signed = await run('snapshot', 'sign', copy, '--key', key);
    expect(signed).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('s3://evidence/redacted.dsse.json: signed by') as string,
    });
    expect((await run('snapshot', 'sign', copy, '--key', key)).code).toBe(0);
    const verified = await run('snapshot', 'verify', copy, '--key', pub);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining(', signed by key') as string });
    expect(verified.stdout).toContain(', redacted from ');
    const part = `redacted/accounts/${account}.ndjson.gz`;
    await s3.send(new PutObjectCommand({ Bucket: 'evidence', Key: part, Body: 'x' }));
    expect((await run('snapshot', 'verify', copy)).stdout).toContain(
      `s3://evidence/${part}: the part has 1 bytes`,
    );
    expect(readdirSync('.')).not.toContain('s3:');
  });

  test('reports are written to a bucket, in place of earlier ones, and nothing is left here', async () => {
    const reports = (place: string): readonly string[] =>
      ['html=report.html', 'json=report.json.gz', 'sarif=alerts.sarif'].flatMap((to) => [
        '--format',
        to.replace('=', `=${place}`),
      ]);
    const options = ['--rule', 'cloudtrail-multi-region', '--fail-on', 'none', '--allow-incomplete'];
    const scanned = await run(
      'scan',
      '--out=s3://evidence/two/snapshot',
      '--regions=us-east-1',
      '--split=account',
      ...options,
      ...reports('s3://evidence/two/'),
    );
    expect(scanned.code).toBe(0);
    expect(scanned.stderr).toContain(
      'html report: s3://evidence/two/report.html\njson report: s3://evidence/two/report.json.gz\n' +
        'sarif reports: s3://evidence/two/alerts.*.sarif\n',
    );
    const again = await run(
      'evaluate',
      's3://evidence/two/snapshot',
      '--split=account',
      ...options,
      ...reports('s3://evidence/two/'),
      ...reports(`${folder.path}/`),
    );
    expect(again.code).toBe(0);
    for (const [name, mediaType] of [
      ['report.html', 'text/html; charset=utf-8'],
      ['report.json.gz', 'application/gzip'],
      [`alerts.${account}.sarif`, 'application/sarif+json'],
    ] as const) {
      const object = await s3.send(new GetObjectCommand({ Bucket: 'evidence', Key: `two/${name}` }));
      expect(object.ContentType).toBe(mediaType);
      const sent = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
      expect(sent.equals(readFileSync(path.join(folder.path, name)))).toBe(true);
    }
    expect(gunzipSync(readFileSync(path.join(folder.path, 'report.json.gz'))).length).toBeGreaterThan(1000);

    // One of them is read where it stands.
    const later = await run(
      'evaluate',
      's3://evidence/two/snapshot',
      '--baseline=s3://evidence/two/report.json.gz',
      '--format=json',
      ...options,
    );
    expect(later).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"baseline":"unchanged"') as string,
    });

    const refused = await run(
      'evaluate',
      's3://evidence/two/snapshot',
      '--format=html=s3://no-such-bucket-here/report.html',
      ...options,
    );
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('s3:PutObject was refused: NoSuchBucket') as string,
    });
    expect(
      readdirSync(folder.path, { recursive: true }).filter((name) =>
        /trailwarden-(?!staging-\d+$)/.test(String(name)),
      ),
    ).toEqual([]);
  });

  test('the actions that are named for S3 are enough, and without one of them it is told', async () => {
    const { fetchSnapshot, sendSnapshot } = await import('../../src/collect/s3-snapshots.ts');
    const { sendReport } = await import('../../src/collect/s3-reports.ts');
    const { storeActions } = await import('../../src/collect/s3-store.ts');
    const iam = new IAMClient(managementPlace(moto.url).config);
    const user = { UserName: 'sender', PolicyName: 'store' };
    const allow = (without?: string): Promise<unknown> => {
      const objects = storeActions.objects.filter((action) => action !== without);
      const statements = [
        { Effect: 'Allow', Action: objects, Resource: 'arn:aws:s3:::evidence/permitted/*' },
        { Effect: 'Allow', Action: storeActions.bucket, Resource: 'arn:aws:s3:::evidence' },
      ];
      const policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
      return iam.send(new PutUserPolicyCommand({ ...user, PolicyDocument: policy }));
    };
    await iam.send(new CreateUserCommand(user));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand(user));
    await allow();

    const snapshot = path.join(folder.path, 'permitted');
    const report = path.join(folder.path, 'large');
    await writeSnapshot(snapshot, { organization: undefined, accounts: { [account]: [] } });
    // Sent in parts.
    writeFileSync(report, Buffer.alloc(9 * 1024 * 1024));
    const options = { mediaType: 'text/plain', profile: undefined };
    const environment = {
      ...moto.environment,
      AWS_ACCESS_KEY_ID: key?.AccessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: key?.SecretAccessKey ?? '',
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    try {
      await moto.enforce(true);
      await sendSnapshot(snapshot, 's3://evidence/permitted/snapshot', undefined);
      // Sent again, it is compared with what is there.
      await sendSnapshot(snapshot, 's3://evidence/permitted/snapshot', undefined);
      await fetchSnapshot('s3://evidence/permitted/snapshot', path.join(folder.path, 'fetched'), undefined);
      await sendReport(report, 's3://evidence/permitted/report', options);
      await expect(sendReport(report, 's3://evidence/elsewhere/report', options)).rejects.toThrow(
        's3:PutObject was refused',
      );

      await moto.enforce(false);
      await allow('s3:PutObject');
      await moto.enforce(true);
      await expect(sendReport(report, 's3://evidence/permitted/report', options)).rejects.toThrow(
        's3:PutObject was refused',
      );
      await moto.enforce(false);
      await allow('s3:GetObject');
      await moto.enforce(true);
      await expect(
        fetchSnapshot('s3://evidence/permitted/snapshot', path.join(folder.path, 'denied'), undefined),
      ).rejects.toThrow('s3:GetObject was refused');
    } finally {
      vi.unstubAllEnvs();
      await moto.enforce(false);
      iam.destroy();
    }
  });

  test('places that are none are named', async () => {
    for (const [place, message] of [
      ['s3://', 'is no place in S3'],
      ['s3://UPPER/x', 'a bucket (3 to 63 lower-case letters'],
      ['s3://no-such-bucket-here/x', 'no-such-bucket-here'],
      ['s3://evidence/nothing', 'no snapshot, or one that is not whole yet'],
    ] as const) {
      const { code, stderr } = await run('snapshot', 'show', place);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    // Told before anything is asked.
    for (const place of ['s3://evidence', 's3://evidence/', 's3://evidence/reports/'])
      expect(() => parseReportRequest(`json=${place}`)).toThrow('names no object in S3');
    expect(await run('collect', '--out', 's3://no-such-bucket-here/x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no bucket no-such-bucket-here') as string,
    });
  });
});

test('an object that S3 refuses because another request is under way is sent again', async () => {
  await using scratch = await scratchFolder();
  const { sendSnapshot } = await import('../../src/collect/s3-snapshots.ts');
  await writeSnapshot(scratch.path, { organization: undefined, accounts: { [account]: [] } });
  const seen: string[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const what = `${request.method ?? ''} ${path.posix.basename((request.url ?? '').split('?')[0] ?? '')}`;
      seen.push(what);
      response.statusCode =
        request.method === 'HEAD' ? 404 : seen.filter((each) => each === what).length > 1 ? 200 : 409;
      response.end(
        response.statusCode === 409 ? '<Error><Code>ConditionalRequestConflict</Code></Error>' : '',
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'test');
  vi.stubEnv('AWS_REGION', 'us-east-1');
  try {
    await sendSnapshot(scratch.path, 's3://evidence/busy', undefined);
    const part = `${account}.ndjson.gz`;
    expect(seen).toEqual(
      [part, 'manifest.json'].flatMap((name) => [`PUT ${name}`, `HEAD ${name}`, `PUT ${name}`]),
    );
  } finally {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  }
});

/** Text that does not compress: a linear congruential generator, the same each time. */
function noiseOf(seed: number): string {
  let state = seed + 1;
  return Array.from({ length: 3000 }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return String.fromCharCode(33 + (state % 90));
  }).join('');
}
