import type { JsonValue } from '../../json.ts';
import { FaultList, RuleError, type Place } from '../fault.ts';
import type { SchemaCheck } from '../schema.ts';
import { stepsOf, type RuleSettings, type Setting } from '../settings.ts';
import { entryOf, readYamlNodes, ruleFileLimits, toJson, type YamlMap } from '../../yaml-nodes.ts';

/** Reads what a configuration says about rules. Throws {@link RuleError} with everything that is wrong with it. */
export function parseSettings(text: string, file: string, check: SchemaCheck): RuleSettings {
  return settingsIn(readConfigurationFile(text, file, check), file);
}

/** Reads a configuration of the right shape. Throws {@link RuleError} with everything that is wrong with it. */
export function readConfigurationFile(text: string, file: string, check: SchemaCheck): YamlMap {
  const faults = new FaultList();
  const { root, faults: unread } = readYamlNodes(file, text, ruleFileLimits);
  if (root === undefined) throw new RuleError(unread);
  check(root, faults, () => false);
  if (faults.count > 0 || root.kind !== 'map') throw new RuleError(faults.faults);
  return root;
}

/** What a configuration of the right shape says about rules. */
export function settingsIn(root: YamlMap, file: string): RuleSettings {
  const list = (key: string): { readonly text: string; readonly place: Place }[] => {
    const node = entryOf(root, key)?.value;
    return node?.kind === 'list'
      ? node.items.flatMap((item) =>
          item.kind === 'scalar' ? [{ text: String(item.value), place: item.place }] : [],
        )
      : [];
  };
  const parameters = entryOf(root, 'parameters')?.value;
  return {
    file,
    packs: list('packs').map((one) => ({ id: one.text, place: one.place })),
    only: list('only').map((one) => ({ id: one.text, place: one.place })),
    disabled: list('disable').map((one) => ({ id: one.text, place: one.place })),
    settings:
      parameters?.kind === 'list'
        ? parameters.items.flatMap((item) => (item.kind === 'map' ? [setting(item)] : []))
        : [],
  };
}

function setting(map: YamlMap): Setting {
  const text = (key: string): string | undefined => {
    const node = entryOf(map, key)?.value;
    return node?.kind === 'scalar' ? String(node.value) : undefined;
  };
  const set = entryOf(map, 'set');
  const ou = text('ou');
  const tags = entryOf(map, 'tags')?.value;
  return {
    place: entryOf(map, 'rule')?.value.place ?? map.place,
    rule: text('rule') ?? '',
    account: text('account'),
    ou: ou === undefined ? undefined : stepsOf(ou),
    tags: tags === undefined ? undefined : (toJson(tags) as Readonly<Record<string, string>>),
    set: set === undefined ? {} : (toJson(set.value) as Readonly<Record<string, JsonValue>>),
  };
}
