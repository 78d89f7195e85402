import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import type { Environment } from './inputs.ts';

/** Where and about which commit alerts are uploaded. */
export interface Target {
  /** Root of GitHub's REST API. */
  readonly api: string;
  readonly repository: string;
  readonly ref: string;
  readonly commit: string;
  readonly token: string;
}

/** What an upload came to. `pending`: taken, and not yet processed when we stopped waiting. */
export type Received =
  | { readonly state: 'complete' | 'pending' }
  | { readonly state: 'failed'; readonly why: string };

/** Milliseconds until a request is given up. */
const requestTimeout = 60_000;
/** Longest wait that GitHub may ask for, in milliseconds. */
const longestWait = 120_000;
const attempts = 5;
/** Seconds between the questions whether an upload has been processed: two and a half minutes in all. */
const questionsAfter = [0, 1, 2, 4, 8, 16, 30, 30, 60];

/** The repository and commit of a job. Throws where GitHub did not say. */
export function targetOf(env: Environment): Target {
  const needed = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '') throw new Error(`${name} is not set`);
    return value;
  };
  return {
    api: needed('GITHUB_API_URL').replace(/\/+$/, ''),
    repository: needed('GITHUB_REPOSITORY'),
    ref: needed('GITHUB_REF'),
    commit: needed('GITHUB_SHA'),
    token: needed('GITHUB_TOKEN'),
  };
}

/**
 * Uploads one SARIF log ("Upload an analysis as SARIF data" of GitHub's REST API) and waits until it has been processed.
 * GitHub's refusals come back as text; other failures of the network throw after some attempts.
 */
export async function uploadSarif(log: object, target: Target): Promise<Received> {
  const { repository, ref, commit } = target;
  const body = JSON.stringify({
    commit_sha: commit,
    ref,
    sarif: gzipSync(JSON.stringify(log)).toString('base64'),
  });
  const taken = await ask(target, `/repos/${repository}/code-scanning/sarifs`, body);
  if (taken.status !== 202) return { state: 'failed', why: explainRefusal(taken) };
  const id = String(taken.body['id']);
  for (const seconds of questionsAfter) {
    await sleep(seconds * 1000);
    const { status, body: upload } = await ask(
      target,
      `/repos/${repository}/code-scanning/sarifs/${encodeURIComponent(id)}`,
    );
    if (status === 200 && upload['processing_status'] === 'complete') return { state: 'complete' };
    if (status === 200 && upload['processing_status'] === 'failed') {
      const errors = Array.isArray(upload['errors']) ? upload['errors'].map(String) : ['no reason was given'];
      return { state: 'failed', why: errors.join('; ') };
    }
  }
  return { state: 'pending' };
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks until there is an answer that asking again would not change. */
async function ask({ api, token }: Target, path: string, body?: string): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    let wait = 2 ** attempt * 500;
    try {
      const response = await fetch(`${api}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/vnd.github+json',
          authorization: `Bearer ${token}`,
          'x-github-api-version': '2022-11-28',
          'user-agent': 'trailwarden-action',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body }),
        signal: AbortSignal.timeout(requestTimeout),
      });
      const text = await response.text();
      // GitHub limits requests with 403 as well as with 429, and says then when to come again.
      const after = response.headers.get('retry-after');
      const again = [429, 500, 502, 503, 504].includes(response.status) || after !== null;
      if (!again || attempt === attempts) return { status: response.status, body: objectOf(text) };
      if (after !== null) wait = Math.min(Number(after) * 1000 || wait, longestWait);
    } catch (error) {
      if (attempt === attempts) throw error;
    }
    await sleep(wait);
  }
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return { message: text.slice(0, 300) };
  }
}

function explainRefusal({ status, body }: Answer): string {
  const said = typeof body['message'] === 'string' ? body['message'] : 'no message';
  const hint =
    status === 403 || status === 404
      ? ' The job needs "permissions: security-events: write", and code scanning must be available: in a private repository it is part of GitHub Code Security. Where it is not, set upload-sarif: false.'
      : '';
  return `HTTP ${status}: ${said}.${hint}`;
}
