import type { Verdict } from '../../evaluate/finding.ts';
import type { CompiledRule } from '../compile/rule.ts';
import type { Place } from '../fault.ts';
import { compareCase, type Difference, type Outcome } from './compare.ts';
import type { TestCase, TestFile } from './test-file.ts';

/** How one case went. */
export interface CaseResult {
  readonly name: string;
  readonly place: Place;
  readonly differences: readonly Difference[];
}

/** How the cases of one rule went. */
export interface TestResult {
  readonly of: string;
  readonly file: string;
  readonly cases: readonly CaseResult[];
  /** What is wrong with the tests as a whole: a verdict that no case shows. */
  readonly missing: readonly Difference[];
}

/** Judges the snapshot of a case by one rule. Given by whoever may read snapshots. */
export type Judge = (test: TestCase, rule: CompiledRule) => Promise<readonly Outcome[]>;

const wantedVerdicts: readonly Verdict[] = ['pass', 'fail', 'unknown'];

/** Runs the cases of a rule. A rule without a pass, a fail and an unknown case is not tested. */
export async function runTests(file: TestFile, rule: CompiledRule, judge: Judge): Promise<TestResult> {
  const cases: CaseResult[] = [];
  for (const test of file.cases)
    cases.push({
      name: test.name,
      place: test.place,
      differences: compareCase(test, await judge(test, rule)),
    });
  const shown = new Set(file.cases.flatMap((test) => test.expect.map((one) => one.verdict)));
  const place: Place = { file: file.name, line: 1, column: 1 };
  const missing = wantedVerdicts
    .filter((verdict) => !shown.has(verdict))
    .map((verdict) => ({ place, text: `no case expects ${verdict}; add one` }));
  return { of: file.of, file: file.name, cases, missing };
}

/** Whether everything came out as expected. */
export function succeeded(result: TestResult): boolean {
  return result.missing.length === 0 && result.cases.every((one) => one.differences.length === 0);
}
