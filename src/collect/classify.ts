import type { AnswerError } from '../snapshot/record.ts';
import { textOf } from './answer.ts';

/**
 * What to do about a fault.
 *
 * - `throttled`: ask again, later and more slowly.
 * - `transient`: ask again.
 * - `expired`: ask again with new credentials.
 * - `skewed`: ask again; the SDK has learned the server's time from the refusal.
 * - `no-credentials`: there was nothing to ask with.
 * - `invalid`: AWS does not understand the input.
 * - `final`: asking again gives the same.
 */
export type FaultKind =
  | 'throttled'
  | 'transient'
  | 'expired'
  | 'skewed'
  | 'no-credentials'
  | 'invalid'
  | 'final';

/** A fault, for the record and for the retry loop. */
export interface Fault {
  readonly kind: FaultKind;
  readonly error: AnswerError;
  readonly requestId?: string;
  /** Milliseconds that AWS asks to wait. */
  readonly retryAfter?: number;
}

/** What the table and the place of a call say about its error codes. */
export interface FaultContext {
  /** Codes that prove absence here. */
  readonly absent: readonly string[];
  /** True where the same credentials are known to work elsewhere: "unknown key" then means that the region is off. */
  readonly credentialsWork: boolean;
  /** True for an operation that not every region has yet. */
  readonly isNew?: boolean;
}

const denied = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'UnauthorizedOperation',
  'UnauthorizedAccess',
  'NotAuthorized',
  'AllAccessDisabled',
  'AccountAccessDenied',
  'ForbiddenException',
  'Forbidden',
]);
const regionOff = new Set([
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'AuthFailure',
  'RegionDisabledException',
]);
const notSignedUp = new Set(['SubscriptionRequiredException', 'OptInRequired', 'PendingVerification']);
/** How a service says that it has no operation of that name. */
const noSuchOperation = new Set([
  'InvalidAction',
  'UnknownOperation',
  'UnknownOperationException',
  'UnsupportedOperation',
  'UnsupportedOperationException',
]);
const expired = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);
const skewed = new Set(['RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed']);
/** Either the clock is wrong or the secret; the message tells. */
const badSignature = new Set(['InvalidSignatureException', 'SignatureDoesNotMatch']);
const throttled = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);
const serverFault = new Set([
  'InternalError',
  'InternalErrorException',
  'InternalFailure',
  'InternalServerError',
  'InternalServerException',
  'InternalServiceError',
  'InternalServiceException',
  'InternalServiceFault',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServiceException',
  'ServiceFailureException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'Unavailable',
]);
const invalid = new Set([
  'InvalidInput',
  'InvalidInputException',
  'InvalidParameter',
  'InvalidParameterCombination',
  'InvalidParameterException',
  'InvalidParameterValue',
  'InvalidParameterValueException',
  'SerializationException',
  'ValidationError',
  'ValidationException',
]);
/** What Node says of a server whose certificate it does not trust: verification results of OpenSSL, and its own for names. */
const untrustedCertificate = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
const longestMessage = 4000;

/**
 * Says what a failed call means, by error code where AWS gave one and by HTTP status where not: a proxy or an emulator
 * may answer HTML or XML where JSON is due.
 */
export function classify(thrown: unknown, { absent, credentialsWork, isNew }: FaultContext): Fault {
  const { name, message, status, code, requestId, retryAfter } = describe(thrown);
  const fault = (
    kind: FaultKind,
    outcome: AnswerError['outcome'],
    extra: Partial<AnswerError> = {},
  ): Fault => ({
    kind,
    error: { code: name, message, ...(status === undefined ? {} : { status }), outcome, ...extra },
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });

  if (absent.includes(name)) return fault('final', 'obtained', { absent: true });
  if (denied.has(name)) return fault('final', 'denied');
  if (throttled.has(name) || status === 429) return fault('throttled', 'throttled');
  if (expired.has(name)) return fault('expired', 'failed');
  if (skewed.has(name) || (badSignature.has(name) && /expired|not yet current|skew/i.test(message)))
    return fault('skewed', 'failed');
  if (regionOff.has(name)) return fault('final', credentialsWork ? 'not-enabled' : 'failed');
  if (notSignedUp.has(name)) return fault('final', 'not-enabled');
  if (isNew === true && noSuchOperation.has(name)) return fault('final', 'not-enabled');
  if (serverFault.has(name)) return fault('transient', 'failed');
  if (invalid.has(name)) return fault('invalid', 'failed');
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') return fault('final', 'failed');
  if (status === undefined) {
    if (code !== undefined && untrustedCertificate.has(code))
      return fault('final', 'failed', { code: 'UntrustedCertificate', message: `${code}: ${message}` });
    return code !== undefined || name === 'TimeoutError'
      ? fault('transient', 'failed', {
          code: 'NetworkError',
          message: code === undefined || message.includes(code) ? message : `${code}: ${message}`,
        })
      : fault('final', 'failed');
  }
  if (status >= 500 || status === 408) return fault('transient', 'failed');
  // A success whose body is none.
  if (status < 300) return fault('transient', 'failed', { code: 'MalformedAnswer' });
  if ((status === 401 || status === 403) && name === 'MalformedAnswer') return fault('final', 'denied');
  return fault('final', 'failed');
}

