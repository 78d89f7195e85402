/**
 * `node bench/collect.ts [ACCOUNTS]`: what a request costs the collector, beside a bare loop over the same SDK. Both ask
 * a server on this machine that gives the same short answers; each is a process of its own, and so is the server.
 * The numbers in docs/performance.md come from here.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http, { type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { CloudTrailClient, DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, ListEventBusesCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { NodeHttpHandler } from '@smithy/node-http-handler';

import { collect } from '../src/collect/collect.ts';
import type { JsonObject } from '../src/json.ts';
import { readCall, writeAnswer } from '../test/aws/wire.ts';

const management = '100000000000';
const regions = [
  ['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2'],
  ['ca-central-1', 'eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ['sa-east-1', 'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
].flat();
const concurrency = 100;
const rounds = 3;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What one process measured. */
interface Measured {
  readonly requests: number;
  /** Seconds of CPU, in user and system mode, since the process began. */
  readonly cpu: number;
  /** Seconds on the clock. */
  readonly wall: number;
  /** MiB that the process held at most. */
  readonly memory: number;
}

function answerTo(accounts: number, operation: string, account: string, input: JsonObject): JsonObject {
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
      return { trailList: [] };
    case 'DescribeLogGroups':
      // A page as accounts have them: ten groups.
      return {
        logGroups: Array.from({ length: 10 }, (_, index) => ({
          logGroupName: `/aws/lambda/function-${index}`,
          creationTime: 1_700_000_000_000,
          retentionInDays: 365,
          metricFilterCount: 0,
          arn: `arn:aws:logs:eu-west-1:${account}:log-group:/aws/lambda/function-${index}:*`,
          storedBytes: 1_048_576,
          logGroupClass: 'STANDARD',
        })),
      };
    case 'DescribeMetricFilters':
      return { metricFilters: [] };
    case 'DescribeAlarms':
      return { MetricAlarms: [], CompositeAlarms: [], LogAlarms: [] };
    case 'ListEventBuses':
      return {
        EventBuses: [{ Name: 'default', Arn: `arn:aws:events:eu-west-1:${account}:event-bus/default` }],
      };
    case 'ListRules':
      return { Rules: [] };
    default:
      throw new Error(`nothing is foreseen for ${operation}`);
  }
}

function serve(accounts: number): void {
  let requests = 0;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const call = readCall(request.headers satisfies IncomingHttpHeaders, request.url ?? '/', body);
      if (call === undefined) throw new Error(`cannot be read: ${request.url ?? ''} ${body}`);
      requests += 1;
      const account = /\d{12}/.exec(call.accessKey)?.[0] ?? management;
      const output = answerTo(accounts, call.operation, account, call.input);
      const answer = writeAnswer(call, output, `bench-${requests}`);
      response.writeHead(answer.status, {
        ...answer.headers,
        'content-length': String(Buffer.byteLength(answer.body)),
      });
      response.end(answer.body);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    print(String((server.address() as AddressInfo).port));
  });
}

async function measured(work: () => Promise<number>): Promise<Measured> {
  const begin = performance.now();
  const requests = await work();
  const { user, system } = process.cpuUsage();
  return {
    requests,
    cpu: (user + system) / 1e6,
    wall: (performance.now() - begin) / 1000,
    memory: process.resourceUsage().maxRSS / 1024,
  };
}

async function collector(): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'trailwarden-bench-'));
  let requests = 0;
  try {
    await collect(
      // The rates of AWS would be what is measured.
      { out: path.join(folder, 'snapshot'), concurrency, pace: 100, tool: { name: 'bench', version: '0' } },
      { progress: ({ calls }) => (requests = calls) },
    );
    return requests;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same lists, by one client for each service and region, with credentials that are at hand; answers are thrown away. */
async function bare(accounts: number): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
  const requestHandler = new NodeHttpHandler({ httpAgent: agent });
  const credentials = { accessKeyId: `AKIA${management}PLAY`, secretAccessKey: 'bench' };
  const jobs = regions.flatMap((region) => {
    const config = { region, credentials, requestHandler, maxAttempts: 1 };
    const [trails, logs, alarms, buses] = [
      new CloudTrailClient(config),
      new CloudWatchLogsClient(config),
      new CloudWatchClient(config),
      new EventBridgeClient(config),
    ];
    return Array.from({ length: accounts }, () => [
      () => trails.send(new DescribeTrailsCommand({ includeShadowTrails: true })),
      () => logs.send(new DescribeLogGroupsCommand({ limit: 50 })),
      () => logs.send(new DescribeMetricFiltersCommand({ limit: 50 })),
      () => alarms.send(new DescribeAlarmsCommand({ MaxRecords: 100 })),
      () => buses.send(new ListEventBusesCommand({ Limit: 100 })),
      () => buses.send(new ListRulesCommand({ Limit: 100 })),
    ]).flat();
  });
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) await job();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  agent.destroy();
  return jobs.length;
}

function inProcess(mode: string, accounts: number, url: string): Measured {
  const run = spawnSync(process.execPath, [fileURLToPath(import.meta.url), mode, String(accounts)], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: `AKIA${management}PLAY`,
      AWS_SECRET_ACCESS_KEY: 'bench',
      ...(process.env['NODE_OPTIONS'] === undefined ? {} : { NODE_OPTIONS: process.env['NODE_OPTIONS'] }),
    },
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Measured;
}

async function main(accounts: number): Promise<void> {
  const server = spawn(process.execPath, [fileURLToPath(import.meta.url), 'server', String(accounts)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = String((await once(createInterface(server.stdout), 'line'))[0]);
    const url = `http://127.0.0.1:${port}`;
    print('| what | requests | CPU | requests per CPU second | clock | memory |');
    print('| --- | ---: | ---: | ---: | ---: | ---: |');
    const modes = ['collector', 'bare'] as const;
    const best = new Map<string, Measured>();
    // In turns, so that whatever else the machine does hits both; the best of each.
    for (let round = 0; round < rounds; round += 1)
      for (const mode of modes) {
        const found = inProcess(mode, accounts, url);
        const before = best.get(mode);
        if (before === undefined || found.requests / found.cpu > before.requests / before.cpu)
          best.set(mode, found);
      }
    for (const [mode, { requests, cpu, wall, memory }] of best)
      print(
        `| ${mode === 'bare' ? 'bare SDK loop' : 'collector'} | ${requests} | ${cpu.toFixed(1)} s | ${Math.round(requests / cpu)} | ${wall.toFixed(1)} s | ${Math.round(memory)} MiB |`,
      );
  } finally {
    server.kill();
  }
}

const [mode = '100', count = '100'] = process.argv.slice(2);
if (mode === 'server') serve(Number(count));
else if (mode === 'collector') print(JSON.stringify(await measured(collector)));
else if (mode === 'bare') print(JSON.stringify(await measured(() => bare(Number(count)))));
else await main(Number(mode));
