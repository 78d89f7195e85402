/** Verdict of a check on the fast path, ordered so that `all` is the least of its parts and `any` the greatest. */
export type Decision = 0 | 1 | 2;
export const fails: Decision = 0;
export const unknown: Decision = 1;
export const passes: Decision = 2;

const names = ['fail', 'unknown', 'pass'] as const;

/** The word for a decision. */
export function verdictOf(decision: Decision): 'fail' | 'unknown' | 'pass' {
  return names[decision];
}

/** Pass becomes fail and the other way round; unknown stays. */
export function negate(decision: Decision): Decision {
  return (2 - decision) as Decision;
}

/** Decision of a plain truth value. */
export function decided(holds: boolean): Decision {
  return holds ? passes : fails;
}
