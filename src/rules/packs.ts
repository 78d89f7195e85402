import { UserFault } from '../fault.ts';
import type { JsonValue } from '../json.ts';
import { parameterFault } from './compile/parameters.ts';
import { decidingParameters } from './compile/rule.ts';
import type { ControlDocument, PackDocument, RuleUse } from './document.ts';
import { FaultList } from './fault.ts';
import type { ParameterOverrides, RuleSet } from './rule-set.ts';
import { strictnessOf, strictnessOfValues, type Strictness } from './strictness.ts';
import { didYouMean } from '../suggest.ts';

/** A pack joined with the rules that it names. */
export interface Pack {
  readonly id: string;
  readonly document: PackDocument;
  readonly controls: readonly Control[];
}

export interface Control {
  readonly document: ControlDocument;
  readonly demands: readonly Demand[];
}

/** What a control demands of one rule. */
export interface Demand {
  readonly rule: string;
  /** The laxest values of its parameters that still satisfy the control, those that are defaults included. */
  readonly values: ParameterOverrides;
  /** How the values that the rule ran with compare with these. */
  readonly strictness: (ran: ParameterOverrides) => Strictness;
}

/**
 * Joins packs with rules. Adds to `faults` rules, parameters and values that do not exist. `known` are the ids of rules that
 * exist and have faults of their own, which need not be told again.
 */
export function joinPacks(
  documents: readonly PackDocument[],
  rules: RuleSet,
  known: ReadonlySet<string>,
  faults: FaultList,
): readonly Pack[] {
  return documents.map((document) => {
    const controls = document.controls.map((control) => ({
      document: control,
      demands: control.rules.flatMap((use) => {
        const found = new FaultList();
        const demand = demandOf(use, control, rules, known, found);
        if (found.count === 0) return demand ?? [];
        if (document.trusted !== true) faults.faults.push(...found.faults);
        // A rule that somebody replaced by one of other parameters: what it says cannot be compared.
        return document.trusted === true
          ? [{ rule: use.rule.name, values: {}, strictness: (): Strictness => 'unclear' }]
          : [];
      }),
    }));
    return { id: document.id, document, controls };
  });
}

function demandOf(
  use: RuleUse,
  control: ControlDocument,
  rules: RuleSet,
  known: ReadonlySet<string>,
  faults: FaultList,
): Demand | undefined {
  const { name: id, place } = use.rule;
  const rule = rules.named(id);
  if (rule === undefined) {
    if (!known.has(id))
      faults.add(
        place,
        `control ${control.id}: there is no rule ${id}`,
        didYouMean(
          id,
          rules.rules.map((one) => one.id),
        ),
      );
    return undefined;
  }
  const { params } = rule.document;
  const { vocabulary } = rules;
  const deciding = decidingParameters(rule.document);
  const values: Record<string, JsonValue> = { ...rule.parameters };
  for (const given of use.with) {
    const parameter = params.find((one) => one.name === given.name);
    if (parameter === undefined) {
      const names = params.map((one) => one.name);
      faults.add(
        given.place,
        `the rule ${id} has no parameter ${given.name}`,
        names.length === 0 ? 'it has none' : didYouMean(given.name, names),
      );
      continue;
    }
    const wrong = parameterFault(parameter, given.value, vocabulary.eventSets);
    if (wrong !== undefined) faults.add(given.place, `rule ${id}: ${wrong.what}`, wrong.todo);
    values[given.name] = given.value;
  }
  return {
    rule: rule.id,
    values,
    strictness: (ran) => strictnessOfValues(deciding, ran, values, vocabulary),
  };
}

/** The packs of these ids. Throws {@link UserFault} for an id that is none. */
export function packsNamed(packs: readonly Pack[], ids: readonly string[]): readonly Pack[] {
  return [...new Set(ids)].map((id) => {
    const pack = packs.find((one) => one.id === id);
    if (pack === undefined)
      throw new UserFault(
        `there is no pack ${id}; ${didYouMean(
          id,
          packs.map((one) => one.id),
        )}`,
      );
    return pack;
  });
}

/**
 * The rules of some packs, with the parameters that the packs demand: where controls demand different values of one
 * parameter, the strictest. Throws {@link UserFault} where it cannot be told which of two values is the stricter one.
 *
 * @param beside - Ids of other rules of the set, which keep the parameters that they have.
 */
export function rulesOfPacks(
  rules: RuleSet,
  packs: readonly Pack[],
  beside: readonly string[] = [],
): RuleSet {
  const strictest = new Map<string, Record<string, JsonValue>>();
  for (const pack of packs)
    for (const { document, demands } of pack.controls)
      for (const { rule: id, values } of demands) {
        const known = strictest.get(id);
        const rule = rules.rule(id);
        if (known === undefined || rule === undefined) {
          strictest.set(id, { ...values });
          continue;
        }
        for (const parameter of decidingParameters(rule.document)) {
          const { name } = parameter;
          const found = strictnessOf(parameter, values[name], known[name], rules.vocabulary);
          if (found === 'unclear')
            throw new UserFault(
              `control ${document.id} of ${pack.id} demands ${name}: ${JSON.stringify(values[name])} of the rule ${id}, another one ${JSON.stringify(known[name])}: neither is stricter; scan with one pack at a time`,
            );
          if (found === 'stricter') known[name] = values[name] ?? null;
        }
      }
  for (const id of beside) if (!strictest.has(id)) strictest.set(id, {});
  return rules.tune(strictest);
}

/** The newest edition of each framework, in the order of their ids. */
export function newestEditions(packs: readonly Pack[]): readonly Pack[] {
  return packs.filter(({ document }) =>
    packs.every(
      (other) =>
        other.document.framework !== document.framework ||
        compareEditions(other.document.edition, document.edition) <= 0,
    ),
  );
}

/** Compares editions as people do: numbers inside of them by value. */
export function compareEditions(a: string, b: string): number {
  const [one, other] = [a, b].map((text) => text.match(/\d+|\D+/g) ?? []);
  for (let index = 0; index < Math.max(one!.length, other!.length); index++) {
    const [left = '', right = ''] = [one![index], other![index]];
    if (left === right) continue;
    const difference = Number(left) - Number(right);
    if (!Number.isNaN(difference) && difference !== 0 && left !== '' && right !== '') return difference;
    return left < right ? -1 : 1;
  }
  return 0;
}
