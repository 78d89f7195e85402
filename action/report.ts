import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

import type { Manifest } from '../src/snapshot/manifest.ts';

/** The counts of a JSON report (`summary` of schemas/report.schema.json). */
export interface ReportSummary {
  readonly byVerdict: Readonly<Record<'fail' | 'pass' | 'unknown' | 'not-applicable', number>>;
  /** Failures that no waiver accepts. */
  readonly failuresBySeverity: Readonly<Record<'critical' | 'high' | 'medium' | 'low' | 'info', number>>;
  readonly waived: number;
  readonly complete: boolean;
}

/** What the steps of the action need of a JSON report. */
export interface ReportOutline {
  readonly summary: ReportSummary;
  /** `snapshot.accounts`: every account of the organization. */
  readonly accounts: Manifest['accounts'];
}

/** Reads it without the findings, which may be more than memory holds. Undefined where there is no whole report. */
export async function readOutline(file: string): Promise<ReportOutline | undefined> {
  if (!existsSync(file)) return undefined;
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
  let accounts: Manifest['accounts'] = [];
  for await (const line of lines) {
    // A finding has a line of its own that begins with a brace, so no text of it can be taken for these.
    const [, name, value = ''] = /^"(snapshot|summary)": (.*),$/.exec(line) ?? [];
    if (name === 'snapshot') ({ accounts } = JSON.parse(value) as { accounts: Manifest['accounts'] });
    if (name === 'summary') return { summary: JSON.parse(value) as ReportSummary, accounts };
  }
  return undefined;
}
