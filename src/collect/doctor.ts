import { CoverageLedger } from '../snapshot/coverage.ts';
import type { CoverageCell } from '../snapshot/manifest.ts';
import type { CallName } from '../snapshot/record.ts';
import { Accounts } from './access.ts';
import { callNamed, calls, nameOf, wantedCalls } from './calls.ts';
import { Dispatcher } from './dispatcher.ts';
import { identify } from './identity.ts';
import { note } from './note.ts';
import { settingsOf, type CollectOptions, type Settings } from './options.ts';
import type { KnownAccount } from './organization.ts';
import { pool } from './pool.ts';
import { prepare, wireOf, type Preparation } from './preparation.ts';
import { ProgressMeter } from './progress.ts';
import { regionsOf } from './regions.ts';
import { chooseRegions } from './scope.ts';
import type { Session } from './session.ts';
import { Stopper } from './stopper.ts';
import { notAsked, visit, type Asking } from './visit.ts';

/** Whether the role of an account could be assumed. */
export interface RoleTrial {
  readonly account: string;
  readonly name?: string;
  /** Why not, in AWS's words. Untrusted text. Absent where it could. */
  readonly fault?: { readonly code: string; readonly message: string };
}

/** A call that some accounts did not answer. */
export interface CallTrouble {
  readonly call: CallName;
  /** The IAM action behind it; undefined where it needs none. */
  readonly action: string | undefined;
  readonly outcome: 'denied' | 'throttled' | 'failed';
  readonly code: string | undefined;
  /** What refused, where AWS tells, and its words. Untrusted text. */
  readonly cause: string | undefined;
  readonly accounts: readonly string[];
}

/** What would be in the way of a scan. */
export interface Examination {
  readonly caller: string;
  readonly account: string;
  readonly roleName: string;
  /** Whether an external id is given with it. */
  readonly externalId: boolean;
  readonly organization: string | null;
  /** Accounts that a scan would visit, and those of them that were tried, the caller's own among them where it is one. */
  readonly toVisit: number;
  readonly tried: readonly RoleTrial[];
  /** Regions that were tried: one in each account. */
  readonly regions: readonly string[];
  /** Calls that were answered everywhere. */
  readonly answered: readonly CallName[];
  /** Calls that nothing led to: there was no trail to ask about. */
  readonly notTried: readonly CallName[];
  /** Calls that were not tried because another, which tells what to ask about, had no answer. */
  readonly blocked: readonly CallName[];
  /** About the organization, asked by the caller; and in the accounts. */
  readonly trouble: readonly CallTrouble[];
  readonly notices: readonly string[];
}

/**
 * Tries, in some accounts and one region of each, everything that a scan with these options would ask.
 * Writes nothing.
 * @param most how many accounts to try at most; spread evenly over all of them
 * @throws {CollectError} as `collect` does
 */
export async function examine(
  options: CollectOptions,
  most: number,
  signal?: AbortSignal,
): Promise<Examination> {
  const settings = settingsOf(options);
  const stopper = new Stopper(signal);
  const wire = wireOf(settings, stopper.signal, new ProgressMeter(undefined));
  try {
    const identity = await identify(settings, wire, () => stopper.stop('the credentials ended'));
    const plan = await prepare(settings, identity);
    const asking: Asking = {
      ledger: new CoverageLedger(),
      wanted: wantedCalls(settings.calls, identity.partition.name),
    };
    for (const record of plan.discovery.records) note(asking.ledger, record);
    for (const { call, cause } of plan.discovery.notAsked)
      notAsked(asking.ledger, callNamed(call), identity.account, 'global', cause);
    const chosen = spread(
      plan.choices.filter((choice) => choice.visit).map(({ account }) => account),
      most,
      identity.account,
    );
    const accounts = new Accounts(identity, settings, wire);
    const dispatcher = new Dispatcher(wire.gate);
    const tried: RoleTrial[] = [];
    const regions = new Set<string>();
    await pool(
      chosen,
      () => Math.max(1, Math.ceil(settings.concurrency / 10)),
      async (account) => {
        const access = await accounts.open(account.id);
        const name = account.name === undefined ? {} : { name: account.name };
        if (access.session === undefined) {
          const { code, message } = access.fault.error;
          tried.push({ account: account.id, ...name, fault: { code, message } });
          return;
        }
        tried.push({ account: account.id, ...name });
        const region = await tryAccount(access.session, { settings, plan, asking, stopper, dispatcher });
        if (region !== undefined) regions.add(region);
      },
    );
    const cells = asking.ledger.cells();
    return {
      caller: identity.arn,
      account: identity.account,
      roleName: settings.roleName,
      externalId: settings.externalId !== undefined,
      organization: plan.discovery.organization?.id ?? null,
      toVisit: plan.choices.filter((choice) => choice.visit).length,
      tried: tried.sort((a, b) => (a.account < b.account ? -1 : 1)),
      regions: [...regions].sort(),
      ...outcomesOf(cells, asking),
      notices: plan.discovery.notices,
    };
  } finally {
    stopper.end();
    wire.transport.close();
  }
}

