import type { JsonObject, JsonValue } from '../json.ts';
import type { Predicate } from '../events/predicate.ts';
import type { StoredRecord } from '../snapshot/record.ts';
import type { Unknown } from './unknown.ts';
import type { ResourceType } from './schema.ts';

/** Where a fact stands: a record of the snapshot and the path inside its output. */
export interface Source {
  readonly record: StoredRecord;
  /** JSON path inside `output`: `trailList[0]`. Empty for the whole output. */
  readonly path: string;
}

/**
 * One thing in a snapshot: an account, a trail, a log group ... Its fields are AWS's own (`data`), its relations and
 * derived facts are computed by its {@link ResourceType} when first asked for.
 *
 * The same trail, log group or topic is one object for the whole of an evaluation of an account, whoever refers to it.
 */
export interface Resource {
  readonly type: ResourceType;
  /** ARN where there is one, else a stable key: the account id, `account/region`, ... */
  readonly id: string;
  /** Twelve digits. */
  readonly account: string;
  /** Region, or `global`. */
  readonly region: string;
  /** What a person calls it. Untrusted text. */
  readonly name: string;
  /** AWS's answer about it, untouched. */
  readonly data: JsonObject;
  /** Answers that `data` was read from; the first is the one to show. */
  readonly sources: readonly Source[];
  /**
   * Set where `data` is not the whole of AWS's answer (an account known from the manifest alone): a field that is
   * absent from `data` is then unknown for this cause instead of absent.
   */
  readonly partial?: Unknown;
}

/**
 * A list of related resources and whether it is the whole list. `missing` says which answers could hold more; a
 * complete empty list has no `missing`.
 */
export interface RelatedList {
  readonly items: readonly Resource[];
  readonly missing: Unknown | undefined;
  /** Answers that the list was read from: the evidence that there are no others. */
  readonly records: readonly StoredRecord[];
}

/** One related resource: there, proved absent (undefined), or not known. */
export type Related = Resource | undefined | Unknown;

/** What a derived fact can be: a value, events (see the event algebra), proved absent, or not known. */
export type Fact = JsonValue | Predicate | undefined | Unknown;
