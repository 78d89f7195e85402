import { evaluate } from '../../evaluate/evaluate.ts';
import { createModel } from '../../model/create-model.ts';
import { emptyAnswers } from '../../model/calls.ts';
import type { CompiledRule } from '../../rules/compile/rule.ts';
import type { RuleSet } from '../../rules/rule-set.ts';
import type { Outcome } from '../../rules/testing/compare.ts';
import type { TestCase } from '../../rules/testing/test-file.ts';
import { snapshotFromReadable } from '../../snapshot/readable.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** The snapshot of a test case. Throws SnapshotError with the faults in it. */
export function snapshotOfCase(test: TestCase, file: string): Snapshot {
  return snapshotFromReadable(test.snapshot, {
    file,
    locate: test.locate,
    ...(test.otherwise === 'empty' && { derive: { emptyAnswers } }),
  });
}

/** Judges a snapshot by one rule, all words worked out. */
export async function judgeSnapshot(
  snapshot: Snapshot,
  rules: RuleSet,
  rule: CompiledRule,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const model = await createModel(snapshot);
  const end = await evaluate(model, rules.only(rule), ({ verdict, severity, resource, message, reasons }) => {
    outcomes.push({ verdict, severity, resource, message, reasons });
  });
  if (end.bugs > 0) throw new Error(end.notices.join('\n'));
  return outcomes;
}
