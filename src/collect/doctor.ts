import { CoverageLedger } from '../snapshot/coverage.ts';
import type { CoverageCell } from '../snapshot/manifest.ts';
import { callOf, type AnswerRecord, type CallName } from '../snapshot/record.ts';
import { Accounts } from './access.ts';
import { callNamed, calls, nameOf, wantedCalls } from './calls.ts';
import { Dispatcher } from './dispatcher.ts';
import { identify } from './identity.ts';
import { detailOf, note } from './note.ts';
import { defaultRoleName, settingsOf, type CollectOptions, type Settings } from './options.ts';
import type { KnownAccount } from './organization.ts';
import { pool } from './pool.ts';
import { prepare, wireOf, type Preparation } from './preparation.ts';
import { ProgressMeter } from './progress.ts';
import { regionsOf } from './regions.ts';
import { principalOf, remedyOfRole, withRemedies, type Scanner } from './remedy.ts';
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
  /** With a fault: what to add where. */
  readonly remedy?: string;
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
  /** Where it was tried in them, `global` for services with one endpoint a partition. */
  readonly regions: readonly string[];
  /** What to add where; the same sentence for calls that it mends together, which stand together. */
  readonly remedy: string;
}

/** What would be in the way of a scan. */
export interface Examination {
  readonly caller: string;
  readonly account: string;
  readonly roleName: string;
  readonly organization: string | null;
  /** Accounts that a scan would visit, and those of them that were tried, the caller's own among them where it is one. */
  readonly toVisit: number;
  readonly tried: readonly RoleTrial[];
  /** Regions that were tried, and those that a scan asks as well and that were not tried in each of these accounts. */
  readonly regions: readonly string[];
  readonly regionsNotTried: readonly string[];
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

/** How much to try. */
export interface Extent {
  /** How many accounts at most; spread evenly over all of them. */
  readonly accounts: number;
  /** Every region that a scan would ask; else one in each account. */
  readonly allRegions: boolean;
}

/**
 * Tries, in some accounts and one region of each or all, everything that a scan with these options would ask.
 * Writes nothing.
 * @throws {CollectError} as `collect` does
 */
export async function examine(
  options: CollectOptions,
  extent: Extent,
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
      extent.accounts,
      identity.account,
    );
    const accounts = new Accounts(identity, settings, wire);
    const dispatcher = new Dispatcher(wire.gate);
    const tried: RoleTrial[] = [];
    const scanner: Scanner = {
      caller: identity.arn,
      account: identity.account,
      roleName: settings.roleName,
      managementAccount: plan.discovery.organization?.managementAccount,
    };
    const regions = new Set<string>();
    const left = new Set<string>();
    const resources = new Map<string, string>();
    await pool(
      chosen,
      () => Math.max(1, Math.ceil(settings.concurrency / 10)),
      async (account) => {
        const access = await accounts.open(account.id);
        const name = account.name === undefined ? {} : { name: account.name };
        if (access.session === undefined) {
          const { error } = access.fault;
          const { code, message } = error;
          const refusal = { outcome: error.outcome, ...detailOf(error) };
          const remedy = remedyOfRole(account.id, refusal, scanner, roleCommand(settings, identity.arn));
          tried.push({ account: account.id, ...name, fault: { code, message }, remedy });
          return;
        }
        tried.push({ account: account.id, ...name });
        const trial = { settings, plan, asking, stopper, dispatcher, resources, ...extent };
        const places = await tryAccount(access.session, trial);
        for (const region of places.tried) regions.add(region);
        for (const region of places.left) left.add(region);
      },
    );
    const cells = asking.ledger.cells();
    return {
      caller: identity.arn,
      account: identity.account,
      roleName: settings.roleName,
      organization: plan.discovery.organization?.id ?? null,
      toVisit: plan.choices.filter((choice) => choice.visit).length,
      tried: tried.sort((a, b) => (a.account < b.account ? -1 : 1)),
      regions: [...regions].sort(),
      regionsNotTried: [...left].sort(),
      ...outcomesOf(cells, asking, scanner, resources),
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
  readonly allRegions: boolean;
  /** Takes what refusals were about: by call, account and region. */
  readonly resources: Map<string, string>;
}

/** Asks everything in one region of an account, or in all; gives those and the others. */
async function tryAccount(
  session: Session,
  { settings, plan, asking, stopper, dispatcher, allRegions, resources }: Trial,
): Promise<{ readonly tried: readonly string[]; readonly left: readonly string[] }> {
  const { identity } = plan;
  const known = await regionsOf(session, identity.partition, identity.region, async (record) =>
    note(asking.ledger, record),
  );
  const { asked } = chooseRegions(settings.regions, known);
  const region = asked.find((name) => name === identity.region) ?? asked[0];
  const tried = allRegions || region === undefined ? asked : [region];
  const take = async (record: AnswerRecord): Promise<void> => {
    const about = / on resource: "?(arn:[^\s"]+)/.exec(record.error?.message ?? '')?.[1];
    if (about !== undefined) resources.set(placeOf(callOf(record), record.account, record.region), about);
  };
  await visit(session, tried, take, {
    ...asking,
    signal: stopper.signal,
    whyStopped: () => stopper.reason,
    dispatcher,
    // Things of other accounts are asked about where those are tried themselves.
    scanned: async (owner) =>
      plan.choices.some((choice) => choice.visit && choice.account.id === owner) ? 'here' : 'no',
    handOver: () => undefined,
    share: () => undefined,
    asked: () => undefined,
    advance: () => undefined,
  });
  return { tried, left: asked.filter((name) => !tried.includes(name)) };
}

