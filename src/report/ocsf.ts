import { causesOf } from '../evaluate/causes.ts';
import type { Evidence, Finding, Severity, Verdict } from '../evaluate/finding.ts';
import { visibleText } from '../text.ts';
import type { ReportHeader, ReportRule, ReportSink, TextOutput } from './sink.ts';

/** The version of the schema that records are written in. */
export const ocsfVersion = '1.8.0';

/** `severity_id` and its caption. */
const severityIds: Readonly<Record<Severity, readonly [number, string]>> = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};

/** `compliance.status_id` and its caption. A warning is: no result for want of information. */
const statuses: Readonly<Record<Verdict, readonly [number, string]>> = {
  pass: [1, 'Pass'],
  unknown: [2, 'Warning'],
  fail: [3, 'Fail'],
  'not-applicable': [99, 'Not Applicable'],
};

/** Most pieces of evidence in a record. */
const evidenceLimit = 32;

/**
 * OCSF Compliance Findings (class 2003, cloud profile), one JSON object a line. Times are milliseconds since 1970, UTC,
 * and are those of the collection. A waiver is `status_id` 3, suppressed. Holds nothing but the finding at hand.
 */
export function ocsfSink(output: TextOutput): ReportSink {
  let header: ReportHeader | undefined;
  let rules = new Map<string, ReportRule>();
  let accounts = new Map<string, string | undefined>();
  return {
    start(given) {
      header = given;
      rules = new Map(given.rules.map((rule) => [rule.id, rule]));
      accounts = new Map(given.manifest.accounts.map(({ id, name }) => [id, name]));
    },
    add(finding) {
      if (header === undefined) throw new Error('a report must be started before it is added to');
      const name = accounts.get(finding.resource.account);
      output.write(`${JSON.stringify(record(finding, header, rules.get(finding.rule), name))}\n`);
    },
    async finish() {
      await output.close();
    },
  };
}

function record(
  finding: Finding,
  { tool, manifest }: ReportHeader,
  rule: ReportRule | undefined,
  accountName: string | undefined,
): object {
  const { resource, waiver, fingerprint } = finding;
  const time = milliseconds(manifest.end);
  const [severityId, severity] = severityIds[finding.verdict === 'fail' ? finding.severity : 'info'];
  const [complianceId, compliance] = statuses[finding.verdict];
  const [ruleSeverityId, ruleSeverity] = severityIds[finding.severity];
  const [statusId, status] = workflow(finding);
  const title = visibleText(rule?.title ?? finding.rule);
  const account = {
    uid: resource.account,
    ...(accountName !== undefined && { name: visibleText(accountName) }),
    type_id: 10,
    type: 'AWS Account',
  };
  return {
    activity_id: 1,
    activity_name: 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2003,
    class_name: 'Compliance Finding',
    type_uid: 200301,
    type_name: 'Compliance Finding: Create',
    time,
    severity_id: severityId,
    severity,
    status_id: statusId,
    status,
    message: visibleText(finding.message),
    metadata: {
      version: ocsfVersion,
      profiles: ['cloud'],
      product: { name: 'Trailwarden', vendor_name: 'Trailwarden', version: visibleText(tool.version) },
      uid: fingerprint,
    },
    cloud: {
      provider: 'AWS',
      account,
      region: visibleText(resource.region),
      ...(manifest.organization !== null && { org: { uid: visibleText(manifest.organization.id) } }),
    },
    finding_info: {
      uid: fingerprint,
      title,
      desc: visibleText(finding.message),
      created_time: time,
      types: ['Compliance'],
      product: { name: 'Trailwarden', vendor_name: 'Trailwarden', version: visibleText(tool.version) },
    },
    compliance: {
      status_id: complianceId,
      status: compliance,
      control: finding.rule,
      standards: ['Trailwarden'],
      requirements: (rule?.tags ?? []).map(visibleText),
      checks: [
        {
          uid: finding.rule,
          name: title,
          ...(rule !== undefined && { desc: visibleText(rule.why.trim()) }),
          standards: ['Trailwarden'],
          status_id: complianceId,
          status: compliance,
          severity_id: ruleSeverityId,
          severity: ruleSeverity,
        },
      ],
      control_parameters: Object.entries(finding.parameters).map(([name, value]) => ({
        name: visibleText(name),
        value: visibleText(typeof value === 'string' ? value : JSON.stringify(value)),
      })),
      status_details: statusDetails(finding),
    },
    resources: [
      {
        uid: visibleText(resource.id),
        name: visibleText(resource.name),
        type: visibleText(resource.type),
        region: visibleText(resource.region),
        cloud_partition: manifest.partition,
      },
    ],
    ...(finding.fix !== '' && {
      remediation: {
        desc: finding.fix.trim().split('\n').map(visibleText).join('\n'),
        ...(rule !== undefined &&
          rule.references.length > 0 && { references: rule.references.map(visibleText) }),
      },
    }),
    ...(finding.evidence.length > 0 && {
      evidences: finding.evidence.slice(0, evidenceLimit).map(evidence),
    }),
    unmapped: {
      verdict: finding.verdict,
      snapshot: visibleText(manifest.rootHash),
      baseline: finding.baseline,
    },
    ...(waiver !== null && {
      comment: visibleText(
        `Waived until ${waiver.expires} by ${waiver.owner}, ${waiver.ticket}: ${waiver.reason}`,
      ),
    }),
  };
}

/** `status_id` and its caption: where the finding stands in the work on it. */
function workflow({ verdict, waiver }: Finding): readonly [number, string] {
  if (waiver !== null) return [3, 'Suppressed'];
  return verdict === 'pass' || verdict === 'not-applicable' ? [4, 'Resolved'] : [1, 'New'];
}

function statusDetails(finding: Finding): readonly string[] {
  if (finding.verdict !== 'unknown') return [visibleText(finding.reasons.text)];
  return causesOf(finding.reasons).map(({ call, account, region, code }) =>
    visibleText(`${call} in ${account} ${region}: ${code}`),
  );
}

function evidence({
  call,
  account,
  region,
  time,
  requestId,
  part,
  line,
  path,
  value,
  error,
}: Evidence): object {
  const [service = '', ...operation] = call.split(':');
  return {
    api: {
      operation: visibleText(operation.join(':') || call),
      service: { name: visibleText(service) },
      ...(requestId !== undefined && { request: { uid: visibleText(requestId) } }),
      ...(error !== undefined && { response: { error: visibleText(error) } }),
    },
    data: {
      account: visibleText(account),
      region: visibleText(region),
      time: visibleText(time),
      part: visibleText(part),
      line,
      path: visibleText(path),
      ...(value !== undefined && { value: visibleText(JSON.stringify(value)) }),
    },
  };
}

/** Throws for a time that is none: the manifest was checked when it was read. */
function milliseconds(time: string): number {
  const value = Date.parse(time);
  if (Number.isNaN(value)) throw new Error(`"${time}" is no time`);
  return value;
}
