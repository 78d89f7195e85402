export { cloudTrailRecords, type Background, type Bond, type FieldFact } from './background.ts';
export { normalForm, pathText, predicateKey } from './canonical.ts';
export {
  covers,
  createCoverage,
  type Coverage,
  type CoverageOptions,
  type CoverageVerdict,
} from './coverage.ts';
export { describeAtom } from './describe.ts';
export { explainLoss, type Loss, type LostClause } from './explain/loss.ts';
export { patternRemarks, type PatternRemark } from './explain/remarks.ts';
export { patternsFor, suggestPatterns, type Gap, type Suggestion } from './explain/suggest.ts';
export { matchMessage } from './filter-pattern/match-message.ts';
export { filterPatternPredicate, parseFilterPattern, type FilterPattern } from './filter-pattern/parse.ts';
export { printJsonPattern } from './filter-pattern/print.ts';
export { matches } from './matches.ts';
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
