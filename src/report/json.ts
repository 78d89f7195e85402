import type { Finding } from '../evaluate/finding.ts';
import { summarizeCoverage } from './coverage.ts';
import type { ReportHeader, ReportSink, ReportTotals, TextOutput } from './sink.ts';

/** Version of the JSON report: a major part changes when something is taken away or changes its meaning. */
export const reportSchemaVersion = '1.1';

/**
 * The JSON report (schemas/report.schema.json): one object, a finding and a control a line so that it can be read in a diff and by
 * line-based tools. Streams: holds nothing but the finding at hand.
 */
export function jsonSink(output: TextOutput): ReportSink {
  let first = true;
  return {
    start(header) {
      const member = (name: string, value: unknown): string => `"${name}": ${JSON.stringify(value)},\n`;
      output.write('{\n');
      output.write(member('schemaVersion', reportSchemaVersion));
      output.write(member('tool', header.tool));
      output.write(member('snapshot', snapshotSection(header)));
      output.write('"rules": [');
      header.rules.forEach((rule, index) => {
        output.write(`${index === 0 ? '\n' : ',\n'}${JSON.stringify(rule)}`);
      });
      output.write('\n],\n"findings": [');
    },
    add(finding) {
      output.write(`${first ? '\n' : ',\n'}${JSON.stringify(findingSection(finding))}`);
      first = false;
    },
    async finish(totals) {
      if (totals.gone !== undefined) {
        output.write('\n],\n"gone": [');
        totals.gone.forEach((finding, index) => {
          output.write(`${index === 0 ? '\n' : ',\n'}${JSON.stringify(finding)}`);
        });
      }
      output.write(`\n],\n"summary": ${JSON.stringify(summarySection(totals))},\n"scores": [`);
      totals.scores.forEach((score, index) => {
        const { controls, ...rest } = score;
        output.write(`${index === 0 ? '' : ','}\n${JSON.stringify(rest).slice(0, -1)},"controls":[`);
        controls.forEach((control, at) => {
          output.write(`${at === 0 ? '' : ','}\n${JSON.stringify(control)}`);
        });
        output.write('\n]}');
      });
      output.write('\n]\n}\n');
      await output.close();
    },
  };
}

function snapshotSection(header: ReportHeader): object {
  const { manifest } = header;
  return {
    rootHash: manifest.rootHash,
    partition: manifest.partition,
    organization: manifest.organization,
    caller: manifest.caller,
    collectedBy: manifest.tool,
    start: manifest.start,
    end: manifest.end,
    finished: manifest.finished,
    accounts: manifest.accounts,
    coverage: summarizeCoverage(manifest),
    notices: manifest.notices,
  };
}

function findingSection(finding: Finding): object {
  return {
    rule: finding.rule,
    verdict: finding.verdict,
    severity: finding.severity,
    resource: finding.resource,
    message: finding.message,
    fix: finding.fix,
    parameters: finding.parameters,
    reasons: finding.reasons,
    evidence: finding.evidence,
    waiver: finding.waiver,
    baseline: finding.baseline,
    ...(finding.source !== undefined && { source: finding.source }),
    fingerprint: finding.fingerprint,
  };
}

function summarySection(totals: ReportTotals): object {
  return {
    findings: totals.findings,
    byVerdict: totals.byVerdict,
    failuresBySeverity: totals.failuresBySeverity,
    waived: totals.waived,
    complete: totals.complete,
    notices: totals.notices,
  };
}
