import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { parseArn } from '../../model/arn.ts';
import type { DeclaredName } from '../declaration.ts';
import { kindOfTerraform } from '../kinds.ts';

/** What a state or plan says of one root module, by the address of the resource without indexes. */
export interface StateOfRoot {
  readonly arns: ReadonlyMap<string, readonly string[]>;
  /** Names of resources that have no ARN: metric filters. */
  readonly names: ReadonlyMap<string, readonly DeclaredName[]>;
}

interface StateResource {
  readonly address: string;
  readonly type: string;
  readonly values: JsonObject;
}

/** Deeper calls of modules than any real configuration; guards the stack. */
const deepest = 50;

/** True for what `terraform show -json` writes, of a state or a plan. */
export function isTerraformShow(value: JsonValue): value is JsonObject {
  return (
    isJsonObject(value) &&
    typeof value['format_version'] === 'string' &&
    ['values', 'planned_values', 'prior_state'].some((member) => isJsonObject(value[member]))
  );
}

/**
 * Reads the resources that `terraform show -json` tells of: those of a state; of a plan, those that stand (`prior_state`)
 * and those that will. Nothing but ARNs and names is kept: such files hold secrets.
 */
export function readTerraformShow(show: JsonObject): StateOfRoot {
  const prior = show['prior_state'];
  const resources = [
    show['values'],
    show['planned_values'],
    isJsonObject(prior) ? prior['values'] : undefined,
  ].flatMap((values) => (isJsonObject(values) ? resourcesOf(values['root_module'], 0) : []));

  const arns = new Map<string, string[]>();
  for (const { address, type, values } of resources) {
    const { arn } = values;
    if (!kindOfTerraform.has(type) || typeof arn !== 'string' || parseArn(arn) === undefined) continue;
    append(arns, address, arn);
  }
  // All that stands in one account and region, as the ARNs beside it say, stands there too.
  const told = [...arns.values()].flat().map((arn) => parseArn(arn));
  const accounts = new Set(told.map((arn) => arn?.account ?? '').filter((account) => account !== ''));
  const regions = new Set(told.map((arn) => arn?.region ?? '').filter((region) => region !== ''));
  const [region] = regions;
  const scope = {
    ...(accounts.size > 0 && { accounts }),
    ...(regions.size === 1 && region !== undefined && { region }),
  };
  const names = new Map<string, DeclaredName[]>();
  for (const { address, type, values } of resources) {
    if (type !== 'aws_cloudwatch_log_metric_filter') continue;
    const { name, log_group_name: group } = values;
    if (typeof name !== 'string' || typeof group !== 'string') continue;
    const key = kindOfTerraform.get(type)?.key([group, name]);
    if (key !== undefined) append(names, address, { key, ...scope });
  }
  return { arns, names };
}

/** What several states and plans of one root module say together. */
export function joinStates(states: readonly StateOfRoot[]): StateOfRoot {
  const arns = new Map<string, string[]>();
  const names = new Map<string, DeclaredName[]>();
  for (const state of states) {
    for (const [address, more] of state.arns) for (const arn of more) append(arns, address, arn);
    for (const [address, more] of state.names) for (const name of more) append(names, address, name);
  }
  return { arns, names };
}

function append<Item>(map: Map<string, Item[]>, address: string, item: Item): void {
  const list = map.get(address);
  if (list === undefined) map.set(address, [item]);
  else if (!list.includes(item)) list.push(item);
}

function resourcesOf(module: JsonValue | undefined, depth: number): readonly StateResource[] {
  if (!isJsonObject(module) || depth > deepest) return [];
  const { resources, child_modules: children } = module;
  const own = (Array.isArray(resources) ? resources : []).flatMap((item: JsonValue): StateResource[] => {
    if (!isJsonObject(item) || item['mode'] !== 'managed') return [];
    const { address, type, values } = item;
    if (typeof address !== 'string' || typeof type !== 'string' || !isJsonObject(values)) return [];
    return [{ address: withoutIndexes(address), type, values }];
  });
  const below = (Array.isArray(children) ? children : []).flatMap((child: JsonValue) =>
    resourcesOf(child, depth + 1),
  );
  return [...own, ...below];
}

/** `module.audit["a.b"].aws_sns_topic.alerts[0]` as the configuration has it: `module.audit.aws_sns_topic.alerts`. */
export function withoutIndexes(address: string): string {
  return address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, '');
}
