import { UserFault } from '../fault.ts';
import type { JsonValue } from '../json.ts';
import { splitEventSet } from './compile/algebra.ts';
import type { Vocabulary } from './compile/compiler.ts';
import { parseDuration } from './compile/duration.ts';
import type { ParameterDocument } from './document.ts';

/** How the values that a rule ran with compare with others: `unclear` where neither is known to ask for as much. */
export type Strictness = 'same' | 'stricter' | 'laxer' | 'unclear';

type Values = Readonly<Record<string, JsonValue>>;

/**
 * Compares all values of a rule's parameters with those that somebody demands. What passes with values that are the same or
 * stricter passes with the demanded ones; what fails with values that are the same or laxer fails with the demanded ones.
 */
export function strictnessOfValues(
  parameters: readonly ParameterDocument[],
  ran: Values,
  demanded: Values,
  vocabulary: Vocabulary,
): Strictness {
  let all: Strictness = 'same';
  for (const parameter of parameters) {
    const one = strictnessOf(parameter, ran[parameter.name], demanded[parameter.name], vocabulary);
    if (one === 'same') continue;
    if (one === 'unclear' || (all !== 'same' && all !== one)) return 'unclear';
    all = one;
  }
  return all;
}

/** Compares two values of one parameter, by what the parameter says of itself (`stricter`); event sets by their events. */
export function strictnessOf(
  parameter: ParameterDocument,
  ran: JsonValue | undefined,
  demanded: JsonValue | undefined,
  vocabulary: Vocabulary,
): Strictness {
  if (ran === undefined || demanded === undefined) return 'unclear';
  if (JSON.stringify(ran) === JSON.stringify(demanded)) return 'same';
  const { type, stricter } = parameter;
  if (type === 'event-set')
    return typeof ran === 'string' && typeof demanded === 'string'
      ? strictnessOfEvents(ran, demanded, vocabulary)
      : 'unclear';
  if (stricter === undefined) return 'unclear';
  switch (stricter) {
    case 'higher':
      return compared(numberOf(ran), numberOf(demanded));
    case 'lower':
      return compared(numberOf(demanded), numberOf(ran));
    case 'true':
    case 'false':
      return ran === (stricter === 'true') ? 'stricter' : 'laxer';
    case 'more':
      return comparedLists(ran, demanded);
    case 'fewer':
      return comparedLists(demanded, ran);
    case 'narrower':
      if (isEmptyList(ran)) return 'laxer';
      return isEmptyList(demanded) ? 'stricter' : comparedLists(demanded, ran);
    case 'wider':
      if (isEmptyList(ran)) return 'stricter';
      return isEmptyList(demanded) ? 'laxer' : comparedLists(ran, demanded);
  }
}

function numberOf(value: JsonValue): number | undefined {
  return typeof value === 'number' ? value : typeof value === 'string' ? parseDuration(value) : undefined;
}

function compared(a: number | undefined, b: number | undefined): Strictness {
  if (a === undefined || b === undefined) return 'unclear';
  return a === b ? 'same' : a > b ? 'stricter' : 'laxer';
}

function isEmptyList(value: JsonValue): boolean {
  return Array.isArray(value) && value.length === 0;
}

function comparedLists(a: JsonValue, b: JsonValue): Strictness {
  if (!Array.isArray(a) || !Array.isArray(b)) return 'unclear';
  return fromBothSides(
    b.every((member) => a.includes(member)),
    a.every((member) => b.includes(member)),
  );
}

/** More events are stricter. Sets that need values of a rule are only known to be the same where they are named the same. */
function strictnessOfEvents(ran: string, demanded: string, { algebra, eventSets }: Vocabulary): Strictness {
  const [one, other] = [ran, demanded].map((text) => {
    const { id, edition } = splitEventSet(text);
    if (eventSets.get(id)?.parameters.length !== 0) return undefined;
    try {
      return eventSets.get(id)?.required(edition === undefined ? {} : { edition });
    } catch (error) {
      if (!(error instanceof UserFault)) throw error;
      return undefined;
    }
  });
  if (one === undefined || other === undefined) return 'unclear';
  return fromBothSides(
    algebra.covers(other, [one]).verdict === 'proved',
    algebra.covers(one, [other]).verdict === 'proved',
  );
}

function fromBothSides(holdsOther: boolean, isHeldByOther: boolean): Strictness {
  if (holdsOther) return isHeldByOther ? 'same' : 'stricter';
  return isHeldByOther ? 'laxer' : 'unclear';
}
