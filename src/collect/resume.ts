import type { AccountInScope, Manifest } from '../snapshot/manifest.ts';
import { interruptedCollections, type JournalHead } from '../snapshot/journal.ts';
import { snapshotBegunAt, unnamedSnapshots } from '../snapshot/leftovers.ts';
import { withoutPlace } from '../snapshot/part.ts';
import { openSnapshot } from '../snapshot/read.ts';
import type { AnswerRecord } from '../snapshot/record.ts';
import { sumOfRequests, type RequestCounts } from '../snapshot/requests.ts';
import { SnapshotError } from '../snapshot/snapshot.ts';
import { isComplete } from '../snapshot/completeness.ts';
import { targetOf } from '../snapshot/target.ts';
import { CollectError } from './error.ts';
import { counted, listed, type Choice } from './scope.ts';

/** An earlier collection into the same folder that did not come to its end. */
export interface Earlier {
  readonly head: JournalHead;
  readonly accounts: ReadonlyMap<string, AccountInScope>;
  /** Requests that it sent: as many as are known of, where it was ended by force. */
  readonly requests: RequestCounts;
  records(account: string): Promise<readonly AnswerRecord[] | undefined>;
  /** True for a snapshot that went to its end with gaps: they may have been mended since. */
  readonly ended: boolean;
  /** True where the snapshot that stands in the folder is the one that is gone on with: it goes when this collection is whole. */
  readonly replaces: boolean;
  /** Work folders that are done with when this collection is whole. */
  readonly folders: readonly string[];
}

/** Collections into a folder that were ended by force, as sentences for a person who did not ask to go on with one. */
export async function leftBehind(out: string): Promise<readonly string[]> {
  const target = targetOf(out);
  const unnamed = await unnamedSnapshots(target);
  const journals = await interruptedCollections(target);
  return [
    ...unnamed.map(
      ({ workFolder, manifest }) =>
        `a collection that began at ${manifest.start} was interrupted when all was written but its name; --resume would give it that, else remove ${workFolder}`,
    ),
    ...journals
      .filter(
        ({ accounts, folder }) => accounts.size > 0 && unnamed.every((each) => each.workFolder !== folder),
      )
      .map(
        ({ folder, head, accounts }) =>
          `a collection that began at ${head.start} was interrupted after ${accounts.size} accounts; --resume would go on with it, else remove ${folder}`,
      ),
  ];
}

/** Milliseconds after which answers are too old to be joined with new ones. */
const tooOld = 24 * 3600_000;
/** Milliseconds by which a clock may be set back without a word: as much as keeping it right takes. */
const setBack = 60_000;

/**
 * What there is to go on with: the work folder of a collection that was ended by force, or a snapshot in the folder itself that
 * lacks answers. Undefined where there is neither.
 * @throws {CollectError} when the snapshot there lacks nothing, or what there is is too old or another program's
 */
export async function earlierCollection(
  out: string,
  tool: JournalHead['tool'],
  now: number = Date.now(),
): Promise<Earlier | undefined> {
  const target = targetOf(out);
  const journals = await interruptedCollections(target);
  const [most] = journals;
  const folders = journals.map(({ folder }) => folder);
  // What is gone on with and what went on with it have one start.
  const standing = most === undefined ? undefined : await snapshotBegunAt(target, most.head.start);
  const found: Earlier | undefined =
    most === undefined || most.accounts.size === 0
      ? await unfinishedSnapshot(out, folders)
      : {
          ...most,
          requests: sumOfRequests([
            ...journals.filter(({ head }) => head.start === most.head.start).map(({ requests }) => requests),
            standing?.requests ?? {},
          ]),
          ended: false,
          replaces: standing !== undefined,
          folders,
          records: (id) => most.records(id),
        };
  if (found === undefined) {
    // Killed before the first account was done: there is something to clear away, and nothing to take over.
    const none = { head: { tool, start: new Date(now).toISOString() }, accounts: new Map<string, never>() };
    return folders.length === 0
      ? undefined
      : {
          ...none,
          requests: {},
          folders,
          ended: false,
          replaces: false,
          records: async () => undefined,
        };
  }
  const { head } = found;
  if (head.tool.name !== tool.name || head.tool.version !== tool.version)
    throw new CollectError(
      'bad-option',
      `${out}: what is there was collected by ${head.tool.name} ${head.tool.version}, this is ${tool.version}: questions may differ; collect anew, without --resume`,
    );
  const age = now - Date.parse(head.start);
  if (!(age >= -setBack))
    throw new CollectError(
      'bad-option',
      `${out}: what is there began at ${head.start}, which is yet to come: the clock was set back, and how old its answers are cannot be told; collect anew, without --resume`,
    );
  if (age > tooOld)
    throw new CollectError(
      'bad-option',
      `${out}: what is there began at ${head.start}, more than a day ago: too old to be joined with new answers; collect anew, without --resume`,
    );
  return found;
}

