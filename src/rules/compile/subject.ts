import { AccountNeeded, type OrganizationModel } from '../../model/organization.ts';
import type { Fact, Resource } from '../../model/resource.ts';
import type { DerivedFact, ManyRelation, OneRelation } from '../../model/schema.ts';
import { Unknown } from '../../model/unknown.ts';
import type { StoredRecord } from '../../snapshot/record.ts';
import { compareText } from '../../text.ts';

/**
 * An account that is needed to judge one element of a list of accounts. The element is the account under evaluation then,
 * so that the parts of the elements before it can go.
 */
export class ElementAccountNeeded extends AccountNeeded {
  readonly element: string;

  constructor(needed: AccountNeeded, element: string) {
    super(needed.account);
    this.element = needed instanceof ElementAccountNeeded ? needed.element : element;
  }
}

/** Marks a slot whose value was worked out and is absent. */
const absent = Symbol('absent');

/**
 * A resource as checks see it: relations, facts and predicates worked out once and kept in numbered slots (a relation of a
 * type has one slot, whichever rule asks). Lives as long as the evaluation of one account.
 */
export class Subject {
  readonly resource: Resource;
  readonly evaluation: Evaluation;
  readonly slots: unknown[] = [];

  constructor(resource: Resource, evaluation: Evaluation) {
    this.resource = resource;
    this.evaluation = evaluation;
  }
}

/** What is known while one account is evaluated. */
export class Evaluation {
  readonly model: OrganizationModel;
  /** Milliseconds since 1970 of the time against which ages are measured. */
  readonly time: number;
  readonly #subjects = new Map<Resource, Subject>();

  constructor(model: OrganizationModel, time: number = Date.parse(model.time)) {
    this.model = model;
    this.time = time;
  }

  /** The one subject of a resource. */
  subject(resource: Resource): Subject {
    let subject = this.#subjects.get(resource);
    if (subject === undefined) {
      subject = new Subject(resource, this);
      this.#subjects.set(resource, subject);
    }
    return subject;
  }

  /**
   * A subject with an evaluation of its own, so that what is worked out about it can be dropped with it. For the accounts
   * of an organization: keeping them all would keep the whole organization in memory.
   */
  detached(resource: Resource): Subject {
    return new Evaluation(this.model, this.time).subject(resource);
  }
}

/** Elements of a relation. */
export class Elements {
  readonly resources: readonly Resource[];
  readonly missing: Unknown | undefined;
  readonly records: readonly StoredRecord[];
  /** Many and large elements (accounts), which are not kept: see {@link Evaluation.detached}. */
  readonly wide: boolean;
  #subjects: Subject[] | undefined;

  constructor(
    resources: readonly Resource[],
    missing: Unknown | undefined,
    records: readonly StoredRecord[],
    wide: boolean,
  ) {
    this.resources = resources;
    this.missing = missing;
    this.records = records;
    this.wide = wide;
  }

  /** The element as a subject. */
  at(index: number, evaluation: Evaluation): Subject {
    if (this.wide) return evaluation.detached(this.resources[index]!);
    const subjects = (this.#subjects ??= []);
    return (subjects[index] ??= evaluation.subject(this.resources[index]!));
  }
}

/** Positions of the elements by id, so that words do not depend on the order of answers. */
export function positions(list: Elements): readonly number[] {
  return list.resources
    .map((resource, index) => ({ id: resource.id, index }))
    .sort((a, b) => compareText(a.id, b.id))
    .map(({ index }) => index);
}

/** Hands out slot numbers: one for each name, counted for each type of resource. */
export class Slots {
  readonly #types = new Map<string, Map<string, number>>();

  of(type: string, name: string): number {
    let numbers = this.#types.get(type);
    if (numbers === undefined) this.#types.set(type, (numbers = new Map()));
    let number = numbers.get(name);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(name, number);
    }
    return number;
  }

  /** A slot that nothing else uses. */
  fresh(type: string): number {
    return this.of(type, `#${this.#types.get(type)?.size ?? 0}`);
  }
}

/** Reads a relation to at most one resource, once for each subject. */
export function readOne(
  relation: OneRelation,
  slot: number,
): (subject: Subject) => Subject | undefined | Unknown {
  return (subject) => {
    const kept = subject.slots[slot];
    if (kept !== undefined) return kept === absent ? undefined : (kept as Subject | Unknown);
    const related = relation.resolve(subject.resource, subject.evaluation.model);
    if (related === undefined) {
      subject.slots[slot] = absent;
      return undefined;
    }
    const value = related instanceof Unknown ? related : subject.evaluation.subject(related);
    subject.slots[slot] = value;
    return value;
  };
}

/** Reads a relation to a list, once for each subject. `wide` lists are not kept as subjects. */
export function readMany(
  relation: ManyRelation,
  slot: number,
  wide: boolean,
): (subject: Subject) => Elements {
  return (subject) => {
    const kept = subject.slots[slot];
    if (kept !== undefined) return kept as Elements;
    const list = relation.resolve(subject.resource, subject.evaluation.model);
    const elements = new Elements(list.items, list.missing, list.records, wide);
    subject.slots[slot] = elements;
    return elements;
  };
}

/** Reads a derived fact, once for each subject. */
export function readFact(fact: DerivedFact, slot: number): (subject: Subject) => Fact {
  return (subject) => {
    const kept = subject.slots[slot];
    if (kept !== undefined) return kept === absent ? undefined : (kept as Fact);
    const value = fact.resolve(subject.resource, subject.evaluation.model);
    subject.slots[slot] = value === undefined ? absent : value;
    return value;
  };
}
