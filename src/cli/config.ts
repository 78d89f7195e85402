import { Command } from 'commander';

/**
 * `trailwarden config ...`
 * @param createProgram - Makes the command line anew, to read with it what it is asked about.
 */
export function configCommand(createProgram: () => Command): Command {
  const config = new Command('config').description('look at the configuration');
  config
    .command('show')
    .description('what is in force for a command, and where each value comes from; runs nothing')
    .argument('[command...]', 'the command with its options, as it would be run (default: scan)')
    .option('--json', 'as JSON')
    .allowUnknownOption()
    .action(async (_words, options, { args }: Command) =>
      (await import('./configuration/show.ts')).showConfiguration(createProgram(), args, options),
    );
  return config;
}
