import type { Command } from 'commander';

import { UserFault } from '../../fault.ts';
import type { JsonValue } from '../../json.ts';
import { didYouMean } from '../../suggest.ts';
import { visibleText } from '../../text.ts';
import { applyConfiguration, commandName, readsConfiguration } from './apply.ts';
import { valuesInForce, type Origin, type ValueInForce } from './in-force.ts';
import type { Configuration } from './read.ts';
import { log } from '../log.ts';

/** The command that is shown where none is named: it has most of the options. */
const usualCommand = 'scan';

/**
 * `trailwarden config show [COMMAND] [OPTION...]`: prints what would hold for a command line.
 * @param program - A command line that nothing was parsed with yet.
 */
export async function showConfiguration(
  program: Command,
  words: readonly string[],
  { json }: { readonly json?: true },
): Promise<void> {
  const { command, rest } = commandIn(program, words);
  const { operands, unknown } = command.parseOptions([...rest]);
  const [stranger] = unknown;
  if (stranger !== undefined)
    throw new UserFault(
      `${commandName(command)} has no option ${stranger}; ${didYouMean(
        stranger,
        command.options.flatMap(({ long, hidden }) => (hidden || !long ? [] : [long])),
      )}`,
    );
  await applyConfiguration(command);
  const { configuration } = command.opts<{ readonly configuration?: Configuration }>();
  const values = valuesInForce(command, operands, process.env);
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ command: commandName(command), file: configuration?.file ?? null, values }, null, 2)}\n`
      : valuesText(values),
  );
  log(
    'info',
    'configuration',
    `${commandName(command)}, ${configuration === undefined ? 'without a configuration' : `with ${configuration.file}`}`,
    { command: commandName(command), file: configuration?.file ?? null },
  );
}

/** The command that the first words name, and what follows them. */
function commandIn(
  program: Command,
  words: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
  let command = program;
  let rest = words.filter((word) => word !== '--');
  if (rest[0] === undefined || rest[0].startsWith('-')) rest = [usualCommand, ...rest];
  while (command.commands.length > 0) {
    const [name] = rest;
    const next = command.commands.find((one) => one.name() === name);
    if (next === undefined) break;
    command = next;
    rest = rest.slice(1);
  }
  if (readsConfiguration(command)) return { command, rest };
  const names = readers(program).map(commandName);
  throw new UserFault(
    `${words[0] ?? ''} is no command that reads the configuration; ${didYouMean(words[0] ?? '', names)}`,
  );
}

function readers(command: Command): readonly Command[] {
  return [...(readsConfiguration(command) ? [command] : []), ...command.commands.flatMap(readers)];
}

/** A table for a terminal: key, value, where it comes from. Lines end with a line feed. */
function valuesText(values: readonly ValueInForce[]): string {
  const rows = values.map(({ key, value, meaning, from }) => [
    key,
    value === null ? `(${meaning ?? ''})` : shown(value),
    from.map(originText).join(' and '),
  ]);
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const [first, second] = [width(0), Math.min(width(1), 48)];
  return rows
    .map(
      ([key = '', value = '', from = '']) =>
        `${visibleText(`${key.padEnd(first)}  ${value.padEnd(second)}  ${from}`)}\n`,
    )
    .join('');
}

function shown(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join(', ');
  return JSON.stringify(value);
}

function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'file': {
      const { file, line, column } = origin.place;
      return `${file}:${line}:${column}`;
    }
    case 'option':
      return origin.option;
    case 'argument':
      return 'argument';
    case 'environment':
      return origin.variable;
  }
}
