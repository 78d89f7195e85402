/**
 * Whether a value consists of these texts in order with anything between them, the first and last at its edges. One text alone
 * must be the value. Greedy from the left, which is enough, so the time is linear.
 */
export function wildcardMatches(parts: readonly string[], value: string): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first)) return false;
  let position = first.length;
  for (const part of rest) {
    const found = value.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return value.length - last.length >= position && value.endsWith(last);
}
