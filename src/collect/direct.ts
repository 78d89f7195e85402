import { getUserAgentPlugin } from '@aws-sdk/core/client';
import { constructStack } from '@smithy/core/client';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { HttpRequest } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';

import type { ServiceName } from './calls.ts';
import type { Credentials } from './credentials.ts';
import { commandOf, type ClientConfig, type Service } from './services.ts';
import { SigningHash } from './signing-hash.ts';

/**
 * Services that need the SDK's whole client: those of S3 put the bucket or the account into the host name, and follow a
 * bucket to its region.
 */
const needsClient: ReadonlySet<ServiceName> = new Set(['s3', 's3control']);

/** Whether requests to a service can be sent by {@link DirectService}. */
export function isDirect(service: ServiceName): boolean {
  return !needsClient.has(service);
}

/** A request to a service. */
export interface DirectRequest {
  /** Region whose endpoint is asked. */
  readonly region: string;
  /** As AWS names it. */
  readonly operation: string;
  readonly input: object;
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
}

interface Signing {
  readonly signingName: string;
  readonly signingRegion: string;
}

interface Endpoint {
  readonly url: URL;
  readonly properties?: { readonly authSchemes?: readonly (Partial<Signing> & { readonly name: string })[] };
}

/** As much of the configuration of an SDK client as requests are made of. */
interface SdkConfig {
  readonly requestHandler: ClientConfig['requestHandler'];
  readonly httpAuthSchemes: readonly { readonly schemeId: string; readonly signer: SigningScheme }[];
  readonly defaultSigningName: string;
  readonly signingEscapePath: boolean;
  readonly disableClockSkewCorrection: () => Promise<boolean>;
}

/** How the SDK signs. It learns from answers how far the server's clock is from ours. */
interface SigningScheme {
  sign(request: HttpRequest, identity: object, properties: object): Promise<HttpRequest>;
  successHandler(response: unknown, properties: object): void;
  errorHandler(properties: object): (error: unknown) => never;
}

/** What passes through the steps of a request. */
interface Passage extends Pick<DirectRequest, 'input' | 'credentials' | 'signal'> {
  readonly request: HttpRequest;
}
type Answered = Awaited<ReturnType<ClientConfig['requestHandler']['handle']>>;
type Next = (passage: Passage) => Promise<Answered>;
type Handler = (passage: Omit<Passage, 'request'>) => Promise<{ readonly output: object }>;
type Stack = ReturnType<typeof constructStack>;

/**
 * The steps of every client of the SDK that are left out: what they do is done once for all requests, or by {@link Place}, or
 * not needed. Steps that a service adds of its own stay.
 */
const leftOut = [
  'loggerMiddleware',
  'contentLengthMiddleware',
  'getUserAgentMiddleware',
  'hostHeaderMiddleware',
  'recursionDetectionMiddleware',
  'retryMiddleware',
  'httpAuthSchemeMiddleware',
  'httpSigningMiddleware',
];

/**
 * Sends requests to a service for any account and region by the SDK's own parts: its endpoint rules, its serialization in the
 * protocol of the service, its signature with its correction of clocks, its reading of answers and errors. What is left
 * out are a client for each account, region and service, and the steps of {@link leftOut}, which cost more than all the
 * rest. What is asked, answered and thrown is the same; a test compares.
 */
export class DirectService {
  readonly #service: Service;
  readonly #config: SdkConfig;
  readonly #stack: Stack;
  readonly #places = new Map<string, Promise<Place>>();

  /** `config`: as for the service's client. Its credentials are not used. */
  constructor(service: Service, config: ClientConfig) {
    this.#service = service;
    const client = new service.Client(config) as unknown as { config: SdkConfig; middlewareStack: Stack };
    this.#config = client.config;
    this.#stack = client.middlewareStack.clone();
    for (const step of leftOut) this.#stack.remove(step);
  }

