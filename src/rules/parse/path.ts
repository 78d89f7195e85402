import type { PathNode, PathStep } from '../document.ts';
import type { FaultList, Place } from '../fault.ts';

const name = /[A-Za-z_][A-Za-z0-9_-]*/y;
const index = /\[(0|[1-9][0-9]{0,5})\]/y;
const key = /\[(?:'([^']{1,256})'|"([^"]{1,256})")\]/y;

/** Reads `status.IsLogging`, `Items[0]`, `tags['team']`; undefined (and a fault) where it is not a path. */
export function parsePath(text: string, place: Place, faults: FaultList): PathNode | undefined {
  const steps: PathStep[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return undefined;
    at = pattern.lastIndex;
    return found;
  };
  const fail = (): undefined =>
    faults.add(
      place,
      text.length === 0
        ? 'a path is empty'
        : `${JSON.stringify(text)} is not a path (at character ${at + 1})`,
      "write names with dots between, as in status.IsLogging, Items[0] or tags['team']",
    );
  for (;;) {
    const word = take(name);
    if (word === undefined) return fail();
    steps.push({ kind: 'name', name: word[0] });
    for (;;) {
      const byIndex = take(index);
      if (byIndex !== undefined) {
        steps.push({ kind: 'index', index: Number(byIndex[1]) });
        continue;
      }
      const byKey = take(key);
      if (byKey === undefined) break;
      steps.push({ kind: 'key', key: byKey[1] ?? byKey[2] ?? '' });
    }
    if (at === text.length) return { text, place, steps };
    if (text[at] !== '.') return fail();
    at += 1;
    if (steps.length > 16)
      return faults.add(place, `the path ${text.slice(0, 40)}... is too long`, 'use at most 16 steps');
  }
}
