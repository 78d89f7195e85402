// Snapshots: what AWS answered, as evidence.
export { openSnapshot } from './snapshot/read.ts';
export { verifySnapshot, type Verification } from './snapshot/verify.ts';
export { isComplete } from './snapshot/completeness.ts';
export { summarizeSnapshot, summaryText, type SnapshotSummary } from './snapshot/show.ts';
export { readReadableSnapshot, type ReadableOptions } from './snapshot/readable.ts';
export { writeReadable } from './snapshot/write-readable.ts';
export { snapshotFromRecords, type SnapshotContent } from './snapshot/memory.ts';
export {
  createSnapshotWriter,
  type ManifestSummary,
  type PartWriter,
  type SnapshotWriter,
  type SnapshotWriterOptions,
} from './snapshot/write.ts';
export { faultText, SnapshotError, type Snapshot, type SnapshotFault } from './snapshot/snapshot.ts';
export type { AnswerError, AnswerRecord, CallName, Outcome, StoredRecord } from './snapshot/record.ts';
export type { AccountInScope, CoverageCell, Manifest, PartEntry } from './snapshot/manifest.ts';

// Rules and their evaluation over the model of an organization.
export { createModel } from './model/create-model.ts';
export { loadRules, readRuleFolder, type RuleFolder, type RuleLanguage } from './rules/load.ts';
export { standardLanguage } from './rules/standard-language.ts';
export { RuleError, type Fault } from './rules/fault.ts';
export { newestEditions, packsNamed, rulesOfPacks, type Pack } from './rules/packs.ts';
export type { RuleSet } from './rules/rule-set.ts';
export { evaluate, type EvaluateOptions, type EvaluationEnd } from './evaluate/evaluate.ts';
export { Scoring, type ControlScore, type PackScore } from './evaluate/score.ts';
export { Totals } from './evaluate/totals.ts';
export type { Evidence, Finding, Reason, Severity, Verdict } from './evaluate/finding.ts';

// The event algebra: do these patterns see every event that matters?
export {
  covers,
  createCoverage,
  filterPatternPredicate,
  matches,
  normalForm,
  parseFilterPattern,
  PatternFault,
  predicateKey,
  printJsonPattern,
  type Coverage,
  type CoverageVerdict,
  type Predicate,
} from './events/index.ts';

// Reports: findings in, text out.
export { jsonSink } from './report/json.ts';
export { sarifSink, type SarifOptions } from './report/sarif.ts';
export { markdownSink } from './report/markdown.ts';
export { junitSink } from './report/junit.ts';
export { csvColumns, csvSink } from './report/csv.ts';
export { ocsfSink } from './report/ocsf.ts';
export { asffSink } from './report/asff.ts';
export { oscalSink } from './report/oscal.ts';
export { htmlSink } from './report/html/sink.ts';
export { textSink, type TextOptions } from './report/text.ts';
export type {
  ReportHeader,
  ReportPack,
  ReportRule,
  ReportSink,
  ReportTotals,
  TextOutput,
} from './report/sink.ts';
export { checkGithubProfile, type ProfileProblem } from './report/github-profile.ts';

// Waivers and baseline beside findings.
export { parseWaivers, type Waiver } from './waivers/waiver-file.ts';
export { openWaivers, type WaiverBook } from './waivers/apply.ts';
export { readBaseline, type Baseline } from './waivers/baseline.ts';
export { readJsonReport } from './waivers/json-report.ts';
export { diffReports, type FindingChange, type ReportDiff } from './waivers/report-diff.ts';

export { UserFault } from './fault.ts';
export type { JsonObject, JsonValue } from './json.ts';
