/** How S3 and S3 Control speak: REST with XML, the operation in the query. Only what is asked of them. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.ts';
import { escaped, type AwsCall, type WireAnswer } from './wire-text.ts';

interface Shape {
  readonly operation: string;
  /** Element around the answer. */
  readonly root: string;
  /** Member that is the answer itself. */
  readonly payload?: string;
}

/** Operations on a bucket by their query parameter (S3 API reference). */
const byQuery: { readonly [parameter: string]: Shape } = {
  acl: { operation: 'GetBucketAcl', root: 'AccessControlPolicy' },
  encryption: {
    operation: 'GetBucketEncryption',
    root: 'ServerSideEncryptionConfiguration',
    payload: 'ServerSideEncryptionConfiguration',
  },
  lifecycle: { operation: 'GetBucketLifecycleConfiguration', root: 'LifecycleConfiguration' },
  logging: { operation: 'GetBucketLogging', root: 'BucketLoggingStatus' },
  notification: { operation: 'GetBucketNotificationConfiguration', root: 'NotificationConfiguration' },
  'object-lock': {
    operation: 'GetObjectLockConfiguration',
    root: 'ObjectLockConfiguration',
    payload: 'ObjectLockConfiguration',
  },
  ownershipControls: {
    operation: 'GetBucketOwnershipControls',
    root: 'OwnershipControls',
    payload: 'OwnershipControls',
  },
  policy: { operation: 'GetBucketPolicy', root: '' },
  policyStatus: { operation: 'GetBucketPolicyStatus', root: 'PolicyStatus', payload: 'PolicyStatus' },
  publicAccessBlock: {
    operation: 'GetPublicAccessBlock',
    root: 'PublicAccessBlockConfiguration',
    payload: 'PublicAccessBlockConfiguration',
  },
  replication: {
    operation: 'GetBucketReplication',
    root: 'ReplicationConfiguration',
    payload: 'ReplicationConfiguration',
  },
  versioning: { operation: 'GetBucketVersioning', root: 'VersioningConfiguration' },
};
const shapes = new Map<string, Shape>([
  ...Object.values(byQuery).map((shape): [string, Shape] => [shape.operation, shape]),
  ['ListBuckets', { operation: 'ListBuckets', root: 'ListAllMyBucketsResult' }],
]);

/** The one member of these answers that is no part of the body. */
const headerMember = 'TransitionDefaultMinimumObjectSize';

/** Reads a request that is signed for S3: of S3 itself, or of S3 Control where it names an account. */
export function readS3(
  scope: Pick<AwsCall, 'service' | 'region' | 'accessKey'>,
  path: string,
  account: string | string[] | undefined,
): AwsCall | undefined {
  const url = new URL(path, 'http://s3');
  if (typeof account === 'string')
    return {
      ...scope,
      service: 's3control',
      operation: 'GetPublicAccessBlock',
      input: { AccountId: account },
    };
  const bucket = decodeURIComponent(url.pathname.replaceAll(/^\/|\/$/g, ''));
  if (bucket === '') {
    const input: Record<string, JsonValue> = {};
    const names = { prefix: 'Prefix', 'continuation-token': 'ContinuationToken' };
    for (const [parameter, name] of Object.entries(names)) {
      const value = url.searchParams.get(parameter);
      if (value !== null) input[name] = value;
    }
    const most = url.searchParams.get('max-buckets');
    return {
      ...scope,
      operation: 'ListBuckets',
      input: { ...input, ...(most === null ? {} : { MaxBuckets: Number(most) }) },
    };
  }
  const operation = Object.entries(byQuery).find(([parameter]) => url.searchParams.has(parameter))?.[1]
    .operation;
  return operation === undefined ? undefined : { ...scope, operation, input: { Bucket: bucket } };
}

/** Writes an answer as S3 does. */
export function s3Answer(operation: string, output: JsonObject, requestId: string): WireAnswer {
  const inHeader = output[headerMember];
  const headers = {
    'content-type': 'application/xml',
    'x-amz-request-id': requestId,
    ...(inHeader === undefined ? {} : { 'x-amz-transition-default-minimum-object-size': textOf(inHeader) }),
  };
  if (operation === 'GetBucketPolicy') return { status: 200, headers, body: textOf(output['Policy']) };
  const shape = shapes.get(operation);
  if (shape === undefined) throw new Error(`no shape of an answer to ${operation}`);
  const { root, payload } = shape;
  const content = payload === undefined ? output : output[payload];
  const inner = isJsonObject(content) ? members(content, operation) : '';
  return {
    status: 200,
    headers,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</${root}>`,
  };
}

/** Writes an error as S3 does. */
export function s3Error(
  status: number,
  error: { readonly code: string; readonly message: string },
  requestId: string,
): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escaped(error.code)}</Code><Message>${escaped(error.message)}</Message><RequestId>${requestId}</RequestId></Error>`,
  };
}

/** Members that are written under another name. */
const names: { readonly [member: string]: string } = {
  MFADelete: 'MfaDelete',
  LambdaFunctionConfigurations: 'CloudFunctionConfiguration',
  LambdaFunctionArn: 'CloudFunction',
  TopicArn: 'Topic',
  QueueArn: 'Queue',
};
/** Lists with an element of their own around them; each element of all other lists stands by itself. */
const wrapped: { readonly [member: string]: readonly [list: string, element: string] } = {
  Buckets: ['Buckets', 'Bucket'],
  Grants: ['AccessControlList', 'Grant'],
};

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function members(value: JsonObject, operation: string): string {
  return Object.entries(value)
    .map(([name, member]) => {
      if (member === undefined || member === null || name === headerMember) return '';
      const around = wrapped[name];
      if (Array.isArray(member) && around !== undefined) {
        const [list, element] = around;
        return `<${list}>${member.map((item: JsonValue) => tag(element, item, operation)).join('')}</${list}>`;
      }
      const single = names[name] ?? (Array.isArray(member) ? name.replace(/s$/, '') : name);
      return (Array.isArray(member) ? (member as readonly JsonValue[]) : [member])
        .map((item) => tag(single, item, operation))
        .join('');
    })
    .join('');
}

function tag(name: string, value: JsonValue, operation: string): string {
  if (!isJsonObject(value))
    return `<${name}>${escaped(typeof value === 'string' ? value : JSON.stringify(value))}</${name}>`;
  const { Type: type, ...rest } = value;
  // The kind of a grantee is an attribute.
  if (name === 'Grantee')
    return `<${name} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${textOf(type)}">${members(rest, operation)}</${name}>`;
  return `<${name}>${members(value, operation)}</${name}>`;
}
