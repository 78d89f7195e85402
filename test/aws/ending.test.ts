import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { expect, test } from 'vitest';

import { temporaryFolder } from '../support/run-cli.ts';

const ending = path.resolve(import.meta.dirname, 'ending.ts');

// The demonstration runs below npm, and holds an emulator and a file.
test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'the end of its parent'] as const)(
  'what holds something lets it go on %s',
  async (how) => {
    using folder = temporaryFolder();
    const held = path.join(folder.path, 'held');
    writeFileSync(held, '');
    const program = path.join(folder.path, 'program.ts');
    writeFileSync(
      program,
      `import { rm } from 'node:fs/promises';
import { endWithParent } from ${JSON.stringify(ending)};
endWithParent(() => rm(${JSON.stringify(held)}));
console.log(process.pid);
`,
    );
    const start = `require('node:child_process').spawn(process.execPath, [${JSON.stringify(program)}], { stdio: 'inherit' })`;
    const parent = spawn(process.execPath, ['-e', start], { stdio: ['ignore', 'pipe', 'inherit'] });
    // Its output is open for as long as one of the two runs.
    const ended = once(parent, 'close');
    const [pid] = (await once(createInterface(parent.stdout), 'line')) as [string];
    if (how === 'the end of its parent') parent.kill('SIGKILL');
    else process.kill(Number(pid), how);
    await ended;
    expect(existsSync(held)).toBe(false);
  },
);
