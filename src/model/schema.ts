import type { CallName } from '../snapshot/record.ts';
import type { OrganizationModel } from './organization.ts';
import type { Unknown } from './unknown.ts';
import type { Fact, Related, RelatedList, Resource, Source } from './resource.ts';

/**
 * What AWS puts in a field, as far as rules need to know it. `time` is ISO 8601 text; `json` is anything; `names` is a
 * set of names, as policies write actions and resources, in the form of `policy/name-set.ts`.
 */
export type FieldShape =
  | 'string'
  | 'boolean'
  | 'number'
  | 'time'
  | 'json'
  | 'names'
  | { readonly list: FieldShape }
  | { readonly map: FieldShape }
  | { readonly object: { readonly [name: string]: FieldShape } };

interface Described {
  /** One sentence for rule authors. */
  readonly description: string;
  /** Calls that can decide it, in addition to those that gave the resource itself. */
  readonly calls: readonly CallName[];
}

/** A relation to a list of resources: `account.trails`. */
export interface ManyRelation extends Described {
  readonly kind: 'many';
  /** Name of the type of its elements. */
  readonly to: string;
  resolve(resource: Resource, organization: OrganizationModel): RelatedList;
}

/** A relation to at most one resource: `trail.logGroup`, `trail.status`. */
export interface OneRelation extends Described {
  readonly kind: 'one';
  readonly to: string;
  resolve(resource: Resource, organization: OrganizationModel): Related;
}

/** A value worked out from answers: `trail.recordedEvents`. `events` is a predicate of the event algebra. */
export interface DerivedFact extends Described {
  readonly kind: 'fact';
  readonly shape: FieldShape | 'events';
  resolve(resource: Resource, organization: OrganizationModel): Fact;
  /** What the value follows from, for reasons. Where left out: the answers that the resource itself was read from. */
  follows?(resource: Resource, organization: OrganizationModel): Grounds;
}

/** What a derived fact follows from. */
export interface Grounds {
  /** Answers that decided it. */
  readonly sources?: readonly Source[];
  /** Why, as a clause that can stand after a colon. Holds untrusted names. */
  readonly because?: string;
}

/** What a resource can be asked with values that a rule gives: `asks: controlPoliciesDeny, with: {...}`. */
export interface Inquiry extends Described {
  /** What it takes, each a list of texts. */
  readonly parameters: Readonly<Record<string, { readonly description: string; readonly needed: boolean }>>;
  ask(
    resource: Resource,
    organization: OrganizationModel,
    given: Readonly<Record<string, readonly string[]>>,
  ): Answered;
}

/** The answer to an {@link Inquiry}. */
export interface Answered {
  readonly holds: boolean | Unknown;
  /** Why, as a clause. Holds untrusted names. Empty where it is not known. */
  readonly because: string;
  /** Answers that decided it. */
  readonly sources?: readonly Source[];
}

/**
 * A type of resource: AWS's fields in AWS's spelling, and relations and derived facts in lower camel case. The rule
 * compiler reads it to check paths; `resolve` functions are pure and may throw only {@link AccountNeeded}.
 */
export interface ResourceType {
  /** As in `for: log-group`. */
  readonly name: string;
  /** For sentences: "log group". */
  readonly noun: string;
  /** Service as IAM abbreviates it. */
  readonly service: string;
  readonly description: string;
  /** Calls whose answers its fields are read from. */
  readonly calls: readonly CallName[];
  readonly fields: { readonly [name: string]: FieldShape };
  readonly relations: { readonly [name: string]: ManyRelation | OneRelation };
  readonly facts: { readonly [name: string]: DerivedFact };
  readonly inquiries?: { readonly [name: string]: Inquiry };
  /**
   * The resources of this type that are judged with an account: each resource in the organization is in the
   * population of exactly one account. Absent for types that are only reached through relations.
   */
  readonly population?: (account: Resource, organization: OrganizationModel) => RelatedList;
  /** Calls whose answers name them, where several do: without one of them, others may be there that nobody saw. */
  readonly populationCalls?: readonly CallName[];
}
