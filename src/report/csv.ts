import { causesOf } from '../evaluate/causes.ts';
import type { Finding } from '../evaluate/finding.ts';
import { visibleText } from '../text.ts';
import { fixInWords } from './fix-text.ts';
import type { ReportHeader, ReportSink, TextOutput } from './sink.ts';

/** Columns of the CSV report, in this order. New ones are only ever added at the end. */
export const csvColumns = [
  'rule',
  'title',
  'verdict',
  'severity',
  'account',
  'account_name',
  'organizational_unit',
  'region',
  'resource_type',
  'resource_id',
  'resource_name',
  'message',
  'fix',
  'unknown_causes',
  'evidence',
  'waiver_reason',
  'waiver_owner',
  'waiver_ticket',
  'waiver_expires',
  'baseline',
  'fingerprint',
  'snapshot',
  'collected',
  'source',
  'source_address',
] as const;

/** CSV by RFC 4180 (commas, CRLF, UTF-8), a row a finding. Holds nothing but the finding at hand. */
export function csvSink(output: TextOutput): ReportSink {
  let header: ReportHeader | undefined;
  let titles = new Map<string, string>();
  let accounts = new Map<string, ReportHeader['manifest']['accounts'][number]>();
  return {
    start(given) {
      header = given;
      titles = new Map(given.rules.map(({ id, title }) => [id, title]));
      accounts = new Map(given.manifest.accounts.map((account) => [account.id, account]));
      output.write(`${csvColumns.join(',')}\r\n`);
    },
    add(finding) {
      if (header === undefined) throw new Error('a report must be started before it is added to');
      const account = accounts.get(finding.resource.account);
      const row: Readonly<Record<(typeof csvColumns)[number], string>> = {
        rule: finding.rule,
        title: titles.get(finding.rule) ?? '',
        verdict: finding.verdict,
        severity: finding.severity,
        account: finding.resource.account,
        account_name: account?.name ?? '',
        organizational_unit: account?.path ?? '',
        region: finding.resource.region,
        resource_type: finding.resource.type,
        resource_id: finding.resource.id,
        resource_name: finding.resource.name,
        message: finding.message,
        fix: fixInWords(finding),
        unknown_causes: causesText(finding),
        evidence: finding.evidence
          .map(({ call, time, part, line }) => `${call} at ${time} ${part}:${line}`)
          .join('; '),
        waiver_reason: finding.waiver?.reason ?? '',
        waiver_owner: finding.waiver?.owner ?? '',
        waiver_ticket: finding.waiver?.ticket ?? '',
        waiver_expires: finding.waiver?.expires ?? '',
        baseline: finding.baseline ?? '',
        fingerprint: finding.fingerprint,
        snapshot: header.manifest.rootHash,
        collected: header.manifest.end,
        source: finding.source === undefined ? '' : `${finding.source.file}:${finding.source.line}`,
        source_address: finding.source?.address ?? '',
      };
      output.write(`${csvColumns.map((column) => csvCell(row[column])).join(',')}\r\n`);
    },
    async finish() {
      await output.close();
    },
  };
}

function causesText(finding: Finding): string {
  if (finding.verdict !== 'unknown') return '';
  return causesOf(finding.reasons)
    .map(({ call, account, region, code }) => `${call} in ${account} ${region}: ${code}`)
    .join('; ');
}

/**
 * A cell of CSV. Nothing hidden, one line. Names are set by anybody with an account, and spreadsheets run what begins
 * like a formula: such a cell gets an apostrophe in front (OWASP, CSV injection).
 */
export function csvCell(text: string): string {
  const shown = visibleText(text.replaceAll(/\r?\n/g, ' '));
  const safe = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/.test(shown) ? `'${shown}` : shown;
  return /^[\w .:/-]*$/.test(safe) ? safe : `"${safe.replaceAll('"', '""')}"`;
}
