import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';

/** How a step ended. `uses` steps are not run: the test says what they give. */
export interface StepRun {
  readonly name: string;
  readonly outcome: 'success' | 'failure' | 'skipped';
  readonly code: number | null;
  readonly log: string;
  /** What a step of another action would have been given. */
  readonly with?: Readonly<Record<string, string>>;
}

/** How a whole run of the action ended. */
export interface ActionRun {
  readonly steps: readonly StepRun[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Whether the job would be red. */
  readonly failed: boolean;
}

/** A step of an action or of a job. */
export interface ActionStep {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
}
export interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] };
}

export interface ActionOptions {
  /** Folder with `action.yml`. */
  readonly action: string;
  readonly workspace: string;
  readonly temporary: string;
  readonly with: Readonly<Record<string, string>>;
  /** Environment of the job, beside what GitHub sets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What steps of other actions come to, by their id. They succeed without outputs where nothing is said. */
  readonly others?: Readonly<
    Record<string, { readonly outputs?: Readonly<Record<string, string>>; readonly failure?: true }>
  >;
}

interface Context {
  readonly inputs: Readonly<Record<string, string>>;
  readonly github: Readonly<Record<string, string>>;
  readonly steps: Record<
    string,
    { readonly outcome: string; readonly outputs: Readonly<Record<string, string>> }
  >;
}

export function readAction(folder: string): ActionFile {
  return parse(readFileSync(path.join(folder, 'action.yml'), 'utf8')) as ActionFile;
}

/** Runs a composite action as GitHub's runner would. */
export async function runCompositeAction(options: ActionOptions): Promise<ActionRun> {
  const { inputs, outputs, runs } = readAction(options.action);
  if (runs.using !== 'composite') throw new Error(`not a composite action: ${runs.using}`);
  for (const name of Object.keys(options.with))
    if (inputs[name] === undefined) throw new Error(`the action has no input ${name}`);
  const given = Object.entries(inputs).map(([name, input]) => [
    name,
    options.with[name] ?? input.default ?? '',
  ]);
  const { context, ...run } = await runSteps(
    runs.steps,
    Object.fromEntries(given) as Record<string, string>,
    {
      ...options,
      environment: { GITHUB_ACTION_PATH: options.action, ...options.environment },
    },
  );
  return {
    ...run,
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, { value }]) => [name, expanded(value, context)]),
    ),
  };
}

/**
 * Runs steps as GitHub's runner would: `run` steps in order with the runner's own shell line, a file each for outputs, paths
 * and summary, expressions in environment and conditions. It knows only the expressions that we use, and throws at any
 * other rather than guess.
 */
export async function runSteps(
  steps: readonly ActionStep[],
  inputs: Readonly<Record<string, string>>,
  options: Pick<ActionOptions, 'workspace' | 'temporary' | 'environment' | 'others'>,
): Promise<Omit<ActionRun, 'outputs'> & { readonly context: Context }> {
  const context: Context = { inputs, github: { token: 'ghs_not_a_token' }, steps: {} };
  mkdirSync(options.temporary, { recursive: true });
  const files = mkdtempSync(path.join(options.temporary, 'runner-'));
  const done: StepRun[] = [];
  let failed = false;
  let summary = '';
  let searched = options.environment?.['PATH'] ?? `${path.dirname(process.execPath)}:${process.env['PATH']}`;
  for (const [index, step] of steps.entries()) {
    const name = step.name ?? step.uses ?? String(index);
    if (!conditionHolds(step.if, context, failed)) {
      done.push({ name, outcome: 'skipped', code: null, log: '' });
      if (step.id !== undefined) context.steps[step.id] = { outcome: 'skipped', outputs: {} };
      continue;
    }
    const other = options.others?.[step.id ?? ''];
    let end: StepRun;
    let given: Readonly<Record<string, string>> = {};
    if (step.run === undefined) {
      const values = Object.entries(step.with ?? {}).map(([key, value]) => [
        key,
        expanded(String(value), context),
      ]);
      end = {
        name,
        outcome: other?.failure === true ? 'failure' : 'success',
        code: null,
        log: '',
        with: Object.fromEntries(values) as Record<string, string>,
      };
      given = other?.outputs ?? {};
    } else {
      const place = path.join(files, String(index));
      mkdirSync(place);
      const environment = { ...options.environment, PATH: searched };
      end = { name, ...(await runScript(step, context, { ...options, environment }, place)) };
      given = readOutputs(path.join(place, 'output'));
      summary += readFileSync(path.join(place, 'summary'), 'utf8');
      for (const added of readFileSync(path.join(place, 'path'), 'utf8').split('\n'))
        if (added !== '') searched = `${added}:${searched}`;
    }
    failed ||= end.outcome === 'failure';
    done.push(end);
    if (step.id !== undefined) context.steps[step.id] = { outcome: end.outcome, outputs: given };
  }
  return { steps: done, summary, failed, context };
}

