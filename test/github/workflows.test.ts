import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { pinnedPython } from '../aws/moto.ts';
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

describe.skipIf(python() === undefined)('the schemas of GitHub', () => {
  let program: string;
  beforeAll(async () => {
    program = await pinnedPython();
  });

  function check(
    schema: string,
    files: readonly string[],
  ): { readonly status: number | null; readonly text: string } {
    const { status, stdout, stderr } = spawnSync(
      program,
      ['-m', 'check_jsonschema', '--builtin-schema', `vendor.${schema}`, ...files],
      { cwd: root, encoding: 'utf8' },
    );
    return { status, text: `${stdout}${stderr}` };
  }

  test('take the action, and what keeps its pins current', () => {
    expect(check('github-actions', ['action.yml'])).toMatchObject({ status: 0 });
    expect(check('dependabot', ['.github/dependabot.yml'])).toMatchObject({ status: 0 });
  });

  test('take our workflows and the examples, and no others', () => {
    expect(workflows.length).toBeGreaterThanOrEqual(4);
    expect(check('github-workflows', workflows)).toMatchObject({ status: 0 });
    using folder = temporaryFolder();
    const wrong = path.join(folder.path, 'wrong.yml');
    const text = readFileSync(path.join(root, 'examples/github/nightly.yml'), 'utf8');
    writeFileSync(wrong, text.replace('timeout-minutes', 'timeout'));
    expect(check('github-workflows', [wrong])).toMatchObject({ status: 1 });
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
