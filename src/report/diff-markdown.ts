import { shortened } from '../text.ts';
import { describeStep, isNews, type FindingChange, type ReportDiff } from '../waivers/report-diff.ts';
import { markdownText } from './markdown-text.ts';
import { markdownByteLimit } from './markdown.ts';

/** Longest text in a cell, in characters before escaping. */
const cellLength = 400;
/** Most reasons of a change that are shown. */
const reasonLimit = 3;

/**
 * The differences between two reports as Markdown for a job summary: how many, then a table for each kind. Stays under the size
 * that GitHub takes, and says so where it had to stop.
 *
 * @param verbose also shows what came or went and passes
 */
export function diffMarkdown(diff: ReportDiff, verbose: boolean): string {
  const counts = [
    `${diff.changed.length} changed`,
    `${diff.new.length} new`,
    `${diff.gone.length} gone`,
    `${diff.unchanged} unchanged (${diff.otherValues.length} with other values)`,
  ];
  let text = `## Verdicts: ${counts.join(', ')}\n`;
  let left = markdownByteLimit - Buffer.byteLength(text);
  for (const [title, changes] of [
    ['Changed', diff.changed],
    ['New', diff.new],
    ['Gone', diff.gone],
  ] as const) {
    if (changes.length === 0) continue;
    const shown = changes.filter((change) => verbose || isNews(change));
    const rows = shown.map(rowOf);
    const fitting = rows.findIndex((row) => (left -= Buffer.byteLength(row)) < 0);
    const kept = fitting === -1 ? rows : rows.slice(0, fitting);
    text += `\n### ${title}: ${changes.length}\n`;
    if (kept.length > 0)
      text += `\n| Verdict | Rule | Account | Region | What | Because |\n| --- | --- | --- | --- | --- | --- |\n${kept.join('')}`;
    if (kept.length < rows.length)
      text += `\n${rows.length - kept.length} more are not shown: a job summary holds no more.\n`;
    const quiet = changes.length - shown.length;
    if (quiet > 0) text += `\n${quiet} that pass or do not apply are not shown.\n`;
  }
  return text;
}

function rowOf({ rule, resource, before, after, message, why }: FindingChange): string {
  const reasons = why.slice(0, reasonLimit).map(cell);
  if (why.length > reasonLimit) reasons.push(`${why.length - reasonLimit} more`);
  const cells = [describeStep(before, after), rule, resource.account, resource.region, message].map(cell);
  return `| ${[...cells, reasons.join('<br>')].join(' | ')} |\n`;
}

function cell(text: string): string {
  return markdownText(shortened(text, cellLength));
}
