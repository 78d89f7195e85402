/** A boolean that may be undecided. */
export type Maybe = boolean | undefined;

/** True where one is true, false where all are false. */
export function anyOf(values: Iterable<Maybe>): Maybe {
  let result: Maybe = false;
  for (const value of values) {
    if (value === true) return true;
    if (value === undefined) result = undefined;
  }
  return result;
}

/** False where one is false, true where all are true. */
export function allOf(values: Iterable<Maybe>): Maybe {
  let result: Maybe = true;
  for (const value of values) {
    if (value === false) return false;
    if (value === undefined) result = undefined;
  }
  return result;
}

/** The opposite; undecided stays undecided. */
export function negated(value: Maybe): Maybe {
  return value === undefined ? undefined : !value;
}
