/**
 * How AWS services speak over HTTP, as far as the test servers need it: which service, operation, account key and
 * region a request means, and how an answer or an error is written for it. Independent of the SDK on purpose, so that
 * a fault in the SDK's use shows.
 */
import type { IncomingHttpHeaders } from 'node:http';

import type { JsonObject, JsonValue } from '../../src/json.ts';
import { readS3, s3Answer, s3Error } from './wire-s3.ts';
import { apiGatewayBody, cloudFrontAnswer, readApiGateway, readCloudFront } from './wire-web.ts';
import { escaped, xml, type AwsCall, type WireAnswer } from './wire-text.ts';

export type { AwsCall, WireAnswer } from './wire-text.ts';
import { isJsonObject } from '../../src/json.ts';

export type Protocol = 'json-1.0' | 'json-1.1' | 'rest-json' | 'rest-xml' | 'query' | 'ec2';

const protocols: { readonly [service: string]: Protocol } = {
  account: 'rest-json',
  apigateway: 'rest-json',
  apigatewayv2: 'rest-json',
  cloudfront: 'rest-xml',
  cloudtrail: 'json-1.1',
  cloudwatch: 'json-1.0',
  config: 'json-1.1',
  ec2: 'ec2',
  elbv2: 'query',
  events: 'json-1.1',
  iam: 'query',
  kms: 'json-1.1',
  lambda: 'rest-json',
  logs: 'json-1.1',
  oam: 'rest-json',
  organizations: 'json-1.1',
  s3: 'rest-xml',
  s3control: 'rest-xml',
  securityhub: 'rest-json',
  sns: 'query',
  sts: 'query',
};

/** The protocol the SDK for JavaScript speaks with a service; JSON 1.1 for services not in the table. */
export function protocolOf(service: string): Protocol {
  return protocols[service] ?? 'json-1.1';
}

const namespaces: { readonly [service: string]: string } = {
  cloudfront: 'http://cloudfront.amazonaws.com/doc/2020-05-31/',
  elbv2: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sns: 'http://sns.amazonaws.com/doc/2010-03-31/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
  ec2: 'http://ec2.amazonaws.com/doc/2016-11-15/',
};

/**
 * Fields that travel as seconds since 1970 in JSON. Records hold them as ISO 8601 text; fields that AWS itself sends
 * as text (the obsolete members of GetTrailStatus) or as milliseconds (all of Logs) are not here.
 */
const timestamps: { readonly [service: string]: ReadonlySet<string> } = {
  apigateway: new Set(['createdDate']),
  cloudtrail: new Set([
    'LatestDeliveryTime',
    'LatestNotificationTime',
    'StartLoggingTime',
    'StopLoggingTime',
    'LatestCloudWatchLogsDeliveryTime',
    'LatestDigestDeliveryTime',
    'CreatedTimestamp',
    'UpdatedTimestamp',
  ]),
  cloudwatch: new Set([
    'AlarmConfigurationUpdatedTimestamp',
    'StateUpdatedTimestamp',
    'StateTransitionedTimestamp',
    'LastUpdatedTimestamp',
    'StartDate',
    'ExpireDate',
  ]),
  config: new Set(['lastStartTime', 'lastStopTime', 'lastStatusChangeTime']),
  organizations: new Set([
    'JoinedTimestamp',
    'RequestedTimestamp',
    'ExpirationTimestamp',
    'DelegationEnabledDate',
    'DateEnabled',
  ]),
  kms: new Set([
    'CreationDate',
    'DeletionDate',
    'ValidTo',
    'NextRotationDate',
    'OnDemandRotationStartDate',
    'LastUpdatedDate',
  ]),
  events: new Set(['CreationTime', 'LastModifiedTime']),
};

/** Paths of REST services that are not named after their operation. */
const restPaths: { readonly [path: string]: string } = { '/accounts': 'describeHub' };

/** Services that sign under another name. */
const signingNames: { readonly [name: string]: string } = {
  elasticloadbalancing: 'elbv2',
  monitoring: 'cloudwatch',
};

/** What the signature of a request says, or undefined for an unsigned one. */
function credentialScope(
  headers: IncomingHttpHeaders,
): { accessKey: string; region: string; service: string } | undefined {
  const match = /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '');
  if (match === null) return undefined;
  const [, accessKey = '', region = '', signedFor = ''] = match;
  return { accessKey, region, service: signingNames[signedFor] ?? signedFor };
}

