import { UserFault } from '../../fault.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { nearestWord } from '../../suggest.ts';
import { parseLocatedJson, plainJson, type LocatedJson } from '../located-json.ts';
import { PatternFault } from '../pattern-fault.ts';
import {
  negativeOperators,
  positiveOperators,
  type AdvancedSelector,
  type ClassicSelector,
  type DataResource,
  type EventSelectors,
  type FieldSelector,
} from './selector.ts';

/** Event selectors that CloudTrail would not answer or take: where in the JSON value, and why. */
export class SelectorFault extends UserFault {
  override readonly name = 'SelectorFault';
  readonly path: readonly (string | number)[];
  readonly reason: string;

  constructor(path: readonly (string | number)[], reason: string) {
    super(`${pathText(path)}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}

/**
 * Reads the answer of `cloudtrail:GetEventSelectors` (or an object with either of its lists).
 *
 * @throws SelectorFault where the answer is not of the form that CloudTrail gives
 */
export function readEventSelectors(answer: JsonValue): EventSelectors {
  if (!isJsonObject(answer)) throw new SelectorFault([], 'an object with event selectors is expected');
  const classic = list(answer['EventSelectors'], ['EventSelectors']);
  const advanced = list(answer['AdvancedEventSelectors'], ['AdvancedEventSelectors']);
  if (classic.length > 0 && advanced.length > 0)
    throw new SelectorFault(
      ['AdvancedEventSelectors'],
      'a trail has basic or advanced selectors, never both',
    );
  if (classic.length > 0) {
    const selectors = classic.map((item, index) => classicSelector(item, ['EventSelectors', index]));
    return { kind: 'classic', selectors };
  }
  if (advanced.length > 0) {
    const selectors = advanced.map((item, index) =>
      advancedSelector(item, ['AdvancedEventSelectors', index]),
    );
    return { kind: 'advanced', selectors };
  }
  return { kind: 'default' };
}

/**
 * The same from JSON text: the whole answer, or one of its two lists alone (told apart by what stands in it).
 *
 * @throws PatternFault with line and column
 */
export function parseEventSelectors(text: string): EventSelectors {
  const located = parseLocatedJson(text);
  const value = plainJson(located);
  const lone = Array.isArray(value) ? loneList(value as readonly JsonValue[]) : undefined;
  try {
    return readEventSelectors(lone === undefined ? value : { [lone]: value });
  } catch (error) {
    if (!(error instanceof SelectorFault)) throw error;
    throw new PatternFault(
      text,
      offsetOf(located, lone === undefined ? error.path : error.path.slice(1)),
      error.message,
    );
  }
}

function loneList(items: readonly JsonValue[]): 'EventSelectors' | 'AdvancedEventSelectors' {
  return items.some((item) => isJsonObject(item) && item['FieldSelectors'] !== undefined)
    ? 'AdvancedEventSelectors'
    : 'EventSelectors';
}

function classicSelector(value: JsonValue, path: Path): ClassicSelector {
  const object = members(value, path, [
    'ReadWriteType',
    'IncludeManagementEvents',
    'DataResources',
    'ExcludeManagementEventSources',
  ]);
  const type = object['ReadWriteType'] ?? 'All';
  if (type !== 'All' && type !== 'ReadOnly' && type !== 'WriteOnly')
    throw new SelectorFault([...path, 'ReadWriteType'], 'All, ReadOnly or WriteOnly is expected');
  const include = object['IncludeManagementEvents'] ?? true;
  if (typeof include !== 'boolean')
    throw new SelectorFault([...path, 'IncludeManagementEvents'], 'true or false is expected');
  return {
    readWriteType: type,
    includeManagementEvents: include,
    excludeManagementEventSources: texts(object['ExcludeManagementEventSources'], [
      ...path,
      'ExcludeManagementEventSources',
    ]),
    dataResources: list(object['DataResources'], [...path, 'DataResources']).map((item, index) =>
      dataResource(item, [...path, 'DataResources', index]),
    ),
  };
}

function dataResource(value: JsonValue, path: Path): DataResource {
  const object = members(value, path, ['Type', 'Values']);
  return {
    type: textOf(object['Type'], [...path, 'Type']),
    values: texts(object['Values'], [...path, 'Values']),
  };
}

function advancedSelector(value: JsonValue, path: Path): AdvancedSelector {
  const object = members(value, path, ['Name', 'FieldSelectors']);
  const name = object['Name'];
  const fields = list(object['FieldSelectors'], [...path, 'FieldSelectors']).map((item, index) =>
    fieldSelector(item, [...path, 'FieldSelectors', index]),
  );
  if (fields.length === 0)
    throw new SelectorFault([...path, 'FieldSelectors'], 'at least one field selector is expected');
  const named = new Set<string>();
  for (const [index, { field }] of fields.entries()) {
    if (named.has(field))
      throw new SelectorFault([...path, 'FieldSelectors', index, 'Field'], `${field} has a selector already`);
    named.add(field);
  }
  return { ...(typeof name === 'string' ? { name } : {}), fields };
}

function fieldSelector(value: JsonValue, path: Path): FieldSelector {
  const known = [...positiveOperators, ...negativeOperators];
  const object = members(value, path, ['Field', ...known]);
  const operators: Record<string, readonly string[]> = {};
  for (const operator of known) {
    const values = texts(object[operator], [...path, operator]);
    if (values.length > 0) operators[operator] = values;
  }
  if (Object.keys(operators).length === 0)
    throw new SelectorFault(path, `an operator with a value is expected, one of ${known.join(', ')}`);
  return { field: textOf(object['Field'], [...path, 'Field']), operators };
}

type Path = readonly (string | number)[];

/** An object whose members are all known; null members count as absent, as SDKs write them. */
function members(value: JsonValue, path: Path, known: readonly string[]): JsonObject {
  if (!isJsonObject(value)) throw new SelectorFault(path, 'an object is expected');
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    const nearest = nearestWord(name, known);
    const hint = nearest === undefined ? '' : `, did you mean ${nearest}?`;
    throw new SelectorFault([...path, name], `unknown member${hint}; known are ${known.join(', ')}`);
  }
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

function list(value: JsonValue | undefined, path: Path): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new SelectorFault(path, 'a list is expected');
  return value as readonly JsonValue[];
}

function texts(value: JsonValue | undefined, path: Path): string[] {
  return list(value, path).map((item, index) => textOf(item, [...path, index]));
}

function textOf(value: JsonValue | undefined, path: Path): string {
  if (typeof value !== 'string') throw new SelectorFault(path, 'a text is expected');
  return value;
}

function pathText(path: Path): string {
  if (path.length === 0) return 'event selectors';
  return path.reduce<string>((before, step) => {
    if (typeof step === 'number') return `${before}[${step}]`;
    return before === '' ? step : `${before}.${step}`;
  }, '');
}

/** Where a path of a JSON value stands, as far as it exists. */
function offsetOf(located: LocatedJson, path: Path): number {
  const [step, ...rest] = path;
  if (typeof step === 'number' && located.kind === 'list') {
    const item = located.items[step];
    if (item !== undefined) return offsetOf(item, rest);
  }
  if (typeof step === 'string' && located.kind === 'object') {
    const member = located.members.find(({ name }) => name === step);
    if (member !== undefined) return rest.length === 0 ? member.nameAt : offsetOf(member.value, rest);
  }
  return located.at;
}
