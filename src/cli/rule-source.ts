import { UserFault } from '../fault.ts';
import type { ReportRule } from '../report/sink.ts';
import type { CompiledRule } from '../rules/compile/rule.ts';
import { loadRules, readRuleFolder } from '../rules/load.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { shippedRules } from '../rules/shipped.ts';
import { standardLanguage } from '../rules/standard-language.ts';
import { nearestWord } from '../suggest.ts';

/**
 * The shipped rules and those of the given folders; a user's rule replaces a shipped one with the same id.
 * Throws {@link UserFault} with every fault of every file.
 */
export async function loadRuleSet(folders: readonly string[]): Promise<RuleSet> {
  return loadRules(
    [await shippedRules(), ...(await Promise.all(folders.map((folder) => readRuleFolder(folder))))],
    standardLanguage(),
  );
}

/** Only the rules of these ids, or all of them where none is named. Throws {@link UserFault} for an id that is none. */
export function selectRules(rules: RuleSet, ids: readonly string[]): RuleSet {
  if (ids.length === 0) return rules;
  for (const id of ids) {
    if (rules.rule(id) !== undefined) continue;
    const near = nearestWord(
      id,
      rules.rules.map((rule) => rule.id),
    );
    throw new UserFault(
      `there is no rule ${id}${near === undefined ? '; `trailwarden rules list` shows all' : `; did you mean ${near}?`}`,
    );
  }
  return rules.select((rule) => ids.includes(rule.id));
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
    file: document.place.file,
    line: document.place.line,
    requires: rule.requires,
    ...(document.source !== undefined && { source: document.source }),
  };
}
