import { Command, Option } from 'commander';

import { addConfigOption, argumentOr } from './configuration/apply.ts';
import type { Configuration } from './configuration/read.ts';
import { rulesOption } from './rule-options.ts';

/** `trailwarden waivers ...` */
export function waiversCommand(): Command {
  const waivers = new Command('waivers').description('list, check and add accepted failures');
  const withFile = (command: Command): Command =>
    addConfigOption(
      command.argument('[file]', 'waiver file (YAML); that of the configuration where left out'),
    );
  const judging = (command: Command): Command =>
    withFile(command)
      .addOption(
        new Option('--report <file>', 'a JSON report to hold the waivers against').conflicts('snapshot'),
      )
      .option('--snapshot <dir>', 'a snapshot to judge and hold the waivers against')
      .addOption(rulesOption())
      .option('--json', 'as JSON');

  judging(
    waivers.command('list').description('all waivers: what they accept, whose they are, until when'),
  ).action(async (file, options) =>
    (await import('./waivers/list.ts')).listWaivers(waiverFile(file, options), options),
  );
  judging(
    waivers
      .command('lint')
      .description(
        'expired and too long ones, doubles and unknown rules; with a report or snapshot also unused and over-broad ones',
      ),
  ).action(async (file, options) =>
    (await import('./waivers/lint.ts')).lintWaiverFile(waiverFile(file, options), options),
  );
  withFile(
    waivers
      .command('add')
      .description('add a waiver to a file, which keeps its comments; the file is made where there is none'),
  )
    .requiredOption('--rule <id>', 'rule whose failures are accepted')
    .option('--resource <id>', 'ARN or id; * stands for any text')
    .option('--account <id>', 'twelve digits')
    .option('--ou <path>', 'organizational units by name from the root: Workloads/Production')
    .option(
      '--tag <name=value>',
      'accounts with this tag in the organization; * in the value stands for any text',
    )
    .requiredOption('--reason <text>', 'why it is accepted')
    .requiredOption('--owner <name>', 'who answers for it')
    .requiredOption('--ticket <id>', 'where it was decided')
    .requiredOption('--expires <day>', 'last day on which it holds, at most a year ahead: 2027-01-31')
    .addOption(rulesOption())
    .action(async (file, options) =>
      (await import('./waivers/add.ts')).addWaiverToFile(waiverFile(file, options), options),
    );
  return waivers;
}

function waiverFile(named: string | undefined, options: { readonly configuration?: Configuration }): string {
  return argumentOr('waivers', 'a waiver file', named, options);
}
