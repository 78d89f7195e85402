import type { EvaluateOptions } from '../evaluate/evaluate.ts';
import type { JsonObject } from '../json.ts';
import type { OrganizationModel } from '../model/organization.ts';
import { accountTags, unitPath } from '../model/read/accounts.ts';
import { Unknown } from '../model/unknown.ts';
import { isNamed } from '../rules/aliases.ts';
import { packsNamed, rulesOfPacks } from '../rules/packs.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import {
  applySettings,
  parametersIn,
  readsTags,
  renamedInSettings,
  type RuleSettings,
} from '../rules/settings.ts';
import type { CallName } from '../snapshot/record.ts';
import type { Configuration } from './configuration/read.ts';
import { renamedRules, selectPacks, selectRules } from './rule-source.ts';
import { loadAllRules } from './rules/load.ts';

/** Options that say which rules run; what the configuration says of them is among it already. */
export interface RuleFlags {
  readonly configuration?: Configuration;
  readonly rules?: readonly string[];
  readonly pack?: readonly string[];
  readonly rule?: readonly string[];
}

/** The rules of a run, and the configuration that says with which parameters. */
export interface RunRules {
  readonly settings: RuleSettings | undefined;
  readonly rules: RuleSet;
  /** Ids of the packs that it is limited to. */
  readonly packs: readonly string[];
  /** What to tell of how the rules were named. */
  readonly notices: readonly string[];
  /** The id that a rule has now, by any that it had; as it stands where there is no such rule. */
  readonly currentId: (rule: string) => string;
}

/** Loads what a run judges by. Throws faults of rules, configuration and options. */
export async function loadRunRules(flags: RuleFlags, partition?: string): Promise<RunRules> {
  const settings = flags.configuration?.settings;
  const loaded = await loadAllRules(flags.rules, partition);
  const enabled = settings === undefined ? loaded : applySettings(loaded, settings);
  const packs = packsInForce(enabled, flags);
  return {
    settings,
    packs,
    rules: selectRules(selectPacks(enabled, packs), flags.rule ?? [], enabled),
    notices: [
      ...renamedRules(loaded, flags.rule ?? []),
      ...(settings === undefined ? [] : renamedInSettings(loaded, settings)),
    ],
    currentId: (id) => loaded.named(id)?.id ?? id,
  };
}

/**
 * The packs that a run is limited to. Those of the configuration do not count where the command line names a rule outside of
 * them: who asks for one rule means it.
 */
function packsInForce(rules: RuleSet, { configuration, pack = [], rule = [] }: RuleFlags): readonly string[] {
  const value = (key: string): unknown => configuration?.values.get(key)?.value;
  if (pack !== value('packs') || rule === value('only')) return pack;
  const packed = rulesOfPacks(rules, packsNamed(rules.packs, pack));
  return rule.every((id) => packed.named(id) !== undefined || rules.named(id) === undefined) ? pack : [];
}

/** The call that tells the tags of accounts. */
export const tagCall: CallName = 'organizations:ListTagsForResource';

/** The calls that can decide the rules of a run, with whichever parameters: what has to be asked, and no more. */
export function callsOf({ settings, rules }: RunRules): ReadonlySet<CallName> {
  const calls = new Set<CallName>();
  for (const rule of rules.rules) {
    const own = settings?.settings.filter((one) => isNamed(rule.document, one.rule)) ?? [];
    for (const form of [rule, ...own.map(({ set }) => rules.withParameters(rule, set))])
      for (const call of form.requires) calls.add(call);
  }
  if (settings !== undefined && readsTags(settings)) calls.add(tagCall);
  return calls;
}

/** Which parameters are in force in an account, as evaluation asks for it. */
export function parametersOf(
  settings: RuleSettings,
  model: OrganizationModel,
): Exclude<EvaluateOptions['parameters'], undefined> {
  return (rule, account) =>
    parametersIn(settings, rule, {
      id: account.id,
      unit: unitPath(account, model),
      tags: accountTags(account, model),
    });
}

/** Tags of accounts in the organization, by account id; undefined where they are not known. */
export function knownTags(model: OrganizationModel): (id: string) => JsonObject | undefined {
  return (id) => {
    const account = model.account(id);
    const tags = account && accountTags(account, model);
    return tags instanceof Unknown ? undefined : tags;
  };
}
