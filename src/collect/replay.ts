import { CoverageLedger } from '../snapshot/coverage.ts';
import { callOf, type AnswerRecord, type Outcome } from '../snapshot/record.ts';
import { canonicalJson, type JsonObject } from '../json.ts';
import { calls, nameOf, placesOf, type Call } from './calls.ts';
import { note } from './note.ts';
import { askedOf } from './sought.ts';
import {
  askerOf,
  errandKey,
  followUps,
  isOwn,
  type Asking,
  type Errand,
  type VisitContext,
} from './visit.ts';

/** What a visit of an account gave, read back from its records. */
export interface Replay {
  /** Those that the account asked in its own visit; what it asked for others is asked anew. */
  readonly records: readonly AnswerRecord[];
  /** What it was asked about as the owner. */
  readonly asked: readonly Errand[];
  /** What others have to be asked about, and who. */
  readonly handedOver: readonly (readonly [asker: string, errand: Errand])[];
}

/** Outcomes that another try can change. */
const passing: readonly Outcome[] = ['throttled', 'failed', 'not-asked'];

/**
 * Walks through the records of an account as its visit did. Gives undefined where the visit would have to be made again: a question
 * of the plan has no answer, or one that another try may change.
 * @param regions that the account is to be asked in
 * @param again also make it again where something was denied: the rights may have been mended
 */
export async function replay(
  account: string,
  records: readonly AnswerRecord[],
  regions: readonly string[],
  again: 'denied' | 'passing',
  { wanted, scanned }: Pick<VisitContext, 'wanted' | 'scanned'>,
): Promise<Replay | undefined> {
  const asking: Asking = { ledger: new CoverageLedger(), wanted };
  const rows = new Map(calls.map((call) => [nameOf(call), call]));
  const own: AnswerRecord[] = [];
  const known = new Set<string>();
  /** Questions about things that earlier records of this account named. */
  const open = new Set<string>();
  const answered = new Set<string>();
  const asked: Errand[] = [];
  const handedOver: (readonly [string, Errand])[] = [];
  for (const record of records) {
    const call = rows.get(callOf(record));
    if (call === undefined || !wanted(call)) return undefined;
    const question = questionOf(record, call);
    const isList =
      call.each === undefined ||
      (call.scope === 'region' && question === questionOf({ ...record, input: call.input }, call));
    if (!isList && !open.has(question)) continue;
    const outcome = record.error?.outcome ?? 'obtained';
    if (passing.includes(outcome) || (again === 'denied' && outcome === 'denied')) return undefined;
    if (record.page?.last !== false) answered.add(isList ? `${nameOf(call)} ${record.region}` : question);
    own.push(record);
    for (const errand of followUps(call, record, asking.ledger, wanted)) {
      const key = errandKey(errand);
      if (known.has(key)) continue;
      known.add(key);
      // Its answer stands in the part of the organization, which is written anew.
      if (errand.call.each?.findsOwner === true) {
        handedOver.push([account, askedOf(errand, account)]);
        continue;
      }
      const asker = await askerOf(errand, account, scanned);
      if (asker !== account) {
        if (asker !== undefined) handedOver.push([asker, errand]);
        continue;
      }
      if (isOwn(errand, account)) asked.push(errand);
      open.add(questionFor(errand));
    }
  }
  const lists = calls.filter(wanted);
  const whole =
    lists.every((call) =>
      placesOf(call, regions).every((region) => answered.has(`${nameOf(call)} ${region}`)),
    ) && [...open].every((question) => answered.has(question));
  return whole ? { records: own, asked, handedOver } : undefined;
}

/** Notes in the ledger what replayed records say, as their visit did. */
export function noteReplayed({ records }: Replay, { ledger, wanted }: Asking): void {
  const rows = new Map(calls.map((call) => [nameOf(call), call]));
  for (const record of records) {
    note(ledger, record);
    const call = rows.get(callOf(record));
    if (call !== undefined) followUps(call, record, ledger, wanted);
  }
}

/** What a record asked, whatever its page. */
function questionOf({ region, input }: Pick<AnswerRecord, 'region' | 'input'>, call: Call): string {
  const token = call.paging?.input;
  const asked = Object.fromEntries(Object.entries(input).filter(([name]) => name !== token));
  return `${nameOf(call)} ${region} ${canonicalJson(asked)}`;
}

/** The question that does an errand. */
function questionFor({ call, item }: Errand): string {
  const input: JsonObject = { ...call.input, ...call.each?.input(item) };
  return questionOf({ region: item.region, input }, call);
}
