import http from 'node:http';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';

import { canonicalJson, type JsonObject, type JsonValue } from '../../src/json.ts';
import { objects } from '../../src/collect/answer.ts';
import type { CoverageCell } from '../../src/snapshot/manifest.ts';
import type { AnswerError, StoredRecord } from '../../src/snapshot/record.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import type { Certificate } from '../support/certificate.ts';
import { listen } from './local-server.ts';
import type { PageCut } from './paging.ts';
import { cutPage, joinPages, questionOf } from './paging.ts';
import { permissionFor, writeDenial, resourceOf } from './permissions.ts';
import type { AwsCall, WireAnswer } from './wire.ts';
import { protocolOf, readCall, writeAnswer, writeError } from './wire.ts';

/** How a replay server behaves where the snapshot leaves it open. */
export interface ReplayOptions {
  /** How list answers are cut, whatever their pages were in the snapshot. */
  readonly pages?: PageCut;
  /** Milliseconds before each answer. */
  readonly delay?: number;
  /** The only role that can be assumed; any role when absent. */
  readonly role?: { readonly name: string; readonly externalId?: string };
  /** True: the caller's own key is past its time. */
  readonly callerExpired?: boolean;
  /** Serves over TLS, with this certificate. */
  readonly certificate?: Certificate;
  /** After how many requests a connection is closed. */
  readonly requestsPerConnection?: number;
  /** What the policies of whoever asks allow; everything when absent. */
  readonly allows?: (asked: PermissionAsked) => boolean;
}

/** A permission that a call needs. */
export interface PermissionAsked {
  /** `s3:GetBucketPolicy`. */
  readonly action: string;
  /** ARN of what is acted on; `*` where the server does not tell. */
  readonly resource: string;
  readonly account: string;
  /** True for the caller's own key, false for the role. */
  readonly isCaller: boolean;
}

/** An AWS of our own on 127.0.0.1 that answers from a snapshot. Close it, or use `await using`. */
export interface ReplayServer extends AsyncDisposable {
  readonly url: string;
  /** Environment that makes the AWS SDK the snapshot's caller and points it here. */
  readonly environment: Readonly<Record<string, string>>;
  /** How often each operation was asked: `cloudtrail:DescribeTrails`. */
  readonly counts: ReadonlyMap<string, number>;
  /** How many requests came from clients of the SDK, which number their attempts. */
  readonly fromSdkClients: number;
  /** TLS connections: how many were made, and how many of them took up an earlier session. */
  readonly handshakes: { readonly all: number; readonly resumed: number };
  /** Questions to which the snapshot has no answer, as sentences. A faithful collector asks none. */
  readonly unexpected: readonly string[];
  close(): Promise<void>;
}

/** Services with one endpoint a partition: their records stand under the region `global`. */
const globalServices: ReadonlySet<string> = new Set(['organizations', 'account', 'sts', 'iam', 'cloudfront']);

const accountsInMemory = 64;

/**
 * Starts a server that answers AWS calls as `snapshot` recorded them. Account and region come from the access key and
 * the credential scope of each request, so the SDK's whole way (AssumeRole, regional clients, paging, retries) is walked.
 */
export async function serve(snapshot: Snapshot, options: ReplayOptions = {}): Promise<ReplayServer> {
  const replay = new Replay(snapshot, options);
  let fromSdkClients = 0;
  const handle: http.RequestListener = (request, response) => {
    if (request.headers['amz-sdk-invocation-id'] !== undefined) fromSdkClients += 1;
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString('utf8');
      const call = readCall(request.headers, request.url ?? '/', body);
      const answer =
        call === undefined
          ? replay.refuseUnreadable(`${request.method ?? ''} ${request.url ?? ''}`)
          : await replay.answer(call);
      if (options.delay !== undefined) await new Promise((resolve) => setTimeout(resolve, options.delay));
      if (answer === 'reset') request.socket.destroy();
      else {
        response.writeHead(answer.status, {
          ...answer.headers,
          'content-length': String(Buffer.byteLength(answer.body)),
        });
        response.end(answer.body);
      }
    })().catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`replay server: ${String(error)}`);
    });
  };
  const { certificate } = options;
  const server =
    certificate === undefined
      ? http.createServer(handle)
      : https.createServer({ key: certificate.key, cert: certificate.certificate }, handle);
  server.maxRequestsPerSocket = options.requestsPerConnection ?? 0;
  const handshakes = { all: 0, resumed: 0 };
  server.on('secureConnection', (socket: TLSSocket) => {
    handshakes.all += 1;
    if (socket.isSessionReused()) handshakes.resumed += 1;
  });
  server.keepAliveTimeout = 60_000;
  const { url, close } = await listen(server);
  return {
    url,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKey('AKIA', snapshot.manifest.caller.account),
      AWS_SECRET_ACCESS_KEY: 'replayed',
    },
    counts: replay.counts,
    get fromSdkClients() {
      return fromSdkClients;
    },
    handshakes,
    unexpected: replay.unexpected,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The key that stands for an account: the server reads the account back out of it. */
