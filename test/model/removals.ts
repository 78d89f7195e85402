import * as fc from 'fast-check';
import type { Choices } from './example.ts';
import { known, type Given, type GivenSnapshot } from './support.ts';

/** Where a record stands. */
export interface Place {
  /** Undefined: the organization part. */
  readonly account: string | undefined;
  readonly index: number;
}

/** Every record of a snapshot. */
export function places(given: GivenSnapshot): Place[] {
  return [
    ...(given.organization ?? []).map((_, index) => ({ account: undefined, index })),
    ...Object.entries(given.accounts).flatMap(([account, { records = [] }]) =>
      records.map((_, index) => ({ account, index })),
    ),
  ];
}

/** The snapshot without one record. */
export function without(given: GivenSnapshot, place: Place): GivenSnapshot {
  const rest = (records: readonly Given[]): Given[] => records.filter((_, index) => index !== place.index);
  if (place.account === undefined) return { ...given, organization: rest(given.organization ?? []) };
  const account = known(given.accounts[place.account]);
  return {
    ...given,
    accounts: { ...given.accounts, [place.account]: { ...account, records: rest(account.records ?? []) } },
  };
}

/** Organizations of all sorts. */
export const choices: fc.Arbitrary<Choices> = fc.record(
  {
    logging: fc.boolean(),
    secondRegion: fc.constantFrom('healthy', 'denied', 'missing'),
    memberCopies: fc.boolean(),
    regionsFrom: fc.constantFrom('account', 'ec2', 'neither'),
    pages: fc.constantFrom(1, 2, 3),
    threshold: fc.constantFrom(0, 1, 5),
    topic: fc.constantFrom('there', 'gone', 'denied'),
    composite: fc.constantFrom(
      'ALARM(root)',
      'ALARM(root) AND ALARM(other)',
      'OK(root) OR ALARM(root)',
      'NOT ALARM(root)',
      '?',
    ),
    ownerScanned: fc.boolean(),
    confirmed: fc.boolean(),
    eventRules: fc.constantFrom('none', 'topic', 'bus', 'described-bus'),
    muted: fc.boolean(),
  },
  { requiredKeys: [] },
);