/** Reads a request. Undefined where it is not a signed AWS call that this file knows how to read. */
export function readCall(headers: IncomingHttpHeaders, path: string, body: string): AwsCall | undefined {
  const scope = credentialScope(headers);
  if (scope === undefined) return undefined;
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const parsed: unknown = body === '' ? {} : JSON.parse(body);
    return {
      ...scope,
      operation: target.slice(target.lastIndexOf('.') + 1),
      input: isJsonObject(parsed) ? parsed : {},
    };
  }
  if (path.startsWith('/2016-08-19/account-settings'))
    return { ...scope, operation: 'GetAccountSettings', input: {} };
  const policyOf = /^\/2015-03-31\/functions\/([^/?]+)\/policy/.exec(path)?.[1];
  if (scope.service === 'lambda')
    return policyOf === undefined
      ? undefined
      : { ...scope, operation: 'GetPolicy', input: { FunctionName: decodeURIComponent(policyOf) } };
  if (scope.service === 'cloudfront') return readCloudFront(scope, path);
  if (scope.service === 'apigateway') return readApiGateway(scope, path);
  if (scope.service === 's3') return readS3(scope, path, headers['x-amz-account-id']);
  if (protocolOf(scope.service) === 'rest-json') {
    const name = restPaths[path] ?? path.split(/[/?]/)[1] ?? '';
    const parsed: unknown = body === '' ? {} : JSON.parse(body);
    return {
      ...scope,
      operation: name.charAt(0).toUpperCase() + name.slice(1),
      input: isJsonObject(parsed) ? parsed : {},
    };
  }
  const form = new URLSearchParams(body);
  const operation = form.get('Action');
  return operation === null ? undefined : { ...scope, operation, input: formInput(form) };
}

/** `A.member.1.B=x` of a form becomes `{A: [{B: 'x'}]}`; values stay text. */
function formInput(form: URLSearchParams): JsonObject {
  const input: Record<string, unknown> = {};
  for (const [key, value] of form) {
    if (key === 'Action' || key === 'Version') continue;
    const steps = key.split('.').filter((step) => step !== 'member' && step !== 'entry');
    let at: Record<string, unknown> = input;
    for (const step of steps.slice(0, -1)) {
      const next = (at[step] ??= {});
      at = next as Record<string, unknown>;
    }
    at[steps.at(-1) ?? key] = value;
  }
  return listed(input) as JsonObject;
}

/** Objects whose keys are 1, 2, 3, ... become lists. */
function listed(value: unknown): JsonValue {
  if (!isJsonObject(value)) return value as JsonValue;
  const entries = Object.entries(value);
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key)))
    return entries.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, element]) => listed(element));
  return Object.fromEntries(entries.map(([key, element]) => [key, listed(element)]));
}

