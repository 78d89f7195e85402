import { isJsonObject, type JsonValue } from '../../json.ts';
import type { Resource } from '../../model/resource.ts';
import type { DerivedFact, FieldShape, Grounds, ManyRelation, ResourceType } from '../../model/schema.ts';
import { Unknown } from '../../model/unknown.ts';
import type { PathNode, PathStep } from '../document.ts';
import { didYouMean } from '../../suggest.ts';
import type { CompileContext } from './context.ts';
import { Elements, readFact, readMany, readOne, type Subject } from './subject.ts';
import { withArticle } from './telling.ts';

/** What stands at the end of a path: a value, whether known or not, or a related resource. */
export type Reading = JsonValue | undefined | Unknown | Subject;

/** Where a reading comes from. */
export interface Trace {
  readonly reading: Reading;
  /** The resource in whose answer it stands (or would). */
  readonly owner: Subject;
  /** Path inside the data of the owner; empty where the value is derived or is the owner itself. */
  readonly inside: string;
  /** What a derived value follows from. */
  readonly grounds?: Grounds | undefined;
}

export interface CompiledPath {
  readonly text: string;
  /** Shape of the value; `resource` where the path ends at a relation. */
  readonly shape: FieldShape | 'resource' | 'events';
  readonly read: (subject: Subject) => Reading;
  readonly trace: (subject: Subject) => Trace;
  /** Name of the field, where the path is one field of the resource itself. */
  readonly ownField: string | undefined;
  /** Reads the value from the resource itself, where no relation or fact is on the way. */
  readonly ownValue: ((resource: Resource) => JsonValue | undefined | Unknown) | undefined;
}

type Hop = (subject: Subject) => Subject | undefined | Unknown;

/** Resolves a path that ends at a value or a related resource. `alternatives` are other words that could be meant. */
export function compilePath(
  context: CompileContext,
  path: PathNode,
  type: ResourceType,
  alternatives: readonly string[] = [],
): CompiledPath | undefined {
  const walked = walk(context, path, type, alternatives);
  if (walked === undefined) return undefined;
  const { hops, end, rest, steps } = walked;
  const text = path.text;
  if (end.kind === 'many')
    return context.faults.add(
      path.place,
      `${text} goes through ${end.name}, which is a list of resources`,
      `ask its elements: some: ${end.path}, where: {...}`,
    );
  if (end.kind === 'self') {
    const read = chain(hops, (subject) => subject);
    return {
      text,
      shape: 'resource',
      read,
      ownField: undefined,
      ownValue: undefined,
      trace: tracer(hops, (subject) => ({ reading: subject, owner: subject, inside: '' })),
    };
  }
  const shape = shapeInside(context, path, end.shape, rest, end.name);
  if (shape === undefined) return undefined;
  if (end.kind === 'field') {
    const name = end.name;
    const inside = [name, ...steps]
      .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
      .join('');
    const value = (resource: Resource): JsonValue | undefined | Unknown => {
      const whole = resource.data[name] ?? undefined;
      if (whole === undefined) return resource.partial;
      return steps.length === 0 ? whole : dig(whole, steps);
    };
    const read = ({ resource }: Subject): Reading => value(resource);
    return {
      text,
      shape,
      read: chain(hops, read),
      ownField: hops.length === 0 && steps.length === 0 ? name : undefined,
      ownValue: hops.length === 0 ? value : undefined,
      trace: tracer(hops, (subject) => ({ reading: read(subject), owner: subject, inside })),
    };
  }
  const fact = readFact(end.fact, context.slots.of(end.type, end.name));
  const read = (subject: Subject): Reading => {
    const value = fact(subject);
    if (value === undefined || value instanceof Unknown) return value;
    return steps.length === 0 ? ((value as JsonValue) ?? undefined) : dig(value as JsonValue, steps);
  };
  return {
    text,
    shape,
    read: chain(hops, read),
    ownField: undefined,
    ownValue: undefined,
    trace: tracer(hops, (subject) => ({
      reading: read(subject),
      owner: subject,
      inside: '',
      grounds: end.fact.follows?.(subject.resource, subject.evaluation.model),
    })),
  };
}

