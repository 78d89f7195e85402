import type { JSX } from 'preact';

import { useShared } from '../context.ts';
import { DataTable, sheetOf, type TableColumn } from '../data-table.tsx';
import { queryFor } from '../query.ts';
import { href, type Route } from '../route.ts';
import { CountLink, CsvButton, findingsHref, Head, Text } from '../ui.tsx';
import { counted } from '../words.ts';

/** One missing answer, over all accounts and regions in which it is missing for the same reason. */
interface Missing {
  readonly call: string;
  readonly code: string;
  readonly message: string;
  readonly accounts: Set<string>;
  readonly regions: Set<string>;
  findings: number;
}

/** Accounts that a row names before "and N more". */
const named = 3;

export function Unknowns({ route }: { readonly route: Route }): JSX.Element {
  const { report } = useShared();
  const { findings } = report;
  const rows = collect();
  type Row = (typeof rows)[number];

  function collect(): readonly Missing[] {
    const missing = new Map<string, Missing>();
    const sets = findings.causeSets.map((set) => {
      const keys = new Set<Missing>();
      for (const index of set) {
        const cause = findings.causes[index];
        if (cause === undefined) continue;
        const key = `${cause.call} ${cause.code}`;
        const entry = missing.get(key) ?? {
          call: cause.call,
          code: cause.code,
          message: cause.message,
          accounts: new Set<string>(),
          regions: new Set<string>(),
          findings: 0,
        };
        missing.set(key, entry);
        entry.accounts.add(cause.account);
        entry.regions.add(cause.region);
        keys.add(entry);
      }
      return keys;
    });
    for (let row = 0; row < findings.count; row += 1) {
      const set = findings.causeSetOf(row);
      if (set !== undefined) for (const entry of sets[set] ?? []) entry.findings += 1;
    }
    return [...missing.values()].sort((a, b) => b.findings - a.findings);
  }

  const columns: TableColumn<Row>[] = [
    {
      id: 'call',
      head: 'Missing answer',
      names: true,
      value: ({ call }) => call,
      cell: ({ call }) => (
        <span class="mono">
          <Text>{call}</Text>
        </span>
      ),
    },
    { id: 'code', head: 'Because', value: ({ code }) => code, cell: ({ code }) => <Text>{code}</Text> },
    {
      id: 'message',
      head: 'In the words of the answer',
      value: ({ message }) => message,
      cell: ({ message }) => (
        <span class="quiet">
          <Text>{message}</Text>
        </span>
      ),
    },
    {
      id: 'accounts',
      head: 'Accounts',
      words: true,
      value: ({ accounts }) => accounts.size,
      cell: ({ accounts }) => (
        <>
          {[...accounts].slice(0, named).map((id, index) => (
            <>
              {index > 0 && ', '}
              <a href={href('account', id)}>
                <Text>{report.accountName(id)}</Text>
              </a>
            </>
          ))}
          {accounts.size > named && ` and ${counted(accounts.size - named, 'other')}`}
        </>
      ),
    },
    {
      id: 'regions',
      head: 'Regions',
      value: ({ regions }) => [...regions].join(' '),
      cell: ({ regions }) => (
        <span class="mono">
          <Text>{[...regions].join(' ')}</Text>
        </span>
      ),
    },
    {
      id: 'findings',
      head: 'Unknown findings',
      value: ({ findings: count }) => count,
      cell: ({ call, findings: count }) => (
        <CountLink
          count={count}
          to={href('findings', '', { q: `${queryFor({ verdict: 'unknown' })} ${call}` })}
          what="unknown findings"
        />
      ),
    },
  ];
  const total = rows.length;
  return (
    <>
      <Head title="Unknowns" actions={<CsvButton sheet={sheetOf('unknowns', columns, rows)} />}>
        <p class="quiet">
          What could not be decided, and which answer is missing. An unknown is neither a pass nor a failure;
          once the call is allowed, the next scan decides.{' '}
          <a href={findingsHref({ verdict: 'unknown' })}>All unknown findings</a>
        </p>
      </Head>
      <DataTable
        caption="Missing answers behind unknown findings"
        columns={columns}
        rows={rows}
        route={route}
        empty={total === 0 ? 'Everything could be decided.' : ''}
      />
    </>
  );
}
