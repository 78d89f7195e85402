import type { Resource } from '../../model/resource.ts';
import type { CompiledRule } from '../../rules/compile/rule.ts';

/** Whether a resource is the one that `--resource` names by id or name; all are where it was left out. */
export function isWanted(resource: Resource, wanted: string | undefined): boolean {
  return wanted === undefined || resource.id === wanted || resource.name === wanted;
}

/** A resource as JSON of `rules` shows it. */
export function resourceJson({ type, id, account, region, name }: Resource): object {
  return { type: type.name, id, account, region, name };
}

/** What a rule is called and is about, as JSON of `rules` shows it. */
export function ruleJson({ id, document, worstSeverity, type }: CompiledRule): object {
  return {
    id,
    ...(document.aliases.length > 0 && { aliases: document.aliases.map(({ name }) => name) }),
    title: document.title,
    severity: worstSeverity,
    service: document.service,
    for: type.name,
  };
}
