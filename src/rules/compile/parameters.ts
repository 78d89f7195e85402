import type { JsonValue } from '../../json.ts';
import type { ParameterDocument } from '../document.ts';
import type { FaultList } from '../fault.ts';
import { didYouMean } from '../../suggest.ts';
import { splitEventSet, type EventSetReference } from './algebra.ts';
import type { ParameterValues } from './context.ts';
import { parseDuration } from './duration.ts';
import { show } from './telling.ts';

/** What is wrong with a value for a parameter, or undefined. */
export function parameterFault(
  parameter: ParameterDocument,
  value: JsonValue,
  eventSets: ReadonlyMap<string, EventSetReference>,
): { readonly what: string; readonly todo: string } | undefined {
  const { name, type } = parameter;
  const wrong = (wanted: string): { what: string; todo: string } => ({
    what: `${show(value)} is no value for ${name}`,
    todo: `write ${wanted}`,
  });
  switch (type) {
    case 'integer':
      if (!Number.isSafeInteger(value)) return wrong('a whole number');
      break;
    case 'number':
      if (typeof value !== 'number') return wrong('a number');
      break;
    case 'boolean':
      if (typeof value !== 'boolean') return wrong('true or false');
      break;
    case 'string':
      if (typeof value !== 'string') return wrong('text');
      break;
    case 'duration':
      if (typeof value !== 'string' || parseDuration(value) === undefined)
        return wrong('a number and a unit: 90s, 30m, 24h, 90d, 2w');
      break;
    case 'list':
      if (!Array.isArray(value) || value.some((item: JsonValue) => typeof item === 'object'))
        return wrong('a list of values');
      break;
    case 'event-set':
      if (typeof value !== 'string') return wrong('the id of an event set');
      return eventSetFault(value, eventSets);
  }
  if (typeof value === 'number') {
    if (parameter.minimum !== undefined && value < parameter.minimum)
      return wrong(`at least ${parameter.minimum}`);
    if (parameter.maximum !== undefined && value > parameter.maximum)
      return wrong(`at most ${parameter.maximum}`);
  }
  if (parameter.oneOf !== undefined && !parameter.oneOf.includes(value))
    return wrong(`one of ${parameter.oneOf.map(show).join(', ')}`);
  return undefined;
}

/** What is wrong with the name of an event set, or undefined. */
export function eventSetFault(
  text: string,
  eventSets: ReadonlyMap<string, EventSetReference>,
): { readonly what: string; readonly todo: string } | undefined {
  const { id, edition } = splitEventSet(text);
  const set = eventSets.get(id);
  if (set === undefined)
    return { what: `there is no event set ${show(id)}`, todo: didYouMean(id, eventSets.keys()) };
  if (edition === undefined || set.editions.includes(edition)) return undefined;
  return {
    what: `the event set ${id} has no edition ${show(edition)}`,
    todo: set.editions.length === 0 ? `write ${id}` : didYouMean(edition, set.editions),
  };
}

/** Values that a rule runs with when nobody sets any. Faults for defaults that do not fit their own parameter. */
export function defaultValues(
  parameters: readonly ParameterDocument[],
  eventSets: ReadonlyMap<string, EventSetReference>,
  faults: FaultList,
): ParameterValues {
  const values = new Map<string, { value: JsonValue; document: ParameterDocument }>();
  for (const document of parameters) {
    if (document.default === undefined) {
      faults.add(
        document.place,
        `the parameter ${document.name} has no default`,
        'add default: VALUE, so that the rule can run as it is',
      );
    } else {
      const wrong = parameterFault(document, document.default, eventSets);
      if (wrong !== undefined) faults.add(document.defaultPlace ?? document.place, wrong.what, wrong.todo);
    }
    // Even a wrong value lets the check be looked through for other faults.
    const value = sampleValue(document, eventSets);
    if (value !== undefined) values.set(document.name, { value, document });
  }
  return values;
}

/** A value of the right type, to compile a predicate that nobody uses yet. */
export function sampleValue(
  parameter: ParameterDocument,
  eventSets: ReadonlyMap<string, EventSetReference>,
): JsonValue | undefined {
  if (parameter.default !== undefined) return parameter.default;
  if (parameter.oneOf?.[0] !== undefined) return parameter.oneOf[0];
  switch (parameter.type) {
    case 'integer':
    case 'number':
      return parameter.minimum ?? parameter.maximum ?? 1;
    case 'boolean':
      return true;
    case 'string':
      return 'x';
    case 'duration':
      return '1d';
    case 'list':
      return ['x'];
    case 'event-set':
      return eventSets.keys().next().value;
  }
}
