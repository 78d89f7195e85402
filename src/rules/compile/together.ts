import type { Predicate } from '../../events/predicate.ts';
import { UserFault } from '../../fault.ts';
import type { JsonValue } from '../../json.ts';
import type { Resource } from '../../model/resource.ts';
import type { ResourceType } from '../../model/schema.ts';
import { Unknown } from '../../model/unknown.ts';
import type { LinkNode, TogetherNode, WayNode } from '../document.ts';
import { didYouMean } from '../../suggest.ts';
import { splitEventSet, type Coverage, type EventAlgebra, type EventSetReference } from './algebra.ts';
import type { Check } from './check.ts';
import { valueOf, type CompileContext } from './context.ts';
import { verdictOf, type Decision } from './decision.ts';
import { eventSetFault } from './parameters.ts';
import { compilePath, compileRelation, type CompiledRelation } from './path.ts';
import type { Subject } from './subject.ts';
import { tellTogether } from './together-reasons.ts';

/** One compiled link of a way. */
export interface Link {
  readonly label: string;
  readonly relation: CompiledRelation;
  readonly where: Check | undefined;
  /** Events that pass the element; undefined where the link passes everything on. */
  readonly sees: ((subject: Subject) => Predicate | undefined | Unknown) | undefined;
  readonly seesText: string;
  /** What to do where the chain breaks here. */
  readonly fix: string | undefined;
}

/** One compiled way. */
export interface Way {
  readonly name: string;
  /** What to do to have this way. */
  readonly fix: string | undefined;
  readonly links: readonly Link[];
}

/**
 * What an element and everything after it lets through, as a union: for certain, and at the most. The second holds
 * the first. A function of the element alone, so it is worked out once however many paths lead there.
 */
interface Passage {
  readonly certain: readonly Predicate[];
  readonly possible: readonly Predicate[];
}
const blocked: Passage = { certain: [], possible: [] };

/** Beyond this many predicates a union is passed on as one. */
const longUnion = 256;

