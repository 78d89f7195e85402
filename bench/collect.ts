/**
 * `node bench/collect.ts [--tls] [ACCOUNTS [ROUNDS [OPTIONS]]]`: what a request costs the built command line, beside a bare loop over the SDK that
 * makes the same requests, and what a collection costs that is throttled and cut off. All ask a server on this machine
 * that gives the short answers of an idle organization; each is a process of its own, and so is the server. ROUNDS is 0
 * for the collector alone, once; OPTIONS are its own. With `--tls` the same is measured over TLS as well, from hosts named
 * as those of AWS, and without faults. The numbers in docs/performance.md come from here.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { NodeHttpHandler } from '@smithy/node-http-handler';

import { callNamed, calls } from '../src/collect/calls.ts';
import type { Credentials } from '../src/collect/credentials.ts';
import { commandOf, loadService, type Client, type ClientConfig } from '../src/collect/services.ts';
import type { JsonObject } from '../src/json.ts';
import { openSnapshot } from '../src/snapshot/read.ts';
import type { CallName } from '../src/snapshot/record.ts';
import { selfSigned, type Certificate } from '../test/support/certificate.ts';
import { readCall, writeAnswer, writeError, type AwsCall } from '../test/aws/wire.ts';
import { hostNames, plainPath, redirection, type TlsUse } from './aws-hosts.ts';

const management = '100000000000';
const regions = [
  ['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2'],
  ['ca-central-1', 'eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ['sa-east-1', 'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
].flat();
const concurrency = 100;

/** Shares of the requests that the server spoils. */
interface Faults {
  readonly throttled: number;
  readonly reset: number;
}
const none: Faults = { throttled: 0, reset: 0 };
const many: Faults = { throttled: 0.2, reset: 0.03 };

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
/** Has a process tell what it used when it ends. */
const own = path.join(tmpdir(), `trailwarden-bench-${process.pid}`);
const meter = path.join(own, 'meter.cjs');
const meterText =
  "process.on('exit', () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage(); require('node:fs').writeSync(3, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, memory: maxRSS / 1024, tls: globalThis.tlsUse })); });\n";

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What one process measured. */
interface Measured {
  readonly requests: number;
  /** Requests by call. */
  readonly byCall: Readonly<Record<string, number>>;
  /** Seconds of CPU, in user and system mode, since the process began. */
  readonly cpu: number;
  /** Seconds on the clock. */
  readonly wall: number;
  /** MiB that the process held at most. */
  readonly memory: number;
  readonly tls?: TlsUse;
  /** MiB of the snapshot. */
  readonly disk: number;
  /** Records in it, and questions without an answer. */
  readonly records: number;
  readonly unanswered: number;
}

