/** A basic event selector of a trail, with the service's defaults filled in. */
export interface ClassicSelector {
  readonly readWriteType: 'All' | 'ReadOnly' | 'WriteOnly';
  readonly includeManagementEvents: boolean;
  readonly excludeManagementEventSources: readonly string[];
  readonly dataResources: readonly DataResource[];
}

/** Resources whose data events are recorded: a type and beginnings of ARNs. */
export interface DataResource {
  readonly type: string;
  readonly values: readonly string[];
}

/** The operators of a field selector. Positive ones are alternatives, each negative one excludes. */
export const positiveOperators = ['Equals', 'StartsWith', 'EndsWith'] as const;
export const negativeOperators = ['NotEquals', 'NotStartsWith', 'NotEndsWith'] as const;
export type SelectorOperator = (typeof positiveOperators)[number] | (typeof negativeOperators)[number];

export interface FieldSelector {
  readonly field: string;
  readonly operators: Readonly<Partial<Record<SelectorOperator, readonly string[]>>>;
}

/** An advanced event selector: all its fields must hold. */
export interface AdvancedSelector {
  readonly name?: string;
  readonly fields: readonly FieldSelector[];
}

/** What a trail records: an event that any of its selectors selects. */
export type EventSelectors =
  | { readonly kind: 'classic'; readonly selectors: readonly ClassicSelector[] }
  | { readonly kind: 'advanced'; readonly selectors: readonly AdvancedSelector[] }
  /** No selector was ever set: all management events, reads and writes. */
  | { readonly kind: 'default' };
