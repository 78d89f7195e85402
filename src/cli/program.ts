import { Command } from 'commander';

import { toolIdentity } from '../version.ts';
import { collectCommand } from './collect.ts';
import { configCommand } from './config.ts';
import { addOpposites, applyConfiguration } from './configuration/apply.ts';
import { doctorCommand } from './doctor.ts';
import { eventsCommand } from './events.ts';
import { inventoryCommand } from './inventory.ts';
import { packsCommand } from './packs.ts';
import { reportCommand } from './report.ts';
import { roleCommand } from './role.ts';
import { rulesCommand } from './rules.ts';
import { evaluateCommand, scanCommand } from './scan.ts';
import { snapshotCommand } from './snapshot.ts';
import { waiversCommand } from './waivers.ts';

/** The whole command line. Commands load what they need when they run, so that help and offline commands start fast. */
export function createProgram(): Command {
  const program = new Command('trailwarden')
    .description('Is every account recorded, are the records safe, and would somebody be told?')
    .version(toolIdentity().version)
    .showSuggestionAfterError()
    .showHelpAfterError('(--help shows all options)');
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
  ])
    program.addCommand(command);
  addOpposites(program);
  program.hook('preAction', (_program, command) => applyConfiguration(command));
  throwInsteadOfExit(program);
  return program;
}

/** Commander would end the process on a usage error, with a code that means "findings" here. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExit(child);
}
