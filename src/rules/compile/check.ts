import type { Reason } from '../../evaluate/finding.ts';
import type { Resource } from '../../model/resource.ts';
import type { Decision } from './decision.ts';
import type { Subject } from './subject.ts';

/** A compiled check: three closures over one tree. */
export interface Check {
  /** The verdict, and nothing else. Allocates next to nothing. */
  readonly decide: (subject: Subject) => Decision;
  /**
   * The verdict from the fields of the resource alone, where the check asks for nothing else: no subject need be made
   * for an element of a list that is only looked at once. `time` is that of the snapshot.
   */
  readonly local?: LocalDecide | undefined;
  /** The verdict of every resource, where the values of parameters settle it. */
  readonly settled?: Decision;
  /** The verdict with its reasons: always the verdict that `decide` gives. */
  readonly explain: (subject: Subject, how: Explaining) => Reason;
  /** How much of it holds, from 0 to 1: what makes one failing element a nearer miss than another. */
  readonly closeness: (subject: Subject) => number;
}

/** Decides by the fields of a resource. */
export type LocalDecide = (resource: Resource, time: number) => Decision;

/** How much of an evaluation is told. */
export interface Explaining {
  /** Elements shown of one list; the rest is counted. */
  readonly limit: number;
}

/** For reports: what a reader can take in. */
export const forReports: Explaining = { limit: 5 };
/** For `rules explain`: everything. */
export const everything: Explaining = { limit: Number.POSITIVE_INFINITY };
