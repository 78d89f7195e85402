import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { ask, checkers, type Opinion } from '../deploy/tools.ts';
import { python } from '../support/needs.ts';
import { temporaryFolder } from '../support/run-cli.ts';

const root = path.resolve(import.meta.dirname, '../..');
const workflows = globSync(['.github/workflows/*.yml', 'examples/github/*.yml'], { cwd: root }).sort();

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<
    Record<
      string,
      { readonly permissions?: object; readonly 'timeout-minutes'?: number; readonly steps: readonly Step[] }
    >
  >;
}

describe.skipIf(python() === undefined)('outside tools', { timeout: 180_000 }, () => {
  const asked = async (program: string, ...args: readonly string[]): Promise<Opinion> =>
    await ask(path.join(await checkers(), program), ...args);
  const bySchema = (schema: string, ...files: readonly string[]): Promise<Opinion> =>
    asked('check-jsonschema', '--builtin-schema', `vendor.${schema}`, ...files);

  test('the schemas of GitHub take the action, our workflows and the examples, and no others', async () => {
    expect(workflows.length).toBeGreaterThanOrEqual(5);
    expect(await bySchema('github-actions', 'action.yml')).toMatchObject({ code: 0 });
    expect(await bySchema('dependabot', '.github/dependabot.yml')).toMatchObject({ code: 0 });
    expect(await bySchema('github-workflows', ...workflows)).toMatchObject({ code: 0 });
    using folder = temporaryFolder();
    const wrong = path.join(folder.path, 'wrong.yml');
    const text = readFileSync(path.join(root, 'examples/github/nightly.yml'), 'utf8');
    writeFileSync(wrong, text.replace('timeout-minutes', 'timeout'));
    expect(await bySchema('github-workflows', wrong)).toMatchObject({ code: 1 });
  });

  test('zizmor sees no weakness in them', async () => {
    using folder = temporaryFolder();
    const configuration = path.join(folder.path, 'zizmor.yml');
    // Which actions are pinned how is tested below; the action itself has no commit before it is released.
    writeFileSync(configuration, 'rules: { unpinned-uses: { config: { policies: { "*": ref-pin } } } }\n');
    const files = ['action.yml', '.github/dependabot.yml', ...workflows];
    const options = ['--offline', '--no-progress', '--format=plain', '--min-severity=medium'];
    expect(await asked('zizmor', `--config=${configuration}`, ...options, ...files)).toMatchObject({
      code: 0,
      said: expect.stringContaining('No findings to report') as string,
    });
  });
});

describe.each(workflows)('%s', (file) => {
  const text = readFileSync(path.join(root, file), 'utf8');
  const workflow = parse(text) as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  test('asks for no more than it needs, ends some day, and keeps no credentials of git', () => {
    // What a workflow does not name it has none of.
    expect([{}, { contents: 'read' }]).toContainEqual(workflow.permissions);
    expect(workflow.concurrency).toBeDefined();
    for (const job of jobs) expect(job['timeout-minutes']).toBeGreaterThan(0);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@') === true);
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test('runs no script that holds an expression, and no action that is not pinned', () => {
    expect(steps.filter(({ run }) => run?.includes('${{') === true)).toEqual([]);
    // By commit, with the version behind it, or by major version where nobody was sure of the commit.
    const pinned = /uses: (?:\.\/|[\w./-]+@(?:v\d+|[0-9a-f]{40} # v\d+\.\d+\.\d+))$/;
    const uses = text.split('\n').filter((line) => /^\s*(?:- )?uses:/.test(line));
    expect(uses).toHaveLength(steps.filter((step) => step.uses !== undefined).length);
    expect(uses.filter((line) => !pinned.test(line))).toEqual([]);
  });
});

test('examples give the action inputs that it has', () => {
  const { inputs } = parse(readFileSync(path.join(root, 'action.yml'), 'utf8')) as {
    inputs: Readonly<Record<string, unknown>>;
  };
  const given = workflows.flatMap((file) => {
    const { jobs } = parse(readFileSync(path.join(root, file), 'utf8')) as Workflow;
    const own = Object.values(jobs).flatMap(({ steps }) =>
      steps.filter(({ uses }) => uses === './' || uses?.startsWith('trailwarden/trailwarden@') === true),
    );
    return own.flatMap((step) => Object.keys(step.with ?? {}));
  });
  expect(given.length).toBeGreaterThan(5);
  expect(given.filter((name) => inputs[name] === undefined)).toEqual([]);
});
