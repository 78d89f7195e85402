import { createHash, createHmac } from 'node:crypto';

import { NormalizedSchema } from '@smithy/core/schema';
import type { HttpRequest } from '@smithy/core/transport';
import { expect, test, vi } from 'vitest';

import { calls, nameOf, type Call, type ServiceName } from '../../src/collect/calls.ts';
import { isDirect, type DirectService } from '../../src/collect/direct.ts';
import { Session, type Wire } from '../../src/collect/session.ts';
import { commandOf, loadService } from '../../src/collect/services.ts';
import { SigningHash } from '../../src/collect/signing-hash.ts';
import type { JsonObject, JsonValue } from '../../src/json.ts';
import type { AnswerRecord } from '../../src/snapshot/record.ts';
import { protocolOf, writeAnswer, writeError } from '../aws/wire.ts';
import { stubAws, type Stub, type StubAnswer, type StubRequest } from './aws-stub.ts';

/** What a question gives: its records without their times, the requests it took, and the counts. */
interface Told {
  readonly records: readonly object[];
  readonly requests: readonly object[];
  readonly counts: object;
}

const direct = calls.filter(({ service }) => isDirect(service));
const secret = 'not-a-secret';

/** Asks the same of the same endpoint, once by SDK clients and once without. */
async function bothWays(
  call: Call,
  answer: (index: number) => StubAnswer,
): Promise<readonly [sdk: Told, direct: Told]> {
  const told: Told[] = [];
  for (const how of [undefined, new Map<ServiceName, DirectService>()]) {
    await using aws = await stubAws((_, index) => answer(index), { direct: how });
    const records = await ask(aws, call);
    expect(how?.size).toBe(how === undefined ? undefined : 1);
    for (const request of aws.requests)
      expect(signatureOf(request), nameOf(call)).toBe(rightSignature(request));
    const { calls: sent, errors, throttled, retries } = aws.wire.counts;
    told.push({
      records: records.map(({ time: _time, ...record }) => record),
      requests: aws.requests.map(withoutStamps),
      counts: { sent, errors, throttled, retries },
    });
  }
  return told as unknown as readonly [Told, Told];
}

async function ask(aws: Stub, call: Call): Promise<readonly AnswerRecord[]> {
  const item = { name: 'arn:aws:x:eu-west-1:111111111111:a/b c', owner: '111111111111', region: 'eu-west-1' };
  const input = call.each?.input(item) ?? {};
  if (call.secret !== true) return await aws.ask(nameOf(call), { input });
  const where = { region: 'eu-west-1', recordedRegion: 'eu-west-1' };
  const given = { RoleArn: 'arn:aws:iam::111111111111:role/r', RoleSessionName: 's' };
  const told = await aws.session.askSecret({ call, ...where, input: given });
  const output = 'output' in told ? Object.entries(told.output).filter(([name]) => name !== '$metadata') : [];
  return [
    'record' in told ? told.record : ({ output: Object.fromEntries(output) } as unknown as AnswerRecord),
  ];
}

/** What differs from one request to the next, and what only the SDK's retries put there. */
function withoutStamps({ method, path, headers, body }: StubRequest): object {
  const {
    authorization: _signature,
    'x-amz-date': _date,
    'amz-sdk-invocation-id': _id,
    'amz-sdk-request': _attempt,
    host: _port,
    'user-agent': agent = '',
    ...rest
  } = headers;
  // The SDK's own statistics: which of its features made the request.
  return { method, path, body, headers: { ...rest, 'user-agent': agent.replace(/ m\/[\w,]*/, '') } };
}

function signatureOf({ headers }: StubRequest): string | undefined {
  return /Signature=([0-9a-f]{64})/.exec(headers.authorization ?? '')?.[1];
}

/** Signature version 4 of a request as it came, worked out as the IAM user guide says ("Create a signed request"). */
function rightSignature({ method, path, headers, body }: StubRequest): string {
  const match = /\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+)/.exec(
    headers.authorization ?? '',
  );
  const [, date = '', region = '', service = '', signed = ''] = match ?? [];
  const url = new URL(path, 'http://host');
  const encode = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/');
  const query = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).toSorted();
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string): Buffer =>
    createHmac('sha256', key).update(text).digest();
  const lines = signed.split(';').map((name) => `${name}:${String(headers[name])}\n`);
  const canonical = [
    method,
    encode(url.pathname),
    query.join('&'),
    lines.join(''),
    signed,
    sha256(body),
  ].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const scope = `${date}/${region}/${service}/aws4_request`;
  return hmac(
    key,
    ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), scope, sha256(canonical)].join('\n'),
  ).toString('hex');
}

