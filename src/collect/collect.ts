import { CoverageLedger } from '../snapshot/coverage.ts';
import type { AccountInScope, Manifest } from '../snapshot/manifest.ts';
import type { AnswerRecord } from '../snapshot/record.ts';
import { isComplete } from '../snapshot/completeness.ts';
import { nameUnnamed } from '../snapshot/leftovers.ts';
import { sumOfRequests } from '../snapshot/requests.ts';
import { SnapshotError } from '../snapshot/snapshot.ts';
import { createSnapshotWriter, type SnapshotWriter } from '../snapshot/write.ts';
import { Accounts } from './access.ts';
import { callNamed, calls, nameOf, placesOf, wantedCalls } from './calls.ts';
import type { Fault } from './classify.ts';
import { CollectError } from './error.ts';
import { Dispatcher } from './dispatcher.ts';
import { ErrandSet } from './errand-set.ts';
import { identify } from './identity.ts';
import { detailOf, note } from './note.ts';
import { settingsOf, type CollectOptions, type Settings } from './options.ts';
import { OrderedRecords } from './ordered.ts';
import { readTags, type KnownAccount } from './organization.ts';
import { pool } from './pool.ts';
import { prepare, wireOf, type Preparation } from './preparation.ts';
import { ProgressMeter, type Progress } from './progress.ts';
import { regionsOf } from './regions.ts';
import { noteReplayed, replay } from './replay.ts';
import { checkSameScope, earlierCollection, goneOnNotice, leftBehind, type Earlier } from './resume.ts';
import { chooseRegions, counted, listed, type Choice } from './scope.ts';
import type { Wire } from './session.ts';
import { inRecordOrder, Sought } from './sought.ts';
import { Stopper } from './stopper.ts';
import {
  askerOf,
  doErrand,
  errandKey,
  inOrder,
  isOwn,
  notAsked,
  notAskedAtAll,
  visit,
  type Asking,
  type Errand,
  type Scanned,
} from './visit.ts';

/** How a caller of {@link collect} follows and stops it. */
export interface CollectHooks {
  /** Told of every request and every account that is done. The same object each time. */
  readonly progress?: (progress: Progress) => void;
  /** Stops the scan: what was asked so far becomes a valid snapshot that says it is not finished. */
  readonly signal?: AbortSignal;
  /** Told what a person should know before the scan begins. */
  readonly notice?: (text: string) => void;
}

const tagCall = callNamed('organizations:ListTagsForResource');

/**
 * Asks AWS everything in the call table, or what the options leave of it, in every account and region that the options
 * leave in, and writes the answers as a snapshot.
 *
 * What AWS refuses or fails to answer becomes a record and a cell of coverage; the scan goes on.
 *
 * @throws {CollectError} where the scan cannot start (credentials, network, options); nothing is written then
 * @throws {SnapshotError} where the snapshot cannot be written; what is left of it then is hidden, for a run that resumes it
 */
export async function collect(options: CollectOptions, hooks: CollectHooks = {}): Promise<Manifest> {
  const settings = settingsOf(options);
  const start = new Date().toISOString();
  const stopper = new Stopper(hooks.signal);
  const meter = new ProgressMeter(hooks.progress);
  const wire = wireOf(settings, stopper.signal, meter);
  try {
    meter.begin('organization');
    const identity = await before(stopper, () =>
      identify(settings, wire, (fault) => stopper.stop(credentialsEnded(fault))),
    );
    wire.home = identity.partition.home;
    // Before the organization is read: a folder that cannot be written should not be found out about minutes later.
    if (settings.resume === true) {
      const named = await nameUnnamed(settings.out, settings.replace === true);
      if (named !== undefined) {
        hooks.notice?.(
          `the collection that began at ${named.start} had only its name to get, and has it now`,
        );
        if (isComplete(named)) return named;
      }
    }
    const earlier =
      settings.resume === true ? await earlierCollection(settings.out, settings.tool) : undefined;
    if (settings.resume !== true) for (const left of await leftBehind(settings.out)) hooks.notice?.(left);
    else if (earlier === undefined || earlier.accounts.size === 0)
      hooks.notice?.('there is nothing to go on with: collecting anew');
    const writer = await createSnapshotWriter(settings.out, {
      replace: settings.replace === true || earlier?.replaces === true,
      journal: {
        tool: settings.tool,
        start: earlier?.head.start ?? start,
        callers: [...new Set([...(earlier?.head.callers ?? []), identity.arn])],
      },
      supersedes: earlier?.folders ?? [],
    });
    // Beside what each finished account notes: so that little is forgotten where the first of them are large.
    const noting = setInterval(() => {
      // A disk that is full is told of by what has to be written.
      writer.noteRequests(meter.requests()).catch(() => undefined);
    }, 1000);
    try {
      const plan = await before(stopper, () => prepare(settings, identity));
      if (earlier !== undefined && earlier.accounts.size > 0)
        checkSameScope(settings.out, earlier.accounts.keys(), plan.choices);
      const scan = new Scan(settings, wire, stopper, meter, writer, plan, earlier);
      await scan.run();
      meter.begin('writing');
      return await writer.finish(scan.summary(start));
    } catch (error) {
      stopper.stop('the snapshot could not be written');
      const kept = await writer.abort('journal');
      throw kept > 0 && error instanceof SnapshotError ? withHint(error, kept) : error;
    } finally {
      clearInterval(noting);
    }
  } finally {
    stopper.end();
    wire.transport.close();
  }
}

