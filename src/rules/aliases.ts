import type { RuleDocument } from './document.ts';
import type { FaultList } from './fault.ts';

/** Whether a rule had this id earlier. */
export function isAlias({ aliases }: Pick<RuleDocument, 'aliases'>, id: string): boolean {
  return aliases.some(({ name }) => name === id);
}

/** Whether a rule is meant by this id: it has it, or had it earlier. */
export function isNamed(rule: Pick<RuleDocument, 'id' | 'aliases'>, id: string): boolean {
  return rule.id === id || isAlias(rule, id);
}

/** The id that fingerprints are made of: the first that the rule had, so that they outlast every other name of it. */
export function firstId({ id, aliases }: Pick<RuleDocument, 'id' | 'aliases'>): string {
  return aliases[0]?.name ?? id;
}

/** What to tell whoever uses an earlier id; undefined where `used` is the id of today. */
export function renamedNotice(used: string, rule: Pick<RuleDocument, 'id'>): string | undefined {
  return used === rule.id ? undefined : `the rule ${used} is now called ${rule.id}: write the new id`;
}

/**
 * Adds faults for earlier ids that another rule has, or had. `rank` is the folder that a rule comes from: of two rules, the
 * one of the later folder has to give way, as whoever wrote it knew of the other.
 */
export function checkAliases(
  rules: readonly RuleDocument[],
  rank: (rule: RuleDocument) => number,
  faults: FaultList,
): void {
  const holders = new Map(rules.map((rule) => [rule.id, rule]));
  for (const rule of rules) {
    for (const { name, place } of rule.aliases) {
      const other = holders.get(name);
      if (other === undefined) {
        holders.set(name, rule);
      } else if (other === rule) {
        faults.add(
          place,
          `the alias ${name} is ${name === rule.id ? 'the id of the rule' : 'there twice'}`,
          'remove it',
        );
      } else if (other.id === name && rank(other) > rank(rule)) {
        faults.add(
          other.place,
          `${name} is an earlier id of the rule ${rule.id} (${rule.place.file})`,
          `to replace that rule, name this one ${rule.id} and give it aliases: [${name}]; else choose another id`,
        );
      } else {
        faults.add(
          place,
          `the alias ${name} is ${other.id === name ? 'the id of another rule' : `an alias of ${other.id}, too`} (${other.place.file})`,
          'an id can mean one rule only: remove the alias',
        );
      }
    }
  }
}
