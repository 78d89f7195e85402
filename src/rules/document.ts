import { severities, type Severity } from '../evaluate/finding.ts';
import type { JsonValue } from '../json.ts';
import type { Place } from './fault.ts';

/** A rule as its file says it: typed, complete in itself, not yet joined with resource types or other files. */
export interface RuleDocument {
  readonly id: string;
  readonly place: Place;
  /** Ids that it had earlier, the oldest first: they still mean it. */
  readonly aliases: readonly Named[];
  /** Says what holds. */
  readonly title: string;
  readonly service: string;
  /** Cases in the order of the file; the last one has no condition. */
  readonly severity: readonly SeverityCase[];
  /** Name of a resource type that has a population. */
  readonly for: Named;
  readonly when: CheckNode | undefined;
  readonly params: readonly ParameterDocument[];
  readonly check: CheckNode;
  readonly message: { readonly pass?: PlacedText; readonly fail?: PlacedText; readonly unknown?: PlacedText };
  readonly why: string;
  readonly fix: FixDocument;
  readonly references: readonly string[];
  readonly tags: readonly string[];
  /** True where parts had faults and are left out: it is only looked through for more of them. */
  readonly partial: boolean;
  /** The file as it was read, for reports; absent for rules that stand in none. */
  readonly source?: string;
  /** True for rules that ship: packs choose among them, while rules of a user's own always run. */
  readonly trusted?: boolean;
}

/** The worst that a failure can be. */
export function worstSeverityOf(document: RuleDocument): Severity {
  return worst(document.severity.map((one) => one.severity));
}

/** The worst of some severities. */
export function worst(some: readonly Severity[]): Severity {
  return severities.find((severity) => some.includes(severity)) ?? 'medium';
}

export interface SeverityCase {
  readonly when: CheckNode | undefined;
  readonly severity: Severity;
}

/** What to do, in the forms people work with. Each may hold `{placeholders}`. */
export interface FixDocument {
  readonly text: PlacedText;
  readonly cli?: PlacedText;
  readonly terraform?: PlacedText;
  readonly cloudformation?: PlacedText;
}

/** Text, and where it was written. */
export interface PlacedText {
  readonly text: string;
  readonly place: Place;
}

/** A check with a name and parameters, that `is` refers to. */
export interface PredicateDocument {
  readonly id: string;
  readonly place: Place;
  readonly title: string;
  readonly for: Named;
  readonly params: readonly ParameterDocument[];
  readonly check: CheckNode;
}

/** A name of something elsewhere, and where it was written. */
export interface Named {
  readonly name: string;
  readonly place: Place;
}

export const parameterTypes = [
  'integer',
  'number',
  'boolean',
  'string',
  'duration',
  'list',
  'event-set',
] as const;
export type ParameterType = (typeof parameterTypes)[number];

/** A value that whoever uses the rule or predicate may set. */
export interface ParameterDocument {
  readonly name: string;
  readonly place: Place;
  readonly type: ParameterType;
  readonly description: string;
  /** Absent for parameters of predicates that must be given. */
  readonly default?: JsonValue;
  readonly defaultPlace?: Place;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly oneOf?: readonly JsonValue[];
  /** Which values ask for more; where it is left out, only equal values are known to ask for as much. */
  readonly stricter?: StricterWord;
}

/**
 * Which of two values of a parameter is the stricter one: of numbers and durations the `higher` or the `lower`, of lists and
 * event sets the one with `more` or `fewer` members, of switches `true` or `false`. Of lists of which none at all stands for
 * everything, the `narrower` (fewer members; none is the laxest) or the `wider` (more members; none is the strictest).
 */
export const stricterWords = {
  integer: ['higher', 'lower'],
  number: ['higher', 'lower'],
  duration: ['higher', 'lower'],
  boolean: ['true', 'false'],
  list: ['more', 'fewer', 'narrower', 'wider'],
  'event-set': ['more'],
  string: [],
} as const satisfies Readonly<Record<ParameterType, readonly string[]>>;
export type StricterWord = (typeof stricterWords)[ParameterType][number];

/** A framework, in one of its editions, as a pack file says it: its controls and the rules that decide them. */
export interface PackDocument {
  readonly id: string;
  readonly place: Place;
  readonly title: string;
  /** What all editions of it have in common: "PCI DSS". */
  readonly framework: string;
  readonly edition: string;
  /** Which part of the framework the pack is about. */
  readonly about: string;
  readonly references: readonly string[];
  readonly controls: readonly ControlDocument[];
  /** True for packs that ship: a user's own rule of the same id may lack a parameter that they name. */
  readonly trusted?: boolean;
}

/** How much of what a control asks its rules decide. */
export const extents = ['full', 'partial'] as const;
export type Extent = (typeof extents)[number];

/** A numbered requirement of a framework. It has rules, or a reason why no rule can decide it. */
export interface ControlDocument {
  readonly id: string;
  readonly place: Place;
  readonly title: string;
  readonly extent: Extent;
  readonly rules: readonly RuleUse[];
  /** Why a person must judge it. */
  readonly manual?: string;
}

/** A rule that a control needs, with values of parameters that differ from its defaults. */
export interface RuleUse {
  readonly rule: Named;
  readonly with: readonly GivenParameter[];
}

/** `name: value` where a rule is used. */
export interface GivenParameter {
  readonly name: string;
  readonly value: JsonValue;
  readonly place: Place;
}

