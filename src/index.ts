export type { AnswerRecord, AnswerError, Outcome, StoredRecord } from './snapshot/record.ts';
export type { Manifest } from './snapshot/manifest.ts';
export { SnapshotError, type Snapshot } from './snapshot/snapshot.ts';
