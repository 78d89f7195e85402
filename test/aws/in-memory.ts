import type { JsonObject } from '../../src/json.ts';
import type { AccountInScope, CoverageCell, Manifest } from '../../src/snapshot/manifest.ts';
import { snapshotFormat, snapshotVersion } from '../../src/snapshot/manifest.ts';
import type { AnswerError, AnswerRecord, StoredRecord } from '../../src/snapshot/record.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';

/** A question and its answer, short: `ask('cloudtrail:DescribeTrails', '111111111111', 'eu-west-1', {}, {trailList: []})`. */
export function answered(
  call: string,
  account: string,
  region: string,
  input: JsonObject,
  output: JsonObject,
): AnswerRecord {
  const [service = '', operation = ''] = call.split(':');
  return { service, operation, account, region, input, time: '2026-10-01T06:00:00.000Z', output };
}

/** The same for a question that was refused. */
export function refused(
  call: string,
  account: string,
  region: string,
  input: JsonObject,
  error: AnswerError,
): AnswerRecord {
  const [service = '', operation = ''] = call.split(':');
  return { service, operation, account, region, input, time: '2026-10-01T06:00:00.000Z', error };
}

/** A snapshot that was never written: scope and records as given, everything else a plain default. */
export function snapshotOf(content: {
  readonly caller?: Manifest['caller'];
  readonly organization: Manifest['organization'];
  readonly accounts: readonly AccountInScope[];
  readonly coverage?: readonly CoverageCell[];
  readonly organizationRecords?: readonly AnswerRecord[];
  readonly records: Readonly<Record<string, readonly AnswerRecord[]>>;
}): Snapshot {
  const first = content.accounts[0]?.id ?? '111111111111';
  return {
    manifest: {
      format: snapshotFormat,
      version: snapshotVersion,
      tool: { name: 'trailwarden', version: '0.0.0' },
      caller: content.caller ?? { arn: `arn:aws:iam::${first}:user/auditor`, account: first },
      partition: 'aws',
      organization: content.organization,
      start: '2026-10-01T06:00:00.000Z',
      end: '2026-10-01T06:00:00.000Z',
      finished: true,
      accounts: content.accounts,
      coverage: content.coverage ?? [],
      parts: Object.entries(content.records).map(([account, records]) => ({
        file: file(account),
        account,
        records: records.length,
        bytes: 0,
        sha256: '',
      })),
      rootHash: '',
      notices: [],
    },
    organization: () => Promise.resolve(stored('organization.ndjson.gz', content.organizationRecords ?? [])),
    account: (id) => {
      const records = content.records[id];
      return Promise.resolve(records === undefined ? undefined : stored(file(id), records));
    },
  };
}

function stored(part: string, records: readonly AnswerRecord[]): readonly StoredRecord[] {
  return records.map((record, index) => Object.assign({ part, line: index + 1 }, record));
}

function file(account: string): string {
  return `accounts/${account}.ndjson.gz`;
}
