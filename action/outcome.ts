import { markdownText } from '../src/report/markdown-text.ts';
import type { ReportSummary } from './report.ts';

/** How the scan ended, by the words of the command line's exit codes. */
export const outcomes = { 0: 'clean', 1: 'findings', 2: 'could-not-run', 3: 'incomplete' } as const;

export interface ScanEnd {
  readonly code: keyof typeof outcomes;
  readonly outcome: (typeof outcomes)[keyof typeof outcomes];
  /** False where answers are missing. Undefined where there is no report. */
  readonly complete: boolean | undefined;
}

/** A group of accounts whose alerts stay as they are, and why. */
export interface WithheldGroup {
  readonly group: string;
  readonly why: string;
}

const mostGroups = 50;

/**
 * What an exit code means here. Without a report, or with a code that is none of ours (a signal, a crash of Node), the
 * scan could not run, whatever else it left behind.
 */
export function endOf(code: number | null, summary: ReportSummary | undefined): ScanEnd {
  const known = code === 0 || code === 1 || code === 3 ? code : 2;
  const own = summary === undefined ? 2 : known;
  return { code: own, outcome: outcomes[own], complete: summary?.complete };
}

/** What an end means, in a sentence or two: for an annotation. */
export function explainEnd({ code, complete }: ScanEnd): string {
  switch (code) {
    case 0:
      return complete === false
        ? 'Nothing at or above the threshold fails. Answers are missing, which the settings of this run allow.'
        : 'Nothing at or above the threshold fails.';
    case 1:
      return complete === false
        ? 'Something at or above the threshold fails, and answers are missing as well.'
        : 'Something at or above the threshold fails.';
    case 2:
      return 'The scan could not run: nothing was judged, and no alert was changed.';
    case 3:
      return 'Nothing at or above the threshold fails, but answers are missing, so this could still change. What is unknown is not passed.';
  }
}

const alertKinds = { 0: 'NOTE', 1: 'CAUTION', 2: 'CAUTION', 3: 'WARNING' } as const;

/** The top of the job summary: how the scan ended, and whose alerts are left alone. */
export function describeEnd(end: ScanEnd, withheld: readonly WithheldGroup[]): string {
  const head = `> [!${alertKinds[end.code]}]\n> **Exit code ${end.code}, ${end.outcome}.** ${explainEnd(end)}\n`;
  if (withheld.length === 0) return head;
  const rows = withheld
    .slice(0, mostGroups)
    .map(({ group, why }) => `| ${markdownText(group)} | ${markdownText(why)} |\n`)
    .join('');
  const more = withheld.length > mostGroups ? `\n${withheld.length - mostGroups} more are in the log.\n` : '';
  return `${head}\nNo SARIF was written for these, so that their alerts stay as they are:\n\n| Group | Why |\n| --- | --- |\n${rows}${more}`;
}
