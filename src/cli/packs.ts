import { Command, type Option } from 'commander';

import { addConfigOption } from './configuration/apply.ts';
import { rulesOption } from './rule-options.ts';

/** `trailwarden packs ...`: frameworks and the rules that decide their controls. */
export function packsCommand(): Command {
  const packs = new Command('packs').description('frameworks, their controls and the rules that decide them');
  const folders = (): Option =>
    rulesOption('folder of rules and packs of your own, beside the shipped ones; may be repeated');
  addConfigOption(packs.command('list'))
    .description('all packs, with the number of their controls and rules')
    .addOption(folders())
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./packs/list.ts')).listPacks(options));
  addConfigOption(packs.command('show'))
    .description('the controls of a pack, with rules and the parameters that they demand')
    .argument('<pack>', 'id of the pack')
    .addOption(folders())
    .option('--json', 'as JSON')
    .action(async (id, options) => (await import('./packs/show.ts')).showPack(id, options));
  return packs;
}
