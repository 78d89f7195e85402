import { expect, test } from 'vitest';

import { mergeCells } from '../../src/snapshot/coverage.ts';
import type { CoverageCell } from '../../src/snapshot/manifest.ts';

test('what stands in a cell does not depend on which of its calls ended first', () => {
  const at = {
    operation: 'kms:GetKeyRotationStatus',
    accounts: ['111111111111'],
    regions: ['eu-west-1'],
  } as const;
  const ends: readonly CoverageCell[] = [
    { ...at, outcome: 'obtained' },
    { ...at, outcome: 'not-asked', cause: 'a: it was the first' },
    { ...at, outcome: 'denied', code: 'B', cause: 'b' },
    { ...at, outcome: 'denied', code: 'B', cause: 'a', principal: 'y' },
    { ...at, outcome: 'denied', code: 'B', cause: 'a', principal: 'x' },
  ];
  expect(mergeCells(ends)).toEqual([ends.at(-1)]);
  expect(mergeCells(ends.toReversed())).toEqual([ends.at(-1)]);
});
