import type { Command } from 'commander';

import { addConfigOption } from './configuration/apply.ts';

/** Adds the options that say which rules run: those of {@link RuleFlags}. */
export function addRuleOptions(command: Command): Command {
  return addConfigOption(command)
    .option('--rules <dir>', 'folder of rules of your own, beside the shipped ones; may be repeated', append)
    .option(
      '--pack <id>',
      'only the rules of this pack, with the parameters that it demands; may be repeated (default: every rule once)',
      append,
    )
    .option('--rule <id>', 'only this rule; may be repeated', append);
}

function append(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
