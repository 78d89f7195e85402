import { s3Object } from '../collect/s3-place.ts';
import { UserFault } from '../fault.ts';
import { fileKey } from '../paths.ts';
import { didYouMean } from '../suggest.ts';
import { isInS3 } from './storage.ts';

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
  /** A path, or `s3://BUCKET/KEY`. */
  readonly file: string | undefined;
}

/** Reads the value of `--format`. Throws {@link UserFault} for an unknown format or an empty file name. */
export function parseReportRequest(text: string): ReportRequest {
  const [name = '', ...rest] = text.split('=');
  const format = reportFormats.find((known) => known === name);
  const file = rest.length === 0 ? undefined : rest.join('=');
  if (format === undefined) {
    throw new UserFault(`--format ${text}: no such format; ${didYouMean(name, reportFormats)}`);
  }
  if (file === '') throw new UserFault(`--format ${text}: a file name is expected after "="`);
  if (file !== undefined && isInS3(file)) s3Object(file);
  return { format, file };
}

/** Refuses requests of which one would overwrite another. */
export function checkReportRequests(requests: readonly ReportRequest[]): void {
  const taken = new Set<string>();
  for (const { file } of requests) {
    const target = file ?? 'standard output';
    const key = file === undefined || isInS3(file) ? target : fileKey(process.cwd(), file);
    if (taken.has(key))
      throw new UserFault(`two reports would go to ${target}: give one of them a file of its own`);
    taken.add(key);
  }
}
