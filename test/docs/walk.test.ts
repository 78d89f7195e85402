import { expect, test } from 'vitest';

import { temporaryFolder } from '../support/run-cli.ts';
import { walked } from './not-run.ts';
import { walkPage } from './walk.ts';

test.each(walked)('docs/%s works as it is written', { timeout: 240_000 }, async (page) => {
  using folder = temporaryFolder();
  expect(await walkPage(`docs/${page}`, folder.path)).toBeGreaterThan(0);
});