/** `together`: see docs/rules.md. */
export function compileTogether(
  context: CompileContext,
  node: TogetherNode,
  type: ResourceType,
): Check | undefined {
  const before = context.faults.count;
  const set = resolveSet(context, node, type);
  const ways = node.ways.flatMap((way): Way[] => {
    // Compiled even where it does not count, so that its faults are told.
    const links = compileLinks(context, way.links, type);
    return wayCounts(context, way) ? [{ name: way.name, fix: way.fix, links }] : [];
  });
  if (set === undefined || context.faults.count > before) return undefined;

  const { algebra } = context;
  const everything: Passage = { certain: [algebra.everything], possible: [algebra.everything] };
  // One memory a link: the chain behind an organization trail is judged once and shared by all members. Keyed by
  // resource, so that it goes when the model lets the resource go.
  const memories = ways.map((way) => way.links.map(() => new WeakMap<Resource, Passage>()));

  const after = (way: number, link: number, subject: Subject): Passage => {
    const links = ways[way]!.links;
    if (link === links.length) return everything;
    const list = links[link]!.relation.read(subject);
    if (list instanceof Unknown) return { certain: [], possible: everything.possible };
    const certain = new Set<Predicate>();
    const possible = new Set<Predicate>();
    for (let index = 0; index < list.resources.length; index++) {
      const element = list.at(index, subject.evaluation);
      const passage = through(way, link, element);
      for (const predicate of passage.certain) certain.add(predicate);
      for (const predicate of passage.possible) possible.add(predicate);
    }
    if (list.missing !== undefined) possible.add(algebra.everything);
    return { certain: shorten(certain, algebra), possible: shorten(possible, algebra) };
  };
  const through = (way: number, link: number, subject: Subject): Passage => {
    const memory = memories[way]![link]!;
    let passage = memory.get(subject.resource);
    if (passage === undefined) {
      passage = work(way, link, subject);
      memory.set(subject.resource, passage);
    }
    return passage;
  };
  const work = (way: number, link: number, subject: Subject): Passage => {
    const { where, sees } = ways[way]!.links[link]!;
    const decision = where === undefined ? 2 : where.decide(subject);
    if (decision === 0) return blocked;
    const seen = sees?.(subject);
    if (sees !== undefined && seen === undefined) return blocked;
    const rest = after(way, link + 1, subject);
    const own = seen instanceof Unknown ? undefined : seen;
    const possible = own === undefined ? rest.possible : conjoin(own, rest.possible, algebra);
    if (decision === 1 || seen instanceof Unknown) return { certain: [], possible };
    return { certain: own === undefined ? rest.certain : conjoin(own, rest.certain, algebra), possible };
  };

  // A central filter may leave accounts out. Then each account is judged by its own events; otherwise one answer of the
  // algebra, which keeps what it has judged before, serves them all.
  const telling = new WeakMap<Predicate, boolean>();
  const tells = (predicate: Predicate): boolean => {
    let told = telling.get(predicate);
    if (told === undefined) telling.set(predicate, (told = algebra.tellsAccounts(predicate)));
    return told;
  };
  const ofAccount = type.name === 'account' || type.name === 'region';
  const judge = (subject: Subject): Judgement => {
    const asked = set.required(subject);
    if (asked instanceof Unknown) {
      const open: Coverage = { verdict: 'undecided', reason: 'the events are not known' };
      return { decision: 1, certain: [], sure: open, most: open, covers: () => open, unasked: asked };
    }
    const passages = ways.map((_, way) => after(way, 0, subject));
    const certain = [...new Set(passages.flatMap((passage) => passage.certain))];
    const possible = [...new Set(passages.flatMap((passage) => passage.possible))];
    const required =
      ofAccount && possible.some(tells)
        ? algebra.and(asked, algebra.ofAccount(subject.resource.account))
        : asked;
    const covers: Covers = (provided) => algebra.covers(required, provided);
    const sure = covers(certain);
    if (sure.verdict === 'proved') return { decision: 2, certain, sure, most: sure, covers };
    const most = covers(possible);
    return { decision: most.verdict === 'refuted' ? 0 : 1, certain, sure, most, covers };
  };
  return {
    decide: (subject) => judge(subject).decision,
    closeness: (subject) => judge(subject).decision / 2,
    explain: (subject, how) => {
      const judgement = judge(subject);
      return tellTogether(
        { set, ways, algebra, covers: judgement.covers },
        judgement,
        verdictOf(judgement.decision),
        subject,
        how,
      );
    },
  };
}

/** Whether a way is to be looked at at all. */
function wayCounts(context: CompileContext, { counts }: WayNode): boolean {
  if (counts === undefined) return true;
  const value = valueOf(context, counts);
  if (typeof value === 'boolean') return value;
  if (value !== undefined)
    context.faults.add(counts.place, 'counts is true or false', 'write true, false, or a boolean parameter');
  return true;
}

/** The event set that is meant, with the form it is meant in. */
export interface CoveredSet {
  readonly id: string;
  readonly title: string;
  /** The events that are asked for of a resource; not known where what it says of them is not. */
  required(subject: Subject): Predicate | Unknown;
}

function resolveSet(context: CompileContext, node: TogetherNode, type: ResourceType): CoveredSet | undefined {
  const text = valueOf(context, node.cover);
  if (text === undefined) return undefined;
  const { place } = node.cover;
  if (typeof text !== 'string')
    return context.faults.add(
      place,
      'cover needs the id of an event set',
      'write for example cover: root-usage',
    );
  const wrong = eventSetFault(text, context.eventSets);
  if (wrong !== undefined) return context.faults.add(place, wrong.what, wrong.todo);
  const { id, edition } = splitEventSet(text);
  const set = context.eventSets.get(id)!;
  context.used.add(`event-set ${id}`);
  const parameters: Record<string, readonly string[]> = {};
  for (const { name, namePlace, value } of node.with) {
    if (!set.parameters.includes(name))
      context.faults.add(
        namePlace,
        `the event set ${id} has no parameter ${name}`,
        didYouMean(name, set.parameters),
      );
    const given = valueOf(context, value);
    if (given === undefined) continue;
    const list: readonly JsonValue[] = Array.isArray(given) ? given : [given];
    parameters[name] = list.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  }
  const taken = takenValues(context, node, set, type);
  const required = (values: Readonly<Record<string, readonly string[]>>): Predicate =>
    set.required({
      ...(edition !== undefined && { edition }),
      ...(set.parameters.length > 0 && { parameters: { ...parameters, ...values } }),
    });
  try {
    const sample = required(Object.fromEntries([...taken.keys()].map((name) => [name, ['x']])));
    if (taken.size === 0) return { id: text, title: set.title, required: () => sample };
    // The same values give the same predicate, of which the algebra knows what it has judged before.
    const known = new Map<string, Predicate>();
    return {
      id: text,
      title: set.title,
      required: (subject) => {
        const values: Record<string, readonly string[]> = {};
        for (const [name, read] of taken) {
          const value = read(subject);
          if (value instanceof Unknown) return value;
          values[name] = value;
        }
        const key = JSON.stringify(values);
        let predicate = known.get(key);
        if (predicate === undefined) known.set(key, (predicate = required(values)));
        return predicate;
      },
    };
  } catch (error) {
    if (!(error instanceof UserFault)) throw error;
    return context.faults.add(place, error.message, 'correct cover or with');
  }
}

