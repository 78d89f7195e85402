import { Writable } from 'node:stream';

import { expect, test, vi } from 'vitest';

import { configureLog } from '../../src/cli/log.ts';
import { showProgress } from '../../src/cli/progress.ts';
import type { Progress } from '../../src/collect/progress.ts';

/** A stream that says what it is and keeps what is written. */
function streamLike(properties: object): { stream: NodeJS.WriteStream; text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString('utf8');
      done();
    },
  });
  return { stream: Object.assign(stream, properties) as unknown as NodeJS.WriteStream, text: () => text };
}

const at = (elapsed: number): Progress => ({
  phase: 'accounts',
  accountsDone: 1,
  accountsTotal: 4,
  calls: 1,
  errors: 0,
  throttled: 0,
  retries: 0,
  elapsed,
  left: undefined,
});

test.each([
  ['a file', {}],
  // A pseudo-terminal of CI or `script`: erasing its lines never ends.
  ['a terminal without a width', { isTTY: true, columns: 0 }],
])('on %s progress is a plain line now and then', async (_, properties) => {
  const { stream, text } = streamLike(properties);
  const display = await showProgress(stream, { quiet: false, format: 'text' });
  for (const elapsed of [10, 1_000, 16_000, 17_000, 40_000]) display.update(at(elapsed));
  display.say('interrupted');
  display.end();
  expect(text()).toBe('accounts 1/4, 1 call\naccounts 1/4, 1 call\ninterrupted\n');
});

test('quiet, only what has to be said is said', async () => {
  const { stream, text } = streamLike({ isTTY: true, columns: 80 });
  const display = await showProgress(stream, { quiet: true, format: 'text' });
  display.update(at(100_000));
  display.say('interrupted');
  display.end();
  expect(text()).toBe('interrupted\n');
});

test('for programs progress is an object now and then, with its numbers', async () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  configureLog({ format: 'json' });
  try {
    const display = await showProgress(process.stderr);
    for (const elapsed of [10, 16_000, 17_000]) display.update(at(elapsed));
    display.say('interrupted');
    display.end();
    expect(write.mock.calls.map(([line]) => JSON.parse(String(line)) as object)).toEqual([
      {
        level: 'info',
        code: 'progress',
        message: 'accounts 1/4, 1 call',
        fields: {
          phase: 'accounts',
          accountsDone: 1,
          accountsTotal: 4,
          calls: 1,
          errors: 0,
          throttled: 0,
          elapsed: 16_000,
        },
      },
      { level: 'notice', code: 'interrupted', message: 'interrupted', fields: {} },
    ]);
  } finally {
    configureLog({ format: 'text' });
    write.mockRestore();
  }
});