/** A relation that a quantifier or a link goes over, and the type of its elements. */
export interface CompiledRelation {
  readonly text: string;
  readonly to: ResourceType;
  readonly read: (subject: Subject) => Elements | Unknown;
}

const nothing = new Elements([], undefined, [], false);

/** Resolves a path that ends at a relation; one to a single resource is a list of at most one. */
export function compileRelation(
  context: CompileContext,
  path: PathNode,
  type: ResourceType,
): CompiledRelation | undefined {
  const walked = walk(context, path, type, []);
  if (walked === undefined) return undefined;
  const { hops, end, rest } = walked;
  if (end.kind === 'many') {
    if (rest.length > 0)
      return context.faults.add(
        path.place,
        `${path.text} goes on after ${end.name}, which is a list of resources`,
        `stop at ${end.path} and ask its elements in where`,
      );
    const to = context.types.get(end.relation.to);
    if (to === undefined) return undefined;
    const many = readMany(end.relation, context.slots.of(end.type, end.name), to.name === 'account');
    if (hops.length === 0) return { text: path.text, to, read: many };
    const hop = chain(hops, (subject) => subject) as Hop;
    return {
      text: path.text,
      to,
      read: (subject) => {
        const owner = hop(subject);
        if (owner === undefined) return nothing;
        return owner instanceof Unknown ? owner : many(owner);
      },
    };
  }
  if (end.kind === 'self') {
    const hop = chain(hops, (subject) => subject) as Hop;
    return {
      text: path.text,
      to: end.type,
      read: (subject) => {
        const related = hop(subject);
        if (related === undefined) return nothing;
        if (related instanceof Unknown) return related;
        return new Elements(
          [related.resource],
          undefined,
          related.resource.sources.map((source) => source.record),
          false,
        );
      },
    };
  }
  const lists = Object.keys(type.relations).filter((name) => type.relations[name]!.kind === 'many');
  return context.faults.add(
    path.place,
    `${path.text} is not a relation of ${withArticle(type.noun)}`,
    didYouMean(path.text, lists),
  );
}

type End =
  | { readonly kind: 'self'; readonly type: ResourceType; readonly name: string }
  | {
      readonly kind: 'many';
      readonly relation: ManyRelation;
      readonly type: string;
      readonly name: string;
      readonly path: string;
    }
  | { readonly kind: 'field'; readonly shape: FieldShape; readonly name: string }
  | {
      readonly kind: 'fact';
      readonly fact: DerivedFact;
      readonly shape: FieldShape | 'events';
      readonly type: string;
      readonly name: string;
    };

interface Walked {
  readonly hops: readonly Hop[];
  readonly end: End;
  /** Steps after the field or fact. */
  readonly rest: readonly PathStep[];
  readonly steps: readonly (string | number)[];
}

/** Follows relations to one resource as far as they go, then names what stands there. */
function walk(
  context: CompileContext,
  path: PathNode,
  start: ResourceType,
  alternatives: readonly string[],
): Walked | undefined {
  const hops: Hop[] = [];
  let type = start;
  for (const [position, step] of path.steps.entries()) {
    const rest = path.steps.slice(position + 1);
    const steps = rest.map((one) =>
      one.kind === 'name' ? one.name : one.kind === 'key' ? one.key : one.index,
    );
    if (step.kind !== 'name') {
      const before = path.steps[position - 1];
      return context.faults.add(
        path.place,
        `${before?.kind === 'name' ? before.name : path.text} is one resource, not a list`,
        'name one of its fields after a dot',
      );
    }
    const { name } = step;
    const relation = own(type.relations, name);
    if (relation !== undefined) {
      note(context, relation.calls);
      const to = context.types.get(relation.to);
      note(context, to?.calls ?? []);
      if (relation.kind === 'many') {
        const upTo = path.steps
          .slice(0, position + 1)
          .map((one) => (one.kind === 'name' ? one.name : ''))
          .join('.');
        return { hops, end: { kind: 'many', relation, type: type.name, name, path: upTo }, rest, steps };
      }
      if (to === undefined) throw new Error(`relation ${type.name}.${name} leads to no type`);
      hops.push(readOne(relation, context.slots.of(type.name, name)));
      type = to;
      continue;
    }
    const fact = own(type.facts, name);
    if (fact !== undefined) {
      note(context, fact.calls);
      return { hops, end: { kind: 'fact', fact, shape: fact.shape, type: type.name, name }, rest, steps };
    }
    const shape = own(type.fields, name);
    if (shape !== undefined) return { hops, end: { kind: 'field', shape, name }, rest, steps };
    const known = [...Object.keys(type.fields), ...Object.keys(type.relations), ...Object.keys(type.facts)];
    return context.faults.add(
      path.place,
      `${withArticle(type.noun)} has no ${name}`,
      didYouMean(name, path.steps.length === 1 ? [...known, ...alternatives] : known),
    );
  }
  return { hops, end: { kind: 'self', type, name: path.text }, rest: [], steps: [] };
}

