import { pathText } from './canonical.ts';
import { printAtom } from './filter-pattern/print.ts';
import type { FieldAtom } from './predicate.ts';
import type { TextShape, ValueTest } from './value-test.ts';

/** A test of a field in a few words, as a condition of a filter pattern where it is one. */
export function describeAtom(atom: FieldAtom): string {
  return printAtom(atom) ?? `${pathText(atom.path)} ${describeTest(atom.test)}`;
}

function describeTest({ missing, text, number, ...plain }: ValueTest): string {
  const parts: string[] = [];
  if (missing === true) parts.push('is missing');
  if (typeof text === 'object') {
    const shapes = text.shapes.map(describeShape).join(' or ');
    parts.push(`is ${text.negated ? 'a text other than ' : ''}${shapes}`);
  } else if (text === true) parts.push('is a text');
  if (typeof number === 'object') parts.push('is a number in a range');
  else if (number === true) parts.push('is a number');
  for (const kind of ['null', 'true', 'false'] as const) if (plain[kind] === true) parts.push(`is ${kind}`);
  if (plain.object === true) parts.push('is an object');
  if (plain.array === true) parts.push('is an array');
  if (missing === false && parts.length === 7) return 'is there';
  return parts.length === 0 ? 'is something else' : parts.join(', or ');
}

function describeShape(shape: TextShape): string {
  switch (shape.kind) {
    case 'texts': {
      const shown = shape.texts.slice(0, 3).map((text) => `"${text}"`);
      const more = shape.texts.length - shown.length;
      return `${shown.join(' or ')}${more > 0 ? ` or ${more} more` : ''}${shape.ignoreCase === true ? ' in any letter case' : ''}`;
    }
    case 'glob':
      return `"${shape.parts.join('*')}"${shape.ignoreCase === true ? ' in any letter case' : ''}`;
    case 'regex':
      return `%${shape.source}%`;
    case 'cidr':
      return `an address in ${shape.block}`;
  }
}