function answerTo(
  accounts: number,
  { service, operation, region, input }: AwsCall,
  account: string,
): JsonObject {
  switch (operation) {
    case 'GetCallerIdentity':
      return { Account: management, Arn: `arn:aws:iam::${management}:user/bench`, UserId: 'AIDABENCH' };
    case 'DescribeOrganization':
      return { Organization: { Id: 'o-bench00000', MasterAccountId: management, FeatureSet: 'ALL' } };
    case 'ListAccounts':
      return {
        Accounts: Array.from({ length: accounts }, (_, index) => {
          const Id = String(Number(management) + index);
          return { Id, Name: `account ${index}`, State: 'ACTIVE', Paths: [`o-bench00000/r-root/${Id}/`] };
        }),
      };
    case 'ListRoots':
      return { Roots: [{ Id: 'r-root', Name: 'Root' }] };
    case 'ListOrganizationalUnitsForParent':
      return { OrganizationalUnits: [] };
    case 'AssumeRole': {
      const role = typeof input['RoleArn'] === 'string' ? input['RoleArn'] : '';
      return {
        Credentials: {
          AccessKeyId: `ASIA${role.split(':')[4] ?? ''}PLAY`,
          SecretAccessKey: 'bench',
          SessionToken: 'bench',
          Expiration: new Date(Date.now() + 3_600_000).toISOString(),
        },
      };
    }
    case 'ListRegions':
      return {
        Regions: regions.map((RegionName) => ({ RegionName, RegionOptStatus: 'ENABLED_BY_DEFAULT' })),
      };
    case 'DescribeTrails':
      return {
        trailList: [
          {
            Name: 'organization',
            S3BucketName: 'bench-logs',
            IncludeGlobalServiceEvents: true,
            IsMultiRegionTrail: true,
            HomeRegion: 'us-east-1',
            TrailARN: `arn:aws:cloudtrail:us-east-1:${management}:trail/organization`,
            LogFileValidationEnabled: true,
            HasCustomEventSelectors: false,
            HasInsightSelectors: false,
            IsOrganizationTrail: true,
          },
        ],
      };
    case 'GetBucketPolicy':
      return { Policy: '{}' };
    case 'GetTrailStatus':
      return { IsLogging: true, LatestDeliveryTime: '2026-01-02T03:04:05.000Z' };
    case 'ListBuckets':
      return {
        Buckets: account === management ? [{ Name: 'bench-logs', BucketRegion: 'us-east-1' }] : [],
      };
    case 'GetAccountSettings':
      return { AccountUsage: { FunctionCount: 0, TotalCodeSize: 0 } };
    case 'ListEventBuses':
      return {
        EventBuses: [{ Name: 'default', Arn: `arn:aws:events:eu-west-1:${account}:event-bus/default` }],
      };
    case 'DescribeVpcs':
      return { Vpcs: [{ VpcId: 'vpc-1', IsDefault: true, State: 'available' }] };
    case 'DescribeLogGroups':
      // Half of the regions are used: a page as accounts have them, with ten groups.
      return {
        logGroups: Array.from({ length: regions.indexOf(region) % 2 === 0 ? 10 : 0 }, (_, index) => ({
          logGroupName: `/aws/lambda/function-${index}`,
          creationTime: 1_700_000_000_000,
          retentionInDays: 365,
          metricFilterCount: 0,
          arn: `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/function-${index}:*`,
          storedBytes: 1_048_576,
          logGroupClass: 'STANDARD',
        })),
      };
    default:
      return emptyAnswer(service, operation);
  }
}

/** An empty list; for what has none, the members that a good answer has. */
function emptyAnswer(service: string, operation: string): JsonObject {
  const call = calls.find((row) => row.service === service && row.operation === operation);
  if (call?.hasUnlessEmpty !== undefined) return { [call.hasUnlessEmpty]: [] };
  return call?.has === undefined ? {} : { [call.has]: {} };
}

/** Says of each request whether to spoil it, the same for every run. */
function dice({ throttled, reset }: Faults): () => 'throttled' | 'reset' | undefined {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    const roll = state / 2_147_483_647;
    return roll < throttled ? 'throttled' : roll < throttled + reset ? 'reset' : undefined;
  };
}

function serve(accounts: number, faults: Faults, certificate: Certificate | undefined): void {
  let requests = 0;
  const roll = dice(faults);
  const answer = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const url = plainPath(request.headers.host ?? '', request.url ?? '/');
      const call = readCall(request.headers satisfies IncomingHttpHeaders, url, body);
      if (call === undefined) throw new Error(`cannot be read: ${url} ${body}`);
      requests += 1;
      // Who asks at all is found out with fewer attempts: somebody waits for it.
      const fault = call.operation === 'GetCallerIdentity' ? undefined : roll();
      if (fault === 'reset') {
        request.socket.destroy();
        return;
      }
      const account = /\d{12}/.exec(call.accessKey)?.[0] ?? management;
      const id = `bench-${requests}`;
      const given =
        fault === 'throttled'
          ? writeError(call.service, { code: 'ThrottlingException', message: 'Rate exceeded' }, id)
          : call.operation === 'DescribeHub'
            ? writeError(call.service, { code: 'InvalidAccessException', message: 'not subscribed' }, id)
            : writeAnswer(call, answerTo(accounts, call, account), id);
      response.writeHead(given.status, {
        ...given.headers,
        'content-length': String(Buffer.byteLength(given.body)),
      });
      response.end(given.body);
    });
  };
  const server =
    certificate === undefined
      ? http.createServer(answer)
      : https.createServer({ key: certificate.key, cert: certificate.certificate }, answer);
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    print(String((server.address() as AddressInfo).port));
  });
}

/** How a process gets to the server. */
interface Way {
  readonly environment: Readonly<Record<string, string>>;
  /** Modules that it loads first. */
  readonly preloads: readonly string[];
}

/** What a process used, told when it ends. */
interface Used {
  readonly cpu: number;
  readonly wall: number;
  readonly memory: number;
  readonly tls?: TlsUse;
}
type Done = Omit<Measured, keyof Used>;