/** An output of every kind of member that the SDK knows of an operation, as JSON services write it. */
async function everyMember(call: Call): Promise<JsonObject> {
  const { schema } = commandOf(await loadService[call.service](), call.operation, {}) as {
    schema: unknown[];
  };
  const isXml = ['query', 'ec2', 'rest-xml'].includes(protocolOf(call.service));
  const output = exampleOf(NormalizedSchema.of(schema[5] as never), 0, isXml) as JsonObject;
  const token = call.paging?.output ?? '';
  return Object.fromEntries(Object.entries(output).filter(([name]) => name !== token));
}

/** Schema of the SDK for times that travel as text, whatever the protocol. */
const dateTime = 5;

function exampleOf(schema: NormalizedSchema, depth: number, isXml: boolean): JsonValue {
  const inner = (member: NormalizedSchema): JsonValue => exampleOf(member, depth + 1, isXml);
  if (depth > 5) return null;
  if (schema.isStructSchema())
    return Object.fromEntries([...schema.structIterator()].map(([name, member]) => [name, inner(member)]));
  if (schema.isListSchema()) return [inner(schema.getValueSchema()), inner(schema.getValueSchema())];
  if (schema.isMapSchema())
    return { 'a key': inner(schema.getValueSchema()), __proto: inner(schema.getValueSchema()) };
  if (schema.isTimestampSchema())
    return isXml || schema.getSchema() === dateTime ? '2026-01-02T03:04:05.678Z' : 1_767_323_045.678;
  if (schema.isBooleanSchema()) return true;
  if (schema.isNumericSchema()) return depth % 2 === 0 ? 42 : 9_007_199_254_740_000;
  if (schema.isBlobSchema()) return 'AAEC/w==';
  if (schema.isDocumentSchema()) return { any: [1, 'two', null, { three: 0.1 }] };
  return 'text <&> "ü" 😀';
}

test.each(direct.map((call) => [nameOf(call), call] as const))(
  '%s: every member of an answer is recorded as by an SDK client, and the request is the same',
  async (_, call) => {
    const output = await everyMember(call);
    const [sdk, ours] = await bothWays(call, () => writeAnswer(call, output, 'id-1'));
    expect(Object.keys((sdk.records[0] as { output?: object }).output ?? {})).not.toEqual([]);
    expect(ours).toEqual(sdk);
  },
);

/** A call of each protocol. */
const protocols = [
  'cloudtrail:DescribeTrails',
  'cloudwatch:DescribeAlarms',
  'lambda:GetAccountSettings',
  'oam:GetLink',
  'sns:GetTopicAttributes',
  'ec2:DescribeVpcs',
  'kms:DescribeKey',
];
const page = '<!doctype html><html><body>Sign in</body></html>';
const html = { headers: { 'content-type': 'text/html' }, body: page };
const ahead = (): string => new Date(Date.now() + 600_000).toUTCString();

type Fault = (call: Call, right: StubAnswer) => StubAnswer;

function fails(code: string, status: number, headers: Readonly<Record<string, string>> = {}): Fault {
  return ({ service }) => {
    const message = `${code} & "more": User: arn:aws:iam::1:user/u is not authorized`;
    const error = writeError(service, { code, message, status }, 'id-2');
    return { ...error, headers: { ...error.headers, ...headers } };
  };
}

const faults: readonly (readonly [what: string, fault: Fault])[] = [
  ['throttling', fails('ThrottlingException', 400, { 'retry-after': '0' })],
  ['a server error', fails('InternalFailure', 500)],
  ['a denial', fails('AccessDeniedException', 403)],
  ['an expired token', fails('ExpiredTokenException', 403)],
  ['a clock that is off', fails('RequestTimeTooSkewed', 403, { date: ahead() })],
  ['an unknown key', fails('UnrecognizedClientException', 403)],
  ['an unknown error', fails('SomethingNewException', 400)],
  ['an error with members of its own', fails('TrailNotFoundException', 404)],
  ['HTML with status 200', () => html],
  ['HTML with status 503', () => ({ ...html, status: 503 })],
  [
    'XML with status 500',
    () => ({ status: 500, body: '<Error><Code>Oops</Code><Message>no</Message></Error>' }),
  ],
  ['an empty body', (_, right) => ({ ...right, body: '' })],
  ['half a body', (_, right) => ({ ...right, body: (right.body ?? '').slice(0, 20) })],
  ['a body that is cut', (_, right) => ({ ...right, how: 'cut' })],
  ['a wrong content type', (_, right) => ({ ...right, headers: { 'content-type': 'image/png' } })],
  ['a reset', () => ({ how: 'reset' })],
  ['an answer without request id', (_, { body = '' }) => ({ body })],
];

