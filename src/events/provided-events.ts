import { parseEventPattern } from './event-bridge/parser.ts';
import { rulePredicate, type RuleContext } from './event-bridge/predicate.ts';
import { parseFilterPattern } from './filter-pattern/parse.ts';
import { PatternFault } from './pattern-fault.ts';
import { and, undecided, type Predicate } from './predicate.ts';
import { selectorsPredicate } from './selectors/predicate.ts';
import { parseEventSelectors } from './selectors/reader.ts';

/** A text in one of AWS's languages, and what messages call it ("pattern 2", a file name). */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** What is there to see events: filters and rules side by side, behind one trail. */
export interface Sources {
  /** Filter patterns of CloudWatch Logs. */
  readonly filterPatterns: readonly NamedText[];
  /** EventBridge event patterns. */
  readonly eventPatterns: readonly NamedText[];
  readonly rule: RuleContext;
  /** The selectors of the trail that records for them; every event is recorded when absent. */
  readonly selectors?: NamedText;
}

/** What sees events, each with the events that it sees. */
export interface Provided {
  readonly name: string;
  readonly predicate: Predicate;
  /** Why AWS would refuse the text; its events cannot be told then. */
  readonly fault?: PatternFault;
}

/**
 * The events that each source sees. A trail stands between the events and everything else; alone, it is a source itself.
 */
export function providedEvents({
  filterPatterns,
  eventPatterns,
  rule,
  selectors,
}: Sources): readonly Provided[] {
  const sources = [
    ...filterPatterns.map((each) => translated(each, (text) => parseFilterPattern(text).predicate)),
    ...eventPatterns.map((each) => translated(each, (text) => rulePredicate(parseEventPattern(text), rule))),
  ];
  if (selectors === undefined) return sources;
  const trail = translated(selectors, (text) => selectorsPredicate(parseEventSelectors(text)));
  if (sources.length === 0) return [trail];
  return sources.map((source) => ({
    ...source,
    predicate: and(trail.predicate, source.predicate),
    ...(source.fault === undefined && trail.fault !== undefined ? { fault: trail.fault } : {}),
  }));
}

function translated({ name, text }: NamedText, translate: (text: string) => Predicate): Provided {
  try {
    return { name, predicate: translate(text) };
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    return { name, predicate: undecided(`${name}, ${error.message}`), fault: error };
  }
}
