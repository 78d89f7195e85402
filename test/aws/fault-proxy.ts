import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';

import type { JsonObject, JsonValue } from '../../src/json.ts';
import { canonicalJson, isJsonObject } from '../../src/json.ts';
import { listen } from './local-server.ts';
import { pagingOf } from './paging.ts';
import { writeDenial } from './permissions.ts';
import type { AwsCall, WireAnswer } from './wire.ts';
import { protocolOf, readCall, writeError } from './wire.ts';

/** What can go wrong on the way to AWS. */
export type Fault =
  | 'throttle'
  | 'internal-error'
  | 'unavailable'
  | 'reset'
  | 'delay'
  | 'truncated'
  | 'wrong-type'
  | 'html'
  | 'xml'
  /** The clock of AWS is ten minutes ahead; the share of calls is the one in which AWS looks at the date. */
  | 'clock-skew'
  | 'expired-token'
  | 'denied'
  | 'region-off'
  | 'empty-page'
  | 'repeated-token'
  /**
   * The order of the list changed since its first page was read: the first element comes again on the second one, in place
   * of another. The rate is that of lists of more than one page, each time one is read.
   */
  | 'page-order';

/** A call on its way through the proxy, with the account it is made in (`caller` for the caller's own key). */
interface PassingCall extends AwsCall {
  readonly account: string;
  /** True where the request is dated as if the proxy's clock were right for the caller's. */
  readonly onTime: boolean;
}

/** A fault, how often (0 to 1), and which calls it may hit. */
interface PlannedFault {
  readonly fault: Fault;
  readonly rate: number;
  readonly where?: (call: PassingCall) => boolean;
}

export interface FaultPlan {
  /** Same seed, same questions: same faults, in whatever order the questions come. */
  readonly seed: number;
  readonly faults: readonly PlannedFault[];
  /** How often in a row one question may be hit, so that a finite number of retries is enough. Default: no bound. */
  readonly inARow?: number;
  /** Milliseconds of the fault `delay`. Default 200. */
  readonly delay?: number;
}

/** The proxy, on 127.0.0.1. Close it, or use `await using`. */
export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  /** How often each fault struck. */
  readonly injected: ReadonlyMap<Fault, number>;
  /** Calls that were hit by a fault, as `fault service:Operation account region`. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

/**
 * Starts a proxy in front of an AWS endpoint that spoils a share of the calls. Requests pass with their headers as
 * they came, Host among them, so signatures stay valid.
 */
