import { Command, Option } from 'commander';

import { list } from './collect.ts';
import { githubUses } from './init/answers.ts';

/** `trailwarden init [DIR]` */
export function initCommand(): Command {
  return new Command('init')
    .description('set up a folder: configuration, waivers, the role template, a workflow for GitHub')
    .argument('[dir]', 'folder to set up, the root of a repository', '.')
    .option('--yes', 'ask nothing: take what is usual for what no option says')
    .option('--force', 'replace files that are there; without it they are kept')
    .option('--account <id>', 'scan this account only, not the organization')
    .option('--role-name <name>', 'role to assume in each account (usual: TrailwardenScan)')
    .option('--regions <names>', 'scan these regions only, separated by commas (usual: all)', list)
    .option('--pack <id>', 'rules to run: a pack, or all (usual: trailwarden-recommended)')
    .addOption(
      new Option(
        '--github <use>',
        'a nightly workflow that shows alerts, that keeps reports only, or none (usual: reports)',
      ).choices([...githubUses]),
    )
    .option('--trust <arn>', 'identity that scans: who may assume the role, and the role of the workflow')
    .action(async (folder, flags) => (await import('./init/run.ts')).initialize(folder, flags));
}
