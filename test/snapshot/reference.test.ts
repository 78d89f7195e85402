import { expect, test } from 'vitest';

import { snapshotReference } from './snapshot-reference.ts';

test('the page about the format says what the schemas say', async () => {
  await expect(snapshotReference()).toMatchFileSnapshot('../../docs/reference/snapshot.md');
});
