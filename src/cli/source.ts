import { UserFault } from '../fault.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { SourceMap } from '../source/source-map.ts';

/** One `--source [ACCOUNTS=]DIR`. */
export interface SourceFolder {
  readonly folder: string;
  /** Where the code is deployed: `all`, or account ids; undefined where it is not said. */
  readonly accounts: 'all' | ReadonlySet<string> | undefined;
}

/** Notices on files; the rest is counted. */
const mostNotices = 20;

/** Reads the value of `--source`. Throws {@link UserFault} where no folder is named. */
export function parseSourceFolder(text: string): SourceFolder {
  const [, accounts, folder] = /^(?:(all|\d{12}(?:,\d{12})*)=)?([^]*)$/.exec(text) ?? [];
  if (folder === undefined || folder === '') throw new UserFault(`--source ${text}: a folder is expected`);
  if (accounts === undefined) return { folder, accounts: undefined };
  return { folder, accounts: accounts === 'all' ? 'all' : new Set(accounts.split(',')) };
}

/** Reads the code below the folders, and joins it with the snapshot. */
export async function openSourceMap(
  folders: readonly SourceFolder[],
  snapshot: Snapshot,
): Promise<{ readonly map: SourceMap; readonly notices: readonly string[] }> {
  const [{ readSource }, { createSourceMap, deployedIn }] = await Promise.all([
    import('../source/read-source.ts'),
    import('../source/source-map.ts'),
  ]);
  const declarations = [];
  const notices: string[] = [];
  for (const { folder, accounts } of folders) {
    const source = await readSource(folder);
    declarations.push(...source.declarations.map((declaration) => deployedIn(declaration, accounts)));
    for (const { file, line, column, text } of source.notices) {
      const place = [file, line, column].filter((part) => part !== undefined).join(':');
      notices.push(`source: ${place}: ${text}`);
    }
  }
  const more = notices.length - mostNotices;
  return {
    map: await createSourceMap(declarations, snapshot),
    notices:
      more > 0 ? [...notices.slice(0, mostNotices), `source: ${more} more files could not be used`] : notices,
  };
}
