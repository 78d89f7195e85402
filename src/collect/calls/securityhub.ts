import type { Call } from './call.ts';

/** Asked in each enabled region of each account. */
export const lists: readonly Call[] = [
  {
    service: 'securityhub',
    operation: 'DescribeHub',
    scope: 'region',
    input: {},
    has: 'HubArn',
    // Security Hub says so of an account that has not switched it on.
    absent: ['InvalidAccessException', 'ResourceNotFoundException'],
    rate: 10,
    action: 'securityhub:DescribeHub',
    why: 'Whether Security Hub is on.',
  },
];
