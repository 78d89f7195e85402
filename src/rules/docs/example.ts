import { stringify } from 'yaml';

import type { JsonValue } from '../../json.ts';
import type { ParameterOverrides } from '../rule-set.ts';
import type { TestCase, TestFile } from '../testing/test-file.ts';

/** A case of a rule's tests, and what the rule says about it. */
export interface RuleExample {
  readonly verdict: 'fail' | 'pass';
  /** What the case shows, in the words of its author. */
  readonly name: string;
  /** What the rule said. */
  readonly message: string;
  readonly parameters: ParameterOverrides;
  readonly snapshot: JsonValue;
}

/** Longest snapshot on a page, in lines. */
const mostLines = 60;

/** The case that shows a verdict with the least: undefined where none does. */
export function smallestCase(tests: TestFile, verdict: 'fail' | 'pass'): TestCase | undefined {
  let best: { readonly test: TestCase; readonly size: number } | undefined;
  for (const test of tests.cases) {
    if (!test.expect.some((one) => one.verdict === verdict)) continue;
    const size = JSON.stringify([test.snapshot, test.parameters]).length;
    if (best === undefined || size < best.size) best = { test, size };
  }
  return best?.test;
}

/** The snapshot of an example as YAML lines; what is cut is said. */
export function exampleLines(example: RuleExample, testFile: string): readonly string[] {
  const lines = stringify(example.snapshot, { aliasDuplicateObjects: false, lineWidth: 120 })
    .trimEnd()
    .split('\n');
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `# ${lines.length - mostLines} more lines in ${testFile}`];
}