/** The built command line, as it is installed. */
async function collector(way: Way, options: readonly string[]): Promise<Measured> {
  const folder = mkdtempSync(path.join(tmpdir(), 'trailwarden-bench-'));
  try {
    const out = path.join(folder, 'snapshot');
    // The rates of AWS would be what is measured.
    const args = ['collect', '--out', out, '--pace', '100', '--quiet', '--allow-incomplete', ...options];
    const { output: _output, ...used } = await run(way, [main, ...args]);
    const { manifest } = await openSnapshot(out);
    const byCall = manifest.requests ?? {};
    return {
      ...used,
      requests: Object.values(byCall).reduce((sum, count) => sum + count, 0),
      byCall,
      disk: sizeOf(out) / 2 ** 20,
      records: manifest.parts.reduce((sum, part) => sum + part.records, 0),
      unanswered: manifest.coverage.filter(({ outcome }) => outcome !== 'obtained').length,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

/**
 * The same requests in turn, by one client of the SDK for each service and region, with credentials that are at hand;
 * answers are thrown away.
 */
async function bare(byCall: Readonly<Record<string, number>>): Promise<Done> {
  const settings = { keepAlive: true, maxSockets: concurrency };
  const [httpAgent, httpsAgent] = [new http.Agent(settings), new https.Agent(settings)];
  const requestHandler = new NodeHttpHandler({
    httpAgent,
    httpsAgent,
  }) as unknown as ClientConfig['requestHandler'];
  const credentials = (): Promise<Credentials> =>
    Promise.resolve({ accessKeyId: `AKIA${management}PLAY`, secretAccessKey: 'bench' });
  const clients = new Map<string, Client>();
  const jobs: { readonly at: number; readonly send: () => Promise<unknown> }[] = [];
  for (const [name, count] of Object.entries(byCall)) {
    const call = callNamed(name as CallName);
    const service = await loadService[call.service]();
    const item = {
      name: `arn:aws:bench:us-east-1:${management}:a/b`,
      owner: management,
      region: 'us-east-1',
    };
    const input = { ...call.input, ...call.each?.input(item) };
    for (let index = 0; index < count; index += 1) {
      const region = regions[index % regions.length] ?? '';
      const key = `${call.service} ${region}`;
      let client = clients.get(key);
      if (client === undefined) {
        const config = { region, credentials, requestHandler, customUserAgent: [] as [string, string][] };
        client = new service.Client({ ...config, maxAttempts: 1, retryMode: 'standard' });
        clients.set(key, client);
      }
      const asked = client;
      const send = (): Promise<unknown> =>
        asked.send(commandOf(service, call.operation, input), {}).catch(() => undefined);
      jobs.push({ at: (index + 0.5) / count, send });
    }
  }
  jobs.sort((a, b) => a.at - b.at);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) await job.send();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  httpAgent.destroy();
  httpsAgent.destroy();
  return { requests: jobs.length, byCall, disk: 0, records: 0, unanswered: 0 };
}

/** Runs Node on its own, and gives what it used. Throws what it complains of. */
async function run(
  { environment, preloads }: Way,
  args: readonly string[],
  input = '',
): Promise<Used & { readonly output: string }> {
  const begin = performance.now();
  const required = [...preloads, meter].flatMap((file) => ['--require', file]);
  const child = spawn(process.execPath, [...required, ...args], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: `AKIA${management}PLAY`,
      AWS_SECRET_ACCESS_KEY: 'bench',
      ...environment,
      ...(process.env['NODE_OPTIONS'] === undefined ? {} : { NODE_OPTIONS: process.env['NODE_OPTIONS'] }),
    },
  });
  child.stdin.end(input);
  const [, output, complaint, used] = child.stdio.map((stream) =>
    stream instanceof Readable ? text(stream) : Promise.resolve(''),
  );
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(await complaint);
  const measured = JSON.parse((await used) ?? '') as Omit<Used, 'wall'>;
  return { ...measured, wall: (performance.now() - begin) / 1000, output: (await output) ?? '' };
}

async function sdkLoop(way: Way, byCall: Measured['byCall']): Promise<Measured> {
  const { output, ...used } = await run(
    way,
    [fileURLToPath(import.meta.url), 'bare'],
    JSON.stringify(byCall),
  );
  return { ...used, ...(JSON.parse(output) as Done) };
}