function placeOf(call: CallName, account: string, region: string): string {
  return `${call} ${account} ${region}`;
}

/** The command that prints the role; the external id is for its owner to name. */
function roleCommand({ roleName, externalId }: Settings, caller: string): string {
  const name = roleName === defaultRoleName ? '' : ` --role-name ${roleName}`;
  const id = externalId === undefined ? '' : ' --external-id ID';
  return `trailwarden role --format cloudformation${name}${id} --trust ${principalOf(caller)}`;
}

function outcomesOf(
  cells: readonly CoverageCell[],
  { wanted }: Asking,
  scanner: Scanner,
  resources: ReadonlyMap<string, string>,
): Pick<Examination, 'answered' | 'notTried' | 'blocked' | 'trouble'> {
  const troubled = new Set<CallName>();
  const answered = new Set<CallName>();
  const blocked = new Set<CallName>();
  for (const { operation, outcome } of cells) {
    if (outcome === 'obtained' || outcome === 'not-enabled') answered.add(operation);
    else if (outcome === 'not-asked') blocked.add(operation);
    else troubled.add(operation);
  }
  const trouble = troublesOf(cells, scanner, resources);
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

/** What had no answer: one entry for the same refusal of the caller, or of the role in whatever accounts. */
function troublesOf(
  cells: readonly CoverageCell[],
  scanner: Scanner,
  resources: ReadonlyMap<string, string>,
): readonly CallTrouble[] {
  const alike = new Map<
    string,
    Omit<CallTrouble, 'remedy'> & { readonly byCaller: boolean; readonly resource: string | undefined }
  >();
  for (const { operation, outcome, accounts, regions, code, cause } of cells) {
    if (outcome !== 'denied' && outcome !== 'throttled' && outcome !== 'failed') continue;
    const action = calls.find((call) => nameOf(call) === operation)?.action;
    for (const account of accounts) {
      const byCaller = account === scanner.account;
      const about = regions.flatMap((region) => resources.get(placeOf(operation, account, region)) ?? []);
      // What a policy of its own protects is mended there, one by one.
      const resource = cause?.startsWith('by a resource policy') === true ? about[0] : undefined;
      const key = JSON.stringify([operation, outcome, code, cause, regions, byCaller, resource]);
      const entry = alike.get(key) ?? {
        call: operation,
        action,
        outcome,
        code,
        cause,
        accounts: [],
        regions,
        byCaller,
        resource,
      };
      alike.set(key, { ...entry, accounts: [...entry.accounts, account].sort() });
    }
  }
  return withRemedies([...alike.values()], scanner).map(
    ([{ byCaller: _who, resource: _what, ...entry }, remedy]) => ({ ...entry, remedy }),
  );
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
