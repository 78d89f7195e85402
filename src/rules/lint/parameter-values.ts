import type { JsonValue } from '../../json.ts';
import type { ParameterValues } from '../compile/context.ts';
import { parameterFault } from '../compile/parameters.ts';
import type { EventSetReference } from '../compile/algebra.ts';
import type { ParameterDocument } from '../document.ts';

/** More combinations than this are not tried. */
const mostCombinations = 600;

/**
 * Combinations of values that parameters can have, `constants` (what checks compare them with) included; undefined where
 * there are too many to try all.
 */
export function parameterCombinations(
  parameters: readonly ParameterDocument[],
  constants: readonly JsonValue[],
  eventSets: ReadonlyMap<string, EventSetReference>,
): readonly ParameterValues[] | undefined {
  let all: Map<string, { value: JsonValue; document: ParameterDocument }>[] = [new Map()];
  for (const document of parameters) {
    const domain = domainOf(document, constants, eventSets);
    if (all.length * domain.length > mostCombinations) return undefined;
    all = all.flatMap((before) =>
      domain.map((value) => new Map(before).set(document.name, { value, document })),
    );
  }
  return all;
}

function domainOf(
  parameter: ParameterDocument,
  constants: readonly JsonValue[],
  eventSets: ReadonlyMap<string, EventSetReference>,
): readonly JsonValue[] {
  const given = parameter.default === undefined ? [] : [parameter.default];
  const extra = ((): readonly JsonValue[] => {
    if (parameter.oneOf !== undefined) return parameter.oneOf;
    switch (parameter.type) {
      case 'boolean':
        return [true, false];
      case 'integer':
      case 'number': {
        const near = constants.flatMap((one) => (typeof one === 'number' ? [one - 1, one, one + 1] : []));
        return [parameter.minimum ?? -1e9, parameter.maximum ?? 1e9, ...near];
      }
      case 'duration':
        return ['0s', '999999w', ...constants];
      case 'string':
        return ['', 'some other text', ...constants];
      case 'list':
        return [[], ['some other text'], constants.filter((one) => typeof one === 'string')];
      case 'event-set':
        return given.length > 0 ? [] : [...eventSets.keys()].slice(0, 1);
    }
  })();
  const fitting = [...given, ...extra].filter(
    (value) => parameterFault(parameter, value, eventSets) === undefined,
  );
  const byText = new Map(fitting.map((value) => [JSON.stringify(value), value]));
  return [...byText.values()];
}