const askedBy = ', by ';

/** What a person should know about answers that were taken over: since when, how many, and from whom where another asked. */
export function goneOnNotice({ start, callers = [] }: JournalHead, adopted: string, caller: string): string {
  const others = callers.filter((arn) => arn !== caller);
  const by = others.length === 0 ? '' : `${askedBy}${others.join(askedBy)}`;
  return `went on with a collection that began at ${start}: ${adopted} had been collected before${by}`;
}

/** Who asked for the answers of a snapshot, those that it took over included. */
function callersOf({ caller, notices }: Manifest): readonly string[] {
  const before = notices.findLast((notice) => notice.startsWith('went on with a collection'));
  return [...new Set([...(before?.split(askedBy).slice(1) ?? []), caller.arn])];
}

/**
 * Refuses to go on with a collection whose accounts this one does not visit: they would go with it.
 * @param earlier accounts that are there already
 * @param choices what this collection does with each account
 * @throws {CollectError}
 */
export function checkSameScope(out: string, earlier: Iterable<string>, choices: readonly Choice[]): void {
  const before = [...earlier];
  const byId = new Map(choices.map((choice) => [choice.account.id, choice]));
  const leftOut = before.filter((id) => byId.get(id)?.scan === 'left-out');
  // Others were closed since, or left the organization; not all of them at once.
  const lost = before.some((id) => byId.has(id)) ? leftOut : before;
  if (lost.length > 0)
    throw new CollectError(
      'bad-option',
      `${out}: what is there holds ${counted(lost.length, 'account')} that would not be visited now: ${listed(lost)}; go on as the same caller and with the same choice of accounts, or choose another folder`,
    );
}

async function unfinishedSnapshot(out: string, folders: readonly string[]): Promise<Earlier | undefined> {
  let snapshot: Awaited<ReturnType<typeof openSnapshot>>;
  try {
    snapshot = await openSnapshot(out);
  } catch (error) {
    // Nothing there, or nothing of ours: the writer says what of it is in the way.
    if (error instanceof SnapshotError) return undefined;
    throw error;
  }
  const { manifest } = snapshot;
  if (isComplete(manifest))
    throw new CollectError(
      'bad-option',
      `${out}: the snapshot lacks no answer: there is nothing to go on with`,
    );
  if (manifest.redactions !== undefined || manifest.mergedFrom !== undefined)
    throw new CollectError(
      'bad-option',
      `${out}: the snapshot there was ${manifest.redactions === undefined ? 'merged from others' : 'redacted'}: what AWS answers now is not joined with it; choose another folder`,
    );
  return {
    head: { tool: manifest.tool, start: manifest.start, callers: callersOf(manifest) },
    accounts: new Map(
      manifest.accounts.filter(({ scan }) => scan === 'collected').map((account) => [account.id, account]),
    ),
    requests: manifest.requests ?? {},
    records: async (id) => (await snapshot.account(id))?.map(withoutPlace),
    ended: true,
    replaces: true,
    folders,
  };
}
