import { UserFault } from '../fault.ts';
import { compareText } from '../text.ts';

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

/** `file:line:column: what; what to do` */
export function faultText(fault: Fault): string {
  const { file, line, column } = fault.place;
  return `${file}:${line}:${column}: ${fault.what}; ${fault.todo}`;
}

/** Faults in the order in which a reader meets them: file, line, column. Repetitions are dropped. */
export function sortFaults(faults: readonly Fault[]): Fault[] {
  const sorted = faults.toSorted(
    (a, b) =>
      compareText(a.place.file, b.place.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column,
  );
  const seen = new Set<string>();
  return sorted.filter((fault) => {
    const text = faultText(fault);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** Everything that is wrong with the files that were given, all at once. A fault of the user's: exit 2, no stack trace. */
export class RuleError extends UserFault {
  override readonly name = 'RuleError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const sorted = sortFaults(faults);
    super(sorted.map(faultText).join('\n'));
    this.faults = sorted;
  }
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
