import { watch } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import { UserFault } from '../../fault.ts';
import type { CompiledRule } from '../../rules/compile/rule.ts';
import type { RuleDocument } from '../../rules/document.ts';
import { FaultList, RuleError } from '../../rules/fault.ts';
import { loadRules, type RuleFolder } from '../../rules/load.ts';
import { standardLanguage } from '../../rules/standard-language.ts';
import type { RuleSet } from '../../rules/rule-set.ts';
import { schemaCheck } from '../../rules/schema.ts';
import { shippedFolder } from '../../rules/shipped.ts';
import { compareCase } from '../../rules/testing/compare.ts';
import { DecisionLog } from '../../rules/testing/coverage.ts';
import { junitReport } from '../../rules/testing/junit.ts';
import { mutantDiff, mutantsOf } from '../../rules/testing/mutants.ts';
import { runTests, succeeded, type TestResult } from '../../rules/testing/run.ts';
import { parseTestFile, type TestCase, type TestFile } from '../../rules/testing/test-file.ts';
import { visibleText } from '../../text.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { describeFailure, exitCodes } from '../failure.ts';
import { judgeSnapshot, snapshotOfCase } from './judge.ts';
import { ruleFolders } from './load.ts';
import { writeWhole } from './write.ts';

interface TestOptions {
  readonly only?: readonly string[];
  readonly junit?: string;
  readonly coverage?: true;
  readonly mutate?: true;
  readonly watch?: true;
}

/** `trailwarden rules test` */
export async function testRules(dirs: readonly string[], options: TestOptions): Promise<void> {
  if (options.watch !== true) {
    if (!(await runOnce(dirs, options))) process.exitCode = exitCodes.findings;
    return;
  }
  const folder = dirs.length === 0 ? shippedFolder : undefined;
  for await (const _ of changes(folder === undefined ? dirs : [folder])) {
    try {
      await runOnce(dirs, options);
    } catch (error) {
      process.stderr.write(`${describeFailure(error)}\n`);
    }
    process.stderr.write('waiting for changes; stop with Ctrl-C\n');
  }
}

