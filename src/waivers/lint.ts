import { nearestWord } from '../suggest.ts';
import { compareText } from '../text.ts';
import type { WaiverBook } from './apply.ts';
import type { Waiver } from './waiver-file.ts';

/** Something to mend in a waiver file (`problem`), or to know (`note`). */
export interface WaiverRemark {
  readonly level: 'problem' | 'note';
  readonly file: string;
  readonly line: number;
  /** May hold untrusted text. */
  readonly text: string;
}

export interface LintOptions {
  /** The waivers at work: after all findings where `judged`, before the first otherwise. */
  readonly book: WaiverBook;
  /** Whether the book has seen findings: without them nothing can be called unused. */
  readonly judged: boolean;
  /** Ids of all rules there are, earlier ones included. */
  readonly rules: readonly string[];
}

/** What is doubtful about waivers, in the order of the file. */
export function lintWaivers(waivers: readonly Waiver[], options: LintOptions): readonly WaiverRemark[] {
  const remarks: WaiverRemark[] = [];
  const remark = (waiver: Waiver, level: WaiverRemark['level'], text: string): void => {
    remarks.push({ level, file: waiver.file, line: waiver.line, text });
  };
  const states = options.book.states();
  const seen = new Map<string, Waiver>();
  waivers.forEach((waiver, index) => {
    if (!options.rules.includes(waiver.rule)) {
      const near = nearestWord(waiver.rule, options.rules);
      remark(
        waiver,
        'problem',
        `there is no rule ${waiver.rule}${near === undefined ? '' : `; did you mean ${near}?`}`,
      );
    }
    const target = JSON.stringify([waiver.rule, waiver.resource, waiver.account, waiver.ou, waiver.tag]);
    const earlier = seen.get(target);
    if (earlier === undefined) seen.set(target, waiver);
    else remark(waiver, 'problem', `says the same as the waiver in line ${earlier.line}, which wins`);
    if (
      waiver.account === undefined &&
      waiver.ou === undefined &&
      waiver.tag === undefined &&
      /^(?:arn(?::[^:]*){0,3}:)?[*:]*$/.test(waiver.resource ?? '')
    )
      remark(
        waiver,
        'problem',
        `${waiver.resource} accepts the rule everywhere: name an account or a resource`,
      );
    for (const { kind, text } of states[index]?.remarks ?? []) {
      if (kind === 'unused' && !options.judged) continue;
      remark(waiver, ['renamed', 'expiring', 'untold'].includes(kind) ? 'note' : 'problem', text);
    }
  });
  return remarks.sort((a, b) => a.line - b.line || compareText(a.text, b.text));
}
