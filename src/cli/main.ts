#!/usr/bin/env node
import { CommanderError } from 'commander';

import { exitCodes, logFailure } from './failure.ts';
import { configureLogBy, withGlobalsLast } from './global-options.ts';
import { checkNode } from './node-version.ts';
import { createProgram } from './program.ts';

/** Runs one command line. Gives the exit code; never ends the process, so that output can drain. */
async function main(words: readonly string[]): Promise<number> {
  configureLogBy(words);
  try {
    checkNode(process.versions.node);
    const program = createProgram();
    await program.parseAsync(withGlobalsLast(program, words), { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.clean;
  } catch (error) {
    // Help and version end so; what is wrong with a command line comes as a UsageError.
    if (error instanceof CommanderError) return exitCodes.clean;
    logFailure(error);
    return exitCodes['could-not-run'];
  }
}

// A closed pipe is met where it is written to (output.ts); without a listener here Node would die of it first.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
process.exitCode = await main(process.argv.slice(2));
