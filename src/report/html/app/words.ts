import type { ControlState } from '../../../evaluate/score.ts';
import type { Verdict } from '../../../evaluate/finding.ts';
import type { AccountInScope } from '../../../snapshot/manifest.ts';
import type { Outcome } from '../../../snapshot/record.ts';
import { visibleText } from '../../../text.ts';
import { grouped } from '../score.ts';
import type { State } from './report.ts';

/** Words for people; one word for one thing in the whole page. */
export const stateWords: Readonly<Record<State, string>> = {
  fail: 'Fail',
  waived: 'Fail, waived',
  unknown: 'Unknown',
  pass: 'Pass',
  'not-applicable': 'Not applicable',
};

export const controlStateWords: Readonly<Record<ControlState, string>> = {
  satisfied: 'Satisfied',
  failed: 'Failed',
  unknown: 'Unknown',
  manual: 'Manual',
  'not-applicable': 'Not applicable',
};

export const reasonWords: Readonly<Record<Exclude<Verdict, 'not-applicable'>, string>> = {
  pass: 'holds',
  fail: 'does not hold',
  unknown: 'is not known',
};

export const scanWords: Readonly<Record<AccountInScope['scan'], string>> = {
  collected: 'Collected',
  'left-out': 'Left out on purpose',
  'not-active': 'Not active',
  'not-reachable': 'Not reachable',
  'not-reached': 'Not reached',
};

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  obtained: 'Obtained',
  denied: 'Denied',
  'not-enabled': 'Not enabled',
  throttled: 'Throttled',
  failed: 'Failed',
  'not-asked': 'Not asked',
};

/** `2026-10-01T06:12:41.387Z` as `2026-10-01 06:12:41 UTC`; other text as it is. */
export function timeText(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(iso);
  return match === null ? visibleText(iso) : `${match[1]} ${match[2]} UTC`;
}

/** A count with its noun: `1 account`, `3 accounts`. */
export function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : nouns}`;
}

/** Untrusted text of several lines: breaks stay, everything hidden is shown. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visibleText).join('\n');
}
