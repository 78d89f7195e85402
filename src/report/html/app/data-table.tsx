import type { ComponentChildren, JSX } from 'preact';

import { compareText } from '../../../text.ts';
import type { Sheet } from './csv.ts';
import { href, type Route } from './route.ts';
import { Text } from './ui.tsx';
import { counted } from './words.ts';

/** One column of a table: what sorts and is exported, and how it is shown. */
export interface TableColumn<Row> {
  readonly id: string;
  readonly head: string;
  readonly value: (row: Row) => string | number;
  readonly cell?: (row: Row) => ComponentChildren;
  /** A number that is shown as words. */
  readonly words?: boolean;
  /** The cell that names the row. */
  readonly names?: boolean;
}

const rowsPerPage = 200;

/** A table as it goes into a file. */
export function sheetOf<Row>(
  name: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
): Sheet {
  return {
    name,
    heads: columns.map((column) => column.head),
    *rows() {
      for (const row of rows) yield columns.map((column) => column.value(row));
    },
  };
}

function compareValues(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareText(String(a), String(b));
}

/**
 * A table that sorts by any column and shows 200 rows at a time. Order and page stand in the address, under
 * parameters that begin with `prefix` where a view has several tables.
 */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  route,
  prefix = '',
  empty = 'Nothing to show.',
}: {
  readonly caption: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  readonly route: Route;
  readonly prefix?: string;
  readonly empty?: string;
}): JSX.Element {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  const sort = route.params[`${prefix}sort`] ?? '';
  const descending = route.params[`${prefix}dir`] === 'desc';
  const column = columns.find(({ id }) => id === sort);
  const sorted =
    column === undefined
      ? rows
      : [...rows].sort((a, b) => (descending ? -1 : 1) * compareValues(column.value(a), column.value(b)));
  const pages = Math.max(1, Math.ceil(sorted.length / rowsPerPage));
  const page = Math.min(pages, Math.max(1, Number(route.params[`${prefix}page`]) || 1));
  const shown = sorted.slice((page - 1) * rowsPerPage, page * rowsPerPage);
  const address = (changes: Readonly<Record<string, string>>): string =>
    href(route.view, route.id, {
      ...route.params,
      ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [prefix + name, value])),
    });
  return (
    <>
      <div class="table-frame" role="region" aria-label={caption} tabIndex={0}>
        <table>
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ id, head, value, words }) => {
                const numeric = typeof value(rows[0] as Row) === 'number';
                const active = id === sort;
                // Numbers are looked at from the largest down.
                const next = active ? !descending : numeric;
                return (
                  <th
                    key={id}
                    scope="col"
                    class={numeric && words !== true ? 'number' : ''}
                    aria-sort={active ? (descending ? 'descending' : 'ascending') : 'none'}
                  >
                    <a
                      class="sorter"
                      href={address({ sort: id, dir: next ? 'desc' : 'asc', page: '' })}
                      title={`Sort by ${head}`}
                    >
                      {head}
                      <span aria-hidden="true" class="sort-sign">
                        {active ? (descending ? '▾' : '▴') : ''}
                      </span>
                    </a>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, index) => (
              <tr key={index}>
                {columns.map(({ id, value, cell, names, words }) => {
                  const plain = value(row);
                  const content = cell === undefined ? <Text>{String(plain)}</Text> : cell(row);
                  if (names === true)
                    return (
                      <th key={id} scope="row">
                        {content}
                      </th>
                    );
                  return (
                    <td key={id} class={typeof plain === 'number' && words !== true ? 'number' : ''}>
                      {content}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pages
        page={page}
        pages={pages}
        total={sorted.length}
        address={(to) => address({ page: String(to) })}
      />
    </>
  );
}

/** Links to the pages of a long table. */
export function Pages({
  page,
  pages,
  total,
  address,
}: {
  readonly page: number;
  readonly pages: number;
  readonly total: number;
  readonly address: (page: number) => string;
}): JSX.Element | null {
  if (pages <= 1) return null;
  return (
    <nav class="pages" aria-label="Pages">
      {page > 1 && <a href={address(page - 1)}>Previous</a>}
      <span>
        Page {page} of {pages}, {counted(total, 'row')}
      </span>
      {page < pages && <a href={address(page + 1)}>Next</a>}
    </nav>
  );
}
