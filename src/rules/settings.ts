import type { JsonObject, JsonValue } from '../json.ts';
import { joinUnknown, Unknown } from '../model/unknown.ts';
import { isNamed, renamedNotice } from './aliases.ts';
import type { CompiledRule } from './compile/rule.ts';
import { FaultList, RuleError, type Place } from './fault.ts';
import type { ParameterOverrides, RuleSet } from './rule-set.ts';
import { didYouMean } from '../suggest.ts';

/** Values of parameters for some accounts. */
export interface Setting {
  readonly place: Place;
  readonly rule: string;
  readonly account: string | undefined;
  /** Names of organizational units from the root. */
  readonly ou: readonly string[] | undefined;
  /** Tags that the account must have, all of them. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly set: ParameterOverrides;
}

/** An id, and where it stands. */
interface NamedId {
  readonly id: string;
  readonly place: Place;
}

/** What a configuration says about rules. */
export interface RuleSettings {
  readonly file: string;
  /** Packs that it names. */
  readonly packs: readonly NamedId[];
  /** Rules that it names as the only ones that run. */
  readonly only: readonly NamedId[];
  readonly disabled: readonly NamedId[];
  readonly settings: readonly Setting[];
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
  for (const { id, place } of settings.only)
    if (rules.named(id) === undefined) faults.add(place, `there is no rule ${id}`, didYouMean(id, ids));
  for (const { id, place } of settings.disabled)
    if (rules.named(id) === undefined)
      faults.add(place, `there is no rule ${id} to disable`, didYouMean(id, ids));
  for (const { rule: id, place, set } of settings.settings) {
    const rule = rules.named(id);
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
  return rules.select(({ document }) => !settings.disabled.some(({ id }) => isNamed(document, id)));
}

/** What to tell of earlier ids that a configuration uses, each with its place. Rules that do not exist are passed over. */
export function renamedInSettings(rules: RuleSet, settings: RuleSettings): readonly string[] {
  const used = [...settings.disabled, ...settings.settings.map(({ rule, place }) => ({ id: rule, place }))];
  return used.flatMap(({ id, place }) => {
    const rule = rules.named(id);
    const notice = rule && renamedNotice(id, rule);
    return notice === undefined ? [] : [`${place.file}:${place.line}: ${notice}`];
  });
}

/** Where an account stands, as far as parameters depend on it. */
export interface AccountPlace {
  readonly id: string;
  /** Path of its organizational unit, names from the root with `/` between; empty right below the root. */
  readonly unit: string | Unknown;
  /** Tags that it has in the organization. */
  readonly tags: JsonObject | Unknown;
}

/**
 * The values that differ from the defaults for a rule in an account. Unknown where a value depends on a unit or tag that is
 * not known: whichever entries may apply are then weighed, and only where all lead to the same values they are told.
 */
export function parametersIn(
  settings: RuleSettings,
  rule: Pick<CompiledRule, 'document' | 'parameters'>,
  place: AccountPlace,
): ParameterOverrides | Unknown | undefined {
  // Sorting is stable: with the most specific first, the later of two alike comes first, too.
  const ordered = settings.settings
    .filter((one) => isNamed(rule.document, one.rule))
    .toReversed()
    .toSorted((a, b) => weight(b) - weight(a))
    .map((one) => ({ one, applies: appliesTo(one, place) }))
    .filter(({ applies }) => applies !== false);
  if (ordered.length === 0) return undefined;
  const values: Record<string, JsonValue> = {};
  const doubts: Unknown[] = [];
  for (const name of new Set(ordered.flatMap(({ one }) => Object.keys(one.set)))) {
    const possible = new Map<string, JsonValue | undefined>();
    const open: Unknown[] = [];
    let certain = false;
    for (const { one, applies } of ordered) {
      if (!Object.hasOwn(one.set, name)) continue;
      const value = one.set[name] as JsonValue;
      possible.set(JSON.stringify(value), value);
      if (applies === true) {
        certain = true;
        break;
      }
      if (applies instanceof Unknown) open.push(applies);
    }
    if (!certain) possible.set(JSON.stringify(rule.parameters[name]), rule.parameters[name]);
    if (possible.size > 1) doubts.push(...open);
    else for (const value of possible.values()) if (value !== undefined) values[name] = value;
  }
  return joinUnknown(doubts) ?? values;
}

/** Whether an entry is about the account. */
function appliesTo({ account, tags, ou }: Setting, place: AccountPlace): boolean | Unknown {
  if (account !== undefined) return account === place.id;
  if (tags !== undefined) {
    if (place.tags instanceof Unknown) return place.tags;
    const known = place.tags;
    return Object.entries(tags).every(([key, value]) => Object.hasOwn(known, key) && known[key] === value);
  }
  if (ou === undefined) return true;
  if (place.unit instanceof Unknown) return place.unit;
  const steps = stepsOf(place.unit);
  return ou.every((step, index) => steps[index] === step);
}

/** Whether parameters depend on tags of accounts, so that the tags have to be asked for. */
export function readsTags(settings: RuleSettings): boolean {
  return settings.settings.some((one) => one.tags !== undefined);
}

/** More for what is more specific: an account, then more tags, then the deeper unit, then the organization. */
function weight({ account, tags, ou }: Setting): number {
  if (account !== undefined) return 2_000_000;
  if (tags !== undefined) return 1_000_000 + Object.keys(tags).length;
  return ou?.length ?? 0;
}

/** Names on a path of organizational units. */
export function stepsOf(path: string): readonly string[] {
  return path.split('/').filter((step) => step !== '');
}