function accessKey(kind: 'AKIA' | 'ASIA', account: string): string {
  return `${kind}${account}PLAY`;
}

/** Answers of one part, by question. */
interface Answers {
  /** Records of `service:Operation|region|question`, in page order. */
  readonly exact: ReadonlyMap<string, readonly StoredRecord[]>;
  /** Refused AssumeRole calls, by the ARN of the role. */
  readonly refusedRoles: ReadonlyMap<string, AnswerError>;
}

class Replay {
  readonly counts = new Map<string, number>();
  readonly unexpected: string[] = [];
  readonly #snapshot: Snapshot;
  readonly #options: ReplayOptions;
  readonly #parts = new Map<string, Promise<Answers>>();
  /** Role and session last assumed in an account, for GetCallerIdentity. */
  readonly #sessions = new Map<string, string>();
  #requests = 0;

  constructor(snapshot: Snapshot, options: ReplayOptions) {
    this.#snapshot = snapshot;
    this.#options = options;
  }

  refuseUnreadable(request: string): WireAnswer {
    this.unexpected.push(`an unsigned or unreadable request: ${request}`);
    return {
      status: 403,
      headers: { 'content-type': 'application/json' },
      body: '{"message":"Missing Authentication Token"}',
    };
  }

  async answer(call: AwsCall): Promise<WireAnswer | 'reset'> {
    const name = `${call.service}:${call.operation}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    this.#requests += 1;
    const requestId = `00000000-0000-4000-8000-${String(this.#requests).padStart(12, '0')}`;
    const refuse = (code: string, message: string, status = 400): WireAnswer =>
      writeError(call.service, { code, message, status }, requestId);

    const key = /^(AKIA|ASIA)(\d{12})PLAY$/.exec(call.accessKey);
    const account = key?.[2];
    if (key === null || account === undefined)
      return refuse(badKeyCode(call.service), 'The security token included in the request is invalid.', 403);
    const isCaller = key[1] === 'AKIA';
    if (isCaller && this.#options.callerExpired === true)
      return refuse(
        protocolOf(call.service) === 'query' ? 'ExpiredToken' : 'ExpiredTokenException',
        'The security token included in the request is expired',
        protocolOf(call.service) === 'query' ? 403 : 400,
      );

    const action = permissionFor(name);
    const resource = resourceOf(call);
    if (action !== undefined && this.#options.allows?.({ action, resource, account, isCaller }) === false)
      return writeDenial(call, this.#principal(account, isCaller), requestId);

    if (name === 'sts:GetCallerIdentity') {
      const recorded = isCaller ? await this.#identity() : undefined;
      return writeAnswer(
        call,
        recorded ?? {
          UserId: call.accessKey,
          Account: account,
          Arn: this.#principal(account, isCaller),
        },
        requestId,
      );
    }
    if (name === 'sts:AssumeRole') return await this.#assumeRole(call, requestId);

    const error = this.#regionOff(account, call);
    const records = await this.#find(account, call);
    if (records === undefined) {
      if (error !== undefined) return writeError(call.service, error, requestId);
      const covered = this.#coverage(account, call);
      if (covered !== undefined)
        return writeError(
          call.service,
          {
            code: covered.code ?? 'AccessDeniedException',
            message: covered.cause ?? covered.outcome,
            status: 400,
          },
          requestId,
        );
      this.unexpected.push(
        `${name} ${JSON.stringify(call.input)} in account ${account}, region ${call.region}`,
      );
      return refuse('UnknownOperationException', `the snapshot has no answer to ${name}`, 404);
    }
    const failed = records.find((record) => record.error !== undefined)?.error;
    if (failed !== undefined) return this.#replayError(call, failed, requestId);
    const whole = joinPages(
      name,
      records.map((record) => record.output ?? {}),
    );
    const page = cutPage(name, whole, `${account}/${call.region}`, call.input, this.#options.pages ?? {});
    return page === undefined
      ? refuse('InvalidNextTokenException', 'The token is not one that was given for this request.')
      : writeAnswer(call, page, requestId);
  }

  #principal(account: string, isCaller: boolean): string {
    const { caller, partition } = this.#snapshot.manifest;
    if (isCaller) return caller.arn;
    return `arn:${partition}:sts::${account}:assumed-role/${this.#sessions.get(account) ?? 'unknown/unknown'}`;
  }

  /** What the caller was told about itself, where that was recorded. */
  async #identity(): Promise<JsonObject | undefined> {
    const { account } = this.#snapshot.manifest.caller;
    const { exact } = await this.#answers(null);
    return exact.get(`sts:GetCallerIdentity|${account}|global|{}`)?.[0]?.output;
  }

  async #assumeRole(call: AwsCall, requestId: string): Promise<WireAnswer | 'reset'> {
    const role = textOf(call.input['RoleArn']);
    const session = textOf(call.input['RoleSessionName']);
    const externalId = call.input['ExternalId'];
    const match = /^arn:[^:]+:iam::(\d{12}):role\/(.+)$/.exec(role);
    const account = match?.[1] ?? '';
    const roleName = match?.[2] ?? '';
    // Who was asked for a role stands in the records of whoever asked, or in those of the account itself.
    for (const part of [null, account, this.#snapshot.manifest.caller.account]) {
      const error = (await this.#answers(part)).refusedRoles.get(role);
      if (error !== undefined) return this.#replayError(call, error, requestId);
    }
    const scope = this.#snapshot.manifest.accounts.find(({ id }) => id === account);
    const wanted = this.#options.role;
    const trusted =
      scope !== undefined &&
      scope.scan !== 'not-reachable' &&
      scope.scan !== 'not-active' &&
      (wanted === undefined || (roleName === wanted.name && externalId === wanted.externalId));
    if (!trusted)
      return writeError(
        'sts',
        {
          code: 'AccessDenied',
          message: `User: ${this.#snapshot.manifest.caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${role}`,
          status: 403,
        },
        requestId,
      );
    this.#sessions.set(account, `${roleName}/${session}`);
    return writeAnswer(
      call,
      {
        Credentials: {
          AccessKeyId: accessKey('ASIA', account),
          SecretAccessKey: 'replayed',
          SessionToken: 'replayed',
          Expiration: new Date(Date.now() + 3_600_000).toISOString(),
        },
        AssumedRoleUser: {
          AssumedRoleId: `AROA:${session}`,
          Arn: `arn:${this.#snapshot.manifest.partition}:sts::${account}:assumed-role/${roleName}/${session}`,
        },
      },
      requestId,
    );
  }

  #replayError(call: AwsCall, error: AnswerError, requestId: string): WireAnswer | 'reset' {
    // Two codes are the collector's own words for what is no AWS error.
    if (error.code === 'MalformedAnswer')
      return {
        status: error.status ?? 200,
        headers: { 'content-type': 'text/html' },
        // The collector keeps how the answer began.
        body: error.message.split('it starts with: ')[1] ?? '<html><body>Service Unavailable</body></html>',
      };
    if (error.code === 'NetworkError') return 'reset';
    return writeError(
      call.service,
      { ...error, status: error.status ?? statusOf(error.code, call.service) },
      requestId,
    );
  }

  #regionOff(account: string, call: AwsCall): { code: string; message: string; status: number } | undefined {
    if (globalServices.has(call.service)) return undefined;
    const scope = this.#snapshot.manifest.accounts.find(({ id }) => id === account);
    if (scope?.regions === undefined) return undefined;
    if (scope.regions.includes(call.region) || scope.regionsLeftOut?.includes(call.region) === true)
      return undefined;
    return {
      code: badKeyCode(call.service),
      message: 'The security token included in the request is invalid.',
      status: 403,
    };
  }

  /** The cell of a question that was meant to be asked and was not answered. */
  #coverage(account: string, call: AwsCall): CoverageCell | undefined {
    const region = globalServices.has(call.service) ? 'global' : call.region;
    return this.#snapshot.manifest.coverage.find(
      (cell) =>
        cell.operation === `${call.service}:${call.operation}` &&
        cell.outcome !== 'obtained' &&
        cell.outcome !== 'not-asked' &&
        cell.accounts.includes(account) &&
        cell.regions.includes(region),
    );
  }

  async #find(account: string, call: AwsCall): Promise<readonly StoredRecord[] | undefined> {
    const name = `${call.service}:${call.operation}`;
    const question = canonicalJson(questionOf(name, call.input));
    const regions = [call.region, 'global'];
    for (const part of call.service === 'organizations' ? [null, account] : [account, null]) {
      const { exact } = await this.#answers(part);
      for (const region of regions) {
        const found = exact.get(`${name}|${account}|${region}|${question}`);
        if (found !== undefined) return found;
      }
    }
    return name === 'events:DescribeEventBus' ? await this.#busOfList(account, call) : undefined;
  }

