import type { CallName } from '../snapshot/record.ts';
import { CollectError } from './error.ts';

/** What to collect, as whom, and how hard. */
export interface CollectOptions {
  /** Folder that will hold the snapshot; it must not exist or be empty. */
  readonly out: string;
  /** Replace a snapshot that stands in `out`. It stays until the new one is whole. */
  readonly replace?: boolean;
  /** Go on with an earlier collection into `out` that did not come to its end, where there is one. */
  readonly resume?: boolean;
  /** Name (with its path, if it has one) of the role that is assumed in each other account. */
  readonly roleName?: string;
  readonly externalId?: string;
  /** Name of the session in CloudTrail. */
  readonly sessionName?: string;
  /** Only these accounts, by their twelve digits. */
  readonly accounts?: readonly string[];
  /** Only accounts in these organizational units and those below them: `ou-...` ids, or paths of names. */
  readonly units?: readonly string[];
  /** Only a share of the accounts, the same ones each time: share `number` (from 1) of `of`. */
  readonly shard?: { readonly number: number; readonly of: number };
  /** Only these regions. */
  readonly regions?: readonly string[];
  /** Only these calls, beside those that tell where to go; all but the ones asked on demand where left out. */
  readonly calls?: ReadonlySet<CallName>;
  /** Also ask for the tags of accounts, whatever `calls` says. */
  readonly tags?: boolean;
  /** Region of the caller's own calls; by default as AWS tools find it (AWS_REGION, profile). */
  readonly region?: string;
  /** Profile of the shared configuration files. */
  readonly profile?: string;
  /** Requests in flight at most. */
  readonly concurrency?: number;
  /** How often a question is asked before it counts as failed. */
  readonly attempts?: number;
  /** Milliseconds: bound of the wait before the first retry; it doubles with each. */
  readonly retryDelay?: number;
  /** Milliseconds until an answer must be there. */
  readonly requestTimeout?: number;
  /** Share of AWS's documented request rates to use: 0.5 leaves half to others, more than 1 suits raised quotas. */
  readonly pace?: number;
  /** Application id in the user agent, by which the scan can be found in CloudTrail. */
  readonly appId?: string;
  /** Send every request by a client of the SDK, at twice the cost: the reference to which our own way is compared. */
  readonly sdkClients?: boolean;
  /** Name and version of this program. */
  readonly tool: { readonly name: string; readonly version: string };
}

export const defaultRoleName = 'TrailwardenScan';
export const defaultSessionName = 'trailwarden';
export const defaultConcurrency = 100;
export const defaultAttempts = 11;
const defaultRetryDelay = 100;
const defaultRequestTimeout = 30_000;

/** Options with their defaults. */
export interface Settings extends CollectOptions {
  readonly roleName: string;
  readonly sessionName: string;
  readonly concurrency: number;
  readonly attempts: number;
  readonly retryDelay: number;
  readonly requestTimeout: number;
  readonly pace: number;
}

/** Fills in defaults. Throws {@link CollectError} that names every option that cannot be right. */
export function settingsOf(options: CollectOptions): Settings {
  const settings: Settings = {
    ...options,
    roleName: options.roleName ?? defaultRoleName,
    sessionName: options.sessionName ?? defaultSessionName,
    concurrency: options.concurrency ?? defaultConcurrency,
    attempts: options.attempts ?? defaultAttempts,
    retryDelay: options.retryDelay ?? defaultRetryDelay,
    requestTimeout: options.requestTimeout ?? defaultRequestTimeout,
    pace: options.pace ?? 1,
  };
  const faults = [...faultsOf(settings)];
  if (faults.length > 0) throw new CollectError('bad-option', faults.join('\n'));
  return settings;
}

/** Limits of STS: AssumeRole in its API reference. */
function* faultsOf(settings: Settings): Generator<string> {
  const { roleName, externalId, sessionName, accounts, units, regions, appId } = settings;
  if (!/^(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/.test(roleName))
    yield `role name ${quoted(roleName)}: give the name of a role, not its ARN: letters, digits and +=,.@_-`;
  if (externalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId))
    yield 'external id: 2 to 1224 letters, digits and +=,.@:/_- are expected';
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName))
    yield `session name ${quoted(sessionName)}: 2 to 64 letters, digits and +=,.@_- are expected`;
  for (const id of accounts ?? [])
    if (!/^\d{12}$/.test(id)) yield `account ${quoted(id)}: an account id of twelve digits is expected`;
  for (const unit of units ?? [])
    if (unit.trim() === '') yield 'organizational unit: an id (ou-...) or a path of names is expected';
  for (const region of regions ?? [])
    if (!/^[a-z]{2,}(?:-[a-z]+)+-\d+$/.test(region))
      yield `region ${quoted(region)}: a region like eu-west-1 is expected`;
  const { shard } = settings;
  if (shard !== undefined) {
    yield* wholeNumber('shards', shard.of, 1, 1000);
    yield* wholeNumber('shard', shard.number, 1, shard.of);
  }
  if (appId !== undefined && !/^[\w!$%&*+.^`|~-]{1,50}$/.test(appId))
    yield `application id ${quoted(appId)}: at most 50 letters, digits and !$%&*+-.^_\`|~ are expected`;
  yield* wholeNumber('concurrency', settings.concurrency, 1, 1000);
  yield* wholeNumber('attempts', settings.attempts, 1, 100);
  yield* wholeNumber('retry delay', settings.retryDelay, 0, 20_000);
  if (!(settings.pace >= 0.01 && settings.pace <= 100))
    yield `pace ${settings.pace}: a number from 0.01 to 100 is expected`;
  yield* wholeNumber('request timeout', settings.requestTimeout, 1, 600_000);
}

function* wholeNumber(name: string, value: number, least: number, most: number): Generator<string> {
  if (!Number.isInteger(value) || value < least || value > most)
    yield `${name} ${value}: a whole number from ${least} to ${most} is expected`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