test.each(faults)('%s is told, counted and asked again as by SDK clients', async (_, fault) => {
  for (const call of direct.filter((row) => protocols.includes(nameOf(row)))) {
    const right = writeAnswer(call, await everyMember(call), 'id-1');
    const spoilt = fault(call, right);
    for (const times of [1, 9]) {
      const [sdk, ours] = await bothWays(call, (index) => (index < times ? spoilt : right));
      expect(ours, nameOf(call)).toEqual(sdk);
    }
  }
});

test.each([
  ['as they are', {}, 'sns.eu-west-1.amazonaws.com'],
  ['for FIPS', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'sns-fips.us-east-1.amazonaws.com'],
  ['with IPv6', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'sns.eu-west-1.api.aws'],
] as const)(
  "AWS's own endpoints, %s, are those of SDK clients, and so is what is signed",
  async (_, environment, known) => {
    await using aws = await stubAws(() => ({}));
    vi.stubEnv('AWS_ENDPOINT_URL', '');
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const oneOfEach = new Map(direct.map((call) => [call.service, call])).values();
    const hosts = new Set<string>();
    for (const call of oneOfEach)
      for (const region of ['us-east-1', 'eu-west-1', 'cn-north-1', 'us-gov-west-1', 'me-central-1']) {
        const asked = await Promise.all(
          [undefined, new Map<ServiceName, DirectService>()].map((how) =>
            whereTo({ ...aws.wire, direct: how }, call, region),
          ),
        );
        expect(asked[1], `${nameOf(call)} ${region}`).toEqual(asked[0]);
        hosts.add(asked[0]?.['host'] ?? '');
      }
    expect(hosts).toContain(known);
  },
);

/** Host, path and scope of signature of the request to a question; it is not sent. */
async function whereTo(
  wire: Wire,
  call: Call,
  region: string,
): Promise<Readonly<Record<string, string | undefined>>> {
  let seen: HttpRequest | undefined;
  const transport = {
    metadata: wire.transport.metadata,
    handle: (request: HttpRequest) => {
      seen = request;
      return Promise.reject(new Error('not sent'));
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    destroy: () => {},
  };
  const credentials = {
    get: () => Promise.resolve({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: secret }),
    renew: () => {},
  };
  const session = new Session('111111111111', credentials, {
    ...wire,
    found: new Map(),
    attempts: 1,
    transport: transport as never,
  });
  const item = { name: 'arn:aws:x:eu-west-1:111111111111:a/b c', owner: '111111111111', region };
  await session.askSecret({ call, region, recordedRegion: region, input: call.each?.input(item) ?? {} });
  const scope = /Credential=\w+\/\d{8}\/([^,]+)/.exec(seen?.headers['authorization'] ?? '')?.[1];
  return {
    host: seen?.hostname,
    signedHost: seen?.headers['host'],
    protocol: seen?.protocol,
    path: seen?.path,
    scope,
  };
}

test('after a refusal for the time, requests carry the time of AWS', async () => {
  const right = writeAnswer(
    { service: 'kms', operation: 'DescribeKey' },
    { KeyMetadata: { KeyId: 'k' } },
    'id',
  );
  const call = direct.find((row) => nameOf(row) === 'kms:DescribeKey');
  const late = { service: 'kms' } as Call;
  await using aws = await stubAws((_, index) =>
    index === 0
      ? fails('RequestTimeTooSkewed', 403, { date: ahead() })(late, right)
      : { ...right, headers: { ...right.headers, date: ahead() } },
  );
  if (call !== undefined) await ask(aws, call);
  const dates = aws.requests.map(({ headers }) =>
    Date.parse(String(headers['x-amz-date']).replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5')),
  );
  expect((dates[1] ?? 0) - (dates[0] ?? 0)).toBeGreaterThan(590_000);
});

test.each(['', 'short', 'k'.repeat(64), 'k'.repeat(65), 'ü'.repeat(100)])(
  'hashes and HMACs for signatures are those of Node, key %j',
  async (key) => {
    const parts = ['', 'one', 'ü😀'].map((text) => Buffer.from(text));
    const [plain, keyed] = [new SigningHash(), new SigningHash(key)];
    const [sha256, hmac] = [createHash('sha256'), createHmac('sha256', key)];
    for (const hash of [plain, keyed, sha256, hmac]) for (const part of parts) hash.update(part);
    expect(Buffer.from(await plain.digest())).toEqual(sha256.digest());
    expect(Buffer.from(await keyed.digest())).toEqual(hmac.digest());
  },
);