/** Writes an answer as the service would. `output` is what a record holds. */
export function writeAnswer(
  call: Pick<AwsCall, 'service' | 'operation'>,
  output: JsonObject,
  requestId: string,
): WireAnswer {
  const protocol = protocolOf(call.service);
  if (call.service === 'cloudfront') return cloudFrontAnswer(call.operation, output, requestId);
  if (protocol === 'rest-xml') return s3Answer(call.operation, output, requestId);
  if (protocol === 'query')
    return xml(
      200,
      `<${call.operation}Response xmlns="${namespaces[call.service] ?? ''}"><${call.operation}Result>` +
        `${xmlMembers(output)}</${call.operation}Result>` +
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${call.operation}Response>`,
      requestId,
    );
  if (protocol === 'ec2')
    return xml(
      200,
      `<${call.operation}Response xmlns="${namespaces['ec2'] ?? ''}"><requestId>${requestId}</requestId>` +
        `${ec2Members(output)}</${call.operation}Response>`,
      requestId,
    );
  const body = call.service.startsWith('apigateway') ? apiGatewayBody(call.service, output) : output;
  return json(protocol, 200, toWire(call.service, body), { 'x-amzn-requestid': requestId });
}

/** Writes an error as the service would: code and message where its protocol puts them. */
export function writeError(
  service: string,
  error: { readonly code: string; readonly message: string; readonly status?: number },
  requestId: string,
): WireAnswer {
  const protocol = protocolOf(service);
  const status = error.status ?? 400;
  if (service !== 'cloudfront' && protocol === 'rest-xml') return s3Error(status, error, requestId);
  // CloudFront speaks REST, and tells errors as the query protocol does.
  if (protocol === 'query' || service === 'cloudfront')
    return xml(
      status,
      `<ErrorResponse xmlns="${namespaces[service] ?? ''}"><Error><Type>Sender</Type>` +
        `<Code>${escaped(error.code)}</Code><Message>${escaped(error.message)}</Message></Error>` +
        `<RequestId>${requestId}</RequestId></ErrorResponse>`,
      requestId,
    );
  if (protocol === 'ec2')
    return xml(
      status,
      `<Response><Errors><Error><Code>${escaped(error.code)}</Code>` +
        `<Message>${escaped(error.message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
      requestId,
    );
  const headers: Record<string, string> = { 'x-amzn-requestid': requestId };
  if (protocol === 'rest-json') {
    headers['x-amzn-errortype'] = error.code;
    return json(protocol, status, { message: error.message }, headers);
  }
  // CloudWatch came from the query protocol; its clients take the code from this header.
  if (protocol === 'json-1.0')
    headers['x-amzn-query-error'] = `${error.code};${status < 500 ? 'Sender' : 'Receiver'}`;
  return json(protocol, status, { __type: error.code, message: error.message }, headers);
}

function json(
  protocol: Protocol,
  status: number,
  body: JsonValue,
  headers: Readonly<Record<string, string>>,
): WireAnswer {
  const type =
    protocol === 'rest-json'
      ? 'application/json'
      : `application/x-amz-json-${protocol === 'json-1.0' ? '1.0' : '1.1'}`;
  return { status, headers: { 'content-type': type, ...headers }, body: JSON.stringify(body) };
}

function toWire(service: string, value: JsonValue, field?: string): JsonValue {
  if (typeof value === 'string' && field !== undefined && timestamps[service]?.has(field) === true) {
    const seconds = Date.parse(value) / 1000;
    return Number.isNaN(seconds) ? value : seconds;
  }
  if (Array.isArray(value)) return value.map((element: JsonValue) => toWire(service, element));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === undefined ? [] : [[name, toWire(service, member, name)]],
    ),
  );
}

function xmlMembers(value: JsonObject): string {
  return Object.entries(value)
    .map(([name, member]) => {
      if (member === undefined || member === null) return '';
      if (name === 'Attributes' && isJsonObject(member))
        return `<${name}>${Object.entries(member)
          .map(
            ([key, text]) =>
              `<entry><key>${escaped(key)}</key><value>${text === undefined ? '' : leaf(text)}</value></entry>`,
          )
          .join('')}</${name}>`;
      if (Array.isArray(member))
        return `<${name}>${member.map((element: JsonValue) => `<member>${xmlValue(element)}</member>`).join('')}</${name}>`;
      return `<${name}>${xmlValue(member)}</${name}>`;
    })
    .join('');
}

function xmlValue(value: JsonValue): string {
  return isJsonObject(value) ? xmlMembers(value) : leaf(value);
}

/** Lists of EC2 that are not spelt `...Info`. */
const ec2Sets: ReadonlySet<string> = new Set(['Vpcs', 'VpcEndpoints', 'FlowLogs', 'Tags']);

/** EC2 spells members with a small first letter and lists as `...Info` or `...Set` of `item`. */
function ec2Members(value: JsonObject): string {
  return Object.entries(value)
    .map(([name, member]) => {
      if (member === undefined || member === null) return '';
      const small = name.charAt(0).toLowerCase() + name.slice(1);
      if (Array.isArray(member)) {
        const list = small.replace(/s$/, ec2Sets.has(name) ? 'Set' : 'Info');
        return `<${list}>${member
          .map(
            (element: JsonValue) =>
              `<item>${isJsonObject(element) ? ec2Members(element) : leaf(element)}</item>`,
          )
          .join('')}</${list}>`;
      }
      const tag = name === 'Endpoint' ? 'regionEndpoint' : small;
      return `<${tag}>${isJsonObject(member) ? ec2Members(member) : leaf(member)}</${tag}>`;
    })
    .join('');
}

/** A leaf as XML carries it. */
function leaf(value: JsonValue): string {
  return escaped(typeof value === 'string' ? value : JSON.stringify(value));
}
