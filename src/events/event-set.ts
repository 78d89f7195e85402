/** What one field of an event must be. All operators that are given must hold. */
export interface FieldTest {
  /** The field is this text or truth value. */
  readonly equals?: string | boolean;
  /** The field is there and is another text. An absent field does not satisfy it. */
  readonly not?: string;
  /** The field is one of these texts; a name stands for a parameter of the set. */
  readonly oneOf?: readonly string[] | ParameterReference;
  /** The field is none of these texts; an absent one passes, and an empty list asks nothing. */
  readonly noneOf?: readonly string[] | ParameterReference;
  /** The field is a text of this shape; `*` at its ends stands for any run of characters. */
  readonly like?: string;
  /** Whether the field is in the event at all (null counts as present). */
  readonly present?: boolean;
}

/** Stands for the texts that whoever uses the set gives for its parameter. */
export interface ParameterReference {
  readonly parameter: string;
}

/** A dotted path into the CloudTrail record and what stands there. */
export interface FieldCondition {
  readonly field: string;
  readonly test: FieldTest;
}

/** CloudTrail's four classes of events, by what a trail must select to record them. */
export type EventClass = 'management' | 'data' | 'network-activity' | 'insight';
export const eventClasses: readonly EventClass[] = ['management', 'data', 'network-activity', 'insight'];

/** What is known of the events of a clause beyond what a benchmark asks: facts about the service, not demands. */
export interface Implied {
  readonly class: EventClass;
  readonly eventType?: string;
  /** Whether the service counts these calls as reads; absent where they may be either. */
  readonly readOnly?: boolean;
  /** Per AWS partition: the only regions in which the service records these events. */
  readonly regions?: Readonly<Record<string, readonly string[]>>;
  /** The resource that the data event is about: its type, and for objects the field that holds the name of their bucket. */
  readonly resource?: { readonly type: string; readonly bucket?: string };
}

/** One kind of event in a set; all parts hold together. */
export interface EventClause {
  readonly eventSource?: string;
  /** Names as CloudTrail records them; empty for any name. */
  readonly eventNames: readonly string[];
  readonly where: readonly FieldCondition[];
  /** A pattern may ask for these as well and still counts: events outside of them need not be told. */
  readonly mayNarrow: readonly FieldCondition[];
  readonly implies: Implied;
}

/** How editions of a benchmark differ from the set as it is written. */
export interface Edition {
  /** Benchmarks with their edition, such as `cis-aws-5.0.0`. */
  readonly of: readonly string[];
  /** Event names that these editions do not ask for. */
  readonly without: readonly string[];
  /** `none`: these editions do not let a pattern leave anything out. */
  readonly narrowing: 'allowed' | 'none';
  readonly note?: string;
}

/** An event that shows what belongs to a set and what does not. */
export interface EventExample {
  readonly belongs: boolean;
  readonly why: string;
  readonly event: Readonly<Record<string, unknown>>;
}

export interface SetParameter {
  readonly name: string;
  readonly description: string;
  readonly example: readonly string[];
}

/** The events that somebody must be told about, as `rules/events/<id>.yaml` states them. */
export interface EventSet {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly parameters: readonly SetParameter[];
  /** An event belongs to the set when it belongs to one of these. */
  readonly clauses: readonly EventClause[];
  readonly editions: readonly Edition[];
  readonly examples: readonly EventExample[];
}
