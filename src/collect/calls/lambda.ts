import { texts } from '../answer.ts';
import type { Answer, Call, Item } from './call.ts';
import { alarmsOf } from './cloudwatch.ts';
import { inItsPlace, isRegionName, splitArn } from './places.ts';

/** Asked in each enabled region of each account. */
export const lists: readonly Call[] = [
  {
    service: 'lambda',
    operation: 'GetAccountSettings',
    scope: 'region',
    input: {},
    has: 'AccountUsage',
    isNew: true,
    rate: 10,
    action: 'lambda:GetAccountSettings',
    why: 'How many functions there are. A list of them would hold what their environment holds, secrets included.',
  },
];

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 'lambda',
    operation: 'GetPolicy',
    scope: 'item',
    input: {},
    each: {
      answers: ['cloudwatch:DescribeAlarms'],
      once: `once for each function that an alarm runs, ${inItsPlace}`,
      items: functionsOf,
      input: ({ name }) => ({ FunctionName: name }),
    },
    has: 'Policy',
    absent: ['ResourceNotFoundException'],
    absentToOwnerOnly: true,
    rate: 10,
    action: 'lambda:GetPolicy',
    why: 'Whether the function lets alarms run it. Its code and settings, which may hold secrets, are not read.',
  },
];

function functionsOf(answer: Answer): readonly Item[] {
  const arns = alarmsOf(answer).flatMap((alarm) => texts(alarm['AlarmActions']));
  return [...new Set(arns)].flatMap((arn) => {
    const parts = splitArn(arn);
    return parts?.service === 'lambda' && isRegionName(parts.region)
      ? [{ name: arn, owner: parts.account, region: parts.region }]
      : [];
  });
}
