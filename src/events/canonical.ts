import { compareText } from '../text.ts';
import { testKey } from './cover/ready-test.ts';
import { and, not, or, type FieldAtom, type FieldPath, type Predicate } from './predicate.ts';

/** A path as people write it: `$.userIdentity.type`, `$.resources[*].ARN`. */
export function pathText(path: FieldPath): string {
  return path.reduce<string>((before, step) => {
    if (typeof step === 'number') return `${before}[${step}]`;
    if (typeof step === 'object') return before + (step.any === 'element' ? '[*]' : '.*');
    return /^[A-Za-z0-9_-]+$/.test(step) ? `${before}.${step}` : `${before}.['${step}']`;
  }, '$');
}

/** The same text for atoms that test one field alike. */
export function atomKey({ path, test, arrays, several }: FieldAtom): string {
  const modes = `${arrays === 'searched' ? '~' : ''}${several === 'disputed' ? '?' : ''}`;
  return `${modes}${JSON.stringify(path)} ${testKey(test)}`;
}

/**
 * A text that is the same for predicates of the same structure, whatever the order and number of parts of "all" and "any". Equal
 * keys mean equal sets; equal sets may have different keys.
 */
export function predicateKey(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'everything':
    case 'nothing':
      return predicate.kind;
    case 'undecided':
      return `undecided ${JSON.stringify([predicate.reason, predicate.subject])}`;
    case 'record-text':
      return `text ${JSON.stringify(predicate.holds)}`;
    case 'not':
      return `!(${predicateKey(predicate.of)})`;
    case 'field':
      return atomKey(predicate);
    case 'all':
    case 'any':
      return `${predicate.kind}(${sortedKeys(predicate.of).join(' ; ')})`;
  }
}

function sortedKeys(parts: readonly Predicate[]): string[] {
  return [...new Set(parts.map(predicateKey))].toSorted(compareText);
}

/**
 * The normal form: "not" stands at atoms only, parts of "all" and "any" are flat, sorted and different from each other, and a part that
 * another one makes idle is gone. It matches the same events.
 */
export function normalForm(predicate: Predicate): Predicate {
  return normal(predicate, true);
}

function normal(predicate: Predicate, positive: boolean): Predicate {
  switch (predicate.kind) {
    case 'not':
      return normal(predicate.of, !positive);
    case 'all':
    case 'any': {
      const kind = (predicate.kind === 'all') === positive ? 'all' : 'any';
      const join = kind === 'all' ? and : or;
      const joined = join(...predicate.of.map((part) => normal(part, positive)));
      if (joined.kind !== kind) return joined;
      const byKey = new Map(joined.of.map((part) => [predicateKey(part), part]));
      const sorted = [...byKey].toSorted(([a], [b]) => compareText(a, b));
      const other = kind === 'all' ? 'any' : 'all';
      // x or (x and y) is x; x and (x or y) is x.
      const kept = sorted.filter(
        ([, part]) => part.kind !== other || !part.of.some((inner) => byKey.has(predicateKey(inner))),
      );
      return join(...kept.map(([, part]) => part));
    }
    case 'everything':
    case 'nothing':
    case 'undecided':
    case 'field':
    case 'record-text':
      return positive ? predicate : not(predicate);
  }
}
