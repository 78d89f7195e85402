import { parseEventPattern } from './event-bridge/parser.ts';
import { rulePredicate, type RuleContext } from './event-bridge/predicate.ts';
import { parseFilterPattern, type FilterPattern } from './filter-pattern/parse.ts';
import { PatternFault } from './pattern-fault.ts';
import { and, everything, undecided, type Predicate } from './predicate.ts';
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
  /** The filter pattern, where it is one. */
  readonly filter?: FilterPattern;
  /** Why AWS would refuse the text; its events cannot be told then. */
  readonly fault?: PatternFault;
}

/** All that sees events. */
export interface ProvidedEvents {
  /** Filters and rules, each behind the trail; the trail itself where there is nothing else. */
  readonly sources: readonly Provided[];
  /** What the trail hands on to them; every event without one. */
  readonly recorded: Predicate;
}

/** The events that each source sees. */
export function providedEvents({ filterPatterns, eventPatterns, rule, selectors }: Sources): ProvidedEvents {
  const sources = [
    ...filterPatterns.map((each) =>
      translated(each, (text) => {
        const filter = parseFilterPattern(text);
        return { filter, predicate: filter.predicate };
      }),
    ),
    ...eventPatterns.map((each) =>
      translated(each, (text) => ({ predicate: rulePredicate(parseEventPattern(text), rule) })),
    ),
  ];
  if (selectors === undefined) return { sources, recorded: everything };
  const trail = translated(selectors, (text) => ({
    predicate: selectorsPredicate(parseEventSelectors(text)),
  }));
  const behind = sources.map((source) => ({
    ...source,
    predicate: and(trail.predicate, source.predicate),
    ...(source.fault === undefined && trail.fault !== undefined ? { fault: trail.fault } : {}),
  }));
  return { sources: behind.length === 0 ? [trail] : behind, recorded: trail.predicate };
}

function translated(
  { name, text }: NamedText,
  translate: (text: string) => Pick<Provided, 'predicate' | 'filter'>,
): Provided {
  try {
    return { name, ...translate(text) };
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    return { name, predicate: undecided(`${name}, ${error.message}`), fault: error };
  }
}
