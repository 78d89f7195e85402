import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { Option, type Command } from 'commander';

import { UserFault } from '../../fault.ts';
import type { JsonValue } from '../../json.ts';
import { configurableOptions, type ConfigurableOption } from './options.ts';
import type { Configuration } from './read.ts';

/** Source of the value of an option that `--no-...` was given for. */
export const takenBackSource = 'taken back';

/** Source of a value of the configuration that the command line adds to. */
export const addedToSource = 'added to';

/** The configuration that is read where none is named. */
export const defaultConfigurationFile = 'trailwarden.yaml';

/** Adds `--config` and `--no-config`. Values of the configuration then reach the action as those of options do. */
export function addConfigOption(command: Command): Command {
  return command
    .option(
      '--config <file>',
      `configuration (default: ${defaultConfigurationFile} of the working directory, where there is one)`,
    )
    .option('--no-config', 'read no configuration');
}

/**
 * What an argument says, else the key of the configuration that it stands for. Throws {@link UserFault} where neither does.
 *
 * @param what - For the message: `a waiver file`.
 */
export function argumentOr(
  key: string,
  what: string,
  given: string | undefined,
  { configuration }: { readonly configuration?: Configuration },
): string {
  const configured = given ?? configuration?.values.get(key)?.value;
  if (typeof configured === 'string') return configured;
  throw new UserFault(`name ${what}, or write \`${key}\` into ${defaultConfigurationFile}`);
}

/** The folders of own rules that the configuration names. */
export function configuredFolders({
  configuration,
}: {
  readonly configuration?: Configuration;
}): readonly string[] {
  return (configuration?.values.get('rules')?.value ?? []) as readonly string[];
}

/** Keys that stand for the arguments of a command, where they are left out. */
export const argumentKeys: Readonly<Record<string, string>> = {
  evaluate: 'snapshot.out',
  inventory: 'snapshot.out',
  'snapshot verify': 'snapshot.out',
  'snapshot sign': 'snapshot.out',
  'snapshot show': 'snapshot.out',
  'rules lint': 'rules',
  'rules test': 'rules',
  'report check': 'reports',
  'waivers list': 'waivers',
  'waivers lint': 'waivers',
  'waivers add': 'waivers',
};

/** The names of a command below the program: `waivers list`. */
export function commandName(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null
    ? command.name()
    : `${commandName(parent)} ${command.name()}`;
}

/** The options of a command that may stand in the configuration. */
export function configurableOptionsOf(
  command: Command,
): readonly { readonly row: ConfigurableOption; readonly option: Option }[] {
  const name = commandName(command);
  return configurableOptions.flatMap((row) => {
    if (row.commands !== undefined && !row.commands.includes(name)) return [];
    const option = command.options.find(({ long }) => long === `--${row.option}`);
    return option === undefined ? [] : [{ row, option }];
  });
}

/** Whether a command reads the configuration. */
export function readsConfiguration(command: Command): boolean {
  return command.options.some(({ long }) => long === '--config');
}

/**
 * Gives each option that may stand in the configuration its opposite, which takes back what the configuration says:
 * `--no-regions`. They are not shown in the help of each command.
 */
export function addOpposites(command: Command): void {
  for (const child of command.commands) addOpposites(child);
  if (!readsConfiguration(command)) return;
  for (const { long } of command.options.filter((option) => option.negate)) {
    const positive = long?.replace(/^--no-/, '--');
    if (positive !== undefined && !command.options.some((option) => option.long === positive))
      command.addOption(new Option(positive).hideHelp());
  }
  for (const { option } of configurableOptionsOf(command)) {
    const opposite = `--no-${option.name()}`;
    if (command.options.some(({ long }) => long === opposite)) continue;
    command.addOption(new Option(opposite).hideHelp());
    const parse = option.parseArg;
    // After the opposite there is nothing to add to, neither on the command line nor in the configuration.
    if (parse !== undefined)
      option.parseArg = <T>(value: string, before: T): T => {
        if (before !== false) return parse(value, before);
        begunAnew.set(command, (begunAnew.get(command) ?? new Set()).add(option));
        return parse(value, undefined) as T;
      };
  }
}

/** Options that a command line took back, and then gave. */
const begunAnew = new WeakMap<Command, Set<Option>>();

/**
 * Sets the options that the command line leaves open to what the configuration says, and the option `configuration` to
 * the {@link Configuration}. Throws the faults of the file, and {@link UserFault} for values that the option refuses.
 */
export async function applyConfiguration(command: Command): Promise<void> {
  if (!readsConfiguration(command)) return;
  const named = command.getOptionValue('config') as string | false | undefined;
  const configuration = named === false ? undefined : await loadConfiguration(named);
  command.setOptionValueWithSource('configuration', configuration, 'config');
  const onCommandLine = new Set(
    command.options
      .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
      .map((option) => option.long?.replace(/^--no-/, '--')),
  );
  for (const { row, option } of configurableOptionsOf(command)) {
    const name = option.attributeName();
    const given = onCommandLine.has(option.long);
    const takenBack = given && command.getOptionValue(name) === false && row.form !== 'switch';
    if (takenBack) command.setOptionValueWithSource(name, option.defaultValue, takenBackSource);
    const configured = configuration?.values.get(row.key);
    if (configured === undefined || takenBack) continue;
    if (row.displacedBy?.some((other) => onCommandLine.has(`--${other}`)) === true) continue;
    const { value, place } = configured;
    try {
      const meant = meaning(value, row, option);
      if (!given) command.setOptionValueWithSource(name, meant, 'config');
      else if (row.adds === true && !begunAnew.get(command)?.has(option))
        command.setOptionValueWithSource(
          name,
          [...(meant as readonly string[]), ...(command.getOptionValue(name) as readonly string[])],
          addedToSource,
        );
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new UserFault(`${place.file}:${place.line}:${place.column}: ${row.key}: ${error.message}`, {
        cause: error,
      });
    }
  }
}

/** The configuration that is named, or that of the working directory; undefined where there is none. */
export async function loadConfiguration(named: string | undefined): Promise<Configuration | undefined> {
  const file = named ?? defaultConfigurationFile;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (named !== undefined || !(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      throw error;
    if (existsSync('trailwarden.yml'))
      throw new UserFault(
        `trailwarden.yml is not read: rename it to ${defaultConfigurationFile}, or name it with --config`,
      );
    return undefined;
  }
  // The validator and the YAML library are loaded where there is something to read.
  return (await import('./read.ts')).readConfiguration(text, file);
}

/** What the option gives its command for a value of the file. */
function meaning(value: JsonValue, row: ConfigurableOption, option: Option): unknown {
  switch (row.form) {
    case 'switch':
    case 'list':
    case 'path':
    case 'paths':
    case 'place':
      return value;
    case 'text':
      return option.parseArg === undefined
        ? value
        : option.parseArg(`${value as string | number}`, undefined);
    case 'reports':
      return (value as readonly { readonly format: string; readonly file?: string }[]).map(
        ({ format, file }) => ({ format, file }),
      );
    case 'sources':
      return (
        value as readonly { readonly folder: string; readonly accounts?: 'all' | readonly string[] }[]
      ).map(({ folder, accounts }) => ({
        folder,
        accounts: accounts === undefined || accounts === 'all' ? accounts : new Set(accounts),
      }));
  }
}
