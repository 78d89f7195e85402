import path from 'node:path';

import type { JsonValue } from '../../json.ts';
import type { Place } from '../../rules/fault.ts';
import { readConfigurationFile, settingsIn } from '../../rules/parse/settings.ts';
import { schemaCheck } from '../../rules/schema.ts';
import type { RuleSettings } from '../../rules/settings.ts';
import { entryOf, toJson, type YamlMap, type YamlNode } from '../../yaml-nodes.ts';
import { configurableOptions, type ConfigurableOption } from './options.ts';

/** A value of the configuration. Paths in it are as seen from the working directory. */
export interface ConfiguredValue {
  readonly value: JsonValue;
  readonly place: Place;
}

/** What a configuration says. */
export interface Configuration {
  readonly file: string;
  /** Values by key; sections are no keys of their own. */
  readonly values: ReadonlyMap<string, ConfiguredValue>;
  readonly settings: RuleSettings;
}

/** Reads a configuration. Throws {@link RuleError} with everything that is wrong with it. */
export async function readConfiguration(text: string, file: string): Promise<Configuration> {
  const root = readConfigurationFile(text, file, await schemaCheck('config'));
  const values = new Map<string, ConfiguredValue>();
  for (const row of configurableOptions) {
    const node = nodeAt(root, row.key);
    if (node !== undefined)
      values.set(row.key, { value: located(toJson(node), row, path.dirname(file)), place: node.place });
  }
  for (const key of ['disable', 'parameters']) {
    const node = nodeAt(root, key);
    if (node !== undefined) values.set(key, { value: toJson(node), place: node.place });
  }
  return { file, values, settings: settingsIn(root, file) };
}

function nodeAt(root: YamlMap, key: string): YamlNode | undefined {
  let node: YamlNode | undefined = root;
  for (const step of key.split('.')) node = node?.kind === 'map' ? entryOf(node, step)?.value : undefined;
  return node;
}

/** A value whose paths, which are relative to the configuration, are as seen from the working directory. */
function located(value: JsonValue, { form }: ConfigurableOption, folder: string): JsonValue {
  const at = (name: JsonValue): JsonValue => {
    const isFree = typeof name !== 'string' || path.isAbsolute(name) || name.startsWith('s3://');
    return isFree ? name : path.join(folder, name);
  };
  const within = (member: string): JsonValue =>
    (value as readonly Readonly<Record<string, JsonValue>>[]).map((entry) =>
      entry[member] === undefined ? entry : { ...entry, [member]: at(entry[member]) },
    );
  switch (form) {
    case 'path':
    case 'place':
      return at(value);
    case 'paths':
      return (value as readonly JsonValue[]).map(at);
    case 'reports':
      return within('file');
    case 'sources':
      return within('folder');
    case 'switch':
    case 'text':
    case 'list':
      return value;
  }
}
