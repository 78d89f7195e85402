import type { Finding } from '../evaluate/finding.ts';
import { UserFault } from '../fault.ts';
import { htmlSink } from '../report/html/sink.ts';
import { asffSink } from '../report/asff.ts';
import { csvSink } from '../report/csv.ts';
import { jsonSink } from '../report/json.ts';
import { junitSink } from '../report/junit.ts';
import { markdownSink } from '../report/markdown.ts';
import { ocsfSink } from '../report/ocsf.ts';
import { oscalSink } from '../report/oscal.ts';
import { sarifSink, type SarifOptions } from '../report/sarif.ts';
import type { ReportHeader, ReportSink, ReportTotals } from '../report/sink.ts';
import { textSink, type TextOptions } from '../report/text.ts';
import { fileOutput, standardOutput, type CancellableOutput } from './output.ts';

export const reportFormats = [
  'text',
  'json',
  'sarif',
  'html',
  'markdown',
  'junit',
  'csv',
  'ocsf',
  'asff',
  'oscal',
] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** One `--format FORMAT[=FILE]`. Without a file the report goes to standard output. */
export interface ReportRequest {
  readonly format: ReportFormat;
  readonly file: string | undefined;
}

export interface ReportOptions {
  readonly sarif: SarifOptions;
  readonly text: TextOptions;
}

/** Reads the value of `--format`. Throws {@link UserFault} for an unknown format or an empty file name. */
export function parseReportRequest(text: string): ReportRequest {
  const [name = '', ...rest] = text.split('=');
  const format = reportFormats.find((known) => known === name);
  const file = rest.length === 0 ? undefined : rest.join('=');
  if (format === undefined) {
    throw new UserFault(`--format ${text}: no such format; choose one of ${reportFormats.join(', ')}`);
  }
  if (file === '') throw new UserFault(`--format ${text}: a file name is expected after "="`);
  return { format, file };
}

/** Refuses requests of which one would overwrite another. */
export function checkReportRequests(requests: readonly ReportRequest[]): void {
  const taken = new Set<string>();
  for (const { file } of requests) {
    const target = file ?? 'standard output';
    if (taken.has(target))
      throw new UserFault(`two reports would go to ${target}: give one of them a file of its own`);
    taken.add(target);
  }
}

/** Several reports written from one pass over the findings. */
export interface Reports extends ReportSink {
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
  const cancel = (): void => {
    for (const output of outputs) output.cancel();
  };
  try {
    for (const { format, file } of requests) {
      const output = file === undefined ? standardOutput() : fileOutput(file);
      outputs.push(output);
      sinks.push(await openSink(format, output, options));
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
  };
}

async function openSink(
  format: ReportFormat,
  output: CancellableOutput,
  options: ReportOptions,
): Promise<ReportSink> {
  switch (format) {
    case 'text':
      return textSink(output, options.text);
    case 'json':
      return jsonSink(output);
    case 'sarif':
      return sarifSink(output, options.sarif);
    case 'html':
      return htmlSink(output);
    case 'markdown':
      return markdownSink(output);
    case 'junit':
      return junitSink(output);
    case 'csv':
      return csvSink(output);
    case 'ocsf':
      return ocsfSink(output);
    case 'asff':
      return asffSink(output);
    case 'oscal':
      return oscalSink(output);
  }
}
