import { UserFault } from '../fault.ts';
import type { Fault } from '../located-fault.ts';
import { compareText } from '../text.ts';

export { FaultList, type Fault, type Place } from '../located-fault.ts';

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
