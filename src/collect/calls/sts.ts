import type { Call } from './call.ts';

/** Who asks, and by which role elsewhere. */
export const calls: readonly Call[] = [
  {
    service: 'sts',
    operation: 'GetCallerIdentity',
    scope: 'caller',
    input: {},
    has: 'Arn',
    rate: 50,
    action: undefined,
    why: 'Who asks, in which account and partition.',
  },
  {
    service: 'sts',
    operation: 'AssumeRole',
    scope: 'member',
    input: {},
    secret: true,
    has: 'Credentials',
    rate: 50,
    action: 'sts:AssumeRole',
    why: 'Credentials of the scan role in each other account. Only a refusal is recorded.',
  },
];
