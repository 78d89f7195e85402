import path from 'node:path';

import type { AccountInScope } from '../snapshot/manifest.ts';
import { interruptedCollections, type JournalHead } from '../snapshot/journal.ts';
import { snapshotBegunAt, unnamedSnapshots } from '../snapshot/leftovers.ts';
import { withoutPlace } from '../snapshot/part.ts';
import { openSnapshot } from '../snapshot/read.ts';
import type { AnswerRecord } from '../snapshot/record.ts';
import { sumOfRequests, type RequestCounts } from '../snapshot/requests.ts';
import { SnapshotError } from '../snapshot/snapshot.ts';
import { isComplete } from '../snapshot/completeness.ts';
import { CollectError } from './error.ts';

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
  const target = path.resolve(out);
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
  const target = path.resolve(out);
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
  if (now - Date.parse(head.start) > tooOld)
    throw new CollectError(
      'bad-option',
      `${out}: what is there began at ${head.start}, more than a day ago: too old to be joined with new answers; collect anew, without --resume`,
    );
  return found;
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
  return {
    head: { tool: manifest.tool, start: manifest.start },
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
