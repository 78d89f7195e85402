import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** The counts of a JSON report (`summary` of schemas/report.schema.json). */
export interface ReportSummary {
  readonly byVerdict: Readonly<Record<'fail' | 'pass' | 'unknown' | 'not-applicable', number>>;
  /** Failures that no waiver accepts. */
  readonly failuresBySeverity: Readonly<Record<'critical' | 'high' | 'medium' | 'low' | 'info', number>>;
  readonly waived: number;
  readonly complete: boolean;
}

const start = '"summary": ';

/** Reads the counts without the findings, which may be more than memory holds. Undefined where there is no whole report. */
export async function readSummary(file: string): Promise<ReportSummary | undefined> {
  if (!existsSync(file)) return undefined;
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
  for await (const line of lines) {
    // A finding has a line of its own that begins with a brace, so no text of it can be taken for this one.
    if (line.startsWith(start))
      return JSON.parse(line.slice(start.length).replace(/,$/, '')) as ReportSummary;
  }
  return undefined;
}
