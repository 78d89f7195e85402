import { parseAddress, parseAddressRange, rangeContains } from '../../events/event-bridge/address.ts';
import type { Condition } from './document.ts';
import { allOf, anyOf, negated, type Maybe } from './maybe.ts';
import { compilePattern, fits, type Pattern, type Variables } from './pattern.ts';

/**
 * What a request carries beside principal, action and resource: condition keys in lower case. A key with the value
 * undefined is not in the request; a key that is not here is not known.
 */
export interface RequestContext {
  readonly [key: string]: string | readonly string[] | undefined;
}

/** Compares one value of the request with one of the policy. */
type Comparison = (value: string, wanted: string, variables: Variables | undefined) => Maybe;

const number: (test: (a: number, b: number) => boolean) => Comparison = (test) => (value, wanted) => {
  const [a, b] = [Number(value), Number(wanted)];
  return value === '' || wanted === '' || Number.isNaN(a) || Number.isNaN(b) ? false : test(a, b);
};
const date: (test: (a: number, b: number) => boolean) => Comparison = (test) => (value, wanted) => {
  const [a, b] = [timeOf(value), timeOf(wanted)];
  return Number.isNaN(a) || Number.isNaN(b) ? undefined : test(a, b);
};
const equal: Comparison = (value, wanted, variables) => fits(value, literal(wanted, variables));
const like: Comparison = (value, wanted, variables) => fits(value, compilePattern(wanted, variables));
const withoutCase: Comparison = (value, wanted, variables) =>
  fits(
    value.toLowerCase(),
    literal(wanted, variables, (text) => text.toLowerCase()),
  );
const inRange: Comparison = (value, wanted) => {
  const address = parseAddress(value);
  const range = parseAddressRange(
    wanted.includes('/') ? wanted : `${wanted}/${wanted.includes(':') ? 128 : 32}`,
  );
  return address === undefined || range === undefined ? undefined : rangeContains(range, address);
};

/** IAM guide, condition operators. Those with `Not` in their name hold where their positive form does not. */
const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['StringEquals', equal],
  ['StringEqualsIgnoreCase', withoutCase],
  ['StringLike', like],
  ['NumericEquals', number((a, b) => a === b)],
  ['NumericLessThan', number((a, b) => a < b)],
  ['NumericLessThanEquals', number((a, b) => a <= b)],
  ['NumericGreaterThan', number((a, b) => a > b)],
  ['NumericGreaterThanEquals', number((a, b) => a >= b)],
  ['DateEquals', date((a, b) => a === b)],
  ['DateLessThan', date((a, b) => a < b)],
  ['DateLessThanEquals', date((a, b) => a <= b)],
  ['DateGreaterThan', date((a, b) => a > b)],
  ['DateGreaterThanEquals', date((a, b) => a >= b)],
  ['Bool', (value, wanted) => value.toLowerCase() === wanted.toLowerCase()],
  ['BinaryEquals', (value, wanted) => value === wanted],
  ['IpAddress', inRange],
  ['ArnEquals', arnLike],
  ['ArnLike', arnLike],
]);

/** Negative operators by name, each with its positive form. */
const negatives: ReadonlyMap<string, string> = new Map([
  ['StringNotEquals', 'StringEquals'],
  ['StringNotEqualsIgnoreCase', 'StringEqualsIgnoreCase'],
  ['StringNotLike', 'StringLike'],
  ['NumericNotEquals', 'NumericEquals'],
  ['DateNotEquals', 'DateEquals'],
  ['NotIpAddress', 'IpAddress'],
  ['ArnNotEquals', 'ArnEquals'],
  ['ArnNotLike', 'ArnLike'],
]);

/** Operators whose values may hold wildcards. */
export const wildcardOperators: ReadonlySet<string> = new Set([
  'StringLike',
  'StringNotLike',
  'ArnEquals',
  'ArnNotEquals',
  'ArnLike',
  'ArnNotLike',
]);

/** True for an operator that holds where the value is none of those named. */
export function isNegative(operator: string): boolean {
  return negatives.has(operator);
}

/**
 * Whether a condition holds (IAM guide, conditions with several keys or values; ForAllValues, ForAnyValue; IfExists;
 * Null). Undecided where the key or a variable is not known, or the operator is none of those above.
 *
 * @param variables - Whether `${...}` stands for variables.
 */
export function conditionHolds(condition: Condition, context: RequestContext, variables: boolean): Maybe {
  const { operator, quantifier, ifExists, key, values } = condition;
  if (!Object.hasOwn(context, key)) return undefined;
  const given = context[key];
  const list = given === undefined ? [] : typeof given === 'string' ? [given] : given;
  if (operator === 'Null') {
    return anyOf(values.map((wanted) => (wanted.toLowerCase() === 'true') === (list.length === 0)));
  }
  const negative = negatives.get(operator);
  const compare = comparisons.get(negative ?? operator);
  if (compare === undefined) return undefined;
  // An absent key fails a positive test and passes a negative one; with IfExists and ForAllValues it passes both.
  if (list.length === 0) {
    if (ifExists || quantifier === 'all') return true;
    return quantifier === 'any' ? false : negative !== undefined;
  }
  const lookUp = variables ? variablesOf(context) : undefined;
  const holds = (value: string): Maybe => {
    const hit = anyOf(values.map((wanted) => compare(value, wanted, lookUp)));
    return negative === undefined ? hit : negated(hit);
  };
  if (quantifier === 'all') return allOf(list.map(holds));
  if (quantifier === 'any') return anyOf(list.map(holds));
  // How AWS compares several values without a qualifier is not documented.
  return list.length === 1 ? holds(list[0] ?? '') : undefined;
}

/** Policy variables are condition keys with one value. */
export function variablesOf(context: RequestContext): Variables {
  return (key) => {
    if (!Object.hasOwn(context, key)) return undefined;
    const value = context[key];
    return value === undefined ? null : typeof value === 'string' ? value : undefined;
  };
}

/** A text in which only variables stand for something else. */
function literal(
  text: string,
  variables: Variables | undefined,
  change: (text: string) => string = (unchanged) => unchanged,
): Pattern {
  if (variables === undefined || !text.includes('${')) return change(text).split('');
  // Stars and question marks are themselves here: written as variables they stay what they are.
  return compilePattern(
    text.replaceAll(/\$\{[^}]*\}|[*?]/g, (part) => (part.length === 1 ? `\${${part}}` : part)),
    (key) => {
      const value = variables(key);
      return typeof value === 'string' ? change(value) : value;
    },
  )?.map((part) => (typeof part === 'string' ? change(part) : part));
}

/** Compares ARNs part by part: a wildcard does not reach over a colon, save in the last part (IAM guide, ARN operators). */
function arnLike(value: string, wanted: string, variables: Variables | undefined): Maybe {
  const parts = arnParts(value);
  const patterns = arnParts(wanted);
  if (parts.length < 6) return false;
  if (patterns.length < 6) {
    if (wanted === '*') return true;
    return fits(value, compilePattern(wanted, variables)) === false ? false : undefined;
  }
  return allOf(
    patterns.map((pattern, index) => fits(parts[index] ?? '', compilePattern(pattern, variables))),
  );
}

/** The six parts of an ARN; colons inside a variable or the last part do not count. */
function arnParts(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at < text.length && parts.length < 5; at += 1) {
    if (text.startsWith('${', at)) depth = 1;
    else if (text[at] === '}') depth = 0;
    else if (text[at] === ':' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** Milliseconds of an ISO 8601 time or of seconds since 1970; NaN for anything else. */
function timeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}
