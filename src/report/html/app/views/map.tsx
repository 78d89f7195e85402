import type { JSX } from 'preact';

import { severities } from '../../../../evaluate/finding.ts';
import { compareText, visibleText } from '../../../../text.ts';
import { grouped } from '../../score.ts';
import { useShared } from '../context.ts';
import type { Sheet } from '../csv.ts';
import { Pages } from '../data-table.tsx';
import { states, type StateCounts } from '../report.ts';
import { go, href, type Route } from '../route.ts';
import { AccountLink, CsvButton, findingsHref, Head, Score, scoreOf, StateIcon, Text } from '../ui.tsx';
import { counted, stateWords } from '../words.ts';

const accountsPerPage = 100;

/** The state that a cell is coloured by: the worst one in it. */
const cellStates = ['fail', 'unknown', 'waived', 'pass', 'not-applicable'] as const;

export function HeatMap({ route }: { readonly route: Route }): JSX.Element {
  const { report } = useShared();
  const { findings, matrix, rules } = report;
  const services = [...new Set([...rules.values()].map((rule) => rule.service))].sort(compareText);
  const { service = '', sort = 'worst', find = '' } = route.params;
  const columns = findings.rules
    .map((id, index) => ({ id, index }))
    .filter(({ id }) => service === '' || rules.get(id)?.service === service);
  const wanted = find.toLowerCase();
  const accounts = findings.accounts
    .map((id, index) => ({ id, index, counts: matrix.account(index), worst: matrix.worstOfAccount(index) }))
    .filter(
      ({ id, counts }) =>
        states.some((state) => counts[state] > 0) &&
        [id, report.accounts.get(id)?.name, report.accounts.get(id)?.path].some((word) =>
          word?.toLowerCase().includes(wanted),
        ),
    );
  const rank = (severity: (typeof severities)[number] | undefined): number =>
    severity === undefined ? severities.length : severities.indexOf(severity);
  if (sort === 'worst')
    accounts.sort(
      (a, b) =>
        rank(a.worst) - rank(b.worst) ||
        (scoreOf(a.counts) ?? 101) - (scoreOf(b.counts) ?? 101) ||
        compareText(a.id, b.id),
    );
  else if (sort === 'name')
    accounts.sort((a, b) => compareText(report.accountName(a.id), report.accountName(b.id)));
  const pages = Math.max(1, Math.ceil(accounts.length / accountsPerPage));
  const page = Math.min(pages, Math.max(1, Number(route.params['page']) || 1));
  const shown = accounts.slice((page - 1) * accountsPerPage, page * accountsPerPage);
  const address = (changes: Readonly<Record<string, string>>): string =>
    href('map', '', { ...route.params, page: '', ...changes });

  const sheet: Sheet = {
    name: 'accounts-by-rules',
    heads: ['Account', 'Name', 'Rule', ...states.map((state) => stateWords[state])],
    *rows() {
      for (const account of accounts)
        for (const column of columns) {
          const counts = matrix.cell(account.index, column.index);
          yield [
            account.id,
            report.accountName(account.id),
            column.id,
            ...states.map((state) => counts[state]),
          ];
        }
    },
  };

  return (
    <>
      <Head title="Accounts by rules" actions={<CsvButton sheet={sheet} />}>
        <p class="quiet">
          Each cell names the worst that a rule says in an account, and how many findings say so. Follow it to
          them.
        </p>
      </Head>
      <div class="filters">
        <label>
          Account
          <input
            type="search"
            value={find}
            placeholder="name, number or unit"
            onChange={(event) => go(address({ find: event.currentTarget.value }))}
          />
        </label>
        <label>
          Service
          <select value={service} onChange={(event) => go(address({ service: event.currentTarget.value }))}>
            <option value="">all</option>
            {services.map((name) => (
              <option key={name} value={name}>
                {visibleText(name)}
              </option>
            ))}
          </select>
        </label>
        <label>
          Order
          <select value={sort} onChange={(event) => go(address({ sort: event.currentTarget.value }))}>
            <option value="worst">worst first</option>
            <option value="name">by name</option>
            <option value="number">by number</option>
          </select>
        </label>
        <Legend />
      </div>
      <div class="table-frame map-frame" role="region" aria-label="Accounts by rules" tabIndex={0}>
        <table class="map">
          <caption class="unseen">
            {counted(accounts.length, 'account')} by {counted(columns.length, 'rule')}
          </caption>
          <thead>
            <tr>
              <th scope="col">Account</th>
              <th scope="col" class="number">
                Score
              </th>
              {columns.map(({ id }) => (
                <th key={id} scope="col" class="map-rule">
                  <a href={href('rule', id)}>
                    <Text>{id}</Text>
                  </a>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ id, index, counts }) => (
              <tr key={id}>
                <th scope="row">
                  <AccountLink id={id} />
                </th>
                <td class="number">
                  <Score counts={counts} />
                </td>
                {columns.map((column) => (
                  <MapCell
                    key={column.id}
                    account={id}
                    rule={column.id}
                    counts={matrix.cell(index, column.index)}
                    severity={matrix.worst(index, column.index)}
                  />
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
        address={(to) => address({ page: String(to) })}
      />
    </>
  );
}

function MapCell({
  account,
  rule,
  counts,
  severity,
}: {
  readonly account: string;
  readonly rule: string;
  readonly counts: StateCounts;
  readonly severity: (typeof severities)[number] | undefined;
}): JSX.Element {
  const state = cellStates.find((candidate) => counts[candidate] > 0);
  if (state === undefined)
    return (
      <td class="map-cell">
        <span class="unseen">no finding</span>
      </td>
    );
  const words = states
    .filter((candidate) => counts[candidate] > 0)
    .map((candidate) => `${grouped(counts[candidate])} ${stateWords[candidate].toLowerCase()}`)
    .join(', ');
  return (
    <td class={`map-cell cell-${state} ${severity === undefined ? '' : `cell-${severity}`}`}>
      <a href={findingsHref({ account, rule })} title={words} aria-label={words}>
        <StateIcon state={state} />
        {counts[state] > 1 && <span>{grouped(counts[state])}</span>}
      </a>
    </td>
  );
}

function Legend(): JSX.Element {
  return (
    <ul class="legend" aria-label="Signs">
      {cellStates.map((state) => (
        <li key={state}>
          <StateIcon state={state} />
          {stateWords[state]}
        </li>
      ))}
    </ul>
  );
}
