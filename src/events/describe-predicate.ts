import { describeAtom } from './describe.ts';
import type { Predicate } from './predicate.ts';

/** A set of events in words, a line for each part; what binds together stands together, one step further in. */
export function predicateLines(predicate: Predicate, indent = ''): readonly string[] {
  switch (predicate.kind) {
    case 'everything':
      return [`${indent}every event`];
    case 'nothing':
      return [`${indent}no event`];
    case 'undecided':
      return [`${indent}cannot be told: ${predicate.reason}`];
    case 'record-text':
      return [`${indent}the text of the record holds ${JSON.stringify(predicate.holds)}`];
    case 'field':
      return [indent + describeAtom(predicate)];
    case 'not':
      return predicate.of.kind === 'field'
        ? [`${indent}not ${describeAtom(predicate.of)}`]
        : [`${indent}none of`, ...predicateLines(predicate.of, `${indent}  `)];
    case 'all':
    case 'any':
      return [
        `${indent}${predicate.kind} of`,
        ...predicate.of.flatMap((part) => predicateLines(part, `${indent}  `)),
      ];
  }
}