/** Gives a turn at once and after each change in the folders. Ends with the process. */
async function* changes(folders: readonly string[]): AsyncGenerator<void> {
  let wake: (() => void) | undefined;
  let changed = true;
  const watchers = folders.map((folder) =>
    watch(folder, { recursive: true }, () => {
      changed = true;
      wake?.();
    }),
  );
  try {
    for (;;) {
      if (!changed) await new Promise<void>((resolve) => (wake = resolve));
      // Editors write in several steps.
      await setTimeout(100);
      changed = false;
      yield;
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

/** Runs all tests once and shows how they went. True where all is as expected. */
async function runOnce(dirs: readonly string[], options: TestOptions): Promise<boolean> {
  const folders = await ruleFolders(dirs);
  const tested = dirs.length === 0 ? folders : folders.slice(1);
  const log = options.coverage === true ? new DecisionLog() : undefined;
  const rules = await loadRules(folders, standardLanguage(), log === undefined ? {} : { watch: log.watch });
  const files = await readTests(tested, rules, options.only);
  const results: TestResult[] = [];
  let survivors = 0;
  for (const file of files) {
    const result = await runFile(file, rules);
    results.push(result);
    showResult(result);
    const rule = file.kind === 'rule' ? rules.rule(file.of) : undefined;
    if (rule === undefined || !succeeded(result)) continue;
    if (log !== undefined) showCoverage(log, rule);
    if (options.mutate === true) survivors += await showMutants(file, rule, rules);
  }
  const failed = results.filter((result) => !succeeded(result)).length;
  const cases = results.reduce((sum, result) => sum + result.cases.length, 0);
  process.stdout.write(
    failed === 0
      ? `${results.length} rules and predicates, ${cases} cases: all as expected\n`
      : `${failed} of ${results.length} rules and predicates are not as expected (${cases} cases)\n`,
  );
  if (options.mutate === true)
    process.stdout.write(`${survivors === 1 ? '1 change' : `${survivors} changes`} went unnoticed\n`);
  if (options.junit !== undefined) await writeWhole(options.junit, junitReport(results));
  return failed === 0;
}

function showCoverage(log: DecisionLog, rule: CompiledRule): void {
  const { shown, all } = log.counted(rule.document);
  process.stdout.write(`     ${shown} of ${all} sides of its check are shown by cases\n`);
  for (const { place, text } of log.gaps(rule.document))
    showDifference(`${place.file}:${place.line}:${place.column}`, text);
}

/** Shows the changes of a rule that its cases do not notice; gives how many. */
async function showMutants(file: TestFile, rule: CompiledRule, rules: RuleSet): Promise<number> {
  const snapshots = new Map(file.cases.map((test) => [test, snapshotOfCase(test, file.name)]));
  const mutants = mutantsOf(rule.document);
  let survivors = 0;
  for (const mutant of mutants) {
    if (await isNoticed(file, mutant.document, rules, snapshots)) continue;
    survivors += 1;
    showDifference(
      `${mutant.place.file}:${mutant.place.line}:${mutant.place.column}`,
      `no case notices this change: ${mutant.change}\n${mutantDiff(rule.document, mutant)}`,
    );
  }
  process.stdout.write(`     ${mutants.length - survivors} of ${mutants.length} changes are noticed\n`);
  return survivors;
}

async function isNoticed(
  file: TestFile,
  changed: RuleDocument,
  rules: RuleSet,
  snapshots: ReadonlyMap<TestCase, Snapshot>,
): Promise<boolean> {
  for (const [test, snapshot] of snapshots) {
    let rule: CompiledRule;
    try {
      rule = rules.variant(changed, test.parameters, file.name);
    } catch (error) {
      // A change that makes no sense is noticed by everybody.
      if (error instanceof RuleError) return true;
      throw error;
    }
    // Words may differ without harm; verdicts may not.
    const verdictsOnly = {
      ...test,
      expect: test.expect.map(({ resource, place, verdict }) => ({ resource, place, verdict })),
    };
    if (compareCase(verdictsOnly, await judgeSnapshot(snapshot, rules, rule)).length > 0) return true;
  }
  return false;
}

/** The tests in these folders. Every rule of the folders must have some. */
export async function readTests(
  folders: readonly RuleFolder[],
  rules: RuleSet,
  only: readonly string[] | undefined,
): Promise<readonly TestFile[]> {
  const faults = new FaultList();
  const check = await schemaCheck('rule-test');
  const files = folders.flatMap((folder) => folder.files.filter((file) => file.kind === 'test'));
  const wanted = (id: string): boolean => only === undefined || only.includes(id);
  const tests = files.flatMap((file) => {
    const id = (file.name.split('/').at(-1) ?? '').replace(/\.test\.ya?ml$/, '');
    if (!wanted(id)) return [];
    const test = parseTestFile(file, check, faults);
    return test === undefined ? [] : [test];
  });
  if (faults.count > 0) throw new RuleError(faults.faults);
  const rulesHere = folders.flatMap((folder) => folder.files.filter((file) => file.kind === 'rule'));
  const start = { line: 1, column: 1 };
  for (const file of rulesHere) {
    const id = (file.name.split('/').at(-1) ?? '').replace(/\.ya?ml$/, '');
    if (
      wanted(id) &&
      rules.rule(id) !== undefined &&
      !tests.some((test) => test.kind === 'rule' && test.of === id)
    )
      faults.add(
        { file: file.name, ...start },
        `the rule ${id} has no tests`,
        `write ${id}.test.yaml beside it`,
      );
  }
  for (const test of tests)
    if (test.kind === 'rule' ? rules.rule(test.of) === undefined : rules.predicate(test.of) === undefined)
      faults.add(
        { file: test.name, ...start },
        `there is no ${test.kind} ${test.of} to test`,
        'name the test file as the rule',
      );
  if (faults.count > 0) throw new RuleError(faults.faults);
  if (tests.length === 0)
    throw new UserFault(
      only === undefined
        ? 'there are no tests here: write <rule>.test.yaml beside a rule'
        : `there are no tests of ${only.join(', ')}`,
    );
  return tests;
}

/** Runs the cases of one file. */
export async function runFile(file: TestFile, rules: RuleSet): Promise<TestResult> {
  const rule = file.kind === 'rule' ? rules.rule(file.of) : rules.predicate(file.of);
  if (rule === undefined) throw new Error(`${file.of} is not loaded`);
  return runTests(file, rule, async (test, tested) =>
    judgeSnapshot(
      snapshotOfCase(test, file.name),
      rules,
      rules.withParameters(tested, test.parameters, file.name),
    ),
  );
}

function showResult(result: TestResult): void {
  const good = result.cases.filter((one) => one.differences.length === 0).length;
  process.stdout.write(
    `${succeeded(result) ? 'ok  ' : 'FAIL'} ${result.of} (${good} of ${result.cases.length})\n`,
  );
  for (const one of result.cases) {
    if (one.differences.length === 0) continue;
    process.stdout.write(`  ${visibleText(one.name)}\n`);
    for (const { place, text } of one.differences)
      showDifference(`${place.file}:${place.line}:${place.column}`, text);
  }
  for (const { place, text } of result.missing) showDifference(place.file, text);
}

function showDifference(place: string, text: string): void {
  const [first = '', ...rest] = text.split('\n').map((line) => visibleText(line));
  process.stdout.write(`  ${visibleText(place)}: ${first}\n${rest.map((line) => `  ${line}\n`).join('')}`);
}
