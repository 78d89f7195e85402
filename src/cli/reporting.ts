import path from 'node:path';

import type { Finding } from '../evaluate/finding.ts';
import type { SarifSplit } from '../report/sarif-split.ts';
import type { SarifOptions } from '../report/sarif.ts';
import type { ReportHeader, ReportSink, ReportTotals } from '../report/sink.ts';
import type { TextOptions } from '../report/text.ts';
import { fileOutput, s3Output, standardOutput, type CancellableOutput } from './output.ts';
import { checkReportRequests, type ReportFormat, type ReportRequest } from './report-request.ts';
import { isInS3 } from './storage.ts';

export interface ReportOptions {
  readonly sarif: SarifOptions;
  /** Set where SARIF goes to a file for each account or unit: `report.sarif` becomes `report.111122223333.sarif`. */
  readonly split?: SarifSplit;
  readonly text: TextOptions;
  /** Profile of the AWS configuration files for reports in S3. */
  readonly profile?: string | undefined;
}

/** What an object in S3 says it is, so that a browser opens it as that. */
const mediaTypes: Readonly<Record<ReportFormat, string>> = {
  text: 'text/plain; charset=utf-8',
  json: 'application/json',
  sarif: 'application/sarif+json',
  html: 'text/html; charset=utf-8',
  markdown: 'text/markdown; charset=utf-8',
  junit: 'application/xml',
  csv: 'text/csv; charset=utf-8',
  ocsf: 'application/x-ndjson',
  asff: 'application/x-ndjson',
  oscal: 'application/json',
};

/** Several reports written from one pass over the findings. */
export interface Reports extends ReportSink {
  /** Files that were written. After `finish`. */
  readonly written: readonly string[];
  /** What is not in them, and why. After `finish`. */
  readonly remarks: readonly string[];
  /** Throws away what is not finished yet: nothing is left half-written. */
  cancel(): void;
}

/** Opens every report that was asked for. Throws the system's errors for a file that cannot be made. */
export async function openReports(
  requests: readonly ReportRequest[],
  options: ReportOptions,
): Promise<Reports> {
  checkReportRequests(requests);
  const outputs: CancellableOutput[] = [];
  const sinks: ReportSink[] = [];
  const written: string[] = [];
  const remarks: string[] = [];
  const sarif: SarifOptions = { ...options.sarif, onCut: (text) => remarks.push(`sarif report: ${text}`) };
  const cancel = (): void => {
    for (const output of outputs) output.cancel();
  };
  const open = (format: ReportFormat, file: string | undefined): CancellableOutput => {
    const output = openOutput(format, file, options.profile);
    outputs.push(output);
    return output;
  };
  try {
    for (const { format, file } of requests) {
      if (format === 'sarif' && options.split !== undefined && file !== undefined) {
        sinks.push(await openSplit(file, { ...sarif, split: options.split }, open, { written, remarks }));
        continue;
      }
      if (file !== undefined) written.push(`${format} report: ${file}`);
      sinks.push(await openSink(format, open(format, file), { ...options, sarif }));
    }
  } catch (error) {
    cancel();
    throw error;
  }
  return {
    async start(header: ReportHeader) {
      for (const sink of sinks) await sink.start(header);
    },
    add(finding: Finding) {
      for (const sink of sinks) sink.add(finding);
    },
    async finish(totals: ReportTotals) {
      for (const sink of sinks) await sink.finish(totals);
    },
    cancel,
    written,
    remarks,
  };
}

function openOutput(
  format: ReportFormat,
  file: string | undefined,
  profile: string | undefined,
): CancellableOutput {
  if (file === undefined) return standardOutput();
  return isInS3(file) ? s3Output(file, { mediaType: mediaTypes[format], profile }) : fileOutput(file);
}

async function openSplit(
  file: string,
  options: SarifOptions & { readonly split: SarifSplit },
  open: (format: ReportFormat, file: string) => CancellableOutput,
  { written, remarks }: { readonly written: string[]; readonly remarks: string[] },
): Promise<ReportSink> {
  const { splitSarifSink } = await import('../report/sarif-split.ts');
  const { dir, name, ext } = path.parse(file);
  // Joined as paths are, the two slashes of s3:// would become one.
  const fileOf = (group: string): string =>
    isInS3(file) ? `${dir}/${name}.${group}${ext}` : path.join(dir, `${name}.${group}${ext}`);
  return splitSarifSink(
    options,
    (group) => open('sarif', fileOf(group)),
    (withheld) => {
      written.push(`sarif reports: ${fileOf('*')}`);
      for (const { group, why } of withheld)
        remarks.push(`no sarif report of ${group}, so that its alerts stay: ${why}`);
    },
  );
}

/** Loads the writer of one format: a run pays only for those it writes. */
async function openSink(
  format: ReportFormat,
  output: CancellableOutput,
  options: ReportOptions,
): Promise<ReportSink> {
  switch (format) {
    case 'text':
      return (await import('../report/text.ts')).textSink(output, options.text);
    case 'json':
      return (await import('../report/json.ts')).jsonSink(output);
    case 'sarif':
      return (await import('../report/sarif.ts')).sarifSink(output, options.sarif);
    case 'html':
      return (await import('../report/html/sink.ts')).htmlSink(output);
    case 'markdown':
      return (await import('../report/markdown.ts')).markdownSink(output);
    case 'junit':
      return (await import('../report/junit.ts')).junitSink(output);
    case 'csv':
      return (await import('../report/csv.ts')).csvSink(output);
    case 'ocsf':
      return (await import('../report/ocsf.ts')).ocsfSink(output);
    case 'asff':
      return (await import('../report/asff.ts')).asffSink(output);
    case 'oscal':
      return (await import('../report/oscal.ts')).oscalSink(output);
  }
}
