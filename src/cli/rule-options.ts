import { Option, type Command } from 'commander';

import { addConfigOption } from './configuration/apply.ts';

/** Adds the options that say which rules run: those of {@link RuleFlags}. */
export function addRuleOptions(command: Command): Command {
  return addConfigOption(command)
    .addOption(rulesOption())
    .option(
      '--pack <id>',
      'of the shipped rules only those of this pack, with the parameters that it demands; may be repeated (default: every rule once)',
      append,
    )
    .option('--rule <id>', 'only this rule, shipped or your own; may be repeated', append);
}

/** The option for folders of a user's own rules. */
export function rulesOption(
  description = 'folder of rules of your own, beside the shipped ones; may be repeated',
): Option {
  return new Option('--rules <dir>', description).argParser(append);
}

/** Takes an option again. One value each: a list would take the argument after it for one of its own. */
export function append(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
