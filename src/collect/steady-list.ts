import type { JsonValue } from '../json.ts';
import type { AnswerRecord } from '../snapshot/record.ts';

/**
 * Gives the records of a list that is read page by page. Where an element stands on two pages, the order of the list changed
 * while it was read: what moved to a page that had been read already is missing. Such a list is read again.
 *
 * A list of one page is passed on as it comes; the pages of a longer one wait until the last one is there.
 * @param read reads the list from its beginning
 * @param attempts how often it is read at most; after that its last page is a failure
 * @param again called before it is read again
 */
export async function* steadyList(
  read: () => AsyncIterable<AnswerRecord>,
  attempts: number,
  again: () => void,
): AsyncGenerator<AnswerRecord, void, undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const pages: AnswerRecord[] = [];
    for await (const record of read()) {
      if (pages.length === 0 && record.page?.last !== false) yield record;
      else pages.push(record);
    }
    const last = pages.at(-1);
    const repeated = last?.error === undefined ? repeatedIn(pages) : undefined;
    if (last === undefined || repeated === undefined) return yield* pages;
    if (attempt >= attempts) return yield* [...pages.slice(0, -1), unsteady(last, repeated)];
    again();
  }
}

/** The first element that stands on two pages; undefined where none does. */
function repeatedIn(pages: readonly AnswerRecord[]): string | undefined {
  const seen = new Set<string>();
  for (const page of pages)
    for (const [name, list] of listsOf(page)) {
      // Twice within a page is no matter of paging.
      for (const element of new Set(list.map((each) => `${name}: ${JSON.stringify(each)}`))) {
        if (seen.has(element)) return element;
        seen.add(element);
      }
    }
  return undefined;
}

function listsOf({ output = {} }: AnswerRecord): readonly (readonly [string, readonly JsonValue[]])[] {
  return Object.entries(output).flatMap(([name, value]) =>
    Array.isArray(value) ? [[name, value as readonly JsonValue[]] as const] : [],
  );
}

/** The last page of a list that never read well, as the failure that it is. */
function unsteady(last: AnswerRecord, repeated: string): AnswerRecord {
  const { service, operation, account, region, input, time, page } = last;
  return {
    service,
    operation,
    account,
    region,
    input,
    time,
    ...(page !== undefined && { page: { ...page, last: false } }),
    error: {
      code: 'MalformedAnswer',
      message: `the order of the list changed each time it was read, so that some of it may be missing; on two pages stands ${repeated.slice(0, 200)}`,
      outcome: 'failed',
    },
  };
}
