import { canonicalJson, type JsonObject } from '../../src/json.ts';
import type { Manifest } from '../../src/snapshot/manifest.ts';
import { callOf, type StoredRecord } from '../../src/snapshot/record.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { joinPages, questionOf } from './paging.ts';

const shown = 12;

interface CompareOptions {
  /** False: what became of calls is not compared. */
  readonly coverage?: boolean;
  /** Calls that are not compared. */
  readonly except?: readonly string[];
  /** Members of outputs that are not compared: times that the server makes up anew. */
  readonly volatile?: readonly string[];
}

/** One thing that two snapshots say differently. */
interface Difference {
  readonly what: 'answer' | 'account in scope' | 'coverage';
  /** Of answers and coverage: `... service:Operation ... in ACCOUNT REGION`. */
  readonly where: string;
  readonly text: string;
}

/**
 * Compares what two snapshots say: the same questions with the same answers or errors, the same accounts and regions in
 * scope, the same coverage. Times, request ids, the splitting into pages and the order of records do not count.
 *
 * @returns the differences, one sentence each, the first dozen of them; empty for two that say the same.
 */
export async function sameAnswers(
  left: Snapshot,
  right: Snapshot,
  options?: CompareOptions,
): Promise<readonly string[]> {
  const found = await differences(left, right, options);
  const sentences = found.slice(0, shown).map(({ what, where, text }) => `${what} ${where}: ${text}`);
  return found.length > shown
    ? [...sentences, `... and ${found.length - shown} more differences`]
    : sentences;
}

/** The same comparison, with every difference as data. */
export async function differences(
  left: Snapshot,
  right: Snapshot,
  options: CompareOptions = {},
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  const compare = (
    what: Difference['what'],
    a: ReadonlyMap<string, string>,
    b: ReadonlyMap<string, string>,
  ): void => {
    for (const [where, value] of a) {
      const other = b.get(where);
      if (other === undefined) found.push({ what, where, text: `only left: ${value.slice(0, 200)}` });
      else if (other !== value) found.push({ what, where, text: `\n${firstDifference(value, other)}` });
    }
    for (const [where, value] of b)
      if (!a.has(where)) found.push({ what, where, text: `only right: ${value.slice(0, 200)}` });
  };
  const wanted = (records: readonly StoredRecord[] = []): readonly StoredRecord[] =>
    records
      .filter((record) => options.except?.includes(callOf(record)) !== true)
      .map((record) => withoutMembers(record, options.volatile ?? []));

  compare(
    'answer',
    answers(null, wanted(await left.organization())),
    answers(null, wanted(await right.organization())),
  );
  compare('account in scope', scope(left.manifest), scope(right.manifest));
  if (options.coverage !== false) compare('coverage', coverage(left.manifest), coverage(right.manifest));
  const accounts = new Set([...left.manifest.parts, ...right.manifest.parts].map((part) => part.account));
  for (const account of accounts) {
    if (account === null) continue;
    compare(
      'answer',
      answers(account, wanted(await left.account(account))),
      answers(account, wanted(await right.account(account))),
    );
  }
  return found;
}

/**
 * All that a snapshot holds but times, request ids and the program that took it, in the order in which it stands: what two
 * collections of one state have in common to the letter.
 */
export async function lasting(
  snapshot: Snapshot,
  { volatile = [] }: Pick<CompareOptions, 'volatile'> = {},
): Promise<object> {
  const records = await Promise.all(
    snapshot.manifest.parts.map(async ({ account, file }) => {
      const part = account === null ? await snapshot.organization() : await snapshot.account(account);
      return [
        file,
        part?.map((record) => ({ ...withoutMembers(record, volatile), time: '', requestId: '' })),
      ];
    }),
  );
  const {
    tool: _tool,
    start: _start,
    end: _end,
    rootHash: _hash,
    parts: _parts,
    ...manifest
  } = snapshot.manifest;
  return { manifest, records };
}

function withoutMembers(record: StoredRecord, names: readonly string[]): StoredRecord {
  if (record.output === undefined || names.length === 0) return record;
  const kept = Object.entries(record.output).filter(([name]) => !names.includes(name));
  return { ...record, output: Object.fromEntries(kept) };
}

/** Each question of a part with its whole answer. */
function answers(part: string | null, records: readonly StoredRecord[]): Map<string, string> {
  const groups = new Map<string, StoredRecord[]>();
  for (const record of records) {
    const call = callOf(record);
    const key = `${part ?? 'organization'}: ${call} ${canonicalJson(questionOf(call, record.input))} in ${record.account} ${record.region}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return new Map(
    [...groups].map(([key, group]) => {
      const pages = group.toSorted((a, b) => (a.page?.number ?? 1) - (b.page?.number ?? 1));
      const error = pages.find((page) => page.error !== undefined)?.error;
      if (error !== undefined)
        return [
          key,
          readable({
            error: {
              code: error.code,
              message: error.message,
              outcome: error.outcome,
              absent: error.absent === true,
            },
          }),
        ];
      const call = key.split(' ')[1] ?? '';
      return [
        key,
        readable({
          output: joinPages(
            call,
            pages.map((page) => page.output ?? {}),
          ),
          complete: pages.at(-1)?.page?.last ?? true,
        }),
      ];
    }),
  );
}

function scope(manifest: Manifest): Map<string, string> {
  return new Map(
    manifest.accounts.map((account) => [
      account.id,
      readable({
        name: account.name,
        state: account.state,
        path: account.path,
        scan: account.scan,
        regions: account.regions?.toSorted(),
        regionsFrom: account.regionsFrom,
        regionsLeftOut: account.regionsLeftOut?.toSorted(),
      }),
    ]),
  );
}

/** Every account x region x operation with its outcome. */
function coverage(manifest: Manifest): Map<string, string> {
  const cells = new Map<string, string>();
  for (const cell of manifest.coverage)
    for (const account of cell.accounts)
      for (const region of cell.regions)
        cells.set(
          `${cell.operation} in ${account} ${region}`,
          [cell.outcome, cell.code].filter((text) => text !== undefined).join(' '),
        );
  return cells;
}

/** The first line in which two texts differ, with the line before it. */
function firstDifference(left: string, right: string): string {
  const a = left.split('\n');
  const b = right.split('\n');
  const at = a.findIndex((line, index) => line !== b[index]);
  const from = at === -1 ? a.length : at;
  const around = (lines: readonly string[]): string =>
    lines
      .slice(Math.max(0, from - 2), from + 2)
      .map((line) => line.trim())
      .join(' ')
      .slice(0, 300);
  return `  left:  ${around(a)}\n  right: ${around(b)}`;
}

/** One member a line, members sorted: what differs can be pointed at. */
function readable(value: { readonly [name: string]: unknown }): string {
  return JSON.stringify(JSON.parse(canonicalJson(value as JsonObject)), null, 2);
}