/** Readers of the values that the set needs of those that the resource tells; others of them it has no use for. */
function takenValues(
  context: CompileContext,
  node: TogetherNode,
  set: EventSetReference,
  type: ResourceType,
): ReadonlyMap<string, (subject: Subject) => readonly string[] | Unknown> {
  const readers = new Map<string, (subject: Subject) => readonly string[] | Unknown>();
  for (const { name, namePlace, from } of node.taken ?? []) {
    const path = compilePath(context, from, type);
    if (path === undefined) continue;
    const { shape } = path;
    if (shape !== 'string' && !(typeof shape === 'object' && 'list' in shape && shape.list === 'string')) {
      context.faults.add(from.place, `${path.text} is neither text nor a list of texts`, 'name another fact');
      continue;
    }
    const names = [...context.eventSets.values()].flatMap((one) => one.parameters);
    if (!names.includes(name))
      context.faults.add(namePlace, `no event set has a parameter ${name}`, didYouMean(name, names));
    if (set.parameters.includes(name))
      readers.set(name, (subject) => {
        const value = path.read(subject);
        if (value instanceof Unknown) return value;
        if (typeof value === 'string') return [value];
        return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
      });
  }
  return readers;
}

/** What coverage says of one subject. */
export interface Judgement {
  readonly decision: Decision;
  readonly certain: readonly Predicate[];
  /** By what passes for certain. */
  readonly sure: Coverage;
  /** By what could pass at the most. */
  readonly most: Coverage;
  /** The question that was asked, for other lists. */
  readonly covers: Covers;
  /** Why it is not known which events are asked for. */
  readonly unasked?: Unknown;
}

function compileLinks(context: CompileContext, nodes: readonly LinkNode[], start: ResourceType): Link[] {
  const links: Link[] = [];
  let type = start;
  for (const node of nodes) {
    const relation = compileRelation(context, node.each, type);
    if (relation === undefined) return links;
    const where = node.where && context.check(node.where, relation.to);
    const sees = node.sees && compilePath(context, node.sees, relation.to);
    if (sees !== undefined && sees.shape !== 'events')
      context.faults.add(
        node.sees?.place ?? node.place,
        `${sees.text} says nothing about events`,
        'name a fact that is a set of events',
      );
    links.push({
      label: node.link,
      relation,
      where,
      sees: sees && ((subject) => sees.read(subject) as Predicate | undefined | Unknown),
      seesText: sees?.text ?? '',
      fix: node.fix,
    });
    type = relation.to;
  }
  return links;
}

function conjoin(own: Predicate, rest: readonly Predicate[], algebra: EventAlgebra): readonly Predicate[] {
  if (own.kind === 'everything') return rest;
  return rest.map((predicate) => (predicate.kind === 'everything' ? own : algebra.and(own, predicate)));
}

function shorten(union: ReadonlySet<Predicate>, algebra: EventAlgebra): readonly Predicate[] {
  const list = [...union];
  if (list.some((predicate) => predicate.kind === 'everything')) return [algebra.everything];
  return list.length > longUnion ? [algebra.or(...list)] : list;
}

/** `covers` of one set. */
export type Covers = (provided: readonly Predicate[]) => Coverage;
