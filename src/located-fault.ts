/** Where something stands in a file a person wrote. Lines and columns count from 1. */
export interface Place {
  /** As the person named it: relative to the working directory or to the package, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing wrong with a rule, predicate, event set or test file. */
export interface Fault {
  readonly place: Place;
  /** What is wrong, without a full stop. May quote the file: untrusted text. */
  readonly what: string;
  /** What to do about it. */
  readonly todo: string;
}

/** Collects faults while reading goes on, so that all of them are reported together. */
export class FaultList {
  readonly faults: Fault[] = [];

  add(place: Place, what: string, todo: string): undefined {
    this.faults.push({ place, what, todo });
    return undefined;
  }

  /** Number of faults so far: compare before and after to learn whether a part was clean. */
  get count(): number {
    return this.faults.length;
  }
}
