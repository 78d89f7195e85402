import { setTimeout as sleep } from 'node:timers/promises';

import type { JsonObject } from '../json.ts';
import type { AnswerRecord, CallName } from '../snapshot/record.ts';
import { nameOf, type Call, type ServiceName } from './calls.ts';
import { classify, type Fault } from './classify.ts';
import type { Credentials, CredentialSource, RenewableCredentials } from './credentials.ts';
import { foundBy, type FoundConfig } from './found-config.ts';
import { DirectService, isDirect } from './direct.ts';
import { Questions, type Gate } from './gate.ts';
import { commandOf, loadService, type Client, type ClientConfig, type Service } from './services.ts';
import { steadyList } from './steady-list.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Transport } from './transport.ts';
import { recorded } from './recorded.ts';
import { verbatim } from './verbatim.ts';

/** Counts of a scan, for progress. */
export interface Counts {
  /** Requests sent, retries included. */
  calls: number;
  /** Questions that ended without an answer. */
  errors: number;
  /** Requests that were throttled. */
  throttled: number;
  /** Requests that were made again. */
  retries: number;
  /** Requests sent by call, retries included. */
  readonly byCall: Map<CallName, number>;
}

/** What all sessions of a scan share. */
export interface Wire {
  readonly transport: Transport;
  /** The one limit of requests in flight. */
  readonly gate: Gate;
  /** How often a question is asked at most. */
  readonly attempts: number;
  /** Milliseconds: longest wait before the first retry; it doubles with each. */
  readonly retryDelay: number;
  /** Factor on the documented request rates. */
  readonly pace: number;
  readonly userAgent: readonly [name: string, version: string];
  readonly appId: string | undefined;
  /** Profile of the shared configuration files, for endpoints and the like. */
  readonly profile: string | undefined;
  /** What the first client of each service found in the environment; the others are told. */
  readonly found: Map<ServiceName, Promise<FoundConfig>>;
  /** Services that are asked without a client for each account and region; undefined asks none so. */
  readonly direct: Map<ServiceName, DirectService> | undefined;
  /** Region of the endpoints that tell of what belongs to no region. Set once the partition is known. */
  home: string;
  readonly signal: AbortSignal;
  readonly counts: Counts;
  /** Called after each request. */
  readonly tick: () => void;
}

/** A question to AWS. */
export interface Question {
  readonly call: Call;
  /** Region whose endpoint is asked; `global` for that of the partition's home. */
  readonly region: string;
  /** Region as the record names it: `global` for services with one endpoint a partition. */
  readonly recordedRegion: string;
  /** The input beyond what the table sends with every request. */
  readonly input?: JsonObject;
  /** False where an "it does not exist" of this question proves nothing. */
  readonly absenceProved?: boolean;
}

/** An answer or the lack of one, with the SDK's own output where it may not be recorded. */
interface Reply {
  readonly record: AnswerRecord;
  readonly fault?: Fault;
  readonly output?: object;
}

/** Credentials could not be had for a request. */
export class NoCredentials extends Error {
  override readonly name = 'NoCredentials';
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.error.message);
    this.fault = fault;
  }
}

const longestDelay = 20_000;

/**
 * Asks questions in one account with one set of credentials. Keeps the rate limits of the account, and a client for each
 * region and service until {@link forget}.
 */
export class Session {
  readonly account: string;
  readonly #questions: Questions;
  readonly #credentials: RenewableCredentials;
  readonly #wire: Wire;
  readonly #onLost: ((fault: Fault) => void) | undefined;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #clients = new Map<string, Client>();
  /** What signs requests now. */
  #current: Credentials | undefined;
  /** True once AWS has accepted the credentials anywhere. */
  #credentialsWork = false;

  /** `onLost` is told when the credentials are gone for good. */
  constructor(
    account: string,
    credentials: RenewableCredentials,
    wire: Wire,
    onLost?: (fault: Fault) => void,
  ) {
    this.account = account;
    this.#credentials = credentials;
    this.#wire = wire;
    this.#onLost = onLost;
    this.#questions = new Questions(wire.gate);
  }

  /** How many questions are asked now, without those that wait for a quota or to be asked again. */
  get active(): number {
    return this.#questions.active;
  }

  /**
   * Asks a question and gives the records of its answer: one for each page, or one that says why there is none. Waits
   * for its place in the rate limits, and asks again after faults that pass. Throws only the reason of the scan's abort signal.
   */
  ask(question: Question): AsyncGenerator<AnswerRecord, void, undefined> {
    const { attempts, counts } = this.#wire;
    return steadyList(
      () => this.#records(question),
      attempts,
      () => void (counts.retries += 1),
    );
  }

  async *#records(question: Question): AsyncGenerator<AnswerRecord, void, undefined> {
    for await (const { record } of this.#replies(question)) yield record;
  }

