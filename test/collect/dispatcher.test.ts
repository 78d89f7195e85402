import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { Dispatcher } from '../../src/collect/dispatcher.ts';
import { Gate, Questions } from '../../src/collect/gate.ts';

/** Work of which each piece waits until it is told to go on. */
class Pieces {
  readonly begun: string[] = [];
  readonly #open = new Map<string, { readonly asker: Questions; readonly end: () => void }>();

  /** A piece that asks one question. */
  async work(name: string, asker: Questions): Promise<void> {
    this.begun.push(name);
    await asker.ask(new Promise<void>((end) => this.#open.set(name, { asker, end })));
  }

  /** Has the question of a piece rest for good. */
  rest(name: string): void {
    void this.#open.get(name)?.asker.rest(new Promise<void>(() => undefined));
  }

  async end(...names: readonly string[]): Promise<void> {
    for (const name of names) this.#open.get(name)?.end();
    await settled();
  }

  /** What was begun since the last call. */
  take(): readonly string[] {
    return this.begun.splice(0);
  }
}

/** Lets everything happen that needs no further event. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await turnOfTheLoop();
}

/** Accounts with pieces `a1`, `a2` and so on, all of the same width. */
function run(gate: Gate, accounts: Readonly<Record<string, number>>): Pieces {
  const pieces = new Pieces();
  const dispatcher = new Dispatcher(gate, 12);
  void dispatcher.forEachAccount(Object.entries(accounts), async ([account, count], opened) => {
    const asker = new Questions(gate);
    opened();
    const names = Array.from({ length: count }, (_, index) => `${account}${index + 1}`);
    await dispatcher.forEach(asker, names, (name) => pieces.work(name, asker));
  });
  return pieces;
}

test('work is begun as long as fewer questions are active than may be in flight', async () => {
  const pieces = run(new Gate(3), { a: 9 });
  await settled();
  expect(pieces.take()).toEqual(['a1', 'a2', 'a3']);
  await pieces.end('a2');
  expect(pieces.take()).toEqual(['a4']);
  await pieces.end('a1', 'a3', 'a4');
  expect(pieces.take()).toEqual(['a5', 'a6', 'a7']);
});

test('for each question that rests another is begun, up to four times as many as may be in flight', async () => {
  const pieces = run(new Gate(2), { a: 20 });
  await settled();
  for (let count = 2; count < 8; count += 1) {
    pieces.rest(`a${count - 1}`);
    await settled();
    expect(pieces.begun).toHaveLength(count + 1);
  }
  pieces.rest('a7');
  pieces.rest('a8');
  await settled();
  expect(pieces.begun).toHaveLength(8);
});

test('an account gets half a region, then the next is begun; those that were begun first go before', async () => {
  const pieces = run(new Gate(14), { a: 30, b: 30, c: 30, d: 30 });
  await settled();
  expect(pieces.take().join(' ')).toBe('a1 a2 a3 a4 a5 a6 b1 b2 b3 b4 b5 b6 c1 c2');
  await pieces.end('a1', 'b1', 'c1', 'b2', 'c2');
  expect(pieces.take().join(' ')).toBe('a7 b7 b8 c3 c4');
});

test('when no account is left to begin, the one with the fewest active questions gets more', async () => {
  const pieces = run(new Gate(24), { a: 30, b: 30 });
  await settled();
  expect(pieces.take().filter((name) => name.startsWith('a'))).toHaveLength(12);
  await pieces.end('b1', 'b2', 'b3', 'a1');
  expect(pieces.take().filter((name) => name.startsWith('b'))).toHaveLength(3);
});

test('after a failure nothing is begun, and what was begun may end', async () => {
  const gate = new Gate(2);
  const dispatcher = new Dispatcher(gate);
  const asker = new Questions(gate);
  const begun: number[] = [];
  let ended = 0;
  const whole = dispatcher.forEach(asker, [1, 2, 3, 4, 5], async (item) => {
    begun.push(item);
    await asker.ask(settled());
    ended += 1;
    if (item === 2) throw new Error('two');
  });
  await expect(whole).rejects.toThrow('two');
  expect(begun.length).toBeLessThan(5);
  expect(ended).toBe(begun.length);
  // The room of what was not begun is free again.
  await dispatcher.forEach(asker, [6, 7], async (item) => void begun.push(item));
  expect(begun.slice(-2)).toEqual([6, 7]);
});
