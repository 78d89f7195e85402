import { Command, type CommanderError } from 'commander';

import { toolIdentity } from '../version.ts';
import { collectCommand } from './collect.ts';
import { completionCommand } from './completion.ts';
import { configCommand } from './config.ts';
import { addOpposites, applyConfiguration } from './configuration/apply.ts';
import { doctorCommand } from './doctor.ts';
import { eventsCommand } from './events.ts';
import { UsageError } from './failure.ts';
import { addGlobalOptions, configureLogOf, globalOptionsHelp } from './global-options.ts';
import { arrangeHelp } from './help.ts';
import { initCommand } from './init.ts';
import { inventoryCommand } from './inventory.ts';
import { logSettings } from './log.ts';
import { packsCommand } from './packs.ts';
import { reportCommand } from './report.ts';
import { roleCommand } from './role.ts';
import { rulesCommand } from './rules.ts';
import { evaluateCommand, scanCommand } from './scan.ts';
import { snapshotCommand } from './snapshot.ts';
import { columnsOf } from './terminal.ts';
import { waiversCommand } from './waivers.ts';

/** The whole command line. Commands load what they need when they run, so that help and offline commands start fast. */
export function createProgram(): Command {
  const program = new Command('trailwarden')
    .description('Is every account recorded, are the records safe, and would somebody be told?')
    .version(toolIdentity().version)
    .addHelpText('after', globalOptionsHelp());
  for (const command of [
    scanCommand(),
    collectCommand(),
    evaluateCommand(),
    snapshotCommand(),
    rulesCommand(),
    packsCommand(),
    roleCommand(),
    doctorCommand(),
    eventsCommand(),
    reportCommand(),
    waiversCommand(),
    inventoryCommand(),
    configCommand(createProgram),
    completionCommand(createProgram),
    initCommand(),
  ])
    program.addCommand(command);
  addGlobalOptions(program);
  addOpposites(program);
  arrangeHelp(program);
  program.hook('preAction', async (_program, command) => {
    await applyConfiguration(command);
    configureLogOf(command);
  });
  explainUsage(program);
  return program;
}

/**
 * Commander would print what is wrong with a command line, and end the process with a code that means "findings" here. Help
 * and version still are a CommanderError.
 */
function explainUsage(command: Command): void {
  for (const child of command.commands) explainUsage(child);
  command.configureOutput({
    getOutHelpWidth: () => columnsOf(process.stdout, 80),
    getErrHelpWidth: () => columnsOf(process.stderr, 80),
    outputError: () => {},
    // Help, where a command is missing.
    writeErr: (text) => {
      if (logSettings().format === 'text') process.stderr.write(`${text}\n`);
    },
  });
  command.exitOverride((error) => {
    if (error.exitCode === 0) throw error;
    throw new UsageError(usageMessage(error, command), `${fullName(command)} --help`, error.code);
  });
}

function usageMessage({ code, message }: CommanderError, command: Command): string {
  if (code === 'commander.help')
    return `${fullName(command)}: a command is expected: ${command.commands.map((one) => one.name()).join(', ')}`;
  return message.replace(/^error: /, '').replace(/\s*\(Did you mean (.*)\?\)$/s, '; did you mean $1?');
}

/** `trailwarden rules list` */
function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
