import { parseAddress, parseAddressRange, rangeContains } from '../event-bridge/address.ts';
import type { TextShape } from '../value-test.ts';
import { wildcardMatches } from '../wildcard.ts';
import { Automaton } from './automaton.ts';
import { withoutCase } from './code-units.ts';
import { buildNfa } from './nfa.ts';

/** A shape that was made ready to be asked. */
export interface ReadyShape {
  readonly shape: TextShape;
  readonly key: string;
  has(text: string): boolean;
  /** Undefined where the shape has too many spellings for one. @throws TooLarge */
  automaton(): Automaton | undefined;
}

/** Shapes by their meaning, each made ready once. */
export class Shapes {
  private readonly byKey = new Map<string, ReadyShape>();
  private readonly byShape = new WeakMap<TextShape, ReadyShape>();

  ready(shape: TextShape): ReadyShape {
    const known = this.byShape.get(shape);
    if (known !== undefined) return known;
    const key = shapeKey(shape);
    let made = this.byKey.get(key);
    if (made === undefined) {
      made = readyShape(shape, key);
      this.byKey.set(key, made);
    }
    this.byShape.set(shape, made);
    return made;
  }
}

/** The same text for shapes that are written alike. */
export function shapeKey(shape: TextShape): string {
  switch (shape.kind) {
    case 'texts':
      return JSON.stringify(['texts', shape.ignoreCase === true, ...new Set(shape.texts.toSorted())]);
    case 'glob':
      return JSON.stringify(['glob', shape.ignoreCase === true, ...shape.parts]);
    case 'regex':
      return JSON.stringify(['regex', shape.lineBreaks, shape.source]);
    case 'cidr':
      return JSON.stringify(['cidr', shape.block]);
  }
}

/** A shape made ready on its own, without a place to keep it. */
export function readyShape(shape: TextShape, key = shapeKey(shape)): ReadyShape {
  let built: { readonly automaton: Automaton | undefined } | undefined;
  const automaton = (): Automaton | undefined => {
    if (built === undefined) {
      const nfa = buildNfa(shape);
      built = { automaton: nfa === undefined ? undefined : new Automaton(nfa) };
    }
    return built.automaton;
  };
  return { shape, key, has: membership(shape, automaton), automaton };
}

function membership(shape: TextShape, automaton: () => Automaton | undefined): (text: string) => boolean {
  switch (shape.kind) {
    case 'texts': {
      if (shape.ignoreCase !== true) {
        const texts = new Set(shape.texts);
        return (text) => texts.has(text);
      }
      const texts = new Set(shape.texts.map(withoutCase));
      return (text) => texts.has(withoutCase(text));
    }
    case 'glob': {
      if (shape.ignoreCase !== true) return (text) => wildcardMatches(shape.parts, text);
      const parts = shape.parts.map(withoutCase);
      return (text) => wildcardMatches(parts, withoutCase(text));
    }
    case 'regex':
      return (text) => automaton()?.has(text) ?? false;
    case 'cidr': {
      const range = parseAddressRange(shape.block);
      return (text) => {
        const address = range === undefined ? undefined : parseAddress(text);
        return range !== undefined && address !== undefined && rangeContains(range, address);
      };
    }
  }
}
