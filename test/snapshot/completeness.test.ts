import { expect, test } from 'vitest';

import { isComplete } from '../../src/snapshot/completeness.ts';
import type { AccountInScope, CoverageCell, Manifest } from '../../src/snapshot/manifest.ts';
import type { Outcome } from '../../src/snapshot/record.ts';
import { sampleHeader } from '../report/sample.ts';

const asked: AccountInScope = {
  id: '111122223333',
  scan: 'collected',
  regions: ['us-east-1'],
  regionsLeftOut: ['eu-west-1'],
};

function cell(outcome: Outcome, accounts = ['111122223333'], regions = ['us-east-1']): CoverageCell {
  return { operation: 'cloudtrail:DescribeTrails', outcome, accounts, regions };
}

function complete(changes: Partial<Manifest>): boolean {
  return isComplete({
    ...sampleHeader([]).manifest,
    accounts: [asked],
    coverage: [cell('obtained')],
    ...changes,
  });
}

test.each(['denied', 'throttled', 'failed', 'not-asked'] as const)(
  'an answer that was %s makes it incomplete',
  (outcome) => {
    expect(complete({ coverage: [cell('obtained'), cell(outcome)] })).toBe(false);
  },
);

test('what is switched off at AWS or was left out on purpose does not make it incomplete', () => {
  expect(complete({})).toBe(true);
  expect(complete({ coverage: [cell('not-enabled')] })).toBe(true);
  expect(complete({ coverage: [cell('not-asked', ['111122223333'], ['eu-west-1'])] })).toBe(true);
  for (const scan of ['left-out', 'not-active'] as const) {
    const accounts = [asked, { id: '444455556666', scan }];
    expect(complete({ accounts, coverage: [cell('not-asked', ['444455556666'])] })).toBe(true);
  }
});

test('an account that could not be seen, or an early end, makes it incomplete', () => {
  for (const scan of ['not-reachable', 'not-reached'] as const) {
    expect(complete({ accounts: [asked, { id: '444455556666', scan }] })).toBe(false);
  }
  expect(complete({ finished: false })).toBe(false);
});
