import type { Command } from 'commander';

import type { JsonValue } from '../../json.ts';
import type { Place } from '../../rules/fault.ts';
import { addedToSource, argumentKeys, commandName, configurableOptionsOf, takenBackSource } from './apply.ts';
import type { ConfigurableOption } from './options.ts';
import type { Configuration } from './read.ts';

/** Where a value comes from. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly place: Place }
  | { readonly kind: 'option'; readonly option: string }
  | { readonly kind: 'argument' }
  | { readonly kind: 'environment'; readonly variable: string };

/** A key of the configuration as it holds for a command. */
export interface ValueInForce {
  readonly key: string;
  /** As it would stand in the file; null where nothing is set. */
  readonly value: JsonValue;
  /** What holds where nothing is set. */
  readonly meaning?: string;
  /** All that say it; several where one adds to the other. */
  readonly from: readonly Origin[];
}

/**
 * What holds for a command whose options have been read and {@link applyConfiguration applied}, in the order of the keys.
 * @param operands - Arguments of the command.
 * @param environment - Variables that the command line reads itself.
 */
export function valuesInForce(
  command: Command,
  operands: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly ValueInForce[] {
  const configuration = command.getOptionValue('configuration') as Configuration | undefined;
  const used = configurableOptionsOf(command).map(({ row, option }) => {
    const name = option.attributeName();
    const value: unknown = command.getOptionValue(name);
    const place = configuration?.values.get(row.key)?.place;
    const file: readonly Origin[] = place === undefined ? [] : [{ kind: 'file', place }];
    const source = command.getOptionValueSource(name);
    if (source === 'config') return valueOf(row, value, file);
    const isAdded = source === addedToSource;
    if (source !== 'cli' && source !== takenBackSource && !isAdded)
      return valueOf(row, value, [{ kind: 'default' }]);
    const takenBack = source === takenBackSource || value === false;
    const said: Origin = { kind: 'option', option: `--${takenBack ? 'no-' : ''}${row.option}` };
    return valueOf(row, value, isAdded ? [...file, said] : [said]);
  });
  return [
    ...used.map((one) => afterEnvironment(one, environment)),
    ...argument(command, configuration, operands),
    ...onlyInFile(command, configuration),
  ];
}

function valueOf(row: ConfigurableOption, value: unknown, from: readonly Origin[]): ValueInForce {
  if (value !== undefined && (value !== false || row.form === 'switch'))
    return { key: row.key, value: row.written?.(value) ?? (value as JsonValue), from };
  if (row.standard !== undefined) return { key: row.key, value: row.standard, from };
  return { key: row.key, value: null, ...(row.unset !== undefined && { meaning: row.unset }), from };
}

/** `NO_COLOR` comes before everything else (https://no-color.org). */
function afterEnvironment(
  one: ValueInForce,
  environment: Readonly<Record<string, string | undefined>>,
): ValueInForce {
  if (one.key !== 'output.color' || one.value === false || !environment['NO_COLOR']) return one;
  return { ...one, value: false, from: [{ kind: 'environment', variable: 'NO_COLOR' }] };
}

/** What a command works on: its arguments, else what the configuration names. */
function argument(
  command: Command,
  configuration: Configuration | undefined,
  given: readonly string[],
): readonly ValueInForce[] {
  const key = argumentKeys[commandName(command)];
  if (key === undefined) return [];
  const [first] = given;
  if (first !== undefined) {
    const isList = command.registeredArguments.some(({ variadic }) => variadic);
    return [{ key, value: isList ? given : first, from: [{ kind: 'argument' }] }];
  }
  return [inFile(key, configuration)];
}

/** What a configuration says about rules and no option does; for commands that choose rules. */
function onlyInFile(command: Command, configuration: Configuration | undefined): readonly ValueInForce[] {
  if (!configurableOptionsOf(command).some(({ row }) => row.key === 'packs')) return [];
  return [inFile('disable', configuration), inFile('parameters', configuration)];
}

function inFile(key: string, configuration: Configuration | undefined): ValueInForce {
  const said = configuration?.values.get(key);
  return said === undefined
    ? { key, value: null, meaning: 'none', from: [{ kind: 'default' }] }
    : { key, value: said.value, from: [{ kind: 'file', place: said.place }] };
}
