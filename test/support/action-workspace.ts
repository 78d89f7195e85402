import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { runCompositeAction, type ActionOptions, type ActionRun } from './composite-action.ts';
import { program } from './run-cli.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** A checked-out repository with our action beside it, as a runner has them. */
export interface ActionWorkspace {
  /** The checkout of the action: nothing is installed in it. */
  readonly action: string;
  readonly workspace: string;
  readonly temporary: string;
  /** Runs the action on the program that tests run, which stands in node_modules of the workspace. */
  run(
    inputs: Readonly<Record<string, string>>,
    more?: Pick<ActionOptions, 'environment' | 'others'>,
  ): Promise<ActionRun>;
}

/** Makes one in an empty folder. Its names are such as a shell would take for something else. */
export function actionWorkspace(folder: string): ActionWorkspace {
  const action = path.join(folder, 'action of "ours"');
  const workspace = path.join(folder, 'work $(touch pwned) `touch pwned`');
  const temporary = path.join(folder, "temp'orary; touch pwned");
  for (const name of ['action.yml', 'package.json', 'action', 'src'])
    cpSync(path.join(root, name), path.join(action, name), { recursive: true });
  const installed = path.join(workspace, 'node_modules/trailwarden');
  mkdirSync(installed, { recursive: true });
  mkdirSync(temporary, { recursive: true });
  writeFileSync(
    path.join(installed, 'package.json'),
    JSON.stringify({ name: 'trailwarden', version: '0.0.0', bin: { trailwarden: 'main.mjs' } }),
  );
  const main = `await import(${JSON.stringify(`file://${program}`)});\n`;
  writeFileSync(path.join(installed, 'main.mjs'), main);
  // As if it had been built here, for version "source".
  mkdirSync(path.join(action, 'dist/cli'), { recursive: true });
  writeFileSync(path.join(action, 'dist/cli/main.js'), main);
  for (const name of ['fixtures', 'accounts'])
    symlinkSync(path.join(root, name === 'accounts' ? 'reports/accounts' : name), path.join(workspace, name));
  return {
    action,
    workspace,
    temporary,
    run: (inputs, more = {}) =>
      runCompositeAction({
        action,
        workspace,
        temporary,
        with: { version: 'installed', ...inputs },
        ...more,
      }),
  };
}
