import { describeAtom } from '../describe.ts';
import { field } from '../predicate.ts';
import type { Problem } from './problem.ts';
import { allKinds, isFalse, isTrue, plainKinds } from './ready-test.ts';
import type { Region } from './region.ts';
import type { Solution } from './search.ts';
import { Work } from './work.ts';

/** Why nobody can tell whether an event is missed: what the event that might be missed rests on. */
export function undecidedReason(problem: Problem, solution: Solution): string {
  for (const [number, choice] of problem.choices.entries())
    if (choice.holds === undefined && solution.choices[number] !== undefined) return choice.reason;
  const certain = [...solution.regions];
  for (const [number, { variable, test, written }] of problem.atoms.entries()) {
    const taken = solution.atoms[number];
    const region = certain[variable];
    const place = problem.variables[variable];
    if (taken === undefined || region === undefined || place === undefined) continue;
    const decided = region.restrict(test, taken ? isTrue : isFalse);
    if (isSurelyEmpty(decided, place.candidates))
      return `AWS does not document whether ${describeAtom(field(place.path, written))} holds where the field is ${kindOf(region)}`;
    certain[variable] = decided;
  }
  for (const [number, { name, expected, path }] of problem.variables.entries()) {
    const region = certain[number];
    if (region === undefined || region.texts.listed?.length !== 0 || region.numbers.length > 0) continue;
    if ((region.kinds & expected.kinds) !== 0) continue;
    return region.allows('missing')
      ? `it depends on ${name}, which CloudTrail records today but calls optional`
      : `it depends on ${name} being ${kindOf(region)}, which is not expected of ${String(path.at(-1))}`;
  }
  const [bond] = problem.bonds;
  if (bond !== undefined) return bond.why;
  return 'an event may be missed, but only if AWS reads a part of the patterns in a way that it does not document';
}

function isSurelyEmpty(region: Region, candidates: readonly string[]): boolean {
  try {
    return region.isEmpty(candidates, new Work(10_000));
  } catch {
    return false;
  }
}

function kindOf(region: Region): string {
  if (region.texts.listed === undefined) return 'a text';
  const [text] = region.texts.listed;
  if (text !== undefined) return `"${text}"`;
  if (region.numbers.length > 0) return 'a number';
  if ((region.kinds & allKinds) === 0) return 'something else';
  const kind = plainKinds.find((each) => region.allows(each));
  return kind === 'object' || kind === 'array' ? `an ${kind}` : (kind ?? 'something else');
}
