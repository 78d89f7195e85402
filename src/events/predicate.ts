/** A set of CloudTrail events, as a formula over their fields. Immutable. */
export interface Predicate {
  readonly kind: string;
}
