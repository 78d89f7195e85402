import { UserFault } from '../../fault.ts';
import { FaultList, RuleError } from '../../rules/fault.ts';
import { loadRules, type RuleFolder } from '../../rules/load.ts';
import { standardLanguage } from '../../rules/standard-language.ts';
import type { RuleSet } from '../../rules/rule-set.ts';
import { schemaCheck } from '../../rules/schema.ts';
import { junitReport } from '../../rules/testing/junit.ts';
import { runTests, succeeded, type TestResult } from '../../rules/testing/run.ts';
import { parseTestFile, type TestFile } from '../../rules/testing/test-file.ts';
import { visibleText } from '../../text.ts';
import { exitCodes } from '../failure.ts';
import { judgeSnapshot, snapshotOfCase } from './judge.ts';
import { ruleFolders } from './load.ts';
import { writeWhole } from './write.ts';

interface TestOptions {
  readonly only?: readonly string[];
  readonly junit?: string;
}

/** `trailwarden rules test` */
export async function testRules(dirs: readonly string[], options: TestOptions): Promise<void> {
  const folders = await ruleFolders(dirs);
  const tested = dirs.length === 0 ? folders : folders.slice(1);
  const rules = await loadRules(folders, standardLanguage());
  const files = await readTests(tested, rules, options.only);
  const results: TestResult[] = [];
  for (const file of files) {
    const result = await runFile(file, rules);
    results.push(result);
    showResult(result);
  }
  const failed = results.filter((result) => !succeeded(result)).length;
  const cases = results.reduce((sum, result) => sum + result.cases.length, 0);
  process.stdout.write(
    failed === 0
      ? `${results.length} rules and predicates, ${cases} cases: all as expected\n`
      : `${failed} of ${results.length} rules and predicates are not as expected (${cases} cases)\n`,
  );
  if (options.junit !== undefined) await writeWhole(options.junit, junitReport(results));
  if (failed > 0) process.exitCode = exitCodes.findings;
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
