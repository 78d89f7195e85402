import type { CollectionPlan } from '../collect/plan.ts';
import { visibleText } from '../text.ts';
import { describeDuration } from './progress.ts';

/** The plan of a collection as text for a terminal. Lines end with a line feed. */
export function planText(plan: CollectionPlan): string {
  const width = Math.max(
    ...plan.requests.map(({ call }) => call.length),
    ...plan.further.map(({ call }) => call.length),
  );
  const lines = [
    `caller        ${plan.caller}`,
    `organization  ${plan.organization ?? 'none'}`,
    `accounts      ${plan.accounts.length} to visit${Object.entries(plan.leftOut)
      .map(([reason, number]) => `, ${number} not: ${reason}`)
      .join('')}`,
    `regions       ${plan.regions.length} in the caller's account: ${plan.regions.join(', ')}`,
    '',
    'Requests, if every account has these regions and every list one page',
    ...plan.requests.map(({ call, number }) => `  ${call.padEnd(width)}  ${number}`),
    `  ${'together'.padEnd(width)}  ${plan.total}, at least ${describeDuration(plan.seconds * 1000)}`,
    '',
    'and about what those name',
    ...plan.further.map(({ call, once }) => `  ${call.padEnd(width)}  ${once}`),
    ...plan.notices.map((notice) => `notice: ${notice}`),
    '',
    'Nothing was written, and no account was visited.',
  ];
  return lines.map((line) => `${visibleText(line)}\n`).join('');
}
