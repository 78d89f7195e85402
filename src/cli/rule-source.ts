import path from 'node:path';

import { UserFault } from '../fault.ts';
import type { ReportPack, ReportRule } from '../report/sink.ts';
import { isNamed, renamedNotice } from '../rules/aliases.ts';
import type { CompiledRule } from '../rules/compile/rule.ts';
import { newestEditions, packsNamed, rulesOfPacks, type Pack } from '../rules/packs.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { nearestWord } from '../suggest.ts';
import { pathBelow } from '../paths.ts';

/**
 * What runs where packs are chosen: their rules, with the parameters that they demand, and all rules of a user's own. All
 * rules where no pack is named. Throws {@link UserFault} for a pack that does not exist.
 */
export function selectPacks(rules: RuleSet, ids: readonly string[]): RuleSet {
  if (ids.length === 0) return rules;
  const own = rules.rules.filter(({ document }) => document.trusted !== true).map(({ id }) => id);
  return rulesOfPacks(rules, packsNamed(rules.packs, ids), own);
}

/** The packs that a run is scored by: those that it is limited to, else the newest edition of each framework. */
export function scoredPacks(packs: readonly Pack[], ids: readonly string[]): readonly Pack[] {
  return ids.length === 0 ? newestEditions(packs) : packsNamed(packs, ids);
}

/**
 * Only the rules of these ids, or all of them where none is named. Throws {@link UserFault} for an id that is none.
 *
 * @param before the rules before packs were chosen, to tell a rule that they leave out from one that does not exist.
 */
export function selectRules(rules: RuleSet, ids: readonly string[], before = rules): RuleSet {
  if (ids.length === 0) return rules;
  for (const id of ids) {
    if (rules.named(id) !== undefined) continue;
    if (before.named(id) !== undefined)
      throw new UserFault(`the rule ${id} is in none of the chosen packs; --no-pack chooses from all rules`);
    const near = nearestWord(
      id,
      rules.rules.map((rule) => rule.id),
    );
    throw new UserFault(
      `there is no rule ${id}${near === undefined ? '; `trailwarden rules list` shows all' : `; did you mean ${near}?`}`,
    );
  }
  return rules.select(({ document }) => ids.some((id) => isNamed(document, id)));
}

/** What to tell of the earlier ones of these ids. Rules that do not exist are passed over. */
export function renamedRules(rules: RuleSet, ids: readonly string[]): readonly string[] {
  return ids.flatMap((id) => {
    const rule = rules.named(id);
    return (rule && renamedNotice(id, rule)) ?? [];
  });
}

/** A pack as reports speak of it. */
export function reportPack({ document, controls }: Pack): ReportPack {
  return {
    id: document.id,
    title: document.title,
    edition: document.edition,
    controls: controls.map((control) => ({
      id: control.document.id,
      title: control.document.title,
      rules: control.demands.map((demand) => demand.rule),
    })),
  };
}

/** A file of rules as reports name it: from the working directory where it stands below, however it was named. */
function fileOf(name: string): string {
  if (!path.isAbsolute(name)) return name;
  return pathBelow(process.cwd(), path.resolve(name)) ?? name;
}

/** A rule as reports speak of it. */
export function reportRule(rule: CompiledRule): ReportRule {
  const { document } = rule;
  const { text, cli, terraform, cloudformation } = document.fix;
  const forms = [
    ['', text],
    ['AWS CLI:\n', cli],
    ['Terraform:\n', terraform],
    ['CloudFormation:\n', cloudformation],
  ] as const;
  return {
    id: rule.id,
    title: document.title,
    severity: rule.worstSeverity,
    service: document.service,
    for: rule.type.name,
    why: document.why,
    fix: forms.flatMap(([title, form]) => (form === undefined ? [] : [`${title}${form.text}`])).join('\n\n'),
    references: document.references,
    tags: document.tags,
    file: fileOf(document.place.file),
    line: document.place.line,
    ...(document.aliases.length > 0 && { aliases: document.aliases.map(({ name }) => name) }),
    requires: rule.requires,
    ...(document.source !== undefined && { source: document.source }),
  };
}
