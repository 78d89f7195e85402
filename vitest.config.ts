import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Reports need the built page of the HTML report.
    globalSetup: 'test/support/build-page.ts',
    // The code keeps no module state, so files can share a worker: ten times faster for many small files.
    isolate: false,
    // Most of the time goes to processes that tests start, and to waiting for them.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Results must not depend on the machine they run on.
    env: { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', LC_ALL: 'C.UTF-8' },
  },
});
