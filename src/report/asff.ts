import { causesOf } from '../evaluate/causes.ts';
import type { Finding, Severity, Verdict } from '../evaluate/finding.ts';
import { compareText, shortened, visibleText } from '../text.ts';
import { fixInWords } from './fix-text.ts';
import { asFinding } from './gone-finding.ts';
import type { ReportHeader, ReportRule, ReportSink, TextOutput } from './sink.ts';

/** What BatchImportFindings takes in one call, in findings and in bytes. */
export const asffBatchLimits = { findings: 100, bytes: 6_000_000, findingBytes: 240_000 } as const;

const labels: Readonly<Record<Severity, string>> = {
  critical: 'CRITICAL',
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
  info: 'INFORMATIONAL',
};

const statuses: Readonly<Record<Verdict, string>> = {
  pass: 'PASSED',
  fail: 'FAILED',
  unknown: 'WARNING',
  'not-applicable': 'NOT_AVAILABLE',
};

/** Where findings without a region go: the region in which the partition has its global services. */
const homeRegions: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

interface Batch {
  readonly findings: string[];
  bytes: number;
}

/**
 * AWS Security Finding Format: each line is one request of `securityhub:BatchImportFindings`, for one account and
 * region, within its limits. Security Hub takes a finding only from the account that it names. Memory holds at most one
 * batch for each region of an account.
 */
export function asffSink(output: TextOutput): ReportSink {
  let header: ReportHeader | undefined;
  let rules = new Map<string, ReportRule>();
  let account: string | undefined;
  const batches = new Map<string, Batch>();

  const flush = (batch: Batch): void => {
    if (batch.findings.length > 0) output.write(`{"Findings":[${batch.findings.join(',')}]}\n`);
    batch.findings.length = 0;
    batch.bytes = 0;
  };
  const flushAll = (): void => {
    for (const [, batch] of [...batches].sort(([a], [b]) => compareText(a, b))) flush(batch);
    batches.clear();
  };
  return {
    start(given) {
      header = given;
      rules = new Map(given.rules.map((rule) => [rule.id, rule]));
    },
    add(finding) {
      if (header === undefined) throw new Error('a report must be started before it is added to');
      put(finding, header);
    },
    async finish(totals) {
      if (header === undefined) throw new Error('a report must be started before it is finished');
      // Security Hub keeps what it is not told of: what is gone is sent once more, archived. Not so where the rule did not
      // run: a run of some rules says nothing about the others.
      for (const gone of totals.gone ?? [])
        if (rules.has(gone.rule)) put({ ...asFinding(gone), verdict: 'not-applicable' }, header);
      flushAll();
      await output.close();
    },
  };

  function put(finding: Finding, known: ReportHeader): void {
    if (finding.resource.account !== account) flushAll();
    account = finding.resource.account;
    const region = regionOf(finding, known.manifest.partition);
    const text = JSON.stringify(securityFinding(finding, known, rules.get(finding.rule), region));
    const bytes = Buffer.byteLength(text) + 1;
    let batch = batches.get(region);
    if (batch === undefined) {
      batch = { findings: [], bytes: 0 };
      batches.set(region, batch);
    }
    if (
      batch.findings.length === asffBatchLimits.findings ||
      batch.bytes + bytes > asffBatchLimits.bytes - 100
    )
      flush(batch);
    batch.findings.push(text);
    batch.bytes += bytes;
  }
}

function regionOf({ resource }: Finding, partition: string): string {
  return /^[a-z]{2}(?:-[a-z]+)+-\d+$/.test(resource.region)
    ? resource.region
    : (homeRegions[partition] ?? 'us-east-1');
}

/** One finding as Security Hub takes it; texts are cut to its limits. */
function securityFinding(
  finding: Finding,
  { tool, manifest }: ReportHeader,
  rule: ReportRule | undefined,
  region: string,
): object {
  const { resource, waiver } = finding;
  const url = rule?.references.find((reference) =>
    /^https:\/\/[\w./~:?=&+-]{1,400}(?:#[\w./~:?=&+-]{0,100})?$/.test(reference),
  );
  return {
    SchemaVersion: '2018-10-08',
    Id: `trailwarden/${finding.fingerprint}`,
    ProductArn: `arn:${manifest.partition}:securityhub:${region}:${resource.account}:product/${resource.account}/default`,
    ProductName: 'Trailwarden',
    CompanyName: 'Trailwarden',
    GeneratorId: limited(`trailwarden/${finding.rule}`, 512),
    AwsAccountId: resource.account,
    Region: region,
    CreatedAt: manifest.end,
    UpdatedAt: manifest.end,
    Title: limited(rule?.title ?? finding.rule, 256),
    Description: limited(finding.message, 1024),
    FindingProviderFields: {
      Severity: {
        Label: labels[finding.verdict === 'fail' ? finding.severity : 'info'],
        Original: finding.severity,
      },
      Types: ['Software and Configuration Checks/AWS Security Best Practices'],
    },
    Resources: [
      {
        Type: limited(`Other/${resource.type}`, 256),
        Id: limited(resource.id, 512),
        Partition: manifest.partition,
        Region: region,
        Details: { Other: { Name: limited(resource.name, 1024) } },
      },
    ],
    Compliance: {
      Status: statuses[finding.verdict],
      ...(finding.verdict === 'unknown' && {
        StatusReasons: [{ ReasonCode: 'EVIDENCE_MISSING', Description: limited(missing(finding), 1024) }],
      }),
    },
    ...(finding.fix !== '' && {
      Remediation: {
        Recommendation: { Text: limited(fixInWords(finding), 512), ...(url !== undefined && { Url: url }) },
      },
    }),
    ProductFields: {
      'trailwarden/rule': limited(finding.rule, 1024),
      'trailwarden/version': limited(tool.version, 1024),
      'trailwarden/snapshot': limited(manifest.rootHash, 1024),
      'trailwarden/verdict': finding.verdict,
    },
    Workflow: { Status: workflow(finding) },
    RecordState: finding.verdict === 'not-applicable' ? 'ARCHIVED' : 'ACTIVE',
    ...(waiver !== null && {
      Note: {
        Text: limited(`Waived until ${waiver.expires}, ${waiver.ticket}: ${waiver.reason}`, 512),
        UpdatedBy: limited(waiver.owner, 512),
        UpdatedAt: manifest.end,
      },
    }),
  };
}

function workflow({ verdict, waiver }: Finding): string {
  if (waiver !== null) return 'SUPPRESSED';
  return verdict === 'pass' || verdict === 'not-applicable' ? 'RESOLVED' : 'NEW';
}

function missing(finding: Finding): string {
  const causes = causesOf(finding.reasons).map(
    ({ call, account, region, code }) => `${call} in ${account} ${region}: ${code}`,
  );
  return causes.length === 0 ? finding.message : causes.join('; ');
}

/** Visible text of a length between 1 and `length`, never blank, as the service asks. */
function limited(value: string, length: number): string {
  const shown = shortened(visibleText(value.trim().replaceAll(/\r?\n/g, ' ')), length);
  return shown.trim() === '' ? '-' : shown;
}
