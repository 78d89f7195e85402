import { parseAddressRange } from '../event-bridge/address.ts';
import type { TextShape } from '../value-test.ts';
import { anyUnit, unit, units, unitsIgnoringCase, type CodeUnits } from './code-units.ts';
import { dotUnits, parseRegex, type RegexPiece } from './regex.ts';

/**
 * A nondeterministic automaton over UTF-16 code units. State numbers index the lists; the accepting state comes first and has no way out.
 */
export interface Nfa {
  readonly start: number;
  /** Steps that consume a unit. */
  readonly steps: readonly (readonly NfaStep[])[];
  /** Steps that consume nothing, free or bound to the beginning or the end of the text. */
  readonly jumps: readonly (readonly NfaJump[])[];
}

export interface NfaStep {
  readonly units: CodeUnits;
  readonly to: number;
}

export interface NfaJump {
  readonly at: 'anywhere' | 'start' | 'end';
  readonly to: number;
}

/** Number of the accepting state. */
export const accepting = 0;

/** An automaton of more states than this is not built: nothing within a service's limits needs it. */
const mostStates = 20_000;

/** Thrown where an automaton would be larger than is sensible. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/**
 * The automaton of a shape; undefined for addresses of version 6, which have too many spellings.
 *
 * @throws TooLarge
 */
export function buildNfa(shape: TextShape): Nfa | undefined {
  const builder = new Builder();
  switch (shape.kind) {
    case 'texts': {
      const fold = shape.ignoreCase === true;
      return builder.finish(shape.texts.map((text) => builder.literal(text, fold, accepting)));
    }
    case 'glob': {
      const fold = shape.ignoreCase === true;
      const [first = '', ...rest] = shape.parts;
      let next = accepting;
      for (const part of rest.toReversed()) next = builder.anyRun(builder.literal(part, fold, next));
      return builder.finish([builder.literal(first, fold, next)]);
    }
    case 'regex':
      return builder.finish(regexStarts(builder, shape.source, shape.lineBreaks));
    case 'cidr':
      return addressNfa(builder, shape.block);
  }
}

/** Builds backwards: every part is given the state that comes after it and answers the state before it. */
class Builder {
  private readonly steps: NfaStep[][] = [[]];
  private readonly jumps: NfaJump[][] = [[]];

  state(): number {
    if (this.steps.length >= mostStates) throw new TooLarge();
    this.jumps.push([]);
    return this.steps.push([]) - 1;
  }

  step(on: CodeUnits, to: number, from = this.state()): number {
    this.steps[from]?.push({ units: on, to });
    return from;
  }

  jump(to: number, at: NfaJump['at'] = 'anywhere', from = this.state()): number {
    this.jumps[from]?.push({ at, to });
    return from;
  }

  literal(text: string, ignoreCase: boolean, next: number): number {
    let before = next;
    for (let index = text.length - 1; index >= 0; index--) {
      const code = text.charCodeAt(index);
      before = this.step(ignoreCase ? unitsIgnoringCase(code) : unit(code), before);
    }
    return before;
  }

  /** Any run of units, then the next state. */
  anyRun(next: number): number {
    const loop = this.jump(next);
    return this.step(anyUnit, loop, loop);
  }

  repeat(on: CodeUnits, min: number, max: number, next: number): number {
    let before = next;
    if (max === Infinity) {
      before = this.jump(before);
      this.step(on, before, before);
    } else {
      for (let count = min; count < max; count++) before = this.jump(next, 'anywhere', this.step(on, before));
    }
    for (let count = 0; count < min; count++) before = this.step(on, before);
    return before;
  }

  finish(starts: readonly number[]): Nfa {
    const start = this.state();
    for (const each of starts) this.jump(each, 'anywhere', start);
    return { start, steps: this.steps, jumps: this.jumps };
  }
}

function regexStarts(builder: Builder, source: string, lineBreaks: 'narrow' | 'wide'): number[] {
  const rest = builder.anyRun(accepting);
  return parseRegex(source).map((branch) => {
    let before = rest;
    for (const piece of branch.toReversed()) before = pieceState(builder, piece, lineBreaks, before);
    return builder.anyRun(before);
  });
}

function pieceState(
  builder: Builder,
  piece: RegexPiece,
  lineBreaks: 'narrow' | 'wide',
  next: number,
): number {
  switch (piece.kind) {
    case 'unit':
      return builder.repeat(piece.units, piece.min, piece.max, next);
    case 'dot':
      return builder.repeat(dotUnits(lineBreaks), piece.min, piece.max, next);
    case 'start':
      return builder.jump(next, 'start');
    case 'end': {
      const end = builder.jump(next, 'end');
      // Some engines let "$" stand before a last line break.
      if (lineBreaks === 'wide')
        builder.step(units('\n\r\u0085\u2028\u2029'), builder.jump(next, 'end'), end);
      return end;
    }
  }
}

/** Version 4 addresses as four numbers of up to three digits. */
function addressNfa(builder: Builder, block: string): Nfa | undefined {
  const range = parseAddressRange(block);
  if (range === undefined) return builder.finish([]);
  if (range.first.bits !== 32) return undefined;
  const shift = BigInt(32 - range.prefixLength);
  const lowest = Number((range.first.value >> shift) << shift);
  const highest = lowest + 2 ** Number(shift) - 1;
  let next = accepting;
  for (let octet = 3; octet >= 0; octet--) {
    // Below the octet in which the block ends every value is possible, so the octets do not depend on each other.
    const from = Math.floor(lowest / 256 ** (3 - octet)) % 256;
    const to = Math.floor(highest / 256 ** (3 - octet)) % 256;
    next = octetState(builder, from, to, next);
    if (octet > 0) next = builder.step(unit(0x2e), next);
  }
  return builder.finish([next]);
}

/** Numbers between two bounds in one to three digits, zeros in front allowed. */
function octetState(builder: Builder, from: number, to: number, next: number): number {
  const start = builder.state();
  for (const length of [1, 2, 3])
    if (from < 10 ** length)
      builder.jump(
        numberState(builder, from, Math.min(to, 10 ** length - 1), length, next),
        'anywhere',
        start,
      );
  return start;
}

function numberState(builder: Builder, from: number, to: number, length: number, next: number): number {
  if (length === 0) return next;
  const unitValue = 10 ** (length - 1);
  const start = builder.state();
  // Leading digits after which any digits may follow share what comes after them.
  let free: number | undefined;
  for (let digit = Math.floor(from / unitValue); digit <= Math.floor(to / unitValue); digit++) {
    const low = Math.max(from - digit * unitValue, 0);
    const high = Math.min(to - digit * unitValue, unitValue - 1);
    const isFree = low === 0 && high === unitValue - 1;
    const after = isFree && free !== undefined ? free : numberState(builder, low, high, length - 1, next);
    if (isFree) free = after;
    builder.step(unit(0x30 + digit), after, start);
  }
  return start;
}
