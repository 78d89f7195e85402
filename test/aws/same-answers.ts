import type { Manifest } from '../../src/snapshot/manifest.ts';
import type { StoredRecord } from '../../src/snapshot/record.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { canonicalJson } from './canonical.ts';
import { joinPages, questionOf } from './paging.ts';

const shown = 12;

/**
 * Compares what two snapshots say: the same questions with the same answers or errors, the same accounts and regions in
 * scope, the same coverage. Times, request ids, the splitting into pages and the order of records do not count.
 *
 * @returns the differences, one sentence each, the first dozen of them; empty for two that say the same.
 */
export async function sameAnswers(
  left: Snapshot,
  right: Snapshot,
  options: { readonly coverage?: boolean } = {},
): Promise<readonly string[]> {
  const differences: string[] = [];
  const compare = (what: string, a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): void => {
    for (const [key, value] of a) {
      const other = b.get(key);
      if (other === undefined) differences.push(`${what} only left: ${key}`);
      else if (other !== value) differences.push(`${what} ${key}:\n${firstDifference(value, other)}`);
    }
    for (const key of b.keys()) if (!a.has(key)) differences.push(`${what} only right: ${key}`);
  };
  compare('answer', answers(null, await left.organization()), answers(null, await right.organization()));
  compare('account in scope', scope(left.manifest), scope(right.manifest));
  if (options.coverage !== false) compare('coverage', coverage(left.manifest), coverage(right.manifest));
  const accounts = new Set([...left.manifest.parts, ...right.manifest.parts].map((part) => part.account));
  for (const account of accounts) {
    if (account === null) continue;
    compare(
      'answer',
      answers(account, (await left.account(account)) ?? []),
      answers(account, (await right.account(account)) ?? []),
    );
  }
  return differences.length > shown
    ? [...differences.slice(0, shown), `... and ${differences.length - shown} more differences`]
    : differences;
}

/** Each question of a part with its whole answer. */
function answers(part: string | null, records: readonly StoredRecord[]): Map<string, string> {
  const groups = new Map<string, StoredRecord[]>();
  for (const record of records) {
    const call = `${record.service}:${record.operation}`;
    const key = `${part ?? 'organization'}: ${call} ${canonicalJson(questionOf(call, record.input))} in ${record.account} ${record.region}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return new Map(
    [...groups].map(([key, group]) => {
      const pages = group.toSorted((a, b) => (a.page?.number ?? 1) - (b.page?.number ?? 1));
      const error = pages.find((page) => page.error !== undefined)?.error;
      if (error !== undefined)
        return [
          key,
          canonicalJson(
            {
              error: {
                code: error.code,
                message: error.message,
                outcome: error.outcome,
                absent: error.absent === true,
              },
            },
            2,
          ),
        ];
      const call = key.split(' ')[1] ?? '';
      return [
        key,
        canonicalJson(
          {
            output: joinPages(
              call,
              pages.map((page) => page.output ?? {}),
            ),
            complete: pages.at(-1)?.page?.last ?? true,
          },
          2,
        ),
      ];
    }),
  );
}

function scope(manifest: Manifest): Map<string, string> {
  return new Map(
    manifest.accounts.map((account) => [
      account.id,
      canonicalJson(
        {
          name: account.name,
          state: account.state,
          path: account.path,
          scan: account.scan,
          regions: account.regions?.toSorted(),
          regionsFrom: account.regionsFrom,
          regionsLeftOut: account.regionsLeftOut?.toSorted(),
        },
        2,
      ),
    ]),
  );
}

/** Every account x region x operation with its outcome. */
function coverage(manifest: Manifest): Map<string, string> {
  const cells = new Map<string, string>();
  for (const cell of manifest.coverage)
    for (const account of cell.accounts)
      for (const region of cell.regions)
        cells.set(
          `${cell.operation} in ${account} ${region}`,
          [cell.outcome, cell.code].filter((text) => text !== undefined).join(' '),
        );
  return cells;
}

/** The first line in which two texts differ, with the line before it. */
function firstDifference(left: string, right: string): string {
  const a = left.split('\n');
  const b = right.split('\n');
  const at = a.findIndex((line, index) => line !== b[index]);
  const from = at === -1 ? a.length : at;
  const around = (lines: readonly string[]): string =>
    lines
      .slice(Math.max(0, from - 2), from + 2)
      .map((line) => line.trim())
      .join(' ')
      .slice(0, 300);
  return `  left:  ${around(a)}\n  right: ${around(b)}`;
}