/** A server while `work` asks it; over TLS where there is a certificate. */
async function withServer(
  accounts: number,
  faults: Faults,
  certificate: Certificate | undefined,
  work: (way: Way) => void | Promise<void>,
): Promise<void> {
  const args = ['server', String(accounts), JSON.stringify({ faults, certificate })];
  const server = spawn(process.execPath, [fileURLToPath(import.meta.url), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = Number((await once(createInterface(server.stdout), 'line'))[0]);
    if (certificate === undefined)
      await work({ environment: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }, preloads: [] });
    else {
      const [authority, preload] = ['authority.pem', 'redirection.cjs'].map((name) => path.join(own, name));
      writeFileSync(authority ?? '', certificate.certificate);
      writeFileSync(preload ?? '', redirection(port));
      await work({ environment: { NODE_EXTRA_CA_CERTS: authority ?? '' }, preloads: [preload ?? ''] });
    }
  } finally {
    server.kill();
  }
}

const columns =
  'what, requests, CPU, requests per CPU second, clock, memory, snapshot, records, cells without answer, handshakes, resumed, open at most, hosts'.split(
    ', ',
  );

function printHead(): void {
  print(`| ${columns.join(' | ')} |`);
  print(`| --- |${' ---: |'.repeat(columns.length - 1)}`);
}

function printRow(what: string, found: Measured): void {
  const { requests, cpu, wall, memory, disk, records, unanswered, tls } = found;
  const snapshot = records === 0 ? ['', '', ''] : [`${disk.toFixed(2)} MiB`, records, unanswered];
  const connections =
    tls === undefined ? ['', '', '', ''] : [tls.handshakes, tls.resumed, tls.open, tls.hosts];
  const used = [`${cpu.toFixed(1)} s`, Math.round(requests / cpu), `${wall.toFixed(1)} s`];
  const cells = [what, requests, ...used, `${Math.round(memory)} MiB`, ...snapshot, ...connections];
  print(`| ${cells.join(' | ')} |`);
}

/** The best of each: whatever else the machine does only adds. */
class Best {
  readonly #rows = new Map<string, Measured>();

  keep(what: string, found: Measured): void {
    const before = this.#rows.get(what);
    if (before === undefined || found.requests / found.cpu > before.requests / before.cpu)
      this.#rows.set(what, found);
  }

  print(): void {
    for (const [what, found] of this.#rows) printRow(what, found);
  }
}

async function measure(
  accounts: number,
  rounds: number,
  options: readonly string[],
  tls: boolean,
): Promise<void> {
  printHead();
  const best = new Best();
  // In turns, so that whatever else the machine does hits all.
  const round = async (way: Way, suffix: string): Promise<void> => {
    const collected = await collector(way, options);
    best.keep(`collector${suffix}`, collected);
    if (rounds > 0) best.keep(`bare SDK loop${suffix}`, await sdkLoop(way, collected.byCall));
  };
  const certificate = tls ? selfSigned(hostNames(regions)) : undefined;
  await withServer(accounts, none, undefined, async (plain) => {
    const rest = async (secure?: Way): Promise<void> => {
      for (let number = 0; number < Math.max(1, rounds); number += 1) {
        await round(plain, '');
        if (secure !== undefined) await round(secure, ', TLS');
      }
    };
    if (certificate === undefined) await rest();
    else await withServer(accounts, none, certificate, rest);
  });
  best.print();
  if (rounds > 0 && !tls)
    await withServer(accounts, many, undefined, async (way) => {
      printRow('collector, 20 % throttled, 3 % reset', await collector(way, options));
    });
}

const tls = process.argv.includes('--tls');
const [mode = '100', ...rest] = process.argv.slice(2).filter((argument) => argument !== '--tls');
if (mode === 'server') {
  const given = JSON.parse(rest[1] ?? '') as { faults: Faults; certificate?: Certificate };
  serve(Number(rest[0]), given.faults, given.certificate);
} else if (mode === 'bare')
  print(JSON.stringify(await bare(JSON.parse(await text(process.stdin)) as Measured['byCall'])));
else
  try {
    mkdirSync(own);
    writeFileSync(meter, meterText);
    await measure(Number(mode), Number(rest[0] ?? 3), rest.slice(1), tls);
  } finally {
    rmSync(own, { recursive: true });
  }
