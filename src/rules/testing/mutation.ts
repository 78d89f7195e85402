import type { CompiledRule } from '../compile/rule.ts';
import type { PredicateDocument, RuleDocument } from '../document.ts';
import { RuleError, type Place } from '../fault.ts';
import type { RuleSet } from '../rule-set.ts';
import { compareCase, type Outcome } from './compare.ts';
import { mutantDiff, mutantsOf, predicateMutantsOf, type Mutant } from './mutants.ts';
import type { TestCase, TestFile } from './test-file.ts';

/** How many small changes of a rule or predicate there are, and those that no case notices. */
export interface MutationResult {
  readonly all: number;
  readonly survivors: readonly Survivor[];
}

export interface Survivor {
  readonly place: Place;
  readonly change: string;
  /** Lines with `-` and `+`. */
  readonly diff: string;
}

/** Judges the snapshot of a case by a rule of a set. Given by whoever may read snapshots. */
export type JudgeCase = (
  test: TestCase,
  file: TestFile,
  rules: RuleSet,
  rule: CompiledRule,
) => Promise<readonly Outcome[]>;

/** Changes a rule in small ways and runs its cases on each change. */
export async function mutateRule(
  rule: RuleDocument,
  file: TestFile,
  rules: RuleSet,
  judge: JudgeCase,
): Promise<MutationResult> {
  return mutate(rule, mutantsOf(rule), (changed) => isNoticed(file, changed, rules, judge));
}

/** Changes a predicate in small ways and runs the cases of the rules that use it on each change. */
export async function mutatePredicate(
  predicate: PredicateDocument,
  users: readonly { readonly rule: RuleDocument; readonly file: TestFile }[],
  rules: RuleSet,
  judge: JudgeCase,
): Promise<MutationResult> {
  return mutate(predicate, predicateMutantsOf(predicate), async (changed) => {
    const changedRules = rules.withPredicate(changed);
    for (const { rule, file } of users) if (await isNoticed(file, rule, changedRules, judge)) return true;
    return false;
  });
}

async function mutate<T extends RuleDocument | PredicateDocument>(
  original: T,
  mutants: readonly Mutant<T>[],
  noticed: (changed: T) => Promise<boolean>,
): Promise<MutationResult> {
  const survivors: Survivor[] = [];
  for (const mutant of mutants)
    if (!(await noticed(mutant.document)))
      survivors.push({
        place: mutant.place,
        change: mutant.change,
        diff: mutantDiff(original, mutant),
      });
  return { all: mutants.length, survivors };
}

async function isNoticed(
  file: TestFile,
  changed: RuleDocument,
  rules: RuleSet,
  judge: JudgeCase,
): Promise<boolean> {
  for (const test of file.cases) {
    let rule: CompiledRule;
    try {
      rule = rules.variant(changed, test.parameters, file.name);
    } catch (error) {
      // A change that makes no sense is noticed by everybody.
      if (error instanceof RuleError) return true;
      throw error;
    }
    if (compareCase(verdictsOf(test), await judge(test, file, rules, rule)).length > 0) return true;
  }
  return false;
}

/** Words may differ without harm; verdicts and severities may not. */
function verdictsOf(test: TestCase): TestCase {
  return {
    ...test,
    expect: test.expect.map(({ resource, place, verdict, severity }) => ({
      resource,
      place,
      verdict,
      ...(severity !== undefined && { severity }),
    })),
  };
}
