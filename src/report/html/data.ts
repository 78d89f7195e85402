import type { JsonValue } from '../../json.ts';
import type { Cause } from '../../model/unknown.ts';
import type { FindingSource, FindingWaiver, ReasonResource, Verdict } from '../../evaluate/finding.ts';
import type { ReportHeader, ReportTotals } from '../sink.ts';

/*
 * What the sink writes into the page and the page reads back. Three kinds of blocks, each JSON, gzip, base64 in a
 * script element that does not run:
 *
 * - one `meta` block: the header, totals, and how many rows stand in the blocks below;
 * - `rows` blocks: what lists, filters and counts need, in columns with dictionaries; all are read when the page opens;
 * - `detail` blocks: reasons, evidence, fix; each is read when a finding in it is opened.
 *
 * A row is one finding. Rows are numbered from 0 through all blocks, in the order of the sink's `add` calls.
 */

export interface PageMeta {
  readonly header: ReportHeader;
  /** Of the findings that are gone, the first {@link goneInPage}. */
  readonly totals: ReportTotals;
  /** How many findings of the baseline are gone; null without one. */
  readonly gone: number | null;
  /** Rows in each `rows` block. */
  readonly rowBlocks: readonly number[];
  /** Rows in each `detail` block. */
  readonly detailBlocks: readonly number[];
  /** SHA-256 (hex) over the base64 text of all `rows` and `detail` blocks, in the order they stand in the file. */
  readonly digest: string;
}

/** Findings that are gone since the baseline that the page lists: the rest is counted, and stands in JSON. */
export const goneInPage = 500;

/** Ids of the elements that hold blocks. */
export const elementIds = {
  meta: 'tw-meta',
  rows: (block: number): string => `tw-rows-${block}`,
  detail: (block: number): string => `tw-detail-${block}`,
  /** The summary for readers without JavaScript; the page takes it away once it runs. */
  summary: 'tw-summary',
} as const;

/** Most rows in one `rows` block: keeps every index inside one UTF-16 unit of a {@link Column}. */
export const rowsPerBlock = 16_384;

/** Small whole numbers, one UTF-16 unit each; see `columns.ts`. */
export type Column = string;

/** Findings in columns. Indexes are into the dictionaries of the same block. */
export interface RowBlock {
  readonly rows: number;
  readonly rules: readonly string[];
  readonly types: readonly string[];
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  /** Resources in order of first mention. Names are front-coded: shared prefix with the one before, then the rest. */
  readonly resources: {
    readonly type: Column;
    readonly account: Column;
    readonly region: Column;
    readonly namePrefix: Column;
    readonly nameRest: readonly string[];
    /** Index into `ids`. */
    readonly id: Column;
  };
  /** Shapes of resource ids, see `shape.ts`. */
  readonly ids: readonly string[];
  /** Shapes of messages. */
  readonly messages: readonly string[];
  readonly waivers: readonly FindingWaiver[];
  /** Why unknown findings are unknown; sets are lists of indexes into `causes`. */
  readonly causes: readonly Cause[];
  readonly causeSets: readonly (readonly number[])[];
  /** Columns of findings. */
  readonly rule: Column;
  /** Index of the resource as a zigzag difference from "the one after that of the row before". */
  readonly resource: Column;
  /** Verdict, severity, baseline and whether the fingerprint is stored: see `flags.ts`. */
  readonly flags: Column;
  readonly message: Column;
  /** 0 for none, else 1 + index into `waivers`. */
  readonly waiver: Column;
  /** 0 for none, else 1 + index into `causeSets`. */
  readonly causeSet: Column;
  /** Fingerprints that do not follow from the other columns, in row order. */
  readonly fingerprints: readonly string[];
}

/** A recorded answer that evidence points at. */
export type RecordReference = readonly [
  call: string,
  account: string,
  region: string,
  time: string,
  requestId: string | null,
  part: string,
  line: number,
  error: string | null,
];

/** Evidence without its record and without the numbers in its path, which are among the row's holes. */
export interface EvidenceShape {
  readonly path: string;
  readonly value?: JsonValue;
}

export interface ReasonShape {
  readonly kind: string;
  readonly verdict: Exclude<Verdict, 'not-applicable'>;
  readonly text: string;
  readonly resource?: ReasonResource;
  readonly field?: string;
  readonly found?: JsonValue;
  readonly wanted?: string;
  readonly evidence?: readonly EvidenceShape[];
  readonly causes?: readonly Cause[];
  readonly witness?: JsonValue;
  readonly children?: readonly ReasonShape[];
  readonly omitted?: number;
}

/** What many findings say alike: their details with names, ids, records and positions taken out. */
export interface DetailShape {
  readonly fix: string;
  readonly parameters: { readonly [name: string]: JsonValue };
  readonly reasons: ReasonShape;
  readonly evidence: readonly EvidenceShape[];
}

/** Details of findings of one account. */
export interface DetailBlock {
  readonly records: readonly RecordReference[];
  readonly shapes: readonly DetailShape[];
  /** Shape of each row. */
  readonly shape: readonly number[];
  /** Places in infrastructure code, and for each row 0 for none, else 1 + index of its place. Absent where there are none. */
  readonly sources?: readonly FindingSource[];
  readonly source?: readonly number[];
  /**
   * What fills the shapes, row after row: for each evidence (reasons first, depth first, then the finding's own) the
   * index of its record, then the numbers of its path.
   */
  readonly holes: readonly number[];
}