/** The line with which GitHub starts a shell: pipes fail as a whole only where the step names bash. */
function shellLine(shell: string | undefined): readonly string[] {
  if (shell === undefined) return ['-e'];
  if (shell === 'bash') return ['--noprofile', '--norc', '-e', '-o', 'pipefail'];
  throw new Error(`a shell that this runner does not know: ${shell}`);
}

async function runScript(
  step: ActionStep,
  context: Context,
  options: Pick<ActionOptions, 'workspace' | 'temporary' | 'environment'>,
  place: string,
): Promise<Omit<StepRun, 'name'>> {
  // An expression in a script would be code: GitHub puts its value into the text before the shell reads it.
  if (step.run?.includes('${{') === true) throw new Error(`an expression in a script: ${step.run}`);
  const script = path.join(place, 'script.sh');
  writeFileSync(script, step.run ?? '');
  for (const file of ['output', 'summary', 'path']) writeFileSync(path.join(place, file), '');
  const child = spawn('bash', [...shellLine(step.shell), script], {
    cwd: options.workspace,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      HOME: options.temporary,
      GITHUB_ACTIONS: 'true',
      CI: 'true',
      GITHUB_WORKSPACE: options.workspace,
      GITHUB_OUTPUT: path.join(place, 'output'),
      GITHUB_STEP_SUMMARY: path.join(place, 'summary'),
      GITHUB_PATH: path.join(place, 'path'),
      GITHUB_REPOSITORY: 'example/audit',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
      RUNNER_TEMP: options.temporary,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...options.environment,
      ...Object.fromEntries(
        Object.entries(step.env ?? {}).map(([name, value]) => [name, expanded(value, context)]),
      ),
    },
  });
  let log = '';
  const keep = (chunk: string): void => void (log += chunk);
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const [code] = (await once(child, 'close')) as [number | null];
  return { outcome: code === 0 ? 'success' : 'failure', code, log };
}

/** Outputs of a step: `name=value`, or `name<<END` with the value on the lines up to END. */
function readOutputs(file: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, name = '', end] = /^([\w-]+)<<(.+)$/.exec(line) ?? [];
    if (end !== undefined) {
      const close = lines.indexOf(end, at + 1);
      if (close === -1) throw new Error(`output ${name} has no end`);
      outputs[name] = lines.slice(at + 1, close).join('\n');
      at = close;
    } else if (line !== '') {
      const [, key, value] = /^([\w-]+)=(.*)$/.exec(line) ?? [];
      if (key === undefined) throw new Error(`no output: ${line}`);
      outputs[key] = value ?? '';
    }
  }
  return outputs;
}

/** Text with the values of its `${{ }}` expressions. */
function expanded(text: string, context: Context): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => valueOf(expression, context));
}

function valueOf(expression: string, context: Context): string {
  if (expression === 'toJSON(inputs)') return JSON.stringify(context.inputs, null, 2);
  const literal = /^'([^']*)'$/.exec(expression);
  if (literal !== null) return literal[1] ?? '';
  const [root, name, member, output, ...more] = expression.split('.');
  if (more.length === 0) {
    if (root === 'inputs' && name !== undefined && member === undefined) {
      const value = context.inputs[name];
      if (value === undefined) throw new Error(`no such input: ${expression}`);
      return value;
    }
    if (root === 'github' && name !== undefined && member === undefined) return context.github[name] ?? '';
    if (root === 'steps' && name !== undefined && member === 'outcome')
      return context.steps[name]?.outcome ?? '';
    if (root === 'steps' && name !== undefined && member === 'outputs' && output !== undefined)
      return context.steps[name]?.outputs[output] ?? '';
  }
  throw new Error(`an expression that this runner does not know: ${expression}`);
}

/** Conditions joined by `&&`: `!cancelled()` and comparisons. Without a status function, success() is meant, too. */
function conditionHolds(condition: string | undefined, context: Context, failed: boolean): boolean {
  const text = (condition ?? '').replace(/^\$\{\{\s*(.*?)\s*\}\}$/, '$1');
  const terms = text === '' ? [] : text.split('&&').map((term) => term.trim());
  const always = terms.includes('!cancelled()');
  if (failed && !always) return false;
  return terms.every((term) => {
    if (term === '!cancelled()') return true;
    const [, left, operator, right] = /^(\S+) (==|!=) ('[^']*')$/.exec(term) ?? [];
    if (left === undefined || right === undefined)
      throw new Error(`a condition that this runner does not know: ${term}`);
    return (valueOf(left, context) === valueOf(right, context)) === (operator === '==');
  });
}
