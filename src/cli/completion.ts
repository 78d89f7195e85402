import { Command } from 'commander';

/**
 * `trailwarden completion ...`
 * @param createProgram - Makes the command line anew, to complete what is typed of it.
 */
export function completionCommand(createProgram: () => Command): Command {
  const completion = new Command('completion').description('what a shell needs to complete command lines');
  for (const shell of ['bash', 'zsh', 'fish'] as const)
    completion
      .command(shell)
      .description(`the script for ${shell}`)
      .action(async () => {
        process.stdout.write((await import('./completion/scripts.ts')).completionScripts[shell]);
      });
  // Asked by the scripts, on each key: nothing is said but the words.
  completion
    .command('suggest', { hidden: true })
    .description('what may come next on a command line')
    .argument('[words...]', 'what stands behind the name of the program, up to the cursor')
    .action(async (words: readonly string[]) => {
      const [{ suggest }, { names }] = await Promise.all([
        import('./completion/suggest.ts'),
        import('./completion/names.ts'),
      ]);
      const { words: found, paths } = await suggest(createProgram(), words, names);
      const lines = found.map(({ word, about }) => (about === '' ? word : `${word}\t${about}`));
      process.stdout.write([...lines, `:${paths}`].map((line) => `${line}\n`).join(''));
    });
  return completion;
}
