import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

import type { JsonObject } from '../../src/json.ts';

/** An answer that the service gives instead of taking an upload. */
export interface Refusal {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The part of GitHub's REST API that takes alerts, on this machine. */
export interface CodeScanning extends AsyncDisposable {
  readonly url: string;
  /** Bodies of the uploads that were taken, in order, with the SARIF log unpacked. */
  readonly uploads: { readonly commit_sha: string; readonly ref: string; readonly sarif: JsonObject }[];
  /** Answers for the uploads to come, one each. */
  readonly refusals: Refusal[];
  /** What processing comes to; `pending` once before. */
  processing: JsonObject;
}

/** Starts it on a free port. It takes what carries the token and the repository of the emulated runner. */
export async function startCodeScanning(): Promise<CodeScanning> {
  let asked = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = ({ status, body, headers }: Refusal): void => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(JSON.stringify(body));
      };
      const sarifs = '/repos/example/audit/code-scanning/sarifs';
      if (request.headers.authorization !== 'Bearer ghs_not_a_token')
        answer({ status: 401, body: { message: 'Bad credentials' } });
      else if (request.method === 'POST' && request.url === sarifs) {
        const refusal = service.refusals.shift();
        if (refusal !== undefined) {
          answer(refusal);
          return;
        }
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, string>;
        const sarif = JSON.parse(
          gunzipSync(Buffer.from(body['sarif'] ?? '', 'base64')).toString('utf8'),
        ) as JsonObject;
        service.uploads.push({ commit_sha: body['commit_sha'] ?? '', ref: body['ref'] ?? '', sarif });
        asked = 0;
        answer({ status: 202, body: { id: 'an-id', url: `${service.url}${sarifs}/an-id` } });
      } else if (request.method === 'GET' && request.url === `${sarifs}/an-id`) {
        asked += 1;
        answer({ status: 200, body: asked === 1 ? { processing_status: 'pending' } : service.processing });
      } else answer({ status: 404, body: { message: 'Not Found' } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const service: CodeScanning = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    uploads: [],
    refusals: [],
    processing: { processing_status: 'complete' },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return service;
}
