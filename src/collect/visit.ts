import type { CoverageLedger } from '../snapshot/coverage.ts';
import type { AnswerRecord } from '../snapshot/record.ts';
import { calls, followUpsOf, nameOf, type Call, type Item, type ServiceName, type Wanted } from './calls.ts';
import type { Dispatcher } from './dispatcher.ts';
import { detailOf, note } from './note.ts';
import { OrderedRecords, type Slot } from './ordered.ts';
import type { Session } from './session.ts';

/** Something to ask about one thing. */
export interface Errand {
  readonly call: Call;
  readonly item: Item;
}

/** Where it is noted what was asked, and which rows of the table are. */
export interface Asking {
  readonly ledger: CoverageLedger;
  readonly wanted: Wanted;
}

/** Whether an account is asked itself: by this collection, by that of another shard, or by none. */
export type Scanned = 'here' | 'in-another-shard' | 'no';

/** What a visit needs from the scan. */
export interface VisitContext extends Asking {
  readonly signal: AbortSignal;
  /** Why the scan stops, for the cells of what is not asked any more. */
  readonly whyStopped: () => string;
  /** Says when the next region or errand is begun. */
  readonly dispatcher: Dispatcher;
  /** Whether another account is scanned and can be asked itself. */
  readonly scanned: (account: string) => Promise<Scanned>;
  /** Takes an errand that another account has to do: it owns the thing. */
  readonly handOver: (owner: string, errand: Errand) => void;
  /** Told of things that this account was asked about as their owner. */
  readonly asked: (errand: Errand) => void;
  /** Takes what concerns other accounts, too, and whether it found the owner. */
  readonly share: (errand: Errand, record: AnswerRecord, found: boolean) => void;
  /** Told how much is done, from 0 to 1. */
  readonly advance: (share: number) => void;
}

/** The key of an errand: what is asked about what. Names that are no ARNs are the same in many places. */
export function errandKey({ call, item }: Errand): string {
  return `${nameOf(call)} ${item.owner ?? ''} ${item.region} ${item.name}`;
}

/** Errands in the order in which their answers are written. */
export function inOrder(errands: Iterable<Errand>): readonly Errand[] {
  const place = (errand: Errand): string =>
    `${String(calls.indexOf(errand.call)).padStart(4, '0')} ${errand.item.region} ${errand.item.name}`;
  return [...errands]
    .map((errand) => ({ errand, at: place(errand) }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ errand }) => errand);
}

/**
 * Asks every question of the table in one account: the lists of each region, then whatever their answers name. Every
 * planned question ends in the ledger, also when the scan is stopped; then this returns normally.
 *
 * Throws what `write` throws.
 */
export async function visit(
  session: Session,
  regions: readonly string[],
  write: (record: AnswerRecord) => Promise<void>,
  context: VisitContext,
): Promise<void> {
  const run = new Visit(session, write, context);
  const planned = ['global', ...rotated(regions, session.account)]
    .map((place) => run.plan(place))
    .filter(({ slots }) => slots.size > 0);
  try {
    let done = 0;
    await context.dispatcher.forEach(session, planned, async (plan) => {
      await run.region(plan);
      done += 1;
      context.advance(done / (planned.length + 1));
    });
    await run.errands();
  } catch (error) {
    if (!context.signal.aborted) throw error;
    await run.end();
  }
}

/**
 * The regions, beginning with one that depends on the account alone: accounts that are visited at the same time do not all ask
 * the same hosts at once, which would take a connection to each host for each of them.
 */
function rotated(regions: readonly string[], account: string): readonly string[] {
  const first = regions.length === 0 ? 0 : Number(account) % regions.length;
  return [...regions.slice(first), ...regions.slice(0, first)];
}

/** The places that the answers of one region, or of what belongs to none, will have in the part. */
interface RegionPlan {
  readonly region: string;
  readonly slots: ReadonlyMap<Call, Slot>;
}

