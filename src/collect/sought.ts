import { canonicalJson } from '../json.ts';
import type { AnswerRecord } from '../snapshot/record.ts';
import { nameOf } from './calls.ts';
import type { Errand } from './visit.ts';

/** Things of which it is not known whose they are, and who was asked. */
export class Sought {
  readonly #things = new Map<
    string,
    { readonly errand: Errand; readonly asked: Set<string>; found: boolean }
  >();

  /** An account was asked, and has it or not. */
  note(errand: Errand, account: string, found: boolean): void {
    const key = `${nameOf(errand.call)} ${errand.item.name}`;
    let thing = this.#things.get(key);
    if (thing === undefined) this.#things.set(key, (thing = { errand, asked: new Set(), found: false }));
    thing.asked.add(account);
    thing.found ||= found;
  }

  /** What is left to ask of which of these accounts: about everything that nobody owns so far, each once. */
  take(accounts: ReadonlySet<string>): readonly { readonly errand: Errand; readonly account: string }[] {
    return [...this.#things.values()]
      .filter(({ found }) => !found)
      .flatMap(({ errand, asked }) => {
        const left = [...accounts].filter((account) => !asked.has(account));
        for (const account of left) asked.add(account);
        return left.map((account) => ({ errand: askedOf(errand, account), account }));
      });
  }
}

/** An errand about something that may be an account's own, for that account. */
export function askedOf({ call, item }: Errand, account: string): Errand {
  return { call, item: { ...item, owner: account } };
}

/** Records of several accounts in an order that does not depend on which was asked first. */
export function inRecordOrder(records: readonly AnswerRecord[]): readonly AnswerRecord[] {
  const keyOf = ({ account, service, operation, region, input, page }: AnswerRecord): string =>
    [service, operation, account, region, canonicalJson(withoutToken(input)), page?.number ?? 1].join(' ');
  return records
    .map((record) => ({ record, key: keyOf(record) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ record }) => record);
}

/** Tokens differ from scan to scan. */
function withoutToken(input: AnswerRecord['input']): AnswerRecord['input'] {
  const { ContinuationToken: _token, ...rest } = input;
  return rest;
}
