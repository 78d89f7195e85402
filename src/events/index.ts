export { matches } from './matches.ts';
export { matchMessage } from './filter-pattern/match-message.ts';
export { filterPatternPredicate, parseFilterPattern, type FilterPattern } from './filter-pattern/parse.ts';
export { PatternFault } from './pattern-fault.ts';
export {
  and,
  anyElement,
  anyMember,
  everything,
  field,
  not,
  nothing,
  or,
  recordText,
  undecided,
  type FieldPath,
  type Predicate,
} from './predicate.ts';
export type { TextShape, Truth, ValueTest } from './value-test.ts';
