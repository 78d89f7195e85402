import type { FieldPath, Predicate } from './predicate.ts';

/** The fields that a predicate looks at, each once, in the order in which it names them. */
export function fieldPaths(predicate: Predicate): readonly FieldPath[] {
  const found = new Map<string, FieldPath>();
  const visit = (part: Predicate): void => {
    switch (part.kind) {
      case 'field':
        found.set(JSON.stringify(part.path), part.path);
        break;
      case 'all':
      case 'any':
        part.of.forEach(visit);
        break;
      case 'not':
        visit(part.of);
        break;
      case 'everything':
      case 'nothing':
      case 'undecided':
      case 'record-text':
        break;
    }
  };
  visit(predicate);
  return [...found.values()];
}

/** Whether a place in an event is one that a path leads to. */
export function leadsTo(path: FieldPath, place: readonly (string | number)[]): boolean {
  // EventBridge looks into lists without a step of its own.
  let at = 0;
  for (const step of place) {
    const wanted = path[at];
    if (wanted === undefined) return typeof step === 'number';
    const fits =
      typeof wanted === 'object'
        ? wanted.any === (typeof step === 'number' ? 'element' : 'member')
        : wanted === step;
    if (fits) at++;
    else if (typeof step !== 'number') return false;
  }
  return at === path.length;
}