/** Does something that has to be known before a snapshot makes sense. Stopped in it, there is nothing to keep. */
async function before<T>(stopper: Stopper, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!stopper.signal.aborted || error instanceof CollectError) throw error;
    throw new CollectError(
      'stopped',
      `${stopper.reason}, before any account was visited; nothing was written`,
      { cause: error },
    );
  }
}

function withHint(error: SnapshotError, kept: number): SnapshotError {
  const message = `${error.faults[0]?.message ?? error.message}; ${counted(kept, 'account')} safely written: run it again with --resume`;
  return new SnapshotError(message, { file: error.file }, { cause: error });
}

function credentialsEnded({ error }: Fault): string {
  return `the caller's credentials ended in the middle of the scan (${error.code}: ${error.message})`;
}

class Scan {
  readonly #settings: Settings;
  readonly #dispatcher: Dispatcher;
  readonly #stopper: Stopper;
  readonly #meter: ProgressMeter;
  readonly #writer: SnapshotWriter;
  readonly #plan: Preparation;
  readonly #accounts: Accounts;
  readonly #ledger = new CoverageLedger();
  readonly #asking: Asking;
  readonly #tagsWanted: boolean;
  readonly #scope = new Map<string, AccountInScope>();
  readonly #toVisit: ReadonlySet<string>;
  readonly #inOtherShards: ReadonlySet<string>;
  /** Errands for accounts that own what others named, by owner and key. */
  #errands = new Map<string, Map<string, Errand>>();
  /** Errands that owners did in their own visit. */
  readonly #done = new ErrandSet();
  readonly #regionLists = new Map<string, readonly string[]>();
  /** Answers that concern other accounts, too. */
  readonly #shared: AnswerRecord[] = [];
  readonly #sought = new Sought();
  readonly #notices: string[];
  readonly #earlier: Earlier | undefined;
  /** Accounts that were taken over from the earlier collection. */
  #adopted = 0;

