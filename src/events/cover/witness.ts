import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Problem, Variable } from './problem.ts';
import type { Region } from './region.ts';
import type { Solution } from './search.ts';
import { typicalIdentities, typicalRecords } from './typical-records.ts';
import { namesOfSource, regionOfSource } from './typical-values.ts';
import type { Work } from './work.ts';

type Mutable = null | boolean | number | string | Mutable[] | { [name: string]: Mutable };

/** What stands at a plain path of a record; `undefined` for nothing. */
export function valueAt(record: JsonObject, path: readonly (string | number)[]): JsonValue | undefined {
  let value: JsonValue | undefined = record;
  for (const step of path) {
    if (typeof step === 'number')
      value = Array.isArray(value) ? (value as readonly JsonValue[])[step] : undefined;
    else value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** The typical record that has to be changed least to be a solution, with its values by variable and the weight of the changes. */
export function nearestRecord(
  problem: Problem,
  solution: Solution,
): {
  readonly record: JsonObject;
  readonly values: readonly (JsonValue | undefined)[];
  readonly changes: number;
} {
  let nearest: ReturnType<typeof nearestRecord> | undefined;
  let least = Infinity;
  for (const record of typicalRecords) {
    const values = problem.variables.map(({ path }) => valueAt(record, path));
    let changes = 0;
    for (const [number, region] of solution.regions.entries())
      if (!region.has(values[number])) changes += problem.variables[number]?.weight ?? 1;
    const isCommon =
      record['eventType'] !== 'AwsServiceEvent' &&
      record['eventCategory'] === 'Management' &&
      valueAt(record, ['userIdentity', 'type']) !== 'AWSService';
    const weight = changes + (isCommon ? 0 : 4);
    if (weight >= least) continue;
    least = weight;
    nearest = { record, values, changes };
  }
  if (nearest === undefined) throw new Error('there are no typical records');
  return nearest;
}

/**
 * A complete record that lies in the regions of a solution: the typical one with as few changes as the regions ask for.
 *
 * @throws WorkLimit, BeyondSearch, TooLarge
 */
export function recordOf(problem: Problem, solution: Solution, record: JsonObject, work: Work): JsonObject {
  const made = structuredClone(record) as { [name: string]: Mutable };
  const order = [...problem.variables.keys()].toSorted(
    (a, b) => depth(problem, a) - depth(problem, b) || a - b,
  );
  for (const number of order) {
    const variable = problem.variables[number];
    const region = solution.regions[number];
    if (variable === undefined || region === undefined) continue;
    const present = valueAt(made, variable.path);
    if (!region.has(present)) put(made, variable.path, pick(variable, region, made, work));
  }
  for (const [number, choice] of problem.choices.entries())
    if (choice.holds !== undefined && solution.choices[number] === true) made['sharedEventID'] = choice.holds;
  return agreeing(made, record, problem);
}

function depth(problem: Problem, number: number): number {
  return problem.variables[number]?.path.length ?? 0;
}

/** A value of the region, as believable as can be. */
function pick(
  variable: Variable,
  region: Region,
  record: { readonly [name: string]: Mutable },
  work: Work,
): Mutable | undefined {
  // A place that must be there for what stands in it.
  if (!region.allows('missing') && region.texts.listed?.length === 0 && region.numbers.length === 0) {
    if (region.allows('object')) return {};
    if (region.allows('array')) return [];
  }
  const source = record['eventSource'];
  const names =
    variable.name === '$.eventName' && typeof source === 'string' ? (namesOfSource[source] ?? []) : [];
  const text = region.texts.firstOf(names, work) ?? region.texts.sample(variable.candidates, work);
  const nested = variable.members.length > 0 || variable.elements.length > 0;
  if (nested && region.allows('missing')) return undefined;
  if (text !== undefined && !nested) return text;
  if (region.allows('missing')) return undefined;
  if (region.allows('true')) return true;
  if (region.allows('false')) return false;
  const number = sampleNumber(region);
  if (number !== undefined) return number;
  if (text !== undefined) return text;
  if (region.allows('null')) return null;
  if (region.allows('object')) return {};
  return region.allows('array') ? [] : undefined;
}

function sampleNumber(region: Region): number | undefined {
  for (const { from, fromOpen, to, toOpen } of region.numbers) {
    const candidates = [
      0,
      1,
      Math.ceil(from),
      Math.floor(from) + 1,
      Math.floor(to),
      Math.ceil(to) - 1,
      (from + to) / 2,
      from,
      to,
      nextUp(from),
    ];
    const found = candidates.find(
      (value) =>
        Number.isFinite(value) &&
        (fromOpen ? value > from : value >= from) &&
        (toOpen ? value < to : value <= to),
    );
    if (found !== undefined) return found + 0;
  }
  return undefined;
}

/** The next 64-bit float. */
function nextUp(value: number): number {
  if (!Number.isFinite(value)) return value;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value + 0);
  const bits = view.getBigInt64(0);
  view.setBigInt64(0, value >= 0 ? bits + 1n : bits - 1n);
  return view.getFloat64(0);
}

function put(
  record: { [name: string]: Mutable },
  path: readonly (string | number)[],
  value: Mutable | undefined,
): void {
  const last = path.at(-1);
  let place: Mutable | undefined = record;
  for (const [index, step] of path.slice(0, -1).entries()) {
    if (place === null || typeof place !== 'object') return;
    let next: Mutable | undefined = Array.isArray(place)
      ? place[Number(step)]
      : Object.hasOwn(place, step)
        ? place[step]
        : undefined;
    if (next === undefined || next === null || typeof next !== 'object') {
      if (value === undefined) return;
      next = typeof path[index + 1] === 'number' ? [] : {};
      setIn(place, step, next);
    }
    place = next;
  }
  if (place === null || typeof place !== 'object' || last === undefined) return;
  if (value !== undefined) setIn(place, last, value);
  else if (Array.isArray(place)) place.splice(Number(last));
  else delete place[last];
}

function setIn(place: Mutable[] | { [name: string]: Mutable }, step: string | number, value: Mutable): void {
  if (Array.isArray(place)) place[Number(step)] = value;
  // A field may be called __proto__: it must become a plain member.
  else Object.defineProperty(place, step, { value, enumerable: true, configurable: true, writable: true });
}

/** Adjusts what nobody asked for, so that the parts of the record agree with each other. */
function agreeing(record: { [name: string]: Mutable }, template: JsonObject, problem: Problem): JsonObject {
  const asked = new Set(problem.variables.map(({ name }) => name));
  const adjust = (name: string, value: Mutable): void => {
    if (!asked.has(`$.${name}`) && record[name] !== undefined) record[name] = value;
  };
  agreeIdentity(record, template, asked);
  const { eventName: name, eventSource: source } = record;
  if (name !== template['eventName'] || source !== template['eventSource']) {
    // The parameters of another call would mislead.
    for (const place of ['requestParameters', 'responseElements']) {
      const before = record[place];
      if (!isJsonObject(before)) continue;
      const members = Object.entries(before).filter(([member]) => isAsked(asked, `$.${place}.${member}`));
      if (members.length > 0) record[place] = Object.fromEntries(members);
      else adjust(place, null);
    }
  }
  const failed = record['errorCode'] !== undefined;
  if (failed) adjust('responseElements', null);
  if (failed && record['errorMessage'] === undefined && !asked.has('$.errorMessage'))
    record['errorMessage'] = 'You are not authorized to perform this operation.';
  if (typeof record['eventCategory'] === 'string')
    adjust('managementEvent', record['eventCategory'] === 'Management');
  if (typeof name === 'string')
    adjust('readOnly', /^(Get|List|Describe|Lookup|Head|Search|AssumeRole)/.test(name));
  const region = typeof source === 'string' ? regionOfSource[source] : undefined;
  if (region !== undefined) adjust('awsRegion', region);
  return record;
}

/** Gives the record the identity of its type, as far as no field of it was asked for. */
function agreeIdentity(
  record: { [name: string]: Mutable },
  template: JsonObject,
  asked: ReadonlySet<string>,
): void {
  const identity = record['userIdentity'];
  const before = template['userIdentity'];
  if (!isJsonObject(identity) || !isJsonObject(before) || identity['type'] === before['type']) return;
  const typical: JsonObject = typicalIdentities.find(({ type }) => type === identity['type']) ?? {};
  const names = [...new Set([...Object.keys(identity), ...Object.keys(typical)])];
  const members = names.flatMap((name): [string, Mutable][] => {
    const value = (isAsked(asked, `$.userIdentity.${name}`) ? identity : typical)[name];
    return value === undefined ? [] : [[name, structuredClone(value) as Mutable]];
  });
  record['userIdentity'] = Object.fromEntries(members);
}

/** Whether a field, or one inside of it, was asked for. */
function isAsked(asked: ReadonlySet<string>, name: string): boolean {
  return [...asked].some(
    (each) => each === name || each.startsWith(`${name}.`) || each.startsWith(`${name}[`),
  );
}