  /** What the recorded list of event buses tells of one: a scan that asks for the list asks for none by itself. */
  async #busOfList(account: string, call: AwsCall): Promise<readonly StoredRecord[] | undefined> {
    const list = await this.#find(account, { ...call, operation: 'ListEventBuses', input: {} });
    const [first] = list ?? [];
    if (list === undefined || first === undefined || list.some(({ error }) => error !== undefined))
      return list;
    const { output: _list, page: _page, ...asked } = first;
    const bus = objects(
      joinPages(
        'events:ListEventBuses',
        list.map(({ output }) => output ?? {}),
      )['EventBuses'],
    ).find(({ Name: name }) => name === call.input['Name']);
    return bus === undefined
      ? [
          {
            ...asked,
            error: {
              code: 'ResourceNotFoundException',
              message: 'Event bus does not exist.',
              outcome: 'obtained',
              absent: true,
            },
          },
        ]
      : [{ ...asked, output: bus }];
  }

  /** The part of an account (null: the organization), indexed; a bounded number stays in memory. */
  #answers(part: string | null): Promise<Answers> {
    const key = part ?? 'organization';
    const known = this.#parts.get(key);
    this.#parts.delete(key);
    const loaded = known ?? this.#load(part);
    this.#parts.set(key, loaded);
    const oldest = this.#parts.keys().next().value;
    if (this.#parts.size > accountsInMemory && oldest !== undefined) this.#parts.delete(oldest);
    return loaded;
  }

  async #load(part: string | null): Promise<Answers> {
    const records =
      part === null ? await this.#snapshot.organization() : ((await this.#snapshot.account(part)) ?? []);
    const exact = new Map<string, StoredRecord[]>();
    const refusedRoles = new Map<string, AnswerError>();
    for (const record of records) {
      if (record.operation === 'AssumeRole' && record.error !== undefined)
        refusedRoles.set(textOf(record.input['RoleArn']), record.error);
      const name = `${record.service}:${record.operation}`;
      const key = `${name}|${record.account}|${record.region}|${canonicalJson(questionOf(name, record.input))}`;
      const pages = exact.get(key);
      if (pages === undefined) exact.set(key, [record]);
      else pages.push(record);
    }
    for (const pages of exact.values()) pages.sort((a, b) => (a.page?.number ?? 1) - (b.page?.number ?? 1));
    return { exact, refusedRoles };
  }
}

/** What a service says of a key that it does not know; also its answer in a region that the account has not enabled. */
function badKeyCode(service: string): string {
  const protocol = protocolOf(service);
  if (protocol === 'ec2') return 'AuthFailure';
  if (protocol === 'rest-xml') return 'InvalidAccessKeyId';
  return protocol === 'query' ? 'InvalidClientTokenId' : 'UnrecognizedClientException';
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function statusOf(code: string, service: string): number {
  if (/AccessDenied|Unauthorized|AuthorizationError/.test(code))
    return protocolOf(service).startsWith('json') ? 400 : 403;
  if (/InternalFailure|InternalError|ServiceUnavailable/.test(code)) return 500;
  return 400;
}
