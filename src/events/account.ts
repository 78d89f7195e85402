import { field, type Predicate } from './predicate.ts';
import { exactly, textIn, valueTest } from './value-test.ts';

/** Events that one account received: what CloudTrail writes into `recipientAccountId`. */
export function eventsOfAccount(account: string): Predicate {
  return field('recipientAccountId', valueTest({ text: textIn(exactly(account)) }));
}

/** Whether a set tells events of one account from those of another, by the field that says who received them. */
export function tellsAccounts(predicate: Predicate): boolean {
  switch (predicate.kind) {
    case 'all':
    case 'any':
      return predicate.of.some(tellsAccounts);
    case 'not':
      return tellsAccounts(predicate.of);
    case 'field':
      return predicate.path[0] === 'recipientAccountId';
    case 'everything':
    case 'nothing':
    case 'undecided':
    case 'record-text':
      return false;
  }
}