export async function spoil(target: string, plan: FaultPlan): Promise<FaultProxy> {
  const agent = new http.Agent({ keepAlive: true });
  const injected = new Map<Fault, number>();
  const log: string[] = [];
  const dice = new Dice(plan);
  const pages = new Pages();
  const accounts = new Map<string, string>();

  const clock = (): number =>
    Date.now() + (plan.faults.some(({ fault }) => fault === 'clock-skew') ? 600_000 : 0);

  const server = http.createServer((request, response) => {
    response.setHeader('date', new Date(clock()).toUTCString());
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      let body: Buffer = Buffer.concat(chunks);
      const read = readCall(request.headers, request.url ?? '/', body.toString('utf8'));
      const call =
        read === undefined
          ? undefined
          : {
              ...read,
              account: accounts.get(read.accessKey) ?? 'caller',
              onTime: Math.abs(dateOf(request.headers['x-amz-date']) - clock()) < 300_000,
            };
      const fault = call === undefined ? undefined : dice.throw(call);
      let struck = false;
      const strike = (): void => {
        if (call === undefined || fault === undefined || struck) return;
        struck = true;
        injected.set(fault, (injected.get(fault) ?? 0) + 1);
        log.push(`${fault} ${call.service}:${call.operation} ${call.account} ${call.region}`);
      };
      if (call !== undefined && fault !== undefined) {
        const instead = insteadOf(call, fault);
        if (instead === 'reset') {
          strike();
          request.socket.destroy();
          return;
        }
        if (instead !== undefined) {
          strike();
          send(response, instead);
          return;
        }
        if (fault === 'delay') {
          strike();
          await new Promise((resolve) => setTimeout(resolve, plan.delay ?? 200));
        }
      }
      if (call !== undefined) body = withoutEmptyPageToken(call, body);
      const answer = await forward(target, agent, request, body);
      if (call?.operation === 'AssumeRole') learn(accounts, call, answer.body.toString('utf8'));
      const text = answer.body.toString('utf8');
      if (fault === 'truncated' && answer.status === 200 && text.length > 2) {
        strike();
        truncate(response, answer, dice.coin(call));
        return;
      }
      if (fault === 'wrong-type') {
        strike();
        answer.headers['content-type'] = 'text/plain; charset=iso-8859-1';
      }
      const repeated =
        fault === 'repeated-token' && call !== undefined ? withRepeatedToken(call, text) : undefined;
      if (repeated !== undefined) strike();
      const moved =
        call === undefined
          ? undefined
          : pages.pass(call, text, fault === 'page-order' && answer.status === 200);
      if (moved !== undefined) strike();
      send(response, { ...answer, body: repeated ?? moved ?? answer.body });
    })().catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(502, { 'content-type': 'text/plain' });
      response.end(`fault proxy: ${String(error)}`);
    });
  });
  server.keepAliveTimeout = 60_000;
  const { url, close: closeServer } = await listen(server);
  const close = async (): Promise<void> => {
    agent.destroy();
    await closeServer();
  };
  return {
    url,
    injected,
    log,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Chance that depends on seed, question and attempt alone, not on the order in which concurrent questions arrive. */
class Dice {
  readonly #plan: FaultPlan;
  readonly #attempts = new Map<string, { count: number; inARow: number }>();

  constructor(plan: FaultPlan) {
    this.#plan = plan;
  }

  throw(call: PassingCall): Fault | undefined {
    const question = questionKey(call, call.input);
    const attempt = this.#attempts.get(question) ?? { count: 0, inARow: 0 };
    this.#attempts.set(question, attempt);
    attempt.count += 1;
    if (attempt.inARow < (this.#plan.inARow ?? Infinity))
      for (const { fault, rate, where } of this.#plan.faults) {
        if (where?.(call) === false || !applies(fault, call)) continue;
        // A list is in order or not, whichever of its pages is asked for.
        const at = fault === 'page-order' ? this.#readingOf(call) : `${question}|${attempt.count}`;
        if (this.#chance(`${fault}|${at}`) < rate) {
          attempt.inARow += 1;
          return fault;
        }
      }
    attempt.inARow = 0;
    return undefined;
  }

  /** A list, and how often it was read from its beginning. */
  #readingOf(call: PassingCall): string {
    const paging = pagingOf(`${call.service}:${call.operation}`);
    const first = Object.fromEntries(Object.entries(call.input).filter(([name]) => name !== paging?.token));
    const question = questionKey(call, first);
    return `${question}|${this.#attempts.get(question)?.count ?? 0}`;
  }

  /** True half of the time. */
  coin(call: PassingCall | undefined): boolean {
    return this.#chance(`coin|${JSON.stringify(call)}`) < 0.5;
  }

  #chance(text: string): number {
    const digest = createHash('sha256').update(`${this.#plan.seed}|${text}`).digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  }
}

function questionKey(call: PassingCall, input: JsonObject): string {
  return `${call.service}:${call.operation}|${call.account}|${call.region}|${canonicalJson(input)}`;
}

const emptyPagePrefix = 'empty-page.';

/** Faults that only make sense for some calls. */
function applies(fault: Fault, call: PassingCall): boolean {
  const paging = pagingOf(`${call.service}:${call.operation}`);
  const token = paging === undefined ? undefined : call.input[paging.token];
  const speaksJson = !['query', 'ec2'].includes(protocolOf(call.service));
  if (fault === 'empty-page')
    return (
      paging !== undefined && speaksJson && (typeof token !== 'string' || !token.startsWith(emptyPagePrefix))
    );
  if (fault === 'repeated-token' || fault === 'page-order') return token !== undefined && speaksJson;
  if (fault === 'xml') return speaksJson;
  if (fault === 'clock-skew') return !call.onTime;
  return true;
}

/** Milliseconds of `20261121T031500Z`; zero where there is none. */
function dateOf(header: string | string[] | undefined): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(typeof header === 'string' ? header : '');
  if (parts === null) return 0;
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

/** What is answered in AWS's place, or undefined for faults that need AWS's own answer. */
function insteadOf(call: PassingCall, fault: Fault): WireAnswer | 'reset' | undefined {
  const requestId = '00000000-0000-4000-8000-00000000fa17';
  const protocol = protocolOf(call.service);
  // S3 uses the codes of the query protocol.
  const query = protocol === 'query' || protocol === 'rest-xml';
  const error = (code: string, message: string, status: number): WireAnswer =>
    writeError(call.service, { code, message, status }, requestId);
  switch (fault) {
    case 'throttle':
      if (protocol === 'rest-xml') return error('SlowDown', 'Please reduce your request rate.', 503);
      if (protocol === 'ec2') return error('RequestLimitExceeded', 'Request limit exceeded.', 503);
      if (protocol === 'rest-json') return error('TooManyRequestsException', 'Too Many Requests', 429);
      if (call.service === 'organizations')
        return error('TooManyRequestsException', 'AWS Organizations: too many requests', 400);
      return error(query ? 'Throttling' : 'ThrottlingException', 'Rate exceeded', 400);
    case 'internal-error':
      return error('InternalFailure', 'The request processing has failed because of an unknown error.', 500);
    case 'unavailable':
      return error('ServiceUnavailable', 'Service Unavailable', 503);
    case 'reset':
      return 'reset';
    case 'html':
      return {
        status: 502,
        headers: { 'content-type': 'text/html' },
        body: '<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>',
      };
    case 'xml':
      return {
        status: 403,
        headers: { 'content-type': 'text/xml' },
        body: `<ErrorResponse><Errors><Error><Code>AccessDenied</Code><Message>User is not authorized to perform: ${call.service}:${call.operation}</Message></Error></Errors><RequestID>${requestId}</RequestID></ErrorResponse>`,
      };
    case 'clock-skew':
      return error(
        query || protocol === 'ec2' ? 'RequestTimeTooSkewed' : 'InvalidSignatureException',
        'Signature expired: the request time and the current time differ too much',
        403,
      );
    case 'expired-token':
      return error(
        query ? 'ExpiredToken' : 'ExpiredTokenException',
        'The security token included in the request is expired',
        query ? 403 : 400,
      );
    case 'denied':
      return writeDenial(call, `arn:aws:sts::${call.account}:assumed-role/audit/scan`, requestId);
    case 'region-off':
      return error(
        protocol === 'rest-xml'
          ? 'InvalidAccessKeyId'
          : query
            ? 'InvalidClientTokenId'
            : protocol === 'ec2'
              ? 'AuthFailure'
              : 'UnrecognizedClientException',
        'The security token included in the request is invalid.',
        403,
      );
    case 'empty-page': {
      const paging = pagingOf(`${call.service}:${call.operation}`);
      if (paging === undefined) return undefined;
      const token = call.input[paging.token];
      const page: Record<string, JsonValue> = {
        [paging.out ?? paging.token]: `${emptyPagePrefix}${typeof token === 'string' ? token : ''}`,
      };
      page[paging.lists[0] ?? ''] = [];
      return {
        status: 200,
        headers: { 'content-type': 'application/x-amz-json-1.1' },
        body: JSON.stringify(page),
      };
    }
    case 'delay':
    case 'truncated':
    case 'wrong-type':
    case 'repeated-token':
    case 'page-order':
      return undefined;
  }
  return undefined;
}

/** A page asked for with the token of our own empty page is the page that was asked for before. */
function withoutEmptyPageToken(call: PassingCall, body: Buffer): Buffer {
  const paging = pagingOf(`${call.service}:${call.operation}`);
  const token = paging === undefined ? undefined : call.input[paging.token];
  if (paging === undefined || typeof token !== 'string' || !token.startsWith(emptyPagePrefix)) return body;
  const real = token.slice(emptyPagePrefix.length);
  const { [paging.token]: _, ...rest } = call.input;
  return Buffer.from(JSON.stringify(real === '' ? rest : { ...rest, [paging.token]: real }));
}

/** The answer to a request with a token, carrying that same token again. */
function withRepeatedToken(call: PassingCall, body: string): string | undefined {
  const paging = pagingOf(`${call.service}:${call.operation}`);
  const token = paging === undefined ? undefined : call.input[paging.token];
  if (paging === undefined || token === undefined) return undefined;
  const answer: unknown = JSON.parse(body);
  return isJsonObject(answer) ? JSON.stringify({ ...answer, [paging.token]: token }) : undefined;
}

/** The first element of each first page that was given out, by the token of the second one. */
class Pages {
  readonly #first = new Map<string, JsonValue>();

  /** Takes note of a page on its way. Where it is to be `spoiled`: the page with that element in place of its own first one. Only second pages are. */
  pass(call: PassingCall, body: string, spoiled: boolean): string | undefined {
    const paging = pagingOf(`${call.service}:${call.operation}`);
    if (paging === undefined || !body.startsWith('{')) return undefined;
    const answer: unknown = JSON.parse(body);
    const name = paging.lists[0] ?? '';
    const list = isJsonObject(answer) ? answer[name] : undefined;
    if (!isJsonObject(answer) || !Array.isArray(list)) return undefined;
    const [first, ...rest] = list as readonly JsonValue[];
    const key = (token: JsonValue): string =>
      `${call.account} ${call.region} ${call.operation} ${JSON.stringify(token)}`;
    const next = answer[paging.token];
    const token = call.input[paging.token];
    if (token === undefined && next !== undefined && first !== undefined) this.#first.set(key(next), first);
    const before = token === undefined ? undefined : this.#first.get(key(token));
    if (!spoiled || before === undefined || first === undefined) return undefined;
    return JSON.stringify({ ...answer, [name]: [before, ...rest] });
  }
}

interface Forwarded {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

async function forward(
  target: string,
  agent: http.Agent,
  request: http.IncomingMessage,
  body: Buffer,
): Promise<Forwarded> {
  const headers: http.OutgoingHttpHeaders = { ...request.headers, 'content-length': body.length };
  delete headers['transfer-encoding'];
  const outgoing = http.request(new URL(request.url ?? '/', target), {
    method: request.method ?? 'POST',
    headers,
    agent,
  });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    if (
      typeof value === 'string' &&
      !['connection', 'transfer-encoding', 'content-length', 'date'].includes(name)
    )
      kept[name] = value;
  return { status: incoming.statusCode ?? 502, headers: kept, body: Buffer.concat(chunks) };
}

function send(
  response: http.ServerResponse,
  answer: { status: number; headers: Readonly<Record<string, string>>; body: string | Buffer },
): void {
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': String(Buffer.byteLength(answer.body)),
  });
  response.end(answer.body);
}

/** Half of an answer: either the connection breaks in the middle, or the length says that this was all. */
function truncate(response: http.ServerResponse, answer: Forwarded, breaks: boolean): void {
  const half = answer.body.subarray(0, Math.floor(answer.body.length / 2));
  if (!breaks) {
    send(response, { ...answer, body: half });
    return;
  }
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(answer.body.length) });
  response.write(half, () => response.socket?.destroy());
}

/** Whose key was handed out: so that later calls are known by their account. */
function learn(accounts: Map<string, string>, call: AwsCall, answer: string): void {
  const key = /<AccessKeyId>([^<]+)<\/AccessKeyId>/.exec(answer)?.[1];
  const role = call.input['RoleArn'];
  const account = typeof role === 'string' ? role.split(':')[4] : undefined;
  if (key !== undefined && account !== undefined) accounts.set(key, account);
}
