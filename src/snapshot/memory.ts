import { createHash } from 'node:crypto';

import { canonicalJson, type JsonObject } from '../json.ts';
import { compareText } from '../text.ts';
import { CoverageLedger } from './coverage.ts';
import { rootHashOf } from './manifest-text.ts';
import type { AccountInScope, CoverageCell, Manifest, PartEntry } from './manifest.ts';
import { withoutPlace } from './part.ts';
import type { AnswerRecord, StoredRecord } from './record.ts';
import type { Snapshot } from './snapshot.ts';
import { partFile } from './target.ts';

/** Content for {@link snapshotFromRecords}. All but the records has defaults that suit tests. */
export interface SnapshotContent {
  readonly organization?: readonly (AnswerRecord | StoredRecord)[];
  /** Records by account id. An account with an empty list has a part without records. */
  readonly accounts: Readonly<Record<string, readonly (AnswerRecord | StoredRecord)[]>>;
  /**
   * What the manifest says beside that. `accounts` defaults to those with records, `coverage` to what the records say,
   * times to those of the first and last record.
   */
  readonly manifest?: Partial<Omit<Manifest, 'parts' | 'rootHash' | 'format' | 'version'>>;
}

/**
 * A snapshot in memory. A record that has a place (`part`, `line`) keeps it; others get the place that a file would
 * give them. Hashes are over canonical JSON, one line a record, since there are no compressed files.
 */
export function snapshotFromRecords(content: SnapshotContent): Snapshot {
  const ids = Object.keys(content.accounts).sort(compareText);
  const organization = placed(content.organization ?? [], null);
  const accounts = new Map(ids.map((id) => [id, placed(content.accounts[id] ?? [], id)]));
  const all = [organization, ...accounts.values()].flat();
  const parts: PartEntry[] = [
    ...(content.organization === undefined ? [] : [partOf(organization, null)]),
    ...[...accounts].map(([id, records]) => partOf(records, id)),
  ];
  const times = all.map((record) => record.time).sort(compareText);
  const start = content.manifest?.start ?? times[0] ?? '1970-01-01T00:00:00.000Z';
  const body = {
    format: 'trailwarden-snapshot',
    version: 1,
    tool: { name: 'trailwarden', version: 'in-memory' },
    caller: { arn: 'arn:aws:iam::000000000000:root', account: '000000000000' },
    partition: 'aws',
    organization: null,
    finished: true,
    notices: [],
    accounts: ids.map((id): AccountInScope => ({ id, scan: 'collected' })),
    coverage: coverageOf(all),
    ...content.manifest,
    start,
    end: content.manifest?.end ?? times.at(-1) ?? start,
    parts,
  } as const;
  return {
    manifest: { ...body, rootHash: rootHashOf(body) },
    organization: () => Promise.resolve(organization),
    account: (id) => Promise.resolve(accounts.get(id)),
  };
}

/** Coverage as the records alone tell it. */
export function coverageOf(records: Iterable<AnswerRecord>): CoverageCell[] {
  const ledger = new CoverageLedger();
  for (const record of records) ledger.addRecord(record);
  return ledger.cells();
}

function placed(records: readonly (AnswerRecord | StoredRecord)[], account: string | null): StoredRecord[] {
  const part = partFile(account);
  return records.map((record, index) => ({ part, line: index + 1, ...record }));
}

function partOf(records: readonly StoredRecord[], account: string | null): PartEntry {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const record of records) {
    const line = Buffer.from(`${canonicalJson(withoutPlace(record) as unknown as JsonObject)}\n`);
    hash.update(line);
    bytes += line.length;
  }
  return {
    file: records[0]?.part ?? partFile(account),
    account,
    records: records.length,
    bytes,
    sha256: hash.digest('hex'),
  };
}
