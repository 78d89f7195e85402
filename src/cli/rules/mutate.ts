import { UserFault } from '../../fault.ts';
import type { RuleSet } from '../../rules/rule-set.ts';
import {
  mutatePredicate,
  mutateRule,
  type JudgeCase,
  type MutationResult,
} from '../../rules/testing/mutation.ts';
import type { TestCase, TestFile } from '../../rules/testing/test-file.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { judgeSnapshot, snapshotOfCase } from './judge.ts';

/** The changes of one rule or predicate. */
export interface Mutated extends MutationResult {
  readonly of: string;
}

/**
 * Changes in small ways each rule that has its test among `files`, and each of the predicates. A predicate is tried by the
 * tests among `users` of whatever uses it.
 */
export async function* mutated(
  files: readonly TestFile[],
  users: readonly TestFile[],
  predicates: ReadonlySet<string>,
  rules: RuleSet,
): AsyncGenerator<Mutated> {
  const judge = judgeOnce();
  for (const file of files) {
    const rule = file.kind === 'rule' ? rules.rule(file.of) : undefined;
    if (rule !== undefined) yield { of: rule.id, ...(await mutateRule(rule.document, file, rules, judge)) };
  }
  for (const id of predicates) {
    const document = rules.vocabulary.predicates.get(id);
    const using = users.flatMap((file) => {
      const rule = file.kind === 'rule' ? rules.rule(file.of) : rules.predicate(file.of);
      return rule?.uses.includes(`predicate ${id}`) ? [{ rule: rule.document, file }] : [];
    });
    if (document === undefined || using.length === 0) continue;
    yield { of: `predicate ${id}`, ...(await mutatePredicate(document, using, rules, judge)) };
  }
}

/** Reads the snapshot of a case once, however many changes are judged by it. */
function judgeOnce(): JudgeCase {
  const snapshots = new Map<TestCase, Snapshot>();
  return (test, file, rules, rule) => {
    let snapshot = snapshots.get(test);
    if (snapshot === undefined) snapshots.set(test, (snapshot = snapshotOfCase(test, file.name)));
    return judgeSnapshot(snapshot, rules, rule);
  };
}

/** How many of all changes were noticed. */
export interface MutationScore {
  readonly noticed: number;
  readonly all: number;
}

/** What part of the changes was noticed, in percent with one decimal, rounded down: 100 means all. */
export function percentNoticed({ noticed, all }: MutationScore): number {
  return all === 0 ? 100 : Math.floor((noticed / all) * 1000) / 10;
}

/** Reads `--min-mutants`. Throws {@link UserFault}. */
export function parsePercent(text: string): number {
  const number = Number(text);
  if (!/^\d{1,3}(\.\d+)?$/.test(text) || number > 100)
    throw new UserFault(`--min-mutants ${text}: write a percentage from 0 to 100`);
  return number;
}