  /** Asks a question whose answer must not be recorded: gives the answer itself, or the record of its failure. */
  async askSecret(question: Question): Promise<{ output: object } | { record: AnswerRecord; fault: Fault }> {
    for await (const { record, fault, output } of this.#replies(question)) {
      if (fault !== undefined) return { record, fault };
      if (output !== undefined) return { output };
    }
    throw new Error(`${nameOf(question.call)} gave neither an answer nor an error`);
  }

  /** Drops the clients of a region: a client for each account and region would cost gigabytes. */
  forget(region: string): void {
    for (const key of this.#clients.keys()) if (key.startsWith(`${region}/`)) this.#clients.delete(key);
  }

  #regionOf({ region }: Question): string {
    return region === 'global' ? this.#wire.home : region;
  }

  async *#replies(question: Question): AsyncGenerator<Reply, void, undefined> {
    const { call } = question;
    const inputs = [call.input, ...(call.olderInputs ?? [])];
    let input: JsonObject = { ...inputs.shift(), ...question.input };
    const tokens = new Set<string>();
    for (let number = 1; ;) {
      const reply = await this.#questions.ask(this.#askPage(question, input, number, tokens));
      const older = reply.fault?.kind === 'invalid' && number === 1 ? inputs.shift() : undefined;
      if (older !== undefined) {
        input = { ...older, ...question.input };
        continue;
      }
      if (reply.fault !== undefined && reply.fault.error.outcome !== 'obtained')
        this.#wire.counts.errors += 1;
      yield reply;
      if (reply.fault !== undefined) return;
      const token = call.paging === undefined ? undefined : tokenOf(reply.output, call.paging.output);
      if (call.paging === undefined || token === undefined) return;
      tokens.add(token);
      input = { ...input, [call.paging.input]: token };
      number += 1;
    }
  }

  /** One page, asked until there is an answer, a fault that stays, or no attempt left. */
  async #askPage(
    question: Question,
    input: JsonObject,
    number: number,
    tokens: ReadonlySet<string>,
  ): Promise<Reply> {
    const { call, recordedRegion } = question;
    const { attempts, signal, counts, tick } = this.#wire;
    const region = this.#regionOf(question);
    const bucket = this.#bucket(call, region);
    for (let attempt = 1; ; attempt += 1) {
      const stage = await this.#questions.rest(bucket.take(signal));
      const sent = await this.#send(question, input, tokens);
      tick();
      // What ends in a cut connection says nothing when the scan was asked to end.
      signal.throwIfAborted();
      const base = {
        service: call.service,
        operation: call.operation,
        account: this.account,
        region: recordedRegion,
        input: call.secret === true ? withoutSecrets(input) : input,
        time: new Date().toISOString(),
      };
      if ('output' in sent) {
        bucket.answered(stage, false);
        this.#credentialsWork = true;
        const requestId = requestIdOf(sent.output);
        const last = call.paging === undefined || tokenOf(sent.output, call.paging.output) === undefined;
        return {
          record: {
            ...base,
            ...(requestId === undefined ? {} : { requestId }),
            ...(call.paging === undefined ? {} : { page: { number, last } }),
            ...(call.secret === true ? {} : { output: recorded(call, verbatim(sent.output)) }),
          },
          output: sent.output,
        };
      }
      const { fault } = sent;
      if (fault.kind === 'throttled') {
        counts.throttled += 1;
        bucket.answered(stage, true);
      }
      if (attempt >= allowedAttempts(fault, attempts)) {
        if (fault.kind === 'expired' || fault.kind === 'no-credentials') this.#onLost?.(fault);
        return {
          record: {
            ...base,
            ...(fault.requestId === undefined ? {} : { requestId: fault.requestId }),
            ...(call.paging === undefined ? {} : { page: { number, last: false } }),
            error: fault.error,
          },
          fault,
        };
      }
      if (fault.kind === 'expired') {
        this.#credentials.renew();
        this.#clients.clear();
      }
      counts.retries += 1;
      await this.#questions.rest(sleep(this.#delay(fault, attempt), undefined, { signal }));
    }
  }

  async #send(
    question: Question,
    input: JsonObject,
    tokens: ReadonlySet<string>,
  ): Promise<{ output: object } | { fault: Fault }> {
    const { call } = question;
    const { gate, signal, counts } = this.#wire;
    const region = this.#regionOf(question);
    try {
      // Fetched before the gate: they may take a request of their own, which would wait for a place that we hold.
      this.#current = await this.#credentials.get();
      const output = await gate.run(async () => {
        signal.throwIfAborted();
        const service = await loadService[call.service]();
        counts.calls += 1;
        const name = nameOf(call);
        counts.byCall.set(name, (counts.byCall.get(name) ?? 0) + 1);
        const direct = this.#direct(service, call.service);
        if (direct !== undefined)
          return await direct.send({
            region,
            operation: call.operation,
            input,
            credentials: this.#current ?? missing(),
            signal,
          });
        const client = await this.#client(service, call.service, region);
        return await client.send(commandOf(service, call.operation, input), { abortSignal: signal });
      });
      const broken = whyBroken(call, output, tokens);
      return broken === undefined ? { output } : { fault: broken };
    } catch (error) {
      if (error instanceof NoCredentials) return { fault: { ...error.fault, kind: 'no-credentials' } };
      return {
        fault: classify(error, {
          absent: question.absenceProved === false ? [] : (call.absent ?? []),
          credentialsWork: this.#credentialsWork,
          isNew: call.isNew === true,
        }),
      };
    }
  }

  #direct(service: Service, name: ServiceName): DirectService | undefined {
    const { direct, home } = this.#wire;
    if (direct === undefined || !isDirect(name)) return undefined;
    const known = direct.get(name);
    if (known !== undefined) return known;
    const made = new DirectService(
      service,
      this.#configFor(home, () => Promise.reject(new Error('not used'))),
    );
    direct.set(name, made);
    return made;
  }

  async #client(service: Service, name: ServiceName, region: string): Promise<Client> {
    const key = `${region}/${name}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const { found } = this.#wire;
    const config = this.#configFor(region, () => Promise.resolve(this.#current ?? missing()));
    let others = found.get(name);
    if (others === undefined) found.set(name, (others = foundBy(new service.Client(config))));
    const client = new service.Client({ ...(await others), ...config });
    this.#clients.set(key, client);
    return client;
  }

  #configFor(region: string, credentials: CredentialSource): ClientConfig {
    const { transport, userAgent, appId, profile } = this.#wire;
    return {
      region,
      credentials,
      requestHandler: transport,
      maxAttempts: 1,
      retryMode: 'standard',
      customUserAgent: [[...userAgent]],
      ...(appId === undefined ? {} : { userAgentAppId: appId }),
      ...(profile === undefined ? {} : { profile }),
    };
  }

  #bucket(call: Call, region: string): TokenBucket {
    const key = `${region}/${call.rateOfService === true ? call.service : nameOf(call)}`;
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    const bucket = new TokenBucket(call.rate * this.#wire.pace);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /** Milliseconds to wait before the next attempt: full jitter over a bound that doubles. */
  #delay(fault: Fault, attempt: number): number {
    const bound = Math.min(longestDelay, this.#wire.retryDelay * 2 ** (attempt - 1));
    return Math.min(longestDelay, Math.max(Math.random() * bound, fault.retryAfter ?? 0));
  }
}

/** How often a question is asked that ends in this fault. */
function allowedAttempts(fault: Fault, attempts: number): number {
  switch (fault.kind) {
    case 'throttled':
    case 'transient':
    case 'skewed':
      return attempts;
    case 'expired':
      return Math.min(attempts, 3);
    case 'no-credentials':
    case 'invalid':
    case 'final':
      return 1;
  }
}

function missing(): never {
  throw new Error('a request was made before credentials were there');
}

/** Why an output that the SDK could read is still no answer; undefined where it is one. */
function whyBroken(call: Call, output: object, tokens: ReadonlySet<string>): Fault | undefined {
  const malformed = (message: string): Fault => ({
    kind: 'transient',
    error: { code: 'MalformedAnswer', message, status: 200, outcome: 'failed' },
  });
  if (call.has !== undefined && member(output, call.has) === undefined)
    return malformed(`the answer has no ${call.has}`);
  // AWS puts an id on every answer, so one that has it may leave out an empty list.
  const list = call.hasUnlessEmpty;
  if (list !== undefined && member(output, list) === undefined && requestIdOf(output) === undefined)
    return malformed(`the answer has neither ${list} nor a request id`);
  const token = call.paging === undefined ? undefined : tokenOf(output, call.paging.output);
  if (token !== undefined && tokens.has(token))
    return malformed('the answer names a page that was read already: the list would never end');
  return undefined;
}

/** Parameters that prove who asks stay out of records. */
function withoutSecrets(input: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(input).filter(([name]) => name !== 'ExternalId'));
}

function tokenOf(output: object | undefined, name: string): string | undefined {
  const steps = name.split('.');
  const token = steps.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? member(at, step) : undefined),
    output,
  );
  return typeof token === 'string' && token !== '' ? token : undefined;
}

function requestIdOf(output: object): string | undefined {
  const id = (output as { $metadata?: { requestId?: unknown } }).$metadata?.requestId;
  return typeof id === 'string' ? id : undefined;
}

function member(output: object, name: string): unknown {
  return (output as Readonly<Record<string, unknown>>)[name];
}
