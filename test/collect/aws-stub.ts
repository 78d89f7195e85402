import http, { type IncomingHttpHeaders } from 'node:http';

import { vi } from 'vitest';

import { callNamed } from '../../src/collect/calls.ts';
import { Gate } from '../../src/collect/gate.ts';
import { Session, type Question, type Wire } from '../../src/collect/session.ts';
import { Transport } from '../../src/collect/transport.ts';
import type { JsonObject } from '../../src/json.ts';
import type { AnswerRecord, CallName } from '../../src/snapshot/record.ts';
import { listen } from '../aws/local-server.ts';
import { readCall, type AwsCall } from '../aws/wire.ts';

/** What the stub sends, byte by byte; `reset` cuts the connection, `cut` ends it in the middle of the body, `hang` never answers. */
export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly how?: 'reset' | 'cut' | 'hang';
}

/** A request as it came. */
export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An endpoint that answers as the test says, and a session that asks it. */
export interface Stub extends AsyncDisposable {
  readonly asked: readonly AwsCall[];
  readonly requests: readonly StubRequest[];
  readonly userAgents: readonly string[];
  readonly wire: Wire;
  readonly session: Session;
  /** All records of one question. */
  ask(name: CallName, question?: Partial<Question>): Promise<AnswerRecord[]>;
}

/** Starts the endpoint. `answer` is told the call and how many came before it. */
export async function stubAws(
  answer: (call: AwsCall, index: number) => StubAnswer,
  settings: Partial<Wire> & { readonly requestTimeout?: number } = {},
): Promise<Stub> {
  const asked: AwsCall[] = [];
  const requests: StubRequest[] = [];
  const userAgents: string[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '/', headers: sent } = request;
      const text = Buffer.concat(chunks).toString('utf8');
      const call = readCall(sent, url, text);
      if (call === undefined) throw new Error('the stub could not read a request');
      const { status = 200, headers = {}, body = '', how } = answer(call, asked.length);
      asked.push(call);
      requests.push({ method, path: url, headers: sent, body: text });
      userAgents.push(request.headers['user-agent'] ?? '');
      if (how === 'hang') return;
      if (how === 'reset') {
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
      if (how === 'cut') response.write(body.slice(0, 10), () => request.socket.destroy());
      else response.end(body);
    });
  });
  const { url: endpoint, close } = await listen(server);
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
  const transport = new Transport({
    connections: 10,
    connectionTimeout: 1000,
    requestTimeout: settings.requestTimeout ?? 5000,
  });
  const wire: Wire = {
    transport,
    gate: new Gate(10),
    attempts: 4,
    retryDelay: 1,
    pace: 100,
    userAgent: ['trailwarden', 'test'],
    appId: undefined,
    profile: undefined,
    found: new Map(),
    direct: new Map(),
    home: 'us-east-1',
    signal: new AbortController().signal,
    counts: { calls: 0, errors: 0, throttled: 0, retries: 0, byCall: new Map() },
    tick: () => {},
    ...settings,
  };
  const session = new Session(
    '111111111111',
    {
      get: () => Promise.resolve({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-a-secret' }),
      renew: () => {},
    },
    wire,
  );
  return {
    asked,
    requests,
    userAgents,
    wire,
    session,
    async ask(name, question = {}) {
      const records: AnswerRecord[] = [];
      const where = { region: 'eu-west-1', recordedRegion: 'eu-west-1' };
      for await (const record of session.ask({ call: callNamed(name), ...where, ...question }))
        records.push(record);
      return records;
    },
    async [Symbol.asyncDispose]() {
      vi.unstubAllEnvs();
      transport.close();
      await close();
    },
  };
}

/** An answer of a JSON service. */
export function json(output: JsonObject, headers: Readonly<Record<string, string>> = {}): StubAnswer {
  return {
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'id-1', ...headers },
    body: JSON.stringify(output),
  };
}

/** An error of a JSON service. */
export function jsonError(code: string, message = '', status = 400): StubAnswer {
  return { ...json({ __type: `com.amazon#${code}`, message }), status };
}