class Visit {
  readonly #session: Session;
  readonly #context: VisitContext;
  readonly #ordered: OrderedRecords;
  /** Lists that are not read to their end yet: `call region`. */
  readonly #open = new Map<string, { readonly call: Call; readonly region: string }>();
  readonly #errands = new Map<string, Errand>();
  /** Keys of all errands there ever were: a later answer may name what an earlier one did. */
  readonly #known = new Set<string>();
  readonly #lists: readonly Call[];

  constructor(session: Session, write: (record: AnswerRecord) => Promise<void>, context: VisitContext) {
    this.#session = session;
    this.#context = context;
    this.#ordered = new OrderedRecords(write);
    this.#lists = calls.filter(context.wanted);
  }

  plan(region: string): RegionPlan {
    const slots = new Map<Call, Slot>();
    for (const call of this.#lists) {
      if (call.scope !== (region === 'global' ? 'global' : 'region')) continue;
      slots.set(call, this.#ordered.slot());
      this.#open.set(`${nameOf(call)} ${region}`, { call, region });
    }
    return { region, slots };
  }

  async region({ region, slots }: RegionPlan): Promise<void> {
    // Services are independent of each other, the calls of one share its rate.
    const lanes = Map.groupBy(slots.keys(), (call): ServiceName => call.service);
    const results = await Promise.allSettled(
      [...lanes.values()].map(async (lane) => {
        for (const call of lane) {
          const slot = slots.get(call);
          if (slot !== undefined) await this.#list(call, region, slot);
        }
      }),
    );
    this.#session.forget(region);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #list(call: Call, region: string, slot: Slot): Promise<void> {
    const { ledger } = this.#context;
    for await (const record of this.#session.ask({ call, region, recordedRegion: region })) {
      await slot.add(record);
      note(ledger, record);
      this.#keep(followUps(call, record, ledger, this.#context.wanted));
    }
    this.#open.delete(`${nameOf(call)} ${region}`);
    await slot.close();
  }

  #keep(errands: readonly Errand[]): void {
    for (const errand of errands) {
      const key = errandKey(errand);
      if (this.#known.has(key)) continue;
      this.#known.add(key);
      this.#errands.set(key, errand);
    }
  }

  /** Asks about everything that was named, or hands it over to the account that owns it; then about what that named. */
  async errands(): Promise<void> {
    while (this.#errands.size > 0) await this.#round(inOrder(this.#errands.values()));
  }

  async #round(errands: readonly Errand[]): Promise<void> {
    const { scanned, handOver, asked } = this.#context;
    const { account } = this.#session;
    const mine: { errand: Errand; slot: Slot; own: boolean }[] = [];
    for (const errand of errands) {
      const asker = await askerOf(errand, account, scanned);
      if (asker === account) {
        const own = isOwn(errand, account);
        if (own) asked(errand);
        mine.push({ errand, slot: this.#ordered.slot(), own });
      } else {
        if (asker !== undefined) handOver(asker, errand);
        this.#errands.delete(errandKey(errand));
      }
    }
    const { dispatcher } = this.#context;
    await dispatcher.forEach(this.#session, mine, async ({ errand, slot, own }) => {
      const named = await doErrand(this.#session, errand, own, this.#context, (record) => slot.add(record));
      this.#errands.delete(errandKey(errand));
      this.#keep(named);
      await slot.close();
    });
  }

  /** Writes what is there, and notes what will not be asked any more. */
  async end(): Promise<void> {
    await this.#ordered.flush();
    const { whyStopped } = this.#context;
    const { account } = this.#session;
    for (const { call, region } of this.#open.values())
      notAskedAtAll(this.#context, call, account, region, whyStopped());
    for (const errand of this.#errands.values())
      if (isOwn(errand, account))
        notAskedAtAll(this.#context, errand.call, account, errand.item.region, whyStopped());
  }
}

/** True where the account owns what an errand is about, or nobody else is known to. */
export function isOwn({ item }: Errand, account: string): boolean {
  return item.owner === undefined || item.owner === account;
}

/**
 * Who asks about something that answers of `account` named: the owner where it is scanned, else the account itself;
 * undefined where only the owner could, or the shard that visits the owner does.
 */
export async function askerOf(
  errand: Errand,
  account: string,
  scanned: VisitContext['scanned'],
): Promise<string | undefined> {
  const { owner = account } = errand.item;
  if (owner === account) return owner;
  const where = await scanned(owner);
  if (where === 'here') return owner;
  const { ownerOnly, namedByOwner } = errand.call.each ?? {};
  return ownerOnly === true || (where === 'in-another-shard' && namedByOwner === true) ? undefined : account;
}

/**
 * Asks about one thing, and gives what its answer names in turn. `own`: the account that is asked owns it, so that it
 * knows what does not exist.
 */
export async function doErrand(
  session: Session,
  { call, item }: Errand,
  own: boolean,
  { ledger, wanted, share }: Asking & Pick<VisitContext, 'share'>,
  take: (record: AnswerRecord) => Promise<void>,
): Promise<readonly Errand[]> {
  const input = call.each?.input(item) ?? {};
  const absenceProved = own || call.absentToOwnerOnly !== true;
  const question = { call, region: item.region, recordedRegion: item.region, input, absenceProved };
  const named: Errand[] = [];
  for await (const record of session.ask(question)) {
    note(ledger, record);
    if (call.each?.findsOwner === true) share({ call, item }, record, namesAnything(call, record));
    else await take(record);
    named.push(...followUps(call, record, ledger, wanted));
  }
  return named;
}

/** Whether an answer names something about which the table asks. */
function namesAnything(call: Call, { output, ...rest }: AnswerRecord): boolean {
  return (
    output !== undefined &&
    followUpsOf(call).some((row) => (row.each?.items({ ...rest, output }) ?? []).length > 0)
  );
}

/** What is to be asked about what an answer names. Notes in the ledger where it cannot be known what it would have named. */
export function followUps(
  call: Call,
  record: AnswerRecord,
  ledger: CoverageLedger,
  wanted: Wanted,
): readonly Errand[] {
  const { output, error } = record;
  const rows = followUpsOf(call).filter(wanted);
  if (output !== undefined) {
    const answer = { ...record, output };
    return rows.flatMap((row) => (row.each?.items(answer) ?? []).map((item) => ({ call: row, item })));
  }
  // Where nothing of its kind can be there is nothing to miss.
  const none = error?.outcome === 'obtained' || (call.isNew === true && error?.outcome === 'not-enabled');
  if (error === undefined || none) return [];
  const { cause } = detailOf(error);
  for (const row of rows)
    notAskedAtAll(
      { ledger, wanted },
      row,
      record.account,
      record.region,
      `it is not known what to ask about: ${nameOf(call)} was not answered${cause === undefined ? '' : ` (${cause})`}`,
      error.code,
    );
  return [];
}

/** Notes that a question was meant to be asked and was not. */
export function notAsked(
  ledger: CoverageLedger,
  call: Call,
  account: string,
  region: string,
  cause: string,
): void {
  ledger.add(nameOf(call), account, region, 'not-asked', { cause });
}

/**
 * The same, also for everything that would have been asked about its answer.
 * @param noted rows of which it is noted already: what answers name may lead back to where it began
 */
export function notAskedAtAll(
  asking: Asking,
  call: Call,
  account: string,
  region: string,
  cause: string,
  code?: string,
  noted: Set<Call> = new Set(),
): void {
  noted.add(call);
  asking.ledger.add(nameOf(call), account, region, 'not-asked', {
    ...(code === undefined ? {} : { code }),
    cause,
  });
  for (const row of followUpsOf(call))
    if (asking.wanted(row) && !noted.has(row))
      notAskedAtAll(asking, row, account, region, cause, code, noted);
}