interface Trial {
  readonly settings: Settings;
  readonly plan: Preparation;
  readonly asking: Asking;
  readonly stopper: Stopper;
  readonly dispatcher: Dispatcher;
}

/** Asks everything in one region of an account; gives the region. */
async function tryAccount(
  session: Session,
  { settings, plan, asking, stopper, dispatcher }: Trial,
): Promise<string | undefined> {
  const { identity } = plan;
  const known = await regionsOf(session, identity.partition, identity.region, async (record) =>
    note(asking.ledger, record),
  );
  const { asked } = chooseRegions(settings.regions, known);
  const region = asked.find((name) => name === identity.region) ?? asked[0];
  if (region === undefined) return undefined;
  await visit(session, [region], async () => undefined, {
    ...asking,
    signal: stopper.signal,
    whyStopped: () => stopper.reason,
    dispatcher,
    // Things of other accounts are asked about where those are tried themselves.
    scanned: async (owner) => plan.choices.some((choice) => choice.visit && choice.account.id === owner),
    handOver: () => undefined,
    share: () => undefined,
    asked: () => undefined,
    advance: () => undefined,
  });
  return region;
}

function outcomesOf(
  cells: readonly CoverageCell[],
  { wanted }: Asking,
): Pick<Examination, 'answered' | 'notTried' | 'blocked' | 'trouble'> {
  const trouble: CallTrouble[] = [];
  const troubled = new Set<CallName>();
  const answered = new Set<CallName>();
  const blocked = new Set<CallName>();
  for (const { operation, outcome, accounts, code, cause } of cells) {
    if (outcome === 'obtained' || outcome === 'not-enabled') answered.add(operation);
    if (outcome === 'not-asked') blocked.add(operation);
    if (outcome !== 'denied' && outcome !== 'throttled' && outcome !== 'failed') continue;
    troubled.add(operation);
    const action = calls.find((call) => nameOf(call) === operation)?.action;
    trouble.push({ call: operation, action, outcome, code, cause, accounts });
  }
  const rows = calls.filter((call) => wanted(call)).map(nameOf);
  const untried = rows.filter(
    (name) => !answered.has(name) && !troubled.has(name) && name !== 'sts:AssumeRole',
  );
  return {
    answered: rows.filter((name) => answered.has(name) && !troubled.has(name)),
    notTried: untried.filter((name) => !blocked.has(name)),
    blocked: untried.filter((name) => blocked.has(name)),
    trouble,
  };
}

/** Some of the accounts, at even distances, the caller's own always among them. */
function spread(accounts: readonly KnownAccount[], most: number, own: string): readonly KnownAccount[] {
  if (accounts.length <= most) return accounts;
  const chosen = new Map(accounts.filter(({ id }) => id === own).map((account) => [account.id, account]));
  const others = accounts.filter(({ id }) => id !== own);
  const places = most - chosen.size;
  for (let index = 0; index < places; index += 1) {
    const account = others[Math.floor((index * others.length) / places)];
    if (account !== undefined) chosen.set(account.id, account);
  }
  return [...chosen.values()];
}
