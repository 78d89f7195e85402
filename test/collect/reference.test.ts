import path from 'node:path';

import { expect, test } from 'vitest';

import { callsReference } from '../../src/collect/reference.ts';

test('docs/reference/calls.md says what the call table says', async () => {
  const file = path.resolve(import.meta.dirname, '../../docs/reference/calls.md');
  await expect(callsReference()).toMatchFileSnapshot(file);
});
