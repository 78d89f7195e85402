import type { JsonObject } from '../json.ts';
import { callOf, type CallName, type StoredRecord } from '../snapshot/record.ts';

/** Decides by input (and output) whether a record answers the question. */
export type Answering = (input: JsonObject, output: JsonObject | undefined) => boolean;

/** Answers of one part of a snapshot, found by call and region. */
export class Answers {
  readonly #byCall = new Map<CallName, Map<string, StoredRecord[]>>();

  constructor(records: readonly StoredRecord[]) {
    for (const record of records) {
      const call = callOf(record);
      let regions = this.#byCall.get(call);
      if (regions === undefined) this.#byCall.set(call, (regions = new Map()));
      const list = regions.get(record.region);
      if (list === undefined) regions.set(record.region, [record]);
      else list.push(record);
    }
  }

  /** Records of a call in a region (in all regions where none is given), in file order. */
  records(call: CallName, region?: string): readonly StoredRecord[] {
    const regions = this.#byCall.get(call);
    if (regions === undefined) return [];
    return region === undefined ? [...regions.values()].flat() : (regions.get(region) ?? []);
  }

  /** Regions in which the call was asked, sorted. */
  regions(call: CallName): readonly string[] {
    return [...(this.#byCall.get(call)?.keys() ?? [])].sort();
  }

  /** Regions from which at least one output came: they are switched on. */
  answeringRegions(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const regions of this.#byCall.values()) {
      for (const [region, records] of regions) {
        if (!found.has(region) && records.some((record) => record.output !== undefined)) found.add(region);
      }
    }
    return found;
  }
}

/** The part of one account in memory: its answers and what was worked out from them. */
export class AccountPart {
  readonly account: string;
  readonly answers: Answers;
  readonly #kept = new Map<string, unknown>();

  constructor(account: string, records: readonly StoredRecord[]) {
    this.account = account;
    this.answers = new Answers(records);
  }

  /** The value of `compute`, worked out once for the key while the part is loaded. The key fixes the type. */
  keep<T>(key: string, compute: () => T): T {
    if (this.#kept.has(key)) return this.#kept.get(key) as T;
    const value = compute();
    this.#kept.set(key, value);
    return value;
  }
}
