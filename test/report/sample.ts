import { createHash } from 'node:crypto';

import {
  severities,
  verdicts,
  type Finding,
  type Severity,
  type Verdict,
} from '../../src/evaluate/finding.ts';
import type { PackScore } from '../../src/evaluate/score.ts';
import type {
  ReportHeader,
  ReportPack,
  ReportRule,
  ReportSink,
  ReportTotals,
  TextOutput,
} from '../../src/report/sink.ts';

/** An output that keeps what was written. */
export function memoryOutput(): TextOutput & { text(): string } {
  let written = '';
  return {
    write(text) {
      written += text;
    },
    async close() {},
    text: () => written,
  };
}

export function sampleRule(id: string, severity: Severity, changes: Partial<ReportRule> = {}): ReportRule {
  return {
    id,
    title: `What ${id} asks for holds`,
    severity,
    service: 'cloudtrail',
    for: 'account',
    why: 'Because otherwise nobody knows.',
    fix: 'Turn it on.',
    references: ['https://docs.aws.amazon.com/awscloudtrail/latest/userguide/'],
    tags: ['audit'],
    file: `rules/cloudtrail/${id}.yaml`,
    line: 2,
    requires: ['cloudtrail:DescribeTrails'],
    ...changes,
  };
}

export function sampleHeader(rules: readonly ReportRule[]): ReportHeader {
  return {
    tool: { name: 'trailwarden', version: '0.1.0' },
    rules,
    packs: [samplePack()],
    manifest: {
      format: 'trailwarden-snapshot',
      version: 1,
      tool: { name: 'trailwarden', version: '0.1.0' },
      caller: { arn: 'arn:aws:sts::111122223333:assumed-role/audit/scan', account: '111122223333' },
      partition: 'aws',
      organization: { id: 'o-exampleorg', managementAccount: '111122223333' },
      start: '2026-10-01T06:00:00.000Z',
      end: '2026-10-01T06:10:00.000Z',
      finished: true,
      accounts: [
        { id: '111122223333', name: 'Management', scan: 'collected', regions: ['us-east-1'] },
        { id: '444455556666', name: 'Payments', scan: 'not-reachable', reason: 'AssumeRole was denied' },
      ],
      coverage: [
        {
          operation: 'cloudtrail:DescribeTrails',
          outcome: 'obtained',
          accounts: ['111122223333'],
          regions: ['us-east-1'],
        },
        {
          operation: 'cloudwatch:DescribeAlarms',
          outcome: 'denied',
          accounts: ['111122223333'],
          regions: ['us-east-1'],
          code: 'AccessDenied',
        },
      ],
      parts: [],
      rootHash: 'ab'.repeat(32),
      notices: [],
    },
  };
}

export interface SampleFinding {
  readonly rule: string;
  readonly verdict: Verdict;
  readonly severity?: Severity;
  readonly name?: string;
  readonly message?: string;
  readonly waived?: boolean;
}

const outcomes = {
  pass: 'passes',
  fail: 'fails',
  unknown: 'could not be judged',
  'not-applicable': 'is not judged',
};

export function sampleFinding({ rule, verdict, severity = 'high', ...rest }: SampleFinding): Finding {
  const name = rest.name ?? 'Management';
  const id = `arn:aws:cloudtrail:us-east-1:111122223333:trail/${name}`;
  return {
    rule,
    verdict,
    severity,
    resource: { type: 'trail', id, account: '111122223333', region: 'us-east-1', name },
    message: rest.message ?? `Trail ${name} in account 111122223333 ${outcomes[verdict]}: as ${rule} says.`,
    fix: verdict === 'fail' ? 'Turn it on.' : '',
    parameters: {},
    reasons:
      verdict === 'unknown'
        ? {
            kind: 'field',
            verdict: 'unknown',
            text: 'the alarms are not known',
            causes: [
              {
                call: 'cloudwatch:DescribeAlarms',
                account: '111122223333',
                region: 'us-east-1',
                code: 'AccessDenied',
                message: 'not authorized',
              },
            ],
          }
        : { kind: 'field', verdict: verdict === 'fail' ? 'fail' : 'pass', text: 'IsLogging was looked at' },
    evidence: [
      {
        call: 'cloudtrail:DescribeTrails',
        account: '111122223333',
        region: 'us-east-1',
        time: '2026-10-01T06:01:00.000Z',
        part: 'accounts/111122223333.ndjson.gz',
        line: 3,
        path: 'trailList[0]',
      },
    ],
    waiver: rest.waived
      ? { reason: 'Accepted until the move', owner: 'Ana', ticket: 'SEC-1', expires: '2027-01-31' }
      : null,
    baseline: null,
    fingerprint: createHash('sha256').update(`${rule}|${id}`).digest('hex'),
  };
}

export function totalsOf(findings: readonly Finding[], changes: Partial<ReportTotals> = {}): ReportTotals {
  const count = (test: (finding: Finding) => boolean): number => findings.filter(test).length;
  const failing = (finding: Finding): boolean => finding.verdict === 'fail' && finding.waiver === null;
  return {
    findings: findings.length,
    byVerdict: Object.fromEntries(
      verdicts.map((v) => [v, count((f) => f.verdict === v)]),
    ) as ReportTotals['byVerdict'],
    failuresBySeverity: Object.fromEntries(
      severities.map((s) => [s, count((f) => failing(f) && f.severity === s)]),
    ) as ReportTotals['failuresBySeverity'],
    waived: count((f) => f.waiver !== null),
    notices: [],
    complete: true,
    scores: [],
    ...changes,
  };
}

/** A pack, as a report begins with it. */
export function samplePack(title = 'A framework, edition 1'): ReportPack {
  return {
    id: 'a-framework-1',
    title,
    edition: '1',
    controls: [
      { id: '1.1', title, rules: ['a-rule'] },
      { id: '1.2', title, rules: ['a-rule', 'b-rule'] },
      { id: '1.3', title, rules: [] },
    ],
  };
}

/** A pack with a control in each state. */
export function sampleScore(title = 'A framework, edition 1', id = 'a-rule'): PackScore {
  const rule = { rule: id, verdict: 'pass' } as const;
  return {
    pack: 'a-framework-1',
    title,
    framework: 'A framework',
    edition: '1',
    about: title,
    counts: { satisfied: 2, failed: 1, unknown: 1, manual: 1, 'not-applicable': 1 },
    inPart: 1,
    percent: 66,
    controls: [
      { id: '1.1', title, state: 'satisfied', extent: 'full', rules: [rule] },
      { id: '1.2', title, state: 'satisfied', extent: 'partial', rules: [rule] },
      {
        id: '1.3',
        title,
        state: 'failed',
        extent: 'full',
        waived: true,
        rules: [rule, { rule: 'b-rule', verdict: 'fail' }],
      },
      {
        id: '1.4',
        title,
        state: 'unknown',
        extent: 'full',
        rules: [{ rule: 'b-rule', verdict: 'unknown', open: 'parameters' }],
      },
      { id: '1.5', title, state: 'manual', extent: 'full', rules: [], manual: title },
      {
        id: '1.6',
        title,
        state: 'not-applicable',
        extent: 'full',
        rules: [{ rule: 'b-rule', verdict: 'not-applicable' }],
      },
    ],
  };
}

/** Writes a whole report. */
export async function writeReport(
  sink: ReportSink,
  header: ReportHeader,
  findings: readonly Finding[],
  totals: ReportTotals = totalsOf(findings),
): Promise<void> {
  await sink.start(header);
  for (const finding of findings) sink.add(finding);
  await sink.finish(totals);
}