interface Described {
  readonly name: string;
  readonly message: string;
  readonly status?: number;
  /** Code of the operating system, where the network failed. */
  readonly code?: string;
  readonly requestId?: string;
  readonly retryAfter?: number;
}

interface SdkError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly Code?: unknown;
  readonly Error?: { readonly Code?: unknown };
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly status?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly requestId?: unknown };
  readonly $response?: {
    readonly statusCode?: unknown;
    readonly headers?: Readonly<Record<string, unknown>>;
    readonly body?: unknown;
  };
}

/** Names that the SDK gives where it found no error code. */
const nameless = new Set(['Error', 'SyntaxError', 'TypeError', 'Unknown', 'UnknownError']);

function describe(thrown: unknown): Described {
  const error = (
    typeof thrown === 'object' && thrown !== null ? thrown : { message: String(thrown) }
  ) as SdkError;
  const status = [error.$response?.statusCode, error.$metadata?.httpStatusCode, error.status].find(
    (value): value is number => typeof value === 'number',
  );
  // What AWS wrote; the SDK's name may be that of its class instead.
  const sdkName = wireCodeOf(error) ?? textOf(error.name) ?? 'Error';
  const sdkMessage = textOf(error.message) ?? '';
  // Where the SDK could not read the body, the words of whoever answered are better than the parser's.
  const raw = status !== undefined && nameless.has(sdkName) ? readError(error.$response?.body) : undefined;
  const message =
    raw?.message ?? sdkMessage.replace(/\s*Deserialization error: to see the raw response.*$/s, '');
  const requestId = textOf(error.$metadata?.requestId);
  const retryAfter = delayOf(error.$response?.headers);
  const code = systemCodeOf(error);
  return {
    name: raw === undefined ? sdkName : (raw.code ?? 'MalformedAnswer'),
    message: message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message,
    ...(status === undefined ? {} : { status }),
    ...(code === undefined ? {} : { code }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

function wireCodeOf(error: SdkError): string | undefined {
  return textOf(error.Code) ?? textOf(error.Error?.Code);
}

/** Code and message of an error body in any of the shapes that AWS uses, whatever the service should have answered. */
function readError(body: unknown): { readonly code?: string; readonly message?: string } {
  const text =
    typeof body === 'string' ? body : body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : '';
  const xmlCode = /<Code>\s*([\w.]+)\s*<\/Code>/.exec(text)?.[1];
  if (xmlCode !== undefined) {
    const message = /<Message>([^<]*)<\/Message>/.exec(text)?.[1];
    return { code: xmlCode, ...(message === undefined ? {} : { message: unescapeXml(message.trim()) }) };
  }
  const jsonCode = /"(?:__type|code|Code)"\s*:\s*"(?:[^"#]*#)?([\w.]+)/.exec(text)?.[1];
  if (jsonCode !== undefined) {
    const message = /"[mM]essage"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
    return { code: jsonCode, ...(message === undefined ? {} : { message: unquote(message) }) };
  }
  const start = text.trim().slice(0, 200);
  return {
    message: start === '' ? 'the answer is empty' : `the answer is not one of AWS; it starts with: ${start}`,
  };
}

function unquote(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

/** Milliseconds that the answer asks to wait: `x-amz-retry-after` in milliseconds, `retry-after` in seconds or as a date. */
function delayOf(headers: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const milliseconds = Number(headers?.['x-amz-retry-after'] ?? Number.NaN);
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return milliseconds;
  const seconds = Number(headers?.['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/** The system's code, also where it stands in a cause or in the first of several errors (one for each address tried). */
function systemCodeOf(error: SdkError): string | undefined {
  let at: unknown = error;
  for (let depth = 0; depth < 4 && typeof at === 'object' && at !== null; depth += 1) {
    const { code, cause, errors } = at as SdkError;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
    at = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return undefined;
}
