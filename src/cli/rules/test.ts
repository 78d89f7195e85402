import { watch } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import { UserFault } from '../../fault.ts';
import type { CompiledRule } from '../../rules/compile/rule.ts';
import { FaultList, RuleError } from '../../rules/fault.ts';
import { loadRules, readRuleFolder, type RuleFolder } from '../../rules/load.ts';
import { packsNamed, rulesOfPacks } from '../../rules/packs.ts';
import { standardLanguage } from '../../rules/standard-language.ts';
import type { RuleSet } from '../../rules/rule-set.ts';
import { schemaCheck } from '../../rules/schema.ts';
import { shippedFolder } from '../../rules/shipped.ts';
import { DecisionLog } from '../../rules/testing/coverage.ts';
import { junitReport } from '../../rules/testing/junit.ts';
import { runTests, succeeded, type TestResult } from '../../rules/testing/run.ts';
import { parseTestFile, type TestFile } from '../../rules/testing/test-file.ts';
import { didYouMean } from '../../suggest.ts';
import { visibleText } from '../../text.ts';
import { configuredFolders } from '../configuration/apply.ts';
import type { Configuration } from '../configuration/read.ts';
import { exitCodes, logFailure } from '../failure.ts';
import { judgeSnapshot, snapshotOfCase } from './judge.ts';
import { foldersInWork } from './load.ts';
import { mutated, parsePercent, percentNoticed, type MutationScore } from './mutate.ts';
import { writeWhole } from './write.ts';
import { log } from '../log.ts';

interface TestOptions {
  readonly configuration?: Configuration;
  readonly only?: readonly string[];
  readonly pack?: readonly string[];
  readonly junit?: string;
  readonly coverage?: true;
  readonly mutate?: true;
  readonly minMutants?: string;
  readonly watch?: true;
}

/** `trailwarden rules test` */
export async function testRules(dirs: readonly string[], options: TestOptions): Promise<void> {
  if (options.watch !== true) {
    if (!(await runOnce(dirs, options))) process.exitCode = exitCodes.findings;
    return;
  }
  const watched = dirs.length === 0 ? configuredFolders(options) : dirs;
  for await (const _ of changes(watched.length === 0 ? [shippedFolder] : watched)) {
    try {
      await runOnce(dirs, options);
    } catch (error) {
      logFailure(error);
    }
    log('info', 'waiting', 'waiting for changes; stop with Ctrl-C');
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
  const wanted = options.minMutants === undefined ? undefined : parsePercent(options.minMutants);
  const { folders, from } = await foldersInWork(dirs, options);
  // The rules that ship are read without their tests by everybody else.
  const tested = from === 0 ? [await readRuleFolder(shippedFolder, 'rules')] : folders.slice(from);
  const decisions = options.coverage === true ? new DecisionLog() : undefined;
  const rules = await loadRules(
    folders,
    standardLanguage(),
    decisions === undefined ? {} : { watch: decisions.watch },
  );
  const files = await readTests(tested, rules, wantedRules(rules, options));
  const results: TestResult[] = [];
  const sound: TestFile[] = [];
  for (const file of files) {
    const result = await runFile(file, rules);
    results.push(result);
    showResult(result);
    if (!succeeded(result)) continue;
    sound.push(file);
    const rule = file.kind === 'rule' ? rules.rule(file.of) : undefined;
    if (decisions !== undefined && rule !== undefined) showCoverage(decisions, rule);
  }
  const failed = results.filter((result) => !succeeded(result)).length;
  const cases = results.reduce((sum, result) => sum + result.cases.length, 0);
  process.stdout.write(
    failed === 0
      ? `${results.length} rules and predicates, ${cases} cases: all as expected\n`
      : `${failed} of ${results.length} rules and predicates are not as expected (${cases} cases)\n`,
  );
  if (options.junit !== undefined) await writeWhole(options.junit, junitReport(results));
  if (options.mutate !== true && wanted === undefined) return failed === 0;
  const predicates = predicatesIn(tested, options.only);
  // A predicate is tried by the cases of all that use it, whichever were asked for.
  const users =
    options.only === undefined || predicates.size === 0 ? sound : await readTests(tested, rules, undefined);
  const score = await showMutants(sound, users, predicates, rules);
  if (wanted === undefined || percentNoticed(score) >= wanted) return failed === 0;
  log('error', 'too-few-noticed', `at least ${wanted} % of the changes must be noticed: add cases`);
  return false;
}

/** Ids of the rules that the options name; undefined where they name none. */
function wantedRules(rules: RuleSet, { only, pack }: TestOptions): readonly string[] | undefined {
  if (pack === undefined) return only;
  const inPacks = rulesOfPacks(rules, packsNamed(rules.packs, pack)).rules.map((rule) => rule.id);
  return only === undefined ? inPacks : inPacks.filter((id) => only.includes(id));
}

function showCoverage(decisions: DecisionLog, rule: CompiledRule): void {
  const { shown, all } = decisions.counted(rule.document);
  process.stdout.write(`     ${shown} of ${all} sides of its check are shown by cases\n`);
  for (const { place, text } of decisions.gaps(rule.document))
    showDifference(`${place.file}:${place.line}:${place.column}`, text);
}

/** Shows the changes that no case notices, and how many do. */
async function showMutants(
  files: readonly TestFile[],
  users: readonly TestFile[],
  predicates: ReadonlySet<string>,
  rules: RuleSet,
): Promise<MutationScore> {
  const score = { noticed: 0, all: 0 };
  for await (const { of, all, survivors } of mutated(files, users, predicates, rules)) {
    const noticed = all - survivors.length;
    process.stdout.write(`${of}: ${noticed} of ${all} changes are noticed\n`);
    for (const { place, change, diff } of survivors)
      showDifference(
        `${place.file}:${place.line}:${place.column}`,
        `no case notices this change: ${change}\n${diff}`,
      );
    score.noticed += noticed;
    score.all += all;
  }
  process.stdout.write(
    `${score.noticed} of ${score.all} changes are noticed (${percentNoticed(score).toFixed(1)} %)\n`,
  );
  return score;
}

/** Predicates of the folders, or those of them that are named. */
function predicatesIn(
  folders: readonly RuleFolder[],
  only: readonly string[] | undefined,
): ReadonlySet<string> {
  const ids = folders.flatMap((folder) =>
    folder.files.flatMap((file) =>
      file.kind === 'predicate' ? [(file.name.split('/').at(-1) ?? '').replace(/\.ya?ml$/, '')] : [],
    ),
  );
  return new Set(ids.filter((id) => only === undefined || only.includes(id)));
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
    if (!wanted(testedBy(file.name))) return [];
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
        : `there are no tests of ${only.join(', ')}; ${didYouMean(
            only[0] ?? '',
            files.map(({ name }) => testedBy(name)),
          )}`,
    );
  return tests;
}

/** The id of what a test file is about, as its name says. */
function testedBy(name: string): string {
  return (name.split('/').at(-1) ?? '').replace(/\.test\.ya?ml$/, '');
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
