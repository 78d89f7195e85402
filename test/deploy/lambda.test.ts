import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { CloudTrailClient, CreateTrailCommand } from '@aws-sdk/client-cloudtrail';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startMoto, type Moto } from '../aws/moto.ts';
import { builtPackage } from '../support/installed-package.ts';
import { python } from '../support/needs.ts';
import { temporaryFolder } from '../support/run-cli.ts';
import { readTemplate, resourcesOf } from './template.ts';
import { root } from './tools.ts';

/** What Lambda would make of an invocation: an answer, or the error that it passes on. */
interface Invocation {
  readonly answer?: { readonly results: string };
  readonly errorType?: string;
  readonly errorMessage?: string;
}

describe.skipIf(python() === undefined)('the Lambda function', () => {
  const folder = temporaryFolder();
  const code = path.join(folder.path, 'task');
  let moto: Moto;
  let s3: S3Client;

  beforeAll(async () => {
    // As docs/schedules/lambda.md packs it: the handler, the package, a configuration.
    mkdirSync(path.join(code, 'node_modules'), { recursive: true });
    copyFileSync(path.join(root, 'examples/aws/lambda/handler.mjs'), path.join(code, 'handler.mjs'));
    symlinkSync(builtPackage(path.join(folder.path, 'build')), path.join(code, 'node_modules/trailwarden'));
    writeFileSync(
      path.join(code, 'trailwarden.yaml'),
      'regions: [us-east-1]\nonly: [cloudtrail-log-file-validation]\nallowIncomplete: true\n',
    );
    moto = await startMoto();
    const keys = { accessKeyId: 'AKIAMANAGEMENT000000', secretAccessKey: 'not-a-secret' };
    s3 = new S3Client({
      endpoint: moto.url,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: keys,
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'results' }));
    const cloudTrail = new CloudTrailClient({ endpoint: moto.url, region: 'us-east-1', credentials: keys });
    // Its files are not validated.
    await cloudTrail.send(new CreateTrailCommand({ Name: 'trail', S3BucketName: 'results' }));
    cloudTrail.destroy();
  }, 180_000);
  afterAll(async () => {
    s3.destroy();
    await moto.close();
    folder[Symbol.dispose]();
  });

  /** Calls the handler as the runtime of Lambda does, with the variables of the template. */
  async function invoke(bucket: string, milliseconds: number): Promise<Invocation> {
    const { Function: lambda } = resourcesOf(
      readTemplate('examples/aws/lambda.yaml', { ResultsUrl: `s3://${bucket}/scans` }),
    );
    const { Variables: variables } = lambda!.Properties['Environment'] as unknown as {
      Variables: Record<string, string>;
    };
    const [file, name] = (lambda!.Properties['Handler'] as string).split('.');
    const call = `
      const { ${name}: handler } = await import(${JSON.stringify(pathToFileURL(path.join(code, `${file}.mjs`)).href)});
      const context = { getRemainingTimeInMillis: () => ${milliseconds} };
      const tell = (end) => process.send(end);
      handler({ scheduledTime: '2026-11-21T03:17:00Z' }, context).then(
        (answer) => tell({ answer }),
        (error) => tell({ errorType: error.name, errorMessage: error.message }),
      );`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', call], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH: process.env['PATH'], TMPDIR: folder.path, ...moto.environment, ...variables },
    });
    const [end] = (await once(child, 'message')) as [Invocation];
    return end;
  }

  test('scans into the bucket, and passes on what was found', async () => {
    expect(await invoke('results', 900_000)).toEqual({
      errorType: 'TrailwardenFoundSomething',
      errorMessage: 'something fails; results: s3://results/scans/2026-11-21T03:17:00Z',
    });
    const { Contents: objects = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'results' }));
    const keys = objects.map(({ Key }) => Key?.replace('scans/2026-11-21T03:17:00Z/', ''));
    expect(keys).toEqual(expect.arrayContaining(['report.html', 'report.json.gz', 'snapshot/manifest.json']));
  });

  test('says so when it could not scan, or ran out of time', async () => {
    expect(await invoke('no-such-bucket-here', 900_000)).toMatchObject({
      errorType: 'TrailwardenCouldNotRun',
    });
    // Told to end before it began.
    expect(await invoke('results', 60_000)).toMatchObject({
      errorType: 'TrailwardenCouldNotRun',
      errorMessage: expect.stringContaining('was ended') as string,
    });
  });
});
