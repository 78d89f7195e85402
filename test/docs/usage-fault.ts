import type { Command } from 'commander';

import { createProgram } from '../../src/cli/program.ts';

/** What the command line says of arguments before it does anything; undefined where it takes them. */
export function usageFault(args: readonly string[], mayLackArguments = false): string | undefined {
  const program = createProgram();
  const disarm = (command: Command): void => {
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
    if (command.commands.length === 0) command.action(() => {});
    for (const child of command.commands) disarm(child);
  };
  disarm(program);
  try {
    program.parse([...args], { from: 'user' });
    return undefined;
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    if (code === 'commander.helpDisplayed' || code === 'commander.version') return undefined;
    const lacks = code === 'commander.missingArgument' || code === 'commander.missingMandatoryOptionValue';
    return mayLackArguments && (lacks || code === 'commander.help') ? undefined : message;
  }
}
