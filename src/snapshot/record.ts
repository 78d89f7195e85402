import type { JsonObject } from '../json.ts';

/**
 * How a call ended.
 *
 * - `obtained`: AWS answered; also when the answer is a documented "there is none" (see {@link AnswerError.absent}).
 * - `denied`: refused by IAM, an organization policy or a resource policy.
 * - `not-enabled`: the service, feature or region is switched off for this account.
 * - `throttled`: still throttled after the last retry.
 * - `failed`: anything else that is not an answer (network, server error, unreadable body).
 * - `not-asked`: no call was made, on purpose or because the scan ended before.
 */
export const outcomes = ['obtained', 'denied', 'not-enabled', 'throttled', 'failed', 'not-asked'] as const;
export type Outcome = (typeof outcomes)[number];

/** What came instead of an answer. */
export interface AnswerError {
  /** AWS error code, for example `AccessDenied`; a name of ours for faults without one (`NetworkError`, `UntrustedCertificate`, `MalformedAnswer`). */
  readonly code: string;
  /** AWS's own words. Untrusted text. */
  readonly message: string;
  /** HTTP status, where there was an HTTP answer. */
  readonly status?: number;
  readonly outcome: Outcome;
  /** True where AWS documents this code as "the thing asked for does not exist": absence is then proved. */
  readonly absent?: boolean;
}

/**
 * One answer of one AWS operation: the unit of evidence. It has an output or an error, never both.
 * `output` and `input` carry AWS's own field names and nothing of ours.
 */
export interface AnswerRecord {
  /** Service as IAM abbreviates it: `cloudtrail`, `cloudwatch`, `logs`, `sns`, `organizations`, `account`, `ec2`, `sts`. */
  readonly service: string;
  /** Operation as AWS names it: `DescribeTrails`. */
  readonly operation: string;
  /** Twelve digits: the account in which the question was asked. */
  readonly account: string;
  /** Region in which the question was asked, or `global` for services with one endpoint a partition. */
  readonly region: string;
  readonly input: JsonObject;
  /** When the answer arrived: UTC, ISO 8601 with milliseconds. */
  readonly time: string;
  readonly requestId?: string;
  /** Set on every page of a paged operation: `number` counts from 1, `last` is true where AWS gave no further token. */
  readonly page?: { readonly number: number; readonly last: boolean };
  readonly output?: JsonObject;
  readonly error?: AnswerError;
}

/** The name of a call in coverage, rules and evidence: `cloudtrail:DescribeTrails`. */
export type CallName = `${string}:${string}`;

/** The call a record answers, as `service:Operation`. */
export function callOf(record: Pick<AnswerRecord, 'service' | 'operation'>): CallName {
  return `${record.service}:${record.operation}`;
}

/** A record and the place in the snapshot where it stands: what evidence points at. */
export interface StoredRecord extends AnswerRecord {
  /** Path of the part inside the snapshot, with `/`: `accounts/111122223333.ndjson.gz`. */
  readonly part: string;
  /** Line in the (decompressed) part, from 1. */
  readonly line: number;
}
