import http from 'node:http';
import https from 'node:https';
import { createSecureContext } from 'node:tls';

import { NodeHttpHandler } from '@smithy/node-http-handler';

import { isJsonObject } from '../json.ts';

type Handled = Awaited<ReturnType<NodeHttpHandler['handle']>>;
type Request = Parameters<NodeHttpHandler['handle']>[0];
type Options = NonNullable<Parameters<NodeHttpHandler['handle']>[1]>;

/** Hosts whose TLS sessions are remembered. AWS has one for each service and region, and for S3 Control for each account. */
const rememberedHosts = 1000;
/** Idle connections that a host keeps at least. */
const leastIdle = 2;

export interface TransportOptions {
  /** Requests in flight at most: connections never queue behind each other. */
  readonly connections: number;
  /** Milliseconds until a connection must stand. */
  readonly connectionTimeout: number;
  /** Milliseconds until the whole answer must be there. */
  readonly requestTimeout: number;
}

/** An answer that arrived and cannot be one of AWS: a page of some proxy, half a body. Worth asking again. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/**
 * The one HTTP handler of a scan. All clients share its connections: a handler for each client would pay a TLS
 * handshake for each account, more than all its requests cost.
 *
 * Reads every body whole, under the request's time limit, and refuses a success that is no answer of AWS. The SDK
 * would take an HTML page with status 200 for an empty list, and an empty list for "there is none".
 */
export class Transport {
  readonly #handler: NodeHttpHandler;
  readonly #agents: readonly (http.Agent | https.Agent)[];
  readonly #hosts = new Set<string>();
  readonly #connections: number;
  readonly #requestTimeout: number;
  readonly metadata = { handlerProtocol: 'http/1.1' };

  constructor({ connections, connectionTimeout, requestTimeout }: TransportOptions) {
    const settings = { keepAlive: true, maxSockets: connections };
    const httpAgent = new http.Agent(settings);
    const httpsAgent = new https.Agent({
      ...settings,
      // Else each connection makes one for itself.
      secureContext: createSecureContext(),
      maxCachedSessions: rememberedHosts,
    });
    this.#connections = connections;
    this.#agents = [httpAgent, httpsAgent];
    this.#requestTimeout = requestTimeout;
    this.#handler = new NodeHttpHandler({
      httpAgent,
      httpsAgent,
      connectionTimeout,
      requestTimeout,
      throwOnRequestTimeout: true,
      // Its warning would be printed.
      socketAcquisitionWarningTimeout: 2 ** 31 - 1,
    });
  }

  /** Part of the SDK's request handler interface. */
  async handle(request: Request, options: Options = {}): Promise<Handled> {
    this.#meet(request.hostname);
    const handled = await this.#handler.handle(request, options);
    const { response } = handled;
    const body = await readWhole(response.body, this.#requestTimeout, options.abortSignal);
    const fault = response.statusCode < 300 ? whyNotAnAnswer(request, body) : undefined;
    if (fault !== undefined) throw new MalformedAnswer(fault, response.statusCode);
    response.body = body;
    return handled;
  }

  /**
   * Shares out the idle connections over the hosts that are asked: as many as may be in flight where there is one host, few for
   * each of the hundreds that AWS has, which by and by would keep as many as were ever busy at the same time.
   */
  #meet(host: string): void {
    if (this.#hosts.has(host)) return;
    this.#hosts.add(host);
    const idle = Math.max(leastIdle, Math.ceil(this.#connections / this.#hosts.size));
    for (const agent of this.#agents) agent.maxFreeSockets = idle;
  }

  /** Part of the SDK's request handler interface. */
  updateHttpClientConfig(): void {}

  /** Part of the SDK's request handler interface. */
  httpHandlerConfigs(): object {
    return {};
  }

  /** Part of the SDK's request handler interface. The connections belong to the scan, not to the client that calls it. */
  destroy(): void {}

  /** Closes all connections. */
  close(): void {
    for (const agent of this.#agents) agent.destroy();
  }
}

async function readWhole(
  body: unknown,
  timeout: number,
  signal: Options['abortSignal'],
): Promise<Uint8Array> {
  if (!(body instanceof http.IncomingMessage)) return new Uint8Array();
  const chunks: Buffer[] = [];
  const stop = (error: Error): void => void body.destroy(error);
  const timer = setTimeout(() => {
    stop(
      Object.assign(new Error(`the answer was not complete after ${timeout} ms`), { name: 'TimeoutError' }),
    );
  }, timeout);
  const abort = (): void => stop(Object.assign(new Error('the request was aborted'), { name: 'AbortError' }));
  const abortable = signal instanceof AbortSignal ? signal : undefined;
  abortable?.addEventListener('abort', abort, { once: true });
  try {
    for await (const chunk of body) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(timer);
    abortable?.removeEventListener('abort', abort);
  }
}

/** One XML element from its start to its end, and no page for a browser. */
function isWholeXml(text: string): boolean {
  const root = /^\s*(?:<\?xml[^>]*>\s*)?<([A-Za-z]+)[^>]*>/.exec(text);
  if (root === null || /^html$/i.test(root[1] ?? '')) return false;
  const body = text.trimEnd();
  return body.endsWith(`</${root[1]}>`) || body.endsWith('/>');
}

function isWholeJson(text: string): boolean {
  try {
    return isJsonObject(JSON.parse(text));
  } catch {
    return false;
  }
}

/** Why a body with a status of success is no answer to a request; undefined where it is one. */
function whyNotAnAnswer(request: Request, body: Uint8Array): string | undefined {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const kind = request.headers['content-type'] ?? '';
  if (kind.startsWith('application/x-www-form-urlencoded')) {
    const operation = /(?:^|&)Action=(\w+)/.exec(String(request.body))?.[1] ?? '';
    if (text.includes(`<${operation}Response`) && text.includes(`</${operation}Response>`)) return undefined;
  } else if (/\/(?:s3|cloudfront)\/aws4_request/.test(request.headers['authorization'] ?? '')) {
    // A bucket policy is the body as it is: nobody after this would notice that half of it is missing.
    const whole = text.toString('utf8');
    if (isWholeXml(whole) || isWholeJson(whole)) return undefined;
  } else {
    const trimmed = text.toString('utf8', 0, 64).trimStart();
    if (trimmed.startsWith('{')) return undefined;
  }
  const start = text.toString('utf8', 0, 80).trim();
  return start === '' ? 'the answer is empty' : `the answer is not one of AWS; it starts with: ${start}`;
}
