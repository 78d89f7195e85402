import type { JSX } from 'preact';

import { useShared } from '../context.ts';
import { DataTable, sheetOf, type TableColumn } from '../data-table.tsx';
import { GapText, joinGaps } from '../gaps.tsx';
import { states } from '../report.ts';
import { href, type Route } from '../route.ts';
import { Bar, CsvButton, Facts, findingsHref, Head, Panel, Score, sumCounts, Text } from '../ui.tsx';
import { scanWords } from '../words.ts';
import { NotFound } from './not-found.tsx';
import { accountColumns, countColumns, ruleColumns } from './rules.tsx';

export function Accounts({ route }: { readonly route: Route }): JSX.Element {
  const { report } = useShared();
  const { findings, matrix } = report;
  const rows = findings.accounts.map((id, index) => ({
    id,
    account: report.accounts.get(id),
    counts: matrix.account(index),
  }));
  type Row = (typeof rows)[number];
  const columns: TableColumn<Row>[] = [
    ...accountColumns<Row>(report),
    {
      id: 'unit',
      head: 'Unit',
      value: ({ account }) => account?.path ?? '',
      cell: ({ account }) => <Text>{account?.path ?? ''}</Text>,
    },
    {
      id: 'state',
      head: 'State',
      value: ({ account }) => account?.state ?? '',
      cell: ({ account }) => <Text>{account?.state ?? ''}</Text>,
    },
    {
      id: 'scan',
      head: 'Scan',
      value: ({ account }) => (account === undefined ? '' : scanWords[account.scan]),
    },
    ...countColumns<Row>(
      ({ counts }) => counts,
      ({ id }) => ({ account: id }),
    ),
  ];
  return (
    <>
      <Head title="Accounts" actions={<CsvButton sheet={sheetOf('accounts', columns, rows)} />}>
        <p class="quiet">Every account of the scope, those that were not seen among them.</p>
      </Head>
      <DataTable caption="Accounts of the scope" columns={columns} rows={rows} route={route} />
    </>
  );
}

export function AccountPage({ route }: { readonly route: Route }): JSX.Element {
  const { report } = useShared();
  const { findings, matrix } = report;
  const { manifest } = report.meta.header;
  const index = findings.accounts.indexOf(route.id);
  if (index === -1) return <NotFound what={`account ${route.id}`} />;
  const account = report.accounts.get(route.id);
  const part = manifest.parts.find((entry) => entry.account === route.id);
  const counts = matrix.account(index);
  const rows = findings.rules
    .map((id, rule) => ({
      id,
      rule: report.rules.get(id),
      counts: matrix.cell(index, rule),
      worst: matrix.worst(index, rule),
    }))
    .filter((row) => states.some((state) => row.counts[state] > 0));
  type Row = (typeof rows)[number];
  const columns: TableColumn<Row>[] = [
    ...ruleColumns<Row>(),
    ...countColumns<Row>(
      (row) => row.counts,
      ({ id }) => ({ account: route.id, rule: id }),
    ),
  ];
  const gaps = manifest.coverage.filter(
    (cell) => cell.outcome !== 'obtained' && cell.accounts.includes(route.id),
  );
  return (
    <>
      <Head
        above={<a href={href('accounts')}>Accounts</a>}
        title={<Text>{report.accountName(route.id)}</Text>}
        actions={<CsvButton sheet={sheetOf(`account-${route.id}`, columns, rows)} />}
      >
        <p class="mono quiet">
          <Text>{route.id}</Text>
        </p>
        <p class="summary-line">
          <Bar counts={sumCounts([counts])} />
          <span>
            Score <Score counts={counts} />
          </span>
          <a href={findingsHref({ account: route.id })}>All findings of this account</a>
        </p>
      </Head>
      <div class="columns">
        <Panel title="Account">
          <Facts
            pairs={[
              account === undefined ? undefined : ['Scan', scanWords[account.scan]],
              account?.reason === undefined ? undefined : ['Because', <Text>{account.reason}</Text>],
              account?.state === undefined ? undefined : ['State', <Text>{account.state}</Text>],
              account?.path === undefined || account.path === ''
                ? undefined
                : ['Unit', <Text>{account.path}</Text>],
              account?.regions === undefined
                ? undefined
                : [
                    'Regions',
                    <ul class="inline mono">
                      {account.regions.map((region) => (
                        <li key={region}>
                          <Text>{region}</Text>
                        </li>
                      ))}
                    </ul>,
                  ],
              account?.regionsFrom === undefined
                ? undefined
                : ['Regions learned from', <span class="mono">{account.regionsFrom}</span>],
              account?.regionsLeftOut === undefined || account.regionsLeftOut.length === 0
                ? undefined
                : ['Regions left out', <Text>{account.regionsLeftOut.join(', ')}</Text>],
              part === undefined
                ? undefined
                : [
                    'Part of the snapshot',
                    <span class="mono">
                      <Text>{part.file}</Text>, {part.records} records
                    </span>,
                  ],
              part === undefined
                ? undefined
                : [
                    'SHA-256',
                    <span class="mono hash">
                      <Text>{part.sha256}</Text>
                    </span>,
                  ],
            ]}
          />
        </Panel>
        <Panel title="What is missing">
          {gaps.length === 0 ? (
            <p class="empty">Every question was answered.</p>
          ) : (
            <ul class="plain gaps">
              {joinGaps(gaps).map((gap, number) => (
                <li key={number}>
                  <GapText gap={gap} />
                </li>
              ))}
            </ul>
          )}
        </Panel>
      </div>
      <h2>By rule</h2>
      <DataTable
        caption={`Results of account ${route.id} by rule`}
        columns={columns}
        rows={rows}
        route={route}
        empty="No rule has a finding here."
      />
    </>
  );
}