  constructor(
    settings: Settings,
    wire: Wire,
    stopper: Stopper,
    meter: ProgressMeter,
    writer: SnapshotWriter,
    plan: Preparation,
    earlier: Earlier | undefined,
  ) {
    this.#earlier = earlier;
    this.#settings = settings;
    this.#dispatcher = new Dispatcher(wire.gate);
    this.#stopper = stopper;
    this.#meter = meter;
    this.#writer = writer;
    this.#plan = plan;
    this.#accounts = new Accounts(plan.identity, settings, wire);
    this.#asking = {
      ledger: this.#ledger,
      wanted: wantedCalls(settings.calls, plan.identity.partition.name),
    };
    this.#tagsWanted = settings.tags === true || this.#asking.wanted(tagCall);
    this.#toVisit = new Set(plan.choices.filter(({ visit: yes }) => yes).map(({ account }) => account.id));
    this.#inOtherShards = new Set(
      plan.choices.filter(({ otherShard }) => otherShard === true).map(({ account }) => account.id),
    );
    this.#notices = [...plan.discovery.notices];
  }

  async run(): Promise<void> {
    const { choices, discovery, identity, ownRecords } = this.#plan;
    const organization = this.#writer.partWriter(null);
    for (const record of discovery.records) {
      await organization.append(record);
      note(this.#ledger, record);
    }
    for (const { call, cause } of discovery.notAsked)
      notAsked(this.#ledger, callNamed(call), identity.account, 'global', cause);
    // Asked all the same, to know which regions there are.
    if (!this.#toVisit.has(identity.account))
      for (const record of ownRecords) await organization.append(record);

    this.#meter.begin('accounts', this.#toVisit.size);
    for (const choice of choices) if (!choice.visit) this.#leaveOut(choice);
    try {
      const [tags] = await Promise.all([
        this.#tags(),
        this.#dispatcher.forEachAccount(
          choices.filter(({ visit: yes }) => yes),
          async ({ account }, opened) => await this.#visit(account, opened),
        ),
      ]);
      for (const record of tags) await organization.append(record);
      this.#meter.begin('shared');
      do {
        await this.#runErrands();
        for (const { errand, account } of this.#sought.take(this.#toVisit))
          if (await this.#isScanned(account)) this.#handOver(account, errand);
      } while (this.#errands.size > 0);
    } catch (error) {
      this.#stopper.stop('the snapshot could not be written');
      throw error;
    }
    for (const record of inRecordOrder(this.#shared)) await organization.append(record);
    for (const [, record] of this.#accounts.refusals()) await organization.append(record);
    this.#remark();
  }

  summary(start: string): Parameters<SnapshotWriter['finish']>[0] {
    const { identity, discovery, choices } = this.#plan;
    const { tool } = this.#settings;
    return {
      tool: { name: tool.name, version: tool.version },
      caller: { arn: identity.arn, account: identity.account },
      partition: identity.partition.name,
      organization: discovery.organization,
      start: this.#adopted > 0 ? (this.#earlier?.head.start ?? start) : start,
      end: new Date().toISOString(),
      finished: !this.#stopper.signal.aborted,
      accounts: choices.flatMap(({ account }) => this.#scope.get(account.id) ?? []),
      coverage: this.#ledger.cells(),
      requests: sumOfRequests([
        ...(this.#adopted > 0 && this.#earlier !== undefined ? [this.#earlier.requests] : []),
        this.#meter.requests(),
      ]),
      notices: this.#notices,
    };
  }

  /** The tags of the accounts that are visited, in the order of their ids. Stopped in it: what was answered so far. */
  async #tags(): Promise<readonly AnswerRecord[]> {
    const { choices, discovery, identity } = this.#plan;
    if (!this.#tagsWanted || discovery.organization === null) return [];
    const accounts = choices.filter((choice) => choice.visit).map(({ account }) => account);
    const found = new Map<string, readonly AnswerRecord[]>();
    try {
      await readTags(identity, accounts, (id, records) => void found.set(id, records));
    } catch (error) {
      if (!this.#stopper.signal.aborted) throw error;
      notAsked(this.#ledger, tagCall, identity.account, 'global', this.#stopper.reason);
    }
    const records = accounts.flatMap(({ id }) => found.get(id) ?? []);
    for (const record of records) note(this.#ledger, record);
    return records;
  }

  #leaveOut({ account, scan = 'left-out', reason }: Choice): void {
    this.#setScope(account, { scan, ...(reason === undefined ? {} : { reason }) });
  }

  /** `opened` is called when the account can be asked. */
  async #visit(account: KnownAccount, opened: () => void): Promise<void> {
    const { signal } = this.#stopper;
    try {
      signal.throwIfAborted();
      await this.#visitOpened(account, opened);
    } catch (error) {
      if (!signal.aborted) throw error;
      // Stopped before its regions were known.
      if (!this.#scope.has(account.id)) this.#giveUp(account, 'not-reached', this.#stopper.reason);
    } finally {
      this.#accounts.close(account.id);
      this.#meter.accountDone(account.id);
    }
  }

  async #visitOpened(account: KnownAccount, opened: () => void): Promise<void> {
    const { id } = account;
    const { identity, ownRegions, ownRecords } = this.#plan;
    const { signal } = this.#stopper;
    if (await this.#adopt(account)) return;
    const access = await this.#accounts.open(id);
    if (access.session === undefined) {
      signal.throwIfAborted();
      const { code, message } = access.fault.error;
      this.#ledger.add(
        'sts:AssumeRole',
        id,
        'global',
        access.fault.error.outcome,
        detailOf(access.fault.error),
      );
      this.#giveUp(
        account,
        'not-reachable',
        `role ${this.#settings.roleName} could not be assumed: ${code}: ${message}`,
      );
      return;
    }
    const { session } = access;
    if (id !== identity.account) this.#ledger.add('sts:AssumeRole', id, 'global', 'obtained');

    const part = this.#writer.partWriter(id);
    const take = async (record: AnswerRecord): Promise<void> => {
      await part.append(record);
      note(this.#ledger, record);
    };
    let regions = ownRegions;
    if (id === identity.account) for (const record of ownRecords) await take(record);
    else regions = await regionsOf(session, identity.partition, identity.region, take);
    const { asked, leftOut } = chooseRegions(this.#settings.regions, regions);
    this.#setScope(account, {
      scan: 'collected',
      regions: this.#sameList(asked),
      regionsFrom: regions.from,
      ...(leftOut.length === 0 ? {} : { regionsLeftOut: leftOut }),
    });
    opened();
    await visit(session, asked, (record) => part.append(record), {
      ...this.#asking,
      signal,
      whyStopped: () => this.#stopper.reason,
      dispatcher: this.#dispatcher,
      scanned: (owner) => this.#whereScanned(owner),
      handOver: (asker, errand) => this.#handOver(asker, errand),
      share: (errand, record, found) => this.#share(errand, record, found),
      asked: (errand) => this.#done.add(errand),
      advance: (share) => this.#meter.advance(id, share),
    });
    if (!signal.aborted) await this.#checkpoint(id);
  }

  async #checkpoint(account: string): Promise<void> {
    const scope = this.#scope.get(account);
    if (scope !== undefined) await this.#writer.checkpoint(scope);
    await this.#writer.noteRequests(this.#meter.requests());
  }

  /** Takes an account over from an earlier collection; false where it was not there, or not whole. */
  async #adopt({ id, ...account }: KnownAccount): Promise<boolean> {
    const scope = this.#earlier?.accounts.get(id);
    if (this.#earlier === undefined || scope?.regions === undefined) return false;
    const { regions, regionsFrom: from = 'stated', regionsLeftOut: leftOut = [] } = scope;
    const enabled = [...regions, ...leftOut].sort();
    const { asked } = chooseRegions(this.#settings.regions, { enabled, existing: enabled, from });
    if (asked.join() !== regions.join()) return false;
    const records = await this.#earlier.records(id);
    if (records === undefined) return false;
    const again = this.#earlier.ended ? 'denied' : 'passing';
    const visited = await replay(id, records, regions, again, {
      wanted: this.#asking.wanted,
      scanned: (owner) => this.#whereScanned(owner),
    });
    if (visited === undefined) return false;
    const part = this.#writer.partWriter(id);
    for (const record of visited.records) await part.append(record);
    noteReplayed(visited, this.#asking);
    for (const errand of visited.asked) this.#done.add(errand);
    for (const [asker, errand] of visited.handedOver) this.#handOver(asker, errand);
    if (id !== this.#plan.identity.account) this.#ledger.add('sts:AssumeRole', id, 'global', 'obtained');
    this.#setScope(
      { id, ...account },
      {
        scan: 'collected',
        regions: this.#sameList(regions),
        regionsFrom: from,
        ...(leftOut.length === 0 ? {} : { regionsLeftOut: leftOut }),
      },
    );
    this.#adopted += 1;
    await this.#checkpoint(id);
    return true;
  }

  #handOver(asker: string, errand: Errand): void {
    let errands = this.#errands.get(asker);
    if (errands === undefined) this.#errands.set(asker, (errands = new Map()));
    errands.set(errandKey(errand), errand);
  }

  #share(errand: Errand, record: AnswerRecord, found: boolean): void {
    this.#shared.push(record);
    this.#sought.note(errand, record.account, found);
  }

  async #isScanned(account: string): Promise<boolean> {
    return this.#toVisit.has(account) && (await this.#accounts.reachable(account));
  }

  async #whereScanned(account: string): Promise<Scanned> {
    if (this.#inOtherShards.has(account)) return 'in-another-shard';
    return (await this.#isScanned(account)) ? 'here' : 'no';
  }

  /** Asks owners about what only other accounts named: a topic of the audit account in an alarm of a member. */
  async #runErrands(): Promise<void> {
    // What an owner tells of a thing may name more, of its own or of another account: the key of the topic.
    while (this.#errands.size > 0) {
      const round = this.#errands;
      this.#errands = new Map();
      await this.#runRound(round);
    }
  }

  async #runRound(round: ReadonlyMap<string, ReadonlyMap<string, Errand>>): Promise<void> {
    const owners = [...round]
      .map(([owner, errands]) => ({
        owner,
        errands: inOrder([...errands.values()].filter((errand) => !this.#done.has(errand))),
      }))
      .filter(({ errands }) => errands.length > 0)
      .sort((a, b) => (a.owner < b.owner ? -1 : 1));
    await pool(
      owners,
      () => this.#settings.concurrency,
      async ({ owner, errands }) => await this.#runErrandsOf(owner, errands),
    );
  }

  /** Asks one owner, as much at a time as there is room for; the answers are written in the order of the errands. */
  async #runErrandsOf(owner: string, errands: readonly Errand[]): Promise<void> {
    const left = new Set(errands);
    const part = this.#writer.partWriter(owner);
    const ordered = new OrderedRecords((record) => part.append(record));
    const context = {
      ...this.#asking,
      share: (one: Errand, record: AnswerRecord, found: boolean) => this.#share(one, record, found),
    };
    try {
      const { session } = await this.#accounts.open(owner);
      this.#stopper.signal.throwIfAborted();
      if (session === undefined) {
        for (const { call, item } of errands)
          notAskedAtAll(this.#asking, call, owner, item.region, 'the role could not be assumed again');
        return;
      }
      await this.#dispatcher.forEach(session, errands, async (errand) => {
        const slot = ordered.slot();
        const own = isOwn(errand, owner);
        const named = await doErrand(session, errand, own, context, (record) => slot.add(record));
        await slot.close();
        if (own) this.#done.add(errand);
        for (const next of named) {
          const asker = await askerOf(next, owner, (account) => this.#whereScanned(account));
          if (asker !== undefined) this.#handOver(asker, next);
        }
        left.delete(errand);
      });
    } catch (error) {
      if (!this.#stopper.signal.aborted) throw error;
      await ordered.flush();
      for (const { call, item } of left)
        notAskedAtAll(this.#asking, call, owner, item.region, this.#stopper.reason);
    } finally {
      this.#accounts.close(owner);
    }
  }

  /**
   * Notes an account that was not visited: nothing is known of it, not even its regions. In the coverage the regions of
   * the caller's account stand for them, so that it weighs as much as any other.
   */
  #giveUp(account: KnownAccount, scan: 'not-reachable' | 'not-reached', reason: string): void {
    this.#setScope(account, { scan, reason });
    const cause = scan === 'not-reachable' ? 'the account could not be reached' : reason;
    const { asked } = chooseRegions(this.#settings.regions, this.#plan.ownRegions);
    notAsked(this.#ledger, callNamed('account:ListRegions'), account.id, 'global', cause);
    for (const call of calls)
      if (this.#asking.wanted(call))
        for (const region of placesOf(call, asked)) notAsked(this.#ledger, call, account.id, region, cause);
  }

  #setScope(account: KnownAccount, rest: Omit<AccountInScope, 'id' | 'name' | 'state' | 'path'>): void {
    const { id, name, state, path } = account;
    this.#scope.set(id, {
      id,
      ...(name === undefined ? {} : { name }),
      ...(state === undefined ? {} : { state }),
      ...(path === undefined ? {} : { path }),
      ...rest,
    });
  }

  /** One list for all accounts with the same regions: there are thousands. */
  #sameList(regions: readonly string[]): readonly string[] {
    const key = regions.join(' ');
    const known = this.#regionLists.get(key) ?? regions;
    this.#regionLists.set(key, known);
    return known;
  }

  /** Remarks on the scan as a whole. */
  #remark(): void {
    const everything = wantedCalls(undefined, this.#plan.identity.partition.name);
    const leftOut = calls.filter((call) => everything(call) && !this.#asking.wanted(call));
    if (leftOut.length > 0)
      this.#notices.push(
        `only what the chosen rules need was asked; left out: ${leftOut.map((call) => nameOf(call)).join(', ')}`,
      );
    const entries = [...this.#scope.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    if (this.#adopted > 0 && this.#earlier !== undefined)
      this.#notices.push(
        goneOnNotice(
          this.#earlier.head,
          `${counted(this.#adopted, 'account')} of ${this.#toVisit.size}`,
          this.#plan.identity.arn,
        ),
      );
    const unreachable = entries.filter(({ scan }) => scan === 'not-reachable');
    if (unreachable.length > 0)
      this.#notices.push(
        `in ${counted(unreachable.length, 'account')} the role could not be assumed: ${listed(unreachable.map(({ id }) => id))}. In the first, ${unreachable[0]?.reason ?? ''}`,
      );
    const stated = entries.filter(({ regionsFrom }) => regionsFrom === 'stated');
    if (stated.length > 0)
      this.#notices.push(
        `which regions are enabled could not be learned in ${counted(stated.length, 'account')}: ${listed(stated.map(({ id }) => id))}. ${
          this.#settings.regions === undefined
            ? 'The regions that every account has were asked; others, if enabled, were not'
            : 'The regions that were named were asked'
        }. Allow account:ListRegions`,
      );
    if (this.#stopper.signal.aborted) this.#notices.push(`the scan is not finished: ${this.#stopper.reason}`);
  }
}
