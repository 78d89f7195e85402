import { hasUnit } from './code-units.ts';
import { accepting, TooLarge, type Nfa } from './nfa.ts';

/** What can still come of a text that was read so far. */
export type Prospect = 'accepts-all' | 'accepts-none' | 'open';

/** More deterministic states than this are not made. */
const mostStates = 50_000;

/**
 * The deterministic form of an automaton, made state by state as it is asked. State 0 is the start. Linear in the length of
 * the text, whatever the expression.
 */
export class Automaton {
  private readonly nfa: Nfa;
  /** First units of the classes in which the automaton tells units apart, ascending from 0. */
  readonly cuts: readonly number[];
  private readonly classOf = new Map<number, number>();
  private readonly ids = new Map<string, number>();
  private readonly states: State[] = [];

  constructor(nfa: Nfa) {
    this.nfa = nfa;
    const cuts = new Set([0]);
    for (const steps of nfa.steps)
      for (const { units } of steps)
        for (let index = 0; index < units.length; index += 2) {
          cuts.add(units[index] ?? 0);
          cuts.add((units[index + 1] ?? 0) + 1);
        }
    cuts.delete(0x10000);
    this.cuts = [...cuts].toSorted((a, b) => a - b);
    this.add(this.closure([nfa.start], 'start'));
  }

  /**
   * @param cost is told what a state that was not made before takes, in members looked at
   * @throws TooLarge
   */
  step(state: number, code: number, cost?: (members: number) => void): number {
    const from = this.states[state];
    if (from === undefined || from.prospect !== 'open') return state;
    const unitClass = this.unitClass(code);
    const known = from.next[unitClass];
    if (known !== undefined) return known;
    cost?.(from.members.length);
    const targets: number[] = [];
    for (const id of from.members)
      for (const { units, to } of this.nfa.steps[id] ?? []) if (hasUnit(units, code)) targets.push(to);
    const next = this.add(this.closure(targets, 'anywhere'));
    from.next[unitClass] = next;
    return next;
  }

  accepts(state: number): boolean {
    return this.states[state]?.accepts ?? false;
  }

  prospect(state: number): Prospect {
    return this.states[state]?.prospect ?? 'accepts-none';
  }

  /** @throws TooLarge */
  has(text: string): boolean {
    let state = 0;
    for (let index = 0; index < text.length; index++) state = this.step(state, text.charCodeAt(index));
    return this.accepts(state);
  }

  private unitClass(code: number): number {
    const known = this.classOf.get(code);
    if (known !== undefined) return known;
    let [low, high] = [0, this.cuts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.cuts[middle] ?? 0) <= code) low = middle;
      else high = middle - 1;
    }
    this.classOf.set(code, low);
    return low;
  }

  private add(members: readonly number[]): number {
    const key = members.join();
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    if (this.states.length >= mostStates) throw new TooLarge();
    const id = this.states.length;
    // The start is no other state's equal: "^" holds there.
    if (id > 0) this.ids.set(key, id);
    this.states.push({
      members,
      accepts: this.closure(members, this.states.length === 0 ? 'empty' : 'end').includes(accepting),
      prospect: members.length === 0 ? 'accepts-none' : this.acceptsAll(members) ? 'accepts-all' : 'open',
      next: [],
    });
    return id;
  }

  /** One member that can run on for ever and accept anywhere is enough; others are not worth a proof. */
  private acceptsAll(members: readonly number[]): boolean {
    return members.some(
      (id) =>
        (this.nfa.steps[id] ?? []).some(
          ({ units, to }) => to === id && units.length === 2 && units[0] === 0 && units[1] === 0xffff,
        ) && (this.nfa.jumps[id] ?? []).some(({ at, to }) => at === 'anywhere' && to === accepting),
    );
  }

  private closure(from: readonly number[], place: 'start' | 'anywhere' | 'end' | 'empty'): number[] {
    const found = new Set(from);
    const pending = [...from];
    for (;;) {
      const id = pending.pop();
      if (id === undefined) break;
      for (const { at, to } of this.nfa.jumps[id] ?? []) {
        const open =
          at === 'anywhere' ||
          (at === 'start' && (place === 'start' || place === 'empty')) ||
          (at === 'end' && (place === 'end' || place === 'empty'));
        if (!open || found.has(to)) continue;
        found.add(to);
        pending.push(to);
      }
    }
    return [...found].toSorted((a, b) => a - b);
  }
}

interface State {
  readonly members: readonly number[];
  readonly accepts: boolean;
  readonly prospect: Prospect;
  /** By class of the unit. */
  readonly next: (number | undefined)[];
}
