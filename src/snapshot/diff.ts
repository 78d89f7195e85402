import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { compareText } from '../text.ts';
import type { Snapshot } from './snapshot.ts';
import { callOf, type StoredRecord } from './record.ts';

/** One thing that is not the same in two snapshots. Texts and values may hold untrusted text. */
export interface SnapshotChange {
  readonly account: string;
  readonly region: string;
  readonly call: string;
  /** What was asked about, from the question: the ARN or name in it; empty where it was about all. */
  readonly about: string;
  /** Where in the answer: `MetricAlarms[root-usage].Threshold`; empty for the answer as a whole. */
  readonly path: string;
  /**
   * `added`, `removed`: a member or element of a list. `changed`: a value. `answered`, `unanswered`: the question has an
   * answer now, or has none any more. `asked`, `not-asked`: the question itself came or went.
   */
  readonly kind: 'added' | 'removed' | 'changed' | 'answered' | 'unanswered' | 'asked' | 'not-asked';
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  /** True for what moves by itself as time goes by: sizes, times of the last delivery, states of alarms. */
  readonly moving: boolean;
}

/** An account that came, went, or was scanned otherwise. */
export interface AccountChange {
  readonly id: string;
  readonly name: string | undefined;
  /** How it was scanned; undefined where the snapshot does not know it. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What tells one answer from another, beside the words themselves. */
export interface ComparedFields {
  /** Members that change though nobody changed anything: sizes, times of the last delivery, states. */
  readonly moving: ReadonlySet<string>;
  /** Members that tell one element of a list from another, the surest first. */
  readonly identities: readonly string[];
  /** Words for members whose meaning a reader should not have to know. */
  readonly phrases: ReadonlyMap<string, { readonly added: string; readonly removed: string }>;
}

/** Deeper than any answer of AWS; guards the stack. */
const deepest = 60;

/** Accounts that are not in both snapshots, or were scanned otherwise, sorted by id. */
export function changedAccounts(before: Snapshot, after: Snapshot): readonly AccountChange[] {
  const [old, now] = [before, after].map(
    ({ manifest }) => new Map(manifest.accounts.map((account) => [account.id, account])),
  );
  return [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort(compareText).flatMap((id) => {
    const [was, is] = [old?.get(id), now?.get(id)];
    return was?.scan === is?.scan
      ? []
      : [{ id, name: (is ?? was)?.name, before: was?.scan, after: is?.scan }];
  });
}

/**
 * What AWS answered otherwise, account by account and sorted: the organization first. Pages of one question are put
 * together, so that another paging is no difference; elements of lists are told apart by their names, so that another
 * order is none either.
 *
 * @throws {@link SnapshotError} for a damaged snapshot.
 */
export async function* diffSnapshots(
  before: Snapshot,
  after: Snapshot,
  fields: ComparedFields,
): AsyncGenerator<readonly SnapshotChange[]> {
  yield diffRecords(await before.organization(), await after.organization(), fields);
  const ids = [before, after].flatMap(({ manifest }) => manifest.accounts.map(({ id }) => id));
  for (const id of [...new Set(ids)].sort(compareText)) {
    const [old, now] = [await before.account(id), await after.account(id)];
    // An account of which one snapshot has nothing is told as a whole.
    if (old !== undefined && now !== undefined) yield diffRecords(old, now, fields);
  }
}

interface Question {
  readonly call: string;
  readonly account: string;
  readonly region: string;
  readonly about: string;
  readonly answers: StoredRecord[];
}

function diffRecords(
  before: readonly StoredRecord[],
  after: readonly StoredRecord[],
  fields: ComparedFields,
): readonly SnapshotChange[] {
  const [old, now] = [questionsOf(before), questionsOf(after)];
  const changes: SnapshotChange[] = [];
  for (const key of [...new Set([...old.keys(), ...now.keys()])].sort(compareText)) {
    const [was, is] = [old.get(key), now.get(key)];
    const question = is ?? was;
    if (question === undefined) continue;
    const { call, account, region, about } = question;
    const add = (change: Pick<SnapshotChange, 'path' | 'kind' | 'before' | 'after'>): void => {
      changes.push({ account, region, call, about, ...change, moving: isMoving(change.path, fields) });
    };
    if (was === undefined || is === undefined) {
      add({ path: '', kind: was === undefined ? 'asked' : 'not-asked' });
      continue;
    }
    const [left, right] = [answerOf(was), answerOf(is)];
    if (typeof left === 'string' || typeof right === 'string') {
      if (left === right) continue;
      const kind = typeof right === 'string' ? 'unanswered' : 'answered';
      add({
        path: '',
        kind,
        ...(typeof left === 'string' && { before: left }),
        ...(typeof right === 'string' && { after: right }),
      });
    } else diffValues(left, right, '', { add, fields, depth: 0 });
  }
  return changes;
}

function questionsOf(records: readonly StoredRecord[]): ReadonlyMap<string, Question> {
  const questions = new Map<string, Question>();
  for (const record of records) {
    const input = Object.fromEntries(
      Object.entries(record.input).filter(([name]) => !/token$|^marker$|^maxresults$|^limit$/i.test(name)),
    );
    const call = callOf(record);
    const key = [call, record.region, canonicalJson(input)].join(' ');
    const known = questions.get(key);
    if (known !== undefined) known.answers.push(record);
    else {
      const about = Object.values(input).find((value) => typeof value === 'string') ?? '';
      questions.set(key, {
        call,
        account: record.account,
        region: record.region,
        about: typeof about === 'string' ? about : '',
        answers: [record],
      });
    }
  }
  return questions;
}

/** The answer with its pages put together, or the error code. */
function answerOf({ answers }: Question): JsonObject | string {
  const merged = new Map<string, JsonValue>();
  for (const { output, error } of answers) {
    if (output === undefined) return error?.code ?? 'no answer';
    for (const [name, value] of Object.entries(output)) {
      if (value === undefined || /token$|^marker$|^nextmarker$/i.test(name)) continue;
      const known = merged.get(name);
      merged.set(name, Array.isArray(known) && Array.isArray(value) ? [...known, ...value] : value);
    }
  }
  return Object.fromEntries(merged);
}

/** Where differences go, and how deep in the answer they are. */
interface Comparison {
  readonly add: (change: Pick<SnapshotChange, 'path' | 'kind' | 'before' | 'after'>) => void;
  readonly fields: ComparedFields;
  readonly depth: number;
}

function diffValues(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: string,
  comparison: Comparison,
): void {
  const { add, depth } = comparison;
  const deeper = { ...comparison, depth: depth + 1 };
  const [left, right] = [unpacked(before), unpacked(after)];
  if (canonicalJson(left) === canonicalJson(right)) return;
  if (depth < deepest && isJsonObject(left) && isJsonObject(right)) {
    for (const name of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort(compareText)) {
      const inner = path === '' ? name : `${path}.${name}`;
      const [was, is] = [left, right].map((side) => (Object.hasOwn(side, name) ? side[name] : undefined));
      if (was === undefined && is !== undefined) add({ path: inner, kind: 'added', after: is });
      else if (is === undefined && was !== undefined) add({ path: inner, kind: 'removed', before: was });
      else diffValues(was, is, inner, deeper);
    }
  } else if (depth < deepest && Array.isArray(left) && Array.isArray(right)) {
    diffLists(left, right, path, comparison);
  } else {
    add({
      path,
      kind: 'changed',
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    });
  }
}

function diffLists(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: string,
  comparison: Comparison,
): void {
  const { add, fields, depth } = comparison;
  const deeper = { ...comparison, depth: depth + 1 };
  const identity = fields.identities.find((name) => tells(name, before) && tells(name, after));
  const keyOf = (item: JsonValue): string =>
    (identity !== undefined && isJsonObject(item) && textOf(item[identity])) || canonicalJson(item);
  const [old, now] = [before, after].map((list) => new Map(list.map((item) => [keyOf(item), item])));
  const keys = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort(compareText);
  const [only, ...more] = [before, after].map((list) => list.length === 1);
  // One unnamed element in both is the same one, changed.
  if (identity === undefined && only && more.every(Boolean) && isJsonObject(before[0] ?? null)) {
    diffValues(before[0], after[0], `${path}[0]`, deeper);
    return;
  }
  for (const key of keys) {
    const [was, is] = [old?.get(key), now?.get(key)];
    const inner = identity === undefined ? path : `${path}[${key}]`;
    if (was === undefined && is !== undefined) add({ path: inner, kind: 'added', after: is });
    else if (is === undefined && was !== undefined) add({ path: inner, kind: 'removed', before: was });
    else diffValues(was, is, inner, deeper);
  }
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function tells(name: string, list: readonly JsonValue[]): boolean {
  const values = list.map((item) => (isJsonObject(item) ? item[name] : undefined));
  return (
    values.every((value) => typeof value === 'string' && value !== '') && new Set(values).size === list.length
  );
}

/** Policies are JSON in a text: compared as what they say. */
function unpacked(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return value;
  }
}

function isMoving(path: string, { moving }: ComparedFields): boolean {
  return path.split(/[.[]/).some((step) => moving.has(step.replace(/\]$/, '')));
}

/** A change in words, without place: `selector now excludes kms.amazonaws.com`. */
export function changeText(
  { path, kind, before, after }: SnapshotChange,
  { phrases }: ComparedFields,
): string {
  const name = path.split('.').at(-1) ?? path;
  const spoken = phrases.get(name);
  if (spoken !== undefined && (kind === 'added' || kind === 'removed'))
    return `${spoken[kind]} ${shown(kind === 'added' ? after : before)}`;
  switch (kind) {
    case 'added':
      return path.endsWith(']') ? `${path} is new` : `${path} now has ${shown(after)}`;
    case 'removed':
      return path.endsWith(']') ? `${path} is gone` : `${path} no longer has ${shown(before)}`;
    case 'changed':
      return `${path} was ${shown(before)}, is ${shown(after)}`;
    case 'answered':
      return `is answered now (was ${shown(before)})`;
    case 'unanswered':
      return `is not answered any more: ${shown(after)}${before === undefined ? '' : ` (was ${shown(before)})`}`;
    case 'asked':
      return 'was not asked before';
    case 'not-asked':
      return 'is not asked any more';
  }
}

/** Longest value that is shown in a line. */
const longest = 160;

function shown(value: JsonValue | undefined): string {
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