function own<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function note(context: CompileContext, calls: Iterable<`${string}:${string}`>): void {
  for (const call of calls) context.calls.add(call);
}

function chain(hops: readonly Hop[], last: (subject: Subject) => Reading): (subject: Subject) => Reading {
  const [first, second, ...more] = hops;
  if (first === undefined) return last;
  if (second === undefined)
    return (subject) => {
      const next = first(subject);
      return next === undefined || next instanceof Unknown ? next : last(next);
    };
  const rest = chain([second, ...more], last);
  return (subject) => {
    const next = first(subject);
    return next === undefined || next instanceof Unknown ? next : rest(next);
  };
}

function tracer(hops: readonly Hop[], last: (subject: Subject) => Trace): (subject: Subject) => Trace {
  return (subject) => {
    let owner = subject;
    for (const hop of hops) {
      const next = hop(owner);
      if (next === undefined || next instanceof Unknown) return { reading: next, owner, inside: '' };
      owner = next;
    }
    return last(owner);
  };
}

/** The value inside a value; absent where a step leads nowhere. */
function dig(value: JsonValue | undefined, steps: readonly (string | number)[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const step of steps) {
    if (typeof step === 'number') at = Array.isArray(at) ? (at as readonly JsonValue[])[step] : undefined;
    else at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    if (at === undefined) return undefined;
  }
  return at ?? undefined;
}

function shapeInside(
  context: CompileContext,
  path: PathNode,
  start: FieldShape | 'events',
  rest: readonly PathStep[],
  name: string,
): FieldShape | 'events' | undefined {
  let shape = start;
  let at = name;
  for (const step of rest) {
    if (shape === 'json') return 'json';
    const list = typeof shape === 'object' && 'list' in shape ? shape.list : undefined;
    const map = typeof shape === 'object' && 'map' in shape ? shape.map : undefined;
    const object = typeof shape === 'object' && 'object' in shape ? shape.object : undefined;
    if (step.kind === 'index') {
      if (list === undefined)
        return context.faults.add(path.place, `${at} is not a list`, `remove [${step.index}]`);
      shape = list;
      at = `${at}[${step.index}]`;
      continue;
    }
    const inner = step.kind === 'name' ? step.name : step.key;
    if (object !== undefined) {
      const found = own(object, inner);
      if (found === undefined)
        return context.faults.add(
          path.place,
          `${at} has no ${inner}`,
          didYouMean(inner, Object.keys(object)),
        );
      shape = found;
    } else if (map !== undefined) shape = map;
    else if (list !== undefined)
      return context.faults.add(
        path.place,
        `${at} is a list`,
        `name an element: ${at}[0].${inner}; or ask all of them: contains`,
      );
    else
      return context.faults.add(
        path.place,
        `${at} is ${shapeName(shape)} and has no ${inner}`,
        `stop at ${at}`,
      );
    at = `${at}.${inner}`;
  }
  return shape;
}

/** What a shape is called in a sentence. */
export function shapeName(shape: FieldShape | 'resource' | 'events'): string {
  if (typeof shape === 'object') {
    if ('list' in shape) return 'a list';
    return 'map' in shape ? 'a map' : 'an object';
  }
  const names = {
    string: 'text',
    boolean: 'true or false',
    number: 'a number',
    time: 'a time',
    json: 'any value',
    names: 'a set of names',
    resource: 'a related resource',
    events: 'a set of events',
  };
  return names[shape];
}
