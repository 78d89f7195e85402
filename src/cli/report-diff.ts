import { isJsonObject } from '../json.ts';
import { visibleText } from '../text.ts';
import { readJsonReport } from '../waivers/json-report.ts';
import {
  describeStep,
  diffReports,
  isNews,
  type DiffSide,
  type FindingChange,
} from '../waivers/report-diff.ts';
import { exitCodes } from './failure.ts';
import { readReportFile } from './output.ts';

export interface DiffFlags {
  readonly json?: true;
  readonly markdown?: true;
  readonly verbose?: true;
  readonly exitCode?: true;
}

/** `trailwarden report diff` */
export async function showReportDiff(before: string, after: string, flags: DiffFlags): Promise<void> {
  const sides = {
    before: readJsonReport(await readReportFile(before), before),
    after: readJsonReport(await readReportFile(after), after),
  };
  const diff = diffReports(sides.before, sides.after);
  if (flags.json) process.stdout.write(`${JSON.stringify(diff, null, 2)}\n`);
  else if (flags.markdown) {
    const { diffMarkdown } = await import('../report/diff-markdown.ts');
    process.stdout.write(diffMarkdown(diff, flags.verbose === true));
  } else {
    const say = (line: string): void => {
      process.stdout.write(`${visibleText(line)}\n`);
    };
    say(`before: ${before}, ${originOf(sides.before)}`);
    say(`after:  ${after}, ${originOf(sides.after)}`);
    for (const [title, changes] of [
      ['CHANGED', diff.changed],
      ['NEW', diff.new],
      ['GONE', diff.gone],
      ['SAME OUTCOME, OTHER VALUES', diff.otherValues],
    ] as const)
      showChanges(title, changes, flags.verbose === true, say);
    say('');
    say(
      `${diff.changed.length} changed, ${diff.new.length} new, ${diff.gone.length} gone, ${diff.unchanged} unchanged (${diff.otherValues.length} with other values)`,
    );
  }
  const differs = diff.changed.length + diff.new.length + diff.gone.length > 0;
  if (flags.exitCode && differs) process.exitCode = exitCodes.findings;
}

function showChanges(
  title: string,
  changes: readonly FindingChange[],
  verbose: boolean,
  say: (line: string) => void,
): void {
  if (changes.length === 0) return;
  const shown = verbose ? changes : changes.filter(isNews);
  say('');
  say(`${title} (${changes.length})`);
  for (const { rule, before, after, message, why } of shown) {
    say(`  ${describeStep(before, after)}  ${rule}: ${message}`);
    for (const reason of why) say(`    because ${reason}`);
  }
  const hidden = changes.length - shown.length;
  if (hidden > 0) say(`  and ${hidden} that pass or do not apply (--verbose shows them)`);
}

function originOf({ report }: DiffSide): string {
  const snapshot = isJsonObject(report['snapshot']) ? report['snapshot'] : {};
  const { end, rootHash } = snapshot;
  const hash = typeof rootHash === 'string' ? rootHash.slice(0, 12) : 'no snapshot';
  return `collected ${typeof end === 'string' ? end : 'at an unknown time'}, ${hash}`;
}
