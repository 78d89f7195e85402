import type { Argument, Command, Option } from 'commander';

/** What may stand at one place of a command line. */
export interface Suggestions {
  /** Whole words, sorted as they are to be shown, each with what it means where that helps. */
  readonly words: readonly { readonly word: string; readonly about: string }[];
  /** What the shell should complete by itself where no word fits. */
  readonly paths: 'files' | 'folders' | 'none';
}

/** Names that values of options and arguments are taken from, by what an option or argument is called. */
export type NamesOf = (kind: NameKind, words: readonly string[]) => Promise<readonly string[]>;
export type NameKind = 'rule' | 'pack' | 'event-set' | 'resource-type' | 'service' | 'severity' | 'format';

const nothing: Suggestions = { words: [], paths: 'none' };

/**
 * What may come next on a command line.
 *
 * @param words - What stands behind the name of the program, up to the word at the cursor, which may be empty.
 */
export async function suggest(
  program: Command,
  words: readonly string[],
  namesOf: NamesOf,
): Promise<Suggestions> {
  const current = words.at(-1) ?? '';
  const { command, waiting, operands, ended } = read(program, words.slice(0, -1));
  if (waiting !== undefined) return valuesOf(waiting, current, '', words, namesOf);
  const [, flag, value] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
  if (!ended && flag !== undefined) {
    const option = optionNamed(command, flag);
    return option === undefined ? nothing : valuesOf(option, value ?? '', `${flag}=`, words, namesOf);
  }
  if (!ended && current.startsWith('-'))
    return { words: fitting(optionsOf(command), current), paths: 'none' };
  if (command.commands.length > 0)
    return {
      words: fitting(
        command
          .createHelp()
          .visibleCommands(command)
          .map((child) => ({ word: child.name(), about: child.description() })),
        current,
      ),
      paths: 'none',
    };
  return argumentsOf(command, operands, current, words, namesOf);
}

/** Where a command line stands after some words. */
interface Position {
  readonly command: Command;
  /** An option that has no value yet. */
  readonly waiting: Option | undefined;
  /** How many arguments the command has got. */
  readonly operands: number;
  /** Whether `--` was there: no options come any more. */
  readonly ended: boolean;
}

function read(program: Command, words: readonly string[]): Position {
  let command = program;
  let waiting: Option | undefined;
  let operands = 0;
  let ended = false;
  for (const word of words) {
    if (waiting !== undefined) {
      waiting = undefined;
    } else if (word === '--') {
      ended = true;
    } else if (!ended && word.startsWith('-')) {
      const option = optionNamed(command, word);
      if (option !== undefined && (option.required || option.optional)) waiting = option;
    } else {
      const child = command.commands.find((one) => one.name() === word);
      if (child === undefined) operands += 1;
      else command = child;
    }
  }
  return { command, waiting, operands, ended };
}

/** The option of a command that is written so; before the command, one that its subcommands have. */
function optionNamed(command: Command, flag: string): Option | undefined {
  return (
    command.options.find(({ long, short }) => flag === long || flag === short) ??
    command.commands.map((child) => optionNamed(child, flag)).find((option) => option !== undefined)
  );
}

function optionsOf(command: Command): { readonly word: string; readonly about: string }[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ word: long, about: description }] : []));
}

async function valuesOf(
  option: Option,
  current: string,
  before: string,
  words: readonly string[],
  namesOf: NamesOf,
): Promise<Suggestions> {
  const name = option.name();
  if (name === 'format' && option.argChoices === undefined) {
    // FORMAT, or FORMAT=FILE: behind the second equals sign the shell knows better.
    if (current.includes('=')) return { words: [], paths: 'files' };
    return { words: named(await namesOf('format', words), current, before), paths: 'none' };
  }
  if (option.argChoices !== undefined)
    return { words: named(option.argChoices, current, before), paths: 'none' };
  if (name === 'fail-on') {
    const severities = [...(await namesOf('severity', words)), 'none'];
    const all = current.startsWith('new:') ? severities.map((one) => `new:${one}`) : severities;
    return { words: named(all, current, before), paths: 'none' };
  }
  const kind = optionNames[name];
  if (kind !== undefined)
    return {
      words: named(await namesOf(kind, words), current, before),
      paths: kind === 'event-set' ? 'files' : 'none',
    };
  return { words: [], paths: pathsOf(option.flags) };
}

const optionNames: Readonly<Record<string, NameKind>> = {
  rule: 'rule',
  only: 'rule',
  pack: 'pack',
  set: 'event-set',
  for: 'resource-type',
  service: 'service',
};

async function argumentsOf(
  command: Command,
  operands: number,
  current: string,
  words: readonly string[],
  namesOf: NamesOf,
): Promise<Suggestions> {
  const all: readonly Argument[] = command.registeredArguments;
  const argument = all[operands] ?? all.findLast(({ variadic }) => variadic);
  if (argument === undefined) return { words: fitting(optionsOf(command), current), paths: 'none' };
  if (argument.argChoices !== undefined)
    return { words: named(argument.argChoices, current, ''), paths: 'none' };
  const name = argument.name();
  if ((name === 'rule' || name === 'pack') && command.parent?.name() !== 'waivers')
    return { words: named(await namesOf(name, words), current, ''), paths: 'none' };
  return {
    words: [],
    paths: /^(id|check|command)$/.test(name) ? 'none' : name === 'dir' ? 'folders' : 'files',
  };
}

/** What the value of an option is, by its name in the help. */
function pathsOf(flags: string): Suggestions['paths'] {
  if (/<[^>]*(dir|path)[^>]*>/.test(flags)) return /path/.test(flags) ? 'files' : 'folders';
  return /<[^>]*(file|key|\.json)[^>]*>/.test(flags) ? 'files' : 'none';
}

function named(
  names: readonly string[],
  current: string,
  before: string,
): { readonly word: string; readonly about: string }[] {
  return names
    .filter((name) => name.startsWith(current))
    .map((name) => ({ word: `${before}${name}`, about: '' }));
}

function fitting<T extends { readonly word: string }>(all: readonly T[], current: string): readonly T[] {
  return all.filter(({ word }) => word.startsWith(current));
}
