import type { Call } from './call.ts';

/** Asked once in each account. */
export const calls: readonly Call[] = [
  {
    service: 'account',
    operation: 'ListRegions',
    scope: 'account',
    input: { MaxResults: 50 },
    paging: { input: 'NextToken', output: 'NextToken' },
    has: 'Regions',
    rate: 5,
    action: 'account:ListRegions',
    why: 'Which regions the account has enabled.',
  },
];
