import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { isJsonObject } from '../json.ts';
import { recordFault } from './check-record.ts';
import type { AccountInScope, Manifest } from './manifest.ts';
import type { AnswerRecord } from './record.ts';
import type { RequestCounts } from './requests.ts';
import { linesFile, replacedSuffix, workPrefix } from './target.ts';

export const journalFile = 'journal.ndjson';
const format = 'trailwarden-journal';

/** What a collection says of itself when it begins, so that another one can go on with it. */
export interface JournalHead {
  readonly tool: Manifest['tool'];
  /** UTC ISO 8601. */
  readonly start: string;
  /** Who asked: ARNs, those of the collections that were gone on with first. */
  readonly callers?: readonly string[];
}

/** An account whose answers are safe on disk. */
interface JournalEntry {
  readonly account: AccountInScope;
  /** Bytes of its lines, in a file of their own. What stands behind them was written later. */
  readonly bytes: number;
}

/** Notes, in the work folder of a snapshot, what is safely written. A line that was cut off by a kill counts for nothing. */
export class Journal {
  readonly #file: string;
  #work: Promise<void> = Promise.resolve();
  #entries = 0;

  constructor(workFolder: string) {
    this.#file = path.join(workFolder, journalFile);
  }

  /** Accounts noted so far. */
  get entries(): number {
    return this.#entries;
  }

  begin(head: JournalHead): Promise<void> {
    return this.#append({ format, ...head });
  }

  /** Call when the lines are on disk. */
  async note(entry: JournalEntry): Promise<void> {
    await this.#append(entry);
    this.#entries += 1;
  }

  /** Notes how many requests were sent so far. The last note counts. */
  noteRequests(requests: RequestCounts): Promise<void> {
    return this.#append({ requests }, 'lazily');
  }

  /** Before the work folder becomes a snapshot. */
  async remove(): Promise<void> {
    await this.#work.catch(() => undefined);
    await rm(this.#file, { force: true });
  }

  /** What is appended lazily survives the end of the process, but not that of the machine. */
  #append(line: object, how: 'safely' | 'lazily' = 'safely'): Promise<void> {
    this.#work = this.#work.then(async () => {
      const file = await open(this.#file, 'a');
      try {
        await file.writeFile(`${JSON.stringify(line)}\n`);
        if (how === 'safely') await file.datasync();
      } finally {
        await file.close();
      }
    });
    return this.#work;
  }
}

/** A collection that was ended by force: what is left of it. */
export interface InterruptedCollection {
  readonly folder: string;
  readonly head: JournalHead;
  readonly accounts: ReadonlyMap<string, AccountInScope>;
  /** Requests that it had sent when it last noted them. */
  readonly requests: RequestCounts;
  /** The records of an account in the order in which they were written; undefined where they are damaged. */
  records(account: string): Promise<readonly AnswerRecord[] | undefined>;
}

/**
 * What is left of collections into a folder that were ended by force, the one with most accounts first. One that is
 * under way looks the same: the lock of the folder tells.
 */
export async function interruptedCollections(target: string): Promise<readonly InterruptedCollection[]> {
  const prefix = workPrefix(target);
  let names: string[];
  try {
    names = await readdir(path.dirname(target));
  } catch {
    return [];
  }
  const found: InterruptedCollection[] = [];
  for (const name of names
    .filter((each) => each.startsWith(prefix) && !each.endsWith(replacedSuffix))
    .sort()) {
    const folder = path.join(path.dirname(target), name);
    const journal = await readJournal(path.join(folder, journalFile));
    if (journal === undefined) continue;
    const entries = new Map(journal.entries.map((entry) => [entry.account.id, entry]));
    found.push({
      folder,
      head: journal.head,
      accounts: new Map([...entries].map(([id, { account }]) => [id, account])),
      requests: journal.requests,
      records: async (account) => {
        const bytes = entries.get(account)?.bytes;
        return bytes === undefined ? undefined : readLines(path.join(folder, linesFile(account)), bytes);
      },
    });
  }
  return found.sort((a, b) => b.accounts.size - a.accounts.size);
}

export async function readJournal(file: string): Promise<
  | {
      readonly head: JournalHead;
      readonly entries: readonly JournalEntry[];
      readonly requests: RequestCounts;
    }
  | undefined
> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
  const lines = text.split('\n').slice(0, -1).map(parsed);
  const [head, ...entries] = lines;
  if (!isJsonObject(head) || head['format'] !== format) return undefined;
  return {
    head: head as unknown as JournalHead,
    entries: entries.filter(
      (entry): entry is JournalEntry & Record<string, never> =>
        isJsonObject(entry) && isJsonObject(entry['account']) && typeof entry['bytes'] === 'number',
    ),
    requests: lastRequests(entries),
  };
}

function lastRequests(lines: readonly unknown[]): RequestCounts {
  const counts = lines.findLast((line) => isJsonObject(line) && isJsonObject(line['requests'])) as
    | { readonly requests: Readonly<Record<string, unknown>> }
    | undefined;
  return Object.fromEntries(
    Object.entries(counts?.requests ?? {}).filter(([, number]) => Number.isSafeInteger(number)),
  ) as RequestCounts;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

async function readLines(file: string, bytes: number): Promise<readonly AnswerRecord[] | undefined> {
  try {
    if ((await stat(file)).size < bytes) return undefined;
    const text = (await readFile(file)).subarray(0, bytes).toString('utf8');
    if (bytes > 0 && !text.endsWith('\n')) return undefined;
    const records = text.split('\n').slice(0, -1).map(parsed);
    return records.every((record) => recordFault(record) === undefined)
      ? (records as readonly AnswerRecord[])
      : undefined;
  } catch {
    return undefined;
  }
}
