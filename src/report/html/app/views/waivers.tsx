import type { JSX } from 'preact';

import { useShared } from '../context.ts';
import { DataTable, sheetOf, type TableColumn } from '../data-table.tsx';
import { href, type Route } from '../route.ts';
import { CsvButton, findingsHref, Head, RuleLink, Text } from '../ui.tsx';
import { counted } from '../words.ts';

export function Waivers({ route }: { readonly route: Route }): JSX.Element {
  const { report } = useShared();
  const { findings } = report;
  const rows = findings.waivers.map((waiver) => ({ waiver, rules: new Set<string>(), rows: [] as number[] }));
  for (let row = 0; row < findings.count; row += 1) {
    const entry = rows[findings.waiverIndexOf(row) ?? -1];
    entry?.rules.add(findings.ruleOf(row));
    entry?.rows.push(row);
  }
  type Row = (typeof rows)[number];
  const columns: TableColumn<Row>[] = [
    {
      id: 'reason',
      head: 'Reason',
      names: true,
      value: ({ waiver }) => waiver.reason,
      cell: ({ waiver }) => <Text>{waiver.reason}</Text>,
    },
    {
      id: 'rules',
      head: 'Rules',
      value: ({ rules }) => [...rules].join(' '),
      cell: ({ rules }) => (
        <span class="stacked">
          {[...rules].map((id) => (
            <RuleLink key={id} id={id} />
          ))}
        </span>
      ),
    },
    {
      id: 'owner',
      head: 'Owner',
      value: ({ waiver }) => waiver.owner,
      cell: ({ waiver }) => <Text>{waiver.owner}</Text>,
    },
    {
      id: 'ticket',
      head: 'Ticket',
      value: ({ waiver }) => waiver.ticket,
      cell: ({ waiver }) => <Text>{waiver.ticket}</Text>,
    },
    {
      id: 'expires',
      head: 'Expires',
      value: ({ waiver }) => waiver.expires,
      cell: ({ waiver }) => <Text>{waiver.expires}</Text>,
    },
    {
      id: 'findings',
      head: 'Findings',
      value: (row) => row.rows.length,
      cell: (row) => {
        const [first] = row.rows;
        return row.rows.length === 1 && first !== undefined ? (
          <a href={href('finding', String(first + 1))}>1</a>
        ) : (
          <a href={findingsHref({ verdict: 'waived', rule: [...row.rules] })}>{row.rows.length}</a>
        );
      },
    },
  ];
  return (
    <>
      <Head title="Waivers" actions={<CsvButton sheet={sheetOf('waivers', columns, rows)} />}>
        <p class="quiet">
          Failures that somebody accepted for a while: {counted(report.meta.totals.waived, 'finding')}. They
          stay failures in every count and score.
        </p>
      </Head>
      <DataTable
        caption="Waivers in use"
        columns={columns}
        rows={rows}
        route={route}
        empty="No finding of this report is waived."
      />
    </>
  );
}
