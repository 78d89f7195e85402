import type { ManifestSummary } from '../../src/snapshot/write.ts';

/** A manifest's worth of summary for accounts that were collected. */
export function summary(accounts: readonly string[], change: Partial<ManifestSummary> = {}): ManifestSummary {
  return {
    tool: { name: 'trailwarden', version: '0.0.0-test' },
    caller: { arn: 'arn:aws:sts::111111111111:assumed-role/audit/scan', account: '111111111111' },
    partition: 'aws',
    organization: { id: 'o-exampleorg', managementAccount: '111111111111' },
    start: '2026-10-01T06:00:00.000Z',
    end: '2026-10-01T06:10:00.000Z',
    finished: true,
    accounts: accounts.map((id) => ({ id, scan: 'collected', regions: ['us-east-1', 'eu-west-1'] })),
    coverage: [],
    notices: [],
    ...change,
  };
}