/** A value in a check: written out, or that of a parameter. */
export type ValueNode =
  | { readonly kind: 'literal'; readonly value: JsonValue; readonly place: Place }
  | { readonly kind: 'parameter'; readonly name: string; readonly place: Place };

/** `status.IsLogging`, `MetricAlarms[0].Name`, `tags['team']`. */
export interface PathNode {
  readonly text: string;
  readonly place: Place;
  readonly steps: readonly PathStep[];
}
export type PathStep =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'key'; readonly key: string };

export const comparisons = [
  'equals',
  'oneOf',
  'atLeast',
  'atMost',
  'above',
  'below',
  'matches',
  'startsWith',
  'endsWith',
  'present',
  'containsAll',
  'within',
  'olderThan',
  'cidr',
  'grants',
] as const;
export type Comparison = (typeof comparisons)[number];
export const operators = [...comparisons, 'not', 'contains', 'arn'] as const;
export const arnParts = ['partition', 'service', 'region', 'account', 'resource'] as const;
export type ArnPart = (typeof arnParts)[number];

/** Keys of a check that are not paths. */
export const checkKeys = [
  'all',
  'any',
  'not',
  'some',
  'none',
  'every',
  'where',
  'must',
  'empty',
  'atLeast',
  'is',
  'asks',
  'with',
  'together',
] as const;

/** What is asked of a value. */
export type TestNode =
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly value: ValueNode;
      readonly place: Place;
    }
  | { readonly kind: 'not'; readonly test: TestNode; readonly place: Place }
  /** Text that holds another text, or a list with an element that passes the test. */
  | { readonly kind: 'contains'; readonly test: TestNode; readonly place: Place }
  | {
      readonly kind: 'arn';
      readonly parts: readonly { readonly part: ArnPart; readonly test: TestNode }[];
      readonly place: Place;
    }
  | { readonly kind: 'both'; readonly tests: readonly TestNode[]; readonly place: Place };

/** The expression inside a rule. */
export type CheckNode =
  | { readonly kind: 'field'; readonly path: PathNode; readonly test: TestNode; readonly place: Place }
  /** `$name: TEST`: what is asked of the value of a parameter. */
  | { readonly kind: 'parameter'; readonly name: string; readonly test: TestNode; readonly place: Place }
  | { readonly kind: 'all'; readonly checks: readonly CheckNode[]; readonly place: Place }
  | { readonly kind: 'any'; readonly checks: readonly CheckNode[]; readonly place: Place }
  | { readonly kind: 'not'; readonly check: CheckNode; readonly place: Place }
  | SomeNode
  | NoneNode
  | EveryNode
  | IsNode
  | AsksNode
  | TogetherNode;

export interface SomeNode {
  readonly kind: 'some';
  readonly relation: PathNode;
  readonly where: CheckNode | undefined;
  readonly atLeast: ValueNode | undefined;
  readonly place: Place;
}
export interface NoneNode {
  readonly kind: 'none';
  readonly relation: PathNode;
  readonly where: CheckNode | undefined;
  readonly place: Place;
}
export const emptyChoices = ['pass', 'fail', 'unknown'] as const;
export interface EveryNode {
  readonly kind: 'every';
  readonly relation: PathNode;
  readonly where: CheckNode | undefined;
  readonly must: CheckNode;
  /** What it means when there is nothing to ask. */
  readonly empty: (typeof emptyChoices)[number];
  readonly place: Place;
}
export interface IsNode {
  readonly kind: 'is';
  readonly predicate: Named;
  readonly with: readonly GivenValue[];
  readonly place: Place;
}

/** `asks: NAME, with: {...}`: an inquiry of the type of resource. */
export interface AsksNode {
  readonly kind: 'asks';
  readonly inquiry: Named;
  readonly with: readonly GivenValue[];
  readonly place: Place;
}

/** `name: value` under `with`. */
export interface GivenValue {
  readonly name: string;
  readonly namePlace: Place;
  readonly value: ValueNode;
}

/** A value of an event set that stands in a field or fact. */
export interface TakenValue {
  readonly name: string;
  readonly namePlace: Place;
  readonly from: PathNode;
}

/** Several elements do a job jointly: the union over all paths of all ways must cover an event set. */
export interface TogetherNode {
  readonly kind: 'together';
  /** The id of an event set, or `ID@EDITION`. */
  readonly cover: ValueNode;
  /** Values that the event set needs. */
  readonly with: readonly GivenValue[];
  /** Values of the event set that are read from the resource that is judged. */
  readonly taken?: readonly TakenValue[];
  readonly ways: readonly WayNode[];
  readonly place: Place;
}
export interface WayNode {
  readonly name: string;
  /** Whether the way counts: true, false, or a parameter that is; absent means true. */
  readonly counts: ValueNode | undefined;
  /** What to do to have this way, for whoever has another one that is broken. */
  readonly fix?: string | undefined;
  readonly links: readonly LinkNode[];
  readonly place: Place;
}
export interface LinkNode {
  /** What a person calls the element: "log group". */
  readonly link: string;
  readonly each: PathNode;
  readonly where: CheckNode | undefined;
  /** A fact of the element of kind `events`: only these pass on. */
  readonly sees: PathNode | undefined;
  /** What to do where the chain breaks here. */
  readonly fix?: string | undefined;
  readonly place: Place;
}
