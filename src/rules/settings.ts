import type { JsonValue } from '../json.ts';
import { FaultList, RuleError, type Place } from './fault.ts';
import type { ParameterOverrides, RuleSet } from './rule-set.ts';
import type { SchemaCheck } from './schema.ts';
import { didYouMean } from '../suggest.ts';
import { entryOf, readYaml, ruleFileLimits, toJson, type YamlMap } from './yaml.ts';

/** Values of parameters for some accounts. */
interface Setting {
  readonly place: Place;
  readonly rule: string;
  readonly account: string | undefined;
  /** Names of organizational units from the root. */
  readonly ou: readonly string[] | undefined;
  readonly set: ParameterOverrides;
}

/** What a configuration says about rules. */
export interface RuleSettings {
  readonly file: string;
  /** Folders of rules, relative to the file. */
  readonly folders: readonly string[];
  /** Packs that the run is limited to; empty where all rules run. */
  readonly packs: readonly { readonly id: string; readonly place: Place }[];
  readonly disabled: readonly { readonly id: string; readonly place: Place }[];
  readonly settings: readonly Setting[];
}

/** Reads a configuration. Throws {@link RuleError} with everything that is wrong with it. */
export function parseSettings(text: string, file: string, check: SchemaCheck): RuleSettings {
  const faults = new FaultList();
  const { root, faults: unread } = readYaml(file, text, ruleFileLimits);
  if (root === undefined) throw new RuleError(unread);
  check(root, faults, () => false);
  if (faults.count > 0 || root.kind !== 'map') throw new RuleError(faults.faults);
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
    folders: list('rules').map((one) => one.text),
    packs: list('packs').map((one) => ({ id: one.text, place: one.place })),
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
  return {
    place: entryOf(map, 'rule')?.value.place ?? map.place,
    rule: text('rule') ?? '',
    account: text('account'),
    ou: ou === undefined ? undefined : stepsOf(ou),
    set: set === undefined ? {} : (toJson(set.value) as Readonly<Record<string, JsonValue>>),
  };
}

/**
 * The rules that the configuration leaves on. Throws {@link RuleError} for rules and parameters that do not exist and values that
 * do not fit: before anything is judged.
 */
export function applySettings(rules: RuleSet, settings: RuleSettings): RuleSet {
  const faults = new FaultList();
  const ids = rules.rules.map((rule) => rule.id);
  const packs = rules.packs.map((pack) => pack.id);
  for (const { id, place } of settings.packs)
    if (!packs.includes(id)) faults.add(place, `there is no pack ${id}`, didYouMean(id, packs));
  for (const { id, place } of settings.disabled)
    if (!ids.includes(id)) faults.add(place, `there is no rule ${id} to disable`, didYouMean(id, ids));
  for (const { rule: id, place, set } of settings.settings) {
    const rule = rules.rule(id);
    if (rule === undefined) {
      faults.add(place, `there is no rule ${id}`, didYouMean(id, ids));
      continue;
    }
    try {
      rules.withParameters(rule, set, settings.file);
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      for (const { what, todo } of error.faults) faults.add(place, what, todo);
    }
  }
  if (faults.count > 0) throw new RuleError(faults.faults);
  const off = new Set(settings.disabled.map((one) => one.id));
  return rules.select((rule) => !off.has(rule.id));
}

/**
 * The values that differ from the defaults for a rule in an account. `unit` is the path of its organizational unit, names
 * from the root with `/` between.
 */
export function parametersIn(
  settings: RuleSettings,
  rule: string,
  account: string,
  unit: string | undefined,
): ParameterOverrides | undefined {
  const steps = stepsOf(unit ?? '');
  const meant = settings.settings.filter(
    (one) =>
      one.rule === rule &&
      (one.account === undefined || one.account === account) &&
      (one.ou === undefined || one.ou.every((step, index) => steps[index] === step)),
  );
  if (meant.length === 0) return undefined;
  // Sorting is stable, so of two alike the later wins.
  const ordered = meant.toSorted((a, b) => weight(a) - weight(b));
  return Object.assign({}, ...ordered.map((one) => one.set)) as ParameterOverrides;
}

/** More for what is more specific. */
function weight({ account, ou }: Setting): number {
  if (account !== undefined) return 1000;
  return ou?.length ?? 0;
}

function stepsOf(path: string): readonly string[] {
  return path.split('/').filter((step) => step !== '');
}