  /** Gives the SDK's output. Throws what the SDK's client throws. */
  async send({ region, operation, input, ...rest }: DirectRequest): Promise<object> {
    const command = commandOf(this.#service, operation, input);
    let place = this.#places.get(region);
    if (place === undefined) {
      place = Place.of(this.#config, this.#stack, region, command.constructor);
      this.#places.set(region, place);
      // What was wrong may be mended when the next asks.
      place.catch(() => this.#places.delete(region));
    }
    const { output } = await (await place).handlerFor(operation, command)({ input, ...rest });
    return output;
  }
}

/** A service in a region. */
class Place {
  readonly #config: SdkConfig;
  readonly #stack: Stack;
  readonly #endpoint: Endpoint;
  readonly #signing: Signing;
  readonly #userAgent: Readonly<Record<string, string>>;
  readonly #scheme: SigningScheme;
  readonly #handlers = new Map<string, Handler>();
  readonly #clock: Clock = { offset: 0 };

  private constructor(
    config: SdkConfig,
    stack: Stack,
    region: string,
    endpoint: Endpoint,
    userAgent: Readonly<Record<string, string>>,
  ) {
    const scheme = config.httpAuthSchemes.find(({ schemeId }) => schemeId === 'aws.auth#sigv4');
    if (scheme === undefined) throw new Error('the SDK has no signature version 4 for this service');
    this.#config = config;
    this.#stack = stack;
    this.#endpoint = endpoint;
    this.#userAgent = userAgent;
    this.#scheme = scheme.signer;
    this.#signing = {
      signingName: config.defaultSigningName,
      signingRegion: region,
      ...endpoint.properties?.['authSchemes']?.find(({ name }) => name === 'sigv4'),
    };
  }

  static async of(config: SdkConfig, stack: Stack, region: string, instructions: object): Promise<Place> {
    const here = { ...config, region: () => Promise.resolve(region) };
    const endpoint = await getEndpointFromInstructions({}, instructions, here as never);
    return new Place(config, stack, region, endpoint, await userAgentOf(config));
  }

  handlerFor(operation: string, command: object): Handler {
    const known = this.#handlers.get(operation);
    if (known !== undefined) return known;
    const context = {
      endpointV2: this.#endpoint,
      __smithy_context: { operationSchema: (command as { readonly schema?: unknown }).schema },
    };
    const stack = this.#stack.clone();
    stack.add(((next: Next) => (passage: Passage) => this.#sign(passage, context, next)) as never, {
      step: 'finalizeRequest',
      name: 'sign',
    });
    const { requestHandler } = this.#config;
    const send: Next = ({ request, signal }) => requestHandler.handle(request, { abortSignal: signal });
    const handler = stack.resolve(send as never, context as never) as unknown as Handler;
    this.#handlers.set(operation, handler);
    return handler;
  }

  async #sign(passage: Passage, context: object, next: Next): Promise<Answered> {
    const { request, credentials } = passage;
    const { hostname, port, body, headers } = request;
    headers['host'] = port === undefined ? hostname : `${hostname}:${port}`;
    if (typeof body === 'string' || body instanceof Uint8Array)
      headers['content-length'] = String(Buffer.byteLength(body));
    Object.assign(headers, this.#userAgent);
    const config = new SigningConfig(this.#config, this.#signing, this.#clock, credentials);
    const properties = { config, context, ...this.#signing };
    const signed = await this.#scheme.sign(request, credentials, properties);
    try {
      const answered = await next({ ...passage, request: signed });
      this.#scheme.successHandler(answered.response, properties);
      return answered;
    } catch (error) {
      return this.#scheme.errorHandler(properties)(error);
    }
  }
}

interface Clock {
  /** Milliseconds by which the clock of the endpoint is ahead of ours. */
  offset: number;
}

/** What the SDK's signing scheme asks of a client's configuration, for one request. */
class SigningConfig {
  readonly disableClockSkewCorrection: SdkConfig['disableClockSkewCorrection'];
  readonly #signer: SignatureV4;
  readonly #clock: Clock;

  constructor(
    { signingEscapePath, disableClockSkewCorrection }: SdkConfig,
    { signingName, signingRegion }: Signing,
    clock: Clock,
    credentials: Credentials,
  ) {
    this.disableClockSkewCorrection = disableClockSkewCorrection;
    this.#clock = clock;
    this.#signer = new SignatureV4({
      credentials,
      service: signingName,
      region: signingRegion,
      sha256: SigningHash,
      uriEscapePath: signingEscapePath,
    });
  }

  readonly signer = (): Promise<SignatureV4> => Promise.resolve(this.#signer);

  get systemClockOffset(): number {
    return this.#clock.offset;
  }

  set systemClockOffset(offset: number) {
    this.#clock.offset = offset;
  }
}

/** The headers that name us. They are the same for every request. */
async function userAgentOf(config: SdkConfig): Promise<Readonly<Record<string, string>>> {
  const stack = constructStack();
  stack.use(getUserAgentPlugin(config as never));
  let headers: Readonly<Record<string, string>> = {};
  const keep = ({ request }: Pick<Passage, 'request'>): Promise<object> => {
    ({ headers } = request);
    return Promise.resolve({});
  };
  const handler = stack.resolve(keep as never, {}) as unknown as typeof keep;
  await handler({ request: new HttpRequest({}) });
  return headers;
}
