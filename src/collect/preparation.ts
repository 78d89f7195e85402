import type { AnswerRecord } from '../snapshot/record.ts';
import { trustBundle } from './authorities.ts';
import { wantedCalls } from './calls.ts';
import { Gate } from './gate.ts';
import type { Identity } from './identity.ts';
import type { Settings } from './options.ts';
import { discover, type Discovery } from './organization.ts';
import type { ProgressMeter } from './progress.ts';
import { regionsOf, type Regions } from './regions.ts';
import { checkRegions, chooseAccounts, type Choice } from './scope.ts';
import type { Wire } from './session.ts';
import { Transport } from './transport.ts';

/** Milliseconds until a connection must stand. */
const connectionTimeout = 3000;

/**
 * What all requests of a run share. Close its transport at the end.
 * @throws {UserFault} where AWS_CA_BUNDLE names a file that cannot be used
 */
export function wireOf(settings: Settings, signal: AbortSignal, meter: ProgressMeter): Wire {
  trustBundle();
  return {
    transport: new Transport({
      connections: settings.concurrency,
      connectionTimeout,
      requestTimeout: settings.requestTimeout,
    }),
    gate: new Gate(settings.concurrency),
    attempts: settings.attempts,
    retryDelay: settings.retryDelay,
    pace: settings.pace,
    userAgent: [settings.tool.name, settings.tool.version],
    appId: settings.appId,
    profile: settings.profile,
    found: new Map(),
    direct: settings.sdkClients === true ? undefined : new Map(),
    home: settings.region ?? 'us-east-1',
    signal,
    counts: meter,
    tick: () => meter.tick(),
  };
}

/** What is known before anything is written. */
export interface Preparation {
  readonly identity: Identity;
  readonly discovery: Discovery;
  readonly choices: readonly Choice[];
  /** Regions of the caller's own account, and the records that tell. */
  readonly ownRegions: Regions;
  readonly ownRecords: readonly AnswerRecord[];
}

/**
 * Reads the organization and chooses what to visit.
 * @throws {CollectError} where the options name accounts, units or regions that do not exist
 */
export async function prepare(settings: Settings, identity: Identity): Promise<Preparation> {
  const discovery = await discover(identity, wantedCalls(settings.calls, identity.partition.name));
  const choices = chooseAccounts(settings, discovery);
  const ownRecords: AnswerRecord[] = [];
  const ownRegions = await regionsOf(
    identity.session,
    identity.partition,
    identity.region,
    async (record) => void ownRecords.push(record),
  );
  checkRegions(settings.regions, ownRegions);
  return { identity, discovery, choices, ownRegions, ownRecords };
}
