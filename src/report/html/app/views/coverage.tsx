import type { JSX } from 'preact';

import { outcomes, type Outcome } from '../../../../snapshot/record.ts';
import { compareText } from '../../../../text.ts';
import { summarizeCoverage } from '../../../coverage.ts';
import { grouped } from '../../score.ts';
import { useShared } from '../context.ts';
import type { Sheet } from '../csv.ts';
import { DataTable, Pages, type TableColumn } from '../data-table.tsx';
import { GapText, joinGaps } from '../gaps.tsx';
import type { State } from '../report.ts';
import { go, href, type Route } from '../route.ts';
import { AccountLink, CsvButton, Head, Panel, StateIcon, Text } from '../ui.tsx';
import { counted, outcomeWords, scanWords } from '../words.ts';

const accountsPerPage = 100;

/** Outcomes from worst to best, and the sign each gets. */
const outcomeStates: Readonly<Record<Outcome, State>> = {
  denied: 'fail',
  failed: 'fail',
  throttled: 'unknown',
  'not-asked': 'not-applicable',
  'not-enabled': 'waived',
  obtained: 'pass',
};

type Counts = Partial<Record<Outcome, number>>;

export function Coverage({ route }: { readonly route: Route }): JSX.Element {
  const { report } = useShared();
  const { manifest } = report.meta.header;
  const { byOutcome, gaps } = summarizeCoverage(manifest);
  const operations = [...new Set(manifest.coverage.map((cell) => cell.operation))].sort(compareText);
  const table = new Map<string, Map<string, Counts>>();
  for (const cell of manifest.coverage)
    for (const account of cell.accounts) {
      const row = table.get(account) ?? new Map<string, Counts>();
      table.set(account, row);
      const counts = row.get(cell.operation) ?? {};
      row.set(cell.operation, counts);
      counts[cell.outcome] = (counts[cell.outcome] ?? 0) + cell.regions.length;
    }
  const onlyGaps = route.params['only'] === 'gaps';
  const ids = [...new Set([...manifest.accounts.map((account) => account.id), ...table.keys()])];
  const incomplete = (id: string): boolean =>
    [...(table.get(id)?.values() ?? [])].some((counts) =>
      outcomes.some((outcome) => outcome !== 'obtained' && (counts[outcome] ?? 0) > 0),
    ) || report.accounts.get(id)?.scan !== 'collected';
  const accounts = onlyGaps ? ids.filter(incomplete) : ids;
  const pages = Math.max(1, Math.ceil(accounts.length / accountsPerPage));
  const page = Math.min(pages, Math.max(1, Number(route.params['page']) || 1));
  const sheet: Sheet = {
    name: 'coverage',
    heads: ['Call', 'Outcome', 'Account', 'Name', 'Region', 'Code', 'Cause', 'Principal'],
    *rows() {
      for (const cell of manifest.coverage)
        for (const account of cell.accounts)
          for (const region of cell.regions)
            yield [
              cell.operation,
              cell.outcome,
              account,
              report.accountName(account),
              region,
              cell.code ?? '',
              cell.cause ?? '',
              cell.principal ?? '',
            ];
    },
  };
  return (
    <>
      <Head title="Coverage" actions={<CsvButton sheet={sheet} />}>
        <p class="quiet">
          Every question that was meant to be asked of AWS: account, region and call. Without an answer, what
          depends on it is unknown.
        </p>
      </Head>
      <ul class="tallies wide-tallies">
        {outcomes.map((outcome) => (
          <li key={outcome}>
            <span class={`badge state-${outcomeStates[outcome]}`}>
              <StateIcon state={outcomeStates[outcome]} />
              {outcomeWords[outcome]}
            </span>
            <span class="tally">{grouped(byOutcome[outcome])}</span>
          </li>
        ))}
      </ul>
      <div class="filters">
        <label class="check">
          <input
            type="checkbox"
            checked={onlyGaps}
            onChange={() => go(href('coverage', '', { only: onlyGaps ? '' : 'gaps' }))}
          />
          Only accounts with gaps
        </label>
      </div>
      <div class="table-frame map-frame" role="region" aria-label="Coverage by account and call" tabIndex={0}>
        <table class="map">
          <caption class="unseen">Coverage by account and call</caption>
          <thead>
            <tr>
              <th scope="col">Account</th>
              <th scope="col">Scan</th>
              {operations.map((operation) => (
                <th key={operation} scope="col" class="map-rule">
                  <Text>{operation}</Text>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {accounts.slice((page - 1) * accountsPerPage, page * accountsPerPage).map((id) => (
              <tr key={id}>
                <th scope="row">
                  <AccountLink id={id} />
                </th>
                <td>{scanWords[report.accounts.get(id)?.scan ?? 'collected']}</td>
                {operations.map((operation) => (
                  <CoverageCellView key={operation} counts={table.get(id)?.get(operation)} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pages
        page={page}
        pages={pages}
        total={accounts.length}
        address={(to) => href('coverage', '', { ...route.params, page: String(to) })}
      />
      <Panel title="What was not obtained" size="wide">
        {gaps.length === 0 ? (
          <p class="empty">Nothing is missing.</p>
        ) : (
          <ul class="plain gaps">
            {joinGaps(gaps).map((gap, index) => (
              <li key={index}>
                <GapText gap={gap} />
                {': '}
                <GapAccounts accounts={gap.accounts} />
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Parts route={route} />
    </>
  );
}

/** Accounts named in a line before "and N more". */
const named = 6;

function GapAccounts({ accounts }: { readonly accounts: readonly string[] }): JSX.Element {
  const { report } = useShared();
  return (
    <>
      {accounts.slice(0, named).map((id, index) => (
        <>
          {index > 0 && ', '}
          <a href={href('account', id)}>
            <Text>{report.accountName(id)}</Text>
          </a>
        </>
      ))}
      {accounts.length > named && ` and ${counted(accounts.length - named, 'other')}`}
    </>
  );
}

function CoverageCellView({ counts }: { readonly counts: Counts | undefined }): JSX.Element {
  const present = outcomes.filter((outcome) => (counts?.[outcome] ?? 0) > 0);
  if (present.length === 0)
    return (
      <td class="map-cell">
        <span class="unseen">not meant to be asked</span>
      </td>
    );
  const words = present
    .map((outcome) => `${counts?.[outcome] ?? 0} ${outcomeWords[outcome].toLowerCase()}`)
    .join(', ');
  const order = Object.keys(outcomeStates) as Outcome[];
  const worst = order.find((outcome) => present.includes(outcome)) ?? 'obtained';
  return (
    <td class={`map-cell cell-${outcomeStates[worst]}`} title={words}>
      <span class="cell-inner">
        <StateIcon state={outcomeStates[worst]} />
        <span aria-hidden="true">{counts?.[worst]}</span>
        <span class="unseen">{words}</span>
      </span>
    </td>
  );
}

/** The parts of the snapshot with their hashes. */
function Parts({ route }: { readonly route: Route }): JSX.Element {
  const { report } = useShared();
  const { parts } = report.meta.header.manifest;
  type Row = (typeof parts)[number];
  const columns: TableColumn<Row>[] = [
    {
      id: 'file',
      head: 'Part',
      names: true,
      value: ({ file }) => file,
      cell: ({ file }) => (
        <span class="mono">
          <Text>{file}</Text>
        </span>
      ),
    },
    { id: 'records', head: 'Records', value: ({ records }) => records },
    { id: 'bytes', head: 'Bytes', value: ({ bytes }) => bytes },
    {
      id: 'sha256',
      head: 'SHA-256',
      value: ({ sha256 }) => sha256,
      cell: ({ sha256 }) => (
        <span class="mono hash">
          <Text>{sha256}</Text>
        </span>
      ),
    },
  ];
  return (
    <section>
      <h2>Parts of the snapshot</h2>
      <DataTable
        caption="Parts of the snapshot"
        columns={columns}
        rows={parts}
        route={route}
        prefix="part-"
        empty="The snapshot names no parts."
      />
    </section>
  );
}
