#!/usr/bin/env node
import { CommanderError } from 'commander';

import { describeFailure, exitCodes } from './failure.ts';
import { createProgram } from './program.ts';

/** Runs one command line. Gives the exit code; never ends the process, so that output can drain. */
async function main(argv: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync(argv);
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.clean;
  } catch (error) {
    // Help and version end in a CommanderError with code 0; commander has printed its own usage errors.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.clean : exitCodes['could-not-run'];
    process.stderr.write(`${describeFailure(error)}\n`);
    return exitCodes['could-not-run'];
  }
}

// A closed pipe is met where it is written to (output.ts); without a listener here Node would die of it first.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
process.exitCode = await main(process.argv);
