import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';

import { severities } from '../../../../evaluate/finding.ts';
import { compareText, visibleText } from '../../../../text.ts';
import { grouped } from '../../score.ts';
import { allFlags, type Flags } from '../../flags.ts';
import { useShared, type Shared } from '../context.ts';
import type { Sheet } from '../csv.ts';
import { Pages } from '../data-table.tsx';
import type { Findings } from '../findings.ts';
import { sortKeys, type SortKey } from '../order.ts';
import { formatQuery, parseQuery, valuesOf, withValues, type QueryKey, type Token } from '../query.ts';
import { stateOf, states } from '../report.ts';
import { go, href, replaceAddress, type Route } from '../route.ts';
import { sample } from '../sample.ts';
import { CsvButton, Head, SeverityTag, StateBadge, StateIcon, Text } from '../ui.tsx';
import { VirtualList } from '../virtual-list.tsx';
import { stateWords } from '../words.ts';

const rowHeight = 50;
const tableRows = 100;
/** A select with more entries is slower to use than the search. */
const longestSelect = 1500;

const sortWords: Readonly<Record<SortKey, string>> = {
  worst: 'worst first',
  number: 'number',
  rule: 'rule',
  account: 'account',
  region: 'region',
  resource: 'resource',
  type: 'resource type',
};

/** The findings of a list as a sheet. */
function findingsSheet(shared: Shared, rows: Uint32Array): Sheet {
  const { report } = shared;
  const { findings } = report;
  return {
    name: 'findings',
    heads: [
      'Number',
      'Verdict',
      'Severity',
      'Rule',
      'Account',
      'Account name',
      'Region',
      'Resource type',
      'Resource',
      'Resource id',
      'Message',
      'Waiver',
      'Waiver owner',
      'Waiver ticket',
      'Waiver expires',
      'Baseline',
    ],
    *rows() {
      for (const row of rows) {
        const { verdict, severity, baseline } = findings.flagsOf(row);
        const resource = findings.resourceOf(row);
        const waiver = findings.waiverOf(row);
        yield [
          row + 1,
          verdict,
          severity,
          findings.ruleOf(row),
          resource.account,
          report.accountName(resource.account),
          resource.region,
          resource.type,
          resource.name,
          resource.id,
          findings.messageOf(row),
          waiver?.reason ?? '',
          waiver?.owner ?? '',
          waiver?.ticket ?? '',
          waiver?.expires ?? '',
          baseline ?? '',
        ];
      }
    },
  };
}

interface Found {
  readonly rows: Uint32Array;
  /** How many findings each verdict or severity would show, the other conditions standing. */
  readonly byState: ReadonlyMap<string, number>;
  readonly bySeverity: ReadonlyMap<string, number>;
}

function find(
  { report, search, order }: Shared,
  tokens: readonly Token[],
  sort: SortKey,
  descending: boolean,
): Found {
  const { findings } = report;
  const rows = search.rows(tokens);
  const without = (key: QueryKey): Uint32Array =>
    tokens.some((token) => token.key === key)
      ? search.rows(tokens.filter((token) => token.key !== key))
      : rows;
  const byState = countFlags(findings, without('verdict'), ({ verdict }, waived) => stateOf(verdict, waived));
  const bySeverity = countFlags(findings, without('severity'), ({ severity }) => severity);
  return { rows: order.sort(rows, sort, descending), byState, bySeverity };
}

/** Counts rows by what their flags say: one addition a row, words only for the sums. */
function countFlags(
  { flag, waiver }: Findings,
  rows: Uint32Array,
  keyOf: (flags: Flags, waived: boolean) => string,
): ReadonlyMap<string, number> {
  const sums = new Uint32Array(allFlags.length * 2);
  for (const row of rows) {
    const at = (flag[row] ?? 0) * 2 + (waiver[row] === 0 ? 0 : 1);
    sums[at] = (sums[at] ?? 0) + 1;
  }
  const counts = new Map<string, number>();
  sums.forEach((sum, index) => {
    const flags = allFlags[index >> 1];
    if (sum === 0 || flags === undefined) return;
    const key = keyOf(flags, index % 2 === 1);
    counts.set(key, (counts.get(key) ?? 0) + sum);
  });
  return counts;
}

export function FindingsView({ route }: { readonly route: Route }): JSX.Element {
  const shared = useShared();
  const { report } = shared;
  const { findings } = report;
  const [query, setQuery] = useState(route.params['q'] ?? '');
  const addressed = route.params['q'] ?? '';
  // The address leads when it was changed by a link or the back button, the field leads while one types.
  useEffect(() => setQuery(addressed), [addressed]);

  const sort = sortKeys.find((key) => key === route.params['sort']) ?? 'worst';
  const descending = route.params['dir'] === 'desc';
  const plain = route.params['mode'] === 'table';
  const tokens = useMemo(() => parseQuery(query), [query]);
  const found = useMemo(() => find(shared, tokens, sort, descending), [shared, tokens, sort, descending]);
  const picked = Number(route.params['sample']) || 0;
  const seed = Number(route.params['seed']) || 1;
  const rows = useMemo(
    () => (picked > 0 ? sample(found.rows, picked, seed) : found.rows),
    [found.rows, picked, seed],
  );

  const address = (changes: Readonly<Record<string, string>>): string =>
    href('findings', '', { ...route.params, q: query, page: '', ...changes });
  const here = address({ page: route.params['page'] ?? '' });
  shared.list = { rows, address: here };

  // The address follows the field a little later: browsers limit how often it may change.
  useEffect(() => {
    if (query === addressed) return;
    const timer = setTimeout(() => replaceAddress(here), 250);
    return () => clearTimeout(timer);
  }, [query, addressed, here]);

  const setTokens = (next: readonly Token[]): void => go(address({ q: formatQuery(next) }));
  const toggle = (key: QueryKey, value: string): void => {
    const values = valuesOf(tokens, key);
    setTokens(
      withValues(
        tokens,
        key,
        values.includes(value) ? values.filter((known) => known !== value) : [...values, value],
      ),
    );
  };
  const sorter = (key: SortKey, head: string): JSX.Element => (
    <a
      class="sorter"
      href={address({ sort: key, dir: sort === key && !descending ? 'desc' : '' })}
      title={`Sort by ${sortWords[key]}`}
    >
      {head}
      <span aria-hidden="true" class="sort-sign">
        {sort === key ? (descending ? '▾' : '▴') : ''}
      </span>
    </a>
  );
  const sorted = (key: SortKey): 'ascending' | 'descending' | 'none' =>
    sort !== key ? 'none' : descending ? 'descending' : 'ascending';

  return (
    <div class={plain ? 'findings' : 'findings fitted'}>
      <Head
        title="Findings"
        actions={
          <>
            <a class="button" href={href('document', '', { q: query })}>
              Document
            </a>
            <CsvButton sheet={findingsSheet(shared, rows)} />
          </>
        }
      />
      <div class="search">
        <label class="search-field">
          <span class="unseen">Search findings</span>
          <input
            type="search"
            autocomplete="off"
            spellcheck={false}
            value={query}
            placeholder="Search: words, verdict:fail, account:…, rule:…, region:…, -not"
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
        </label>
        <Select
          label="Rule"
          name="rule"
          words={findings.rules}
          tokens={tokens}
          setTokens={setTokens}
          show={(id) => id}
        />
        <Select
          label="Account"
          name="account"
          words={findings.accounts}
          tokens={tokens}
          setTokens={setTokens}
          show={(id) => (report.accountName(id) === id ? id : `${report.accountName(id)} ${id}`)}
        />
        <Select
          label="Region"
          name="region"
          words={findings.regions}
          tokens={tokens}
          setTokens={setTokens}
          show={(id) => id}
        />
      </div>
      <div class="search">
        <div class="chips" role="group" aria-label="Verdict">
          {states.map((state) => (
            <button
              key={state}
              type="button"
              class="chip"
              aria-pressed={valuesOf(tokens, 'verdict').includes(state)}
              onClick={() => toggle('verdict', state)}
            >
              <StateIcon state={state} />
              {stateWords[state]} <span class="quiet">{grouped(found.byState.get(state) ?? 0)}</span>
            </button>
          ))}
        </div>
        <div class="chips" role="group" aria-label="Severity">
          {severities.map((severity) => (
            <button
              key={severity}
              type="button"
              class="chip"
              aria-pressed={valuesOf(tokens, 'severity').includes(severity)}
              onClick={() => toggle('severity', severity)}
            >
              <SeverityTag severity={severity} />{' '}
              <span class="quiet">{grouped(found.bySeverity.get(severity) ?? 0)}</span>
            </button>
          ))}
        </div>
      </div>
      <div class="result-line">
        <p role="status">
          <strong>{grouped(rows.length)}</strong>{' '}
          {picked > 0 && (
            <>
              picked out of {grouped(found.rows.length)} with seed {seed},{' '}
            </>
          )}
          of {grouped(findings.count)} findings
        </p>
        {query !== '' && (
          <a class="button small" href={address({ q: '' })}>
            Show all
          </a>
        )}
        <label>
          Order{' '}
          <select
            value={sort}
            onChange={(event) => go(address({ sort: event.currentTarget.value, dir: '' }))}
          >
            {sortKeys.map((key) => (
              <option key={key} value={key}>
                {sortWords[key]}
              </option>
            ))}
          </select>
        </label>
        <label title="A sample that anybody can draw again: the same number and seed pick the same findings.">
          Sample{' '}
          <select
            value={String(picked)}
            onChange={(event) =>
              go(address({ sample: event.currentTarget.value === '0' ? '' : event.currentTarget.value }))
            }
          >
            {[...new Set([0, 5, 10, 25, 40, 60, picked])]
              .sort((a, b) => a - b)
              .map((size) => (
                <option key={size} value={String(size)}>
                  {size === 0 ? 'none' : size}
                </option>
              ))}
          </select>
        </label>
        {picked > 0 && (
          <label>
            Seed{' '}
            <input
              class="short"
              type="number"
              min={1}
              value={seed}
              onChange={(event) => go(address({ seed: event.currentTarget.value }))}
            />
          </label>
        )}
        <a class="button small" href={address({ mode: plain ? '' : 'table' })}>
          {plain ? 'One long list' : 'Plain table'}
        </a>
      </div>
      {rows.length === 0 ? (
        <p class="empty">
          No finding meets these conditions. <a href={address({ q: '', sample: '' })}>Show all findings</a>
        </p>
      ) : plain ? (
        <PlainTable rows={rows} route={route} address={address} sorter={sorter} sorted={sorted} />
      ) : (
        <VirtualList
          key={`${sort}${descending}`}
          count={rows.length}
          rowHeight={rowHeight}
          label="Findings"
          open={(index) => go(href('finding', String((rows[index] ?? 0) + 1)))}
          head={
            <>
              <span role="columnheader" class="c-state" aria-sort={sorted('worst')}>
                {sorter('worst', 'Verdict')}
              </span>
              <span role="columnheader" class="c-what" aria-sort={sorted('rule')}>
                {sorter('rule', 'Finding')}
              </span>
              <span role="columnheader" class="c-account" aria-sort={sorted('account')}>
                {sorter('account', 'Account')}
              </span>
              <span role="columnheader" class="c-resource" aria-sort={sorted('resource')}>
                {sorter('resource', 'Resource')}
              </span>
              <span role="columnheader" class="c-region" aria-sort={sorted('region')}>
                {sorter('region', 'Region')}
              </span>
            </>
          }
          row={(index, tabIndex) => <ListCells row={rows[index] ?? 0} tabIndex={tabIndex} />}
        />
      )}
    </div>
  );
}

const outcome = / (?:passes|fails|could not be judged|is not judged): (?=\S)/;

/** The message without the resource, account and outcome, which stand in columns of their own. */
function shortMessage(message: string): string {
  const match = outcome.exec(message);
  return match === null ? message : message.slice(match.index + match[0].length);
}

function ListCells({ row, tabIndex }: { readonly row: number; readonly tabIndex: 0 | -1 }): JSX.Element {
  const { report } = useShared();
  const { findings } = report;
  const resource = findings.resourceOf(row);
  return (
    <>
      <span role="cell" class="c-state">
        <RowState row={row} />
      </span>
      <span role="cell" class="c-what">
        <a
          href={href('finding', String(row + 1))}
          tabIndex={tabIndex}
          title={visibleText(findings.messageOf(row))}
        >
          <Text>{shortMessage(findings.messageOf(row))}</Text>
        </a>
        <span class="quiet mono">
          <Text>{findings.ruleOf(row)}</Text>
        </span>
      </span>
      <span role="cell" class="c-account">
        <span>
          <Text>{report.accountName(resource.account)}</Text>
        </span>
        <span class="quiet mono">
          <Text>{resource.account}</Text>
        </span>
      </span>
      <span role="cell" class="c-resource">
        <span>
          <Text>{resource.name}</Text>
        </span>
        <span class="quiet">
          <Text>{resource.type}</Text>
        </span>
      </span>
      <span role="cell" class="c-region mono">
        <Text>{resource.region}</Text>
      </span>
    </>
  );
}

function PlainTable({
  rows,
  route,
  address,
  sorter,
  sorted,
}: {
  readonly rows: Uint32Array;
  readonly route: Route;
  readonly address: (changes: Readonly<Record<string, string>>) => string;
  readonly sorter: (key: SortKey, head: string) => JSX.Element;
  readonly sorted: (key: SortKey) => 'ascending' | 'descending' | 'none';
}): JSX.Element {
  const pages = Math.max(1, Math.ceil(rows.length / tableRows));
  const page = Math.min(pages, Math.max(1, Number(route.params['page']) || 1));
  const heads = [
    ['number', 'No.'],
    ['worst', 'Verdict'],
    ['rule', 'Rule'],
    ['account', 'Account'],
    ['region', 'Region'],
    ['resource', 'Resource'],
  ] as const;
  return (
    <>
      <div class="table-frame" role="region" aria-label="Findings" tabIndex={0}>
        <FindingTable
          rows={rows.subarray((page - 1) * tableRows, page * tableRows)}
          heads={heads.map(([key, head]) => (
            <th key={key} scope="col" aria-sort={sorted(key)}>
              {sorter(key, head)}
            </th>
          ))}
        />
      </div>
      <Pages page={page} pages={pages} total={rows.length} address={(to) => address({ page: String(to) })} />
    </>
  );
}

/** Findings as a plain table: number, verdict, rule, account, region, resource, message. */
function FindingTable({
  rows,
  heads,
}: {
  readonly rows: Uint32Array;
  /** Heads of all columns but the last. */
  readonly heads: readonly JSX.Element[];
}): JSX.Element {
  const { report } = useShared();
  const { findings } = report;
  return (
    <table class="findings-table">
      <caption class="unseen">Findings</caption>
      <thead>
        <tr>
          {heads}
          <th scope="col">What was found</th>
        </tr>
      </thead>
      <tbody>
        {[...rows].map((row) => {
          const resource = findings.resourceOf(row);
          return (
            <tr key={row}>
              <td class="number">
                <a href={href('finding', String(row + 1))}>{row + 1}</a>
              </td>
              <td>
                <RowState row={row} />
              </td>
              <td class="mono">
                <Text>{findings.ruleOf(row)}</Text>
              </td>
              <td>
                <Text>{report.accountName(resource.account)}</Text>{' '}
                <span class="mono quiet">
                  <Text>{resource.account}</Text>
                </span>
              </td>
              <td class="mono">
                <Text>{resource.region}</Text>
              </td>
              <td>
                <Text>{resource.name}</Text>
              </td>
              <td>
                <Text>{findings.messageOf(row)}</Text>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Findings as a table that fits a sheet of paper. */
export function PrintedFindings({ rows }: { readonly rows: Uint32Array }): JSX.Element {
  const { report } = useShared();
  const { findings } = report;
  return (
    <table class="findings-table compact">
      <caption class="unseen">Findings</caption>
      <thead>
        <tr>
          <th scope="col" class="number">
            No.
          </th>
          <th scope="col">Verdict</th>
          <th scope="col">Rule and resource</th>
          <th scope="col">Account and region</th>
          <th scope="col">What was found</th>
        </tr>
      </thead>
      <tbody>
        {[...rows].map((row) => {
          const resource = findings.resourceOf(row);
          return (
            <tr key={row}>
              <td class="number">
                <a href={href('finding', String(row + 1))}>{row + 1}</a>
              </td>
              <td>
                <RowState row={row} />
              </td>
              <td>
                <span class="stacked">
                  <code>
                    <Text>{findings.ruleOf(row)}</Text>
                  </code>
                  <Text>{resource.name}</Text>
                </span>
              </td>
              <td>
                <span class="stacked">
                  <Text>{report.accountName(resource.account)}</Text>
                  <code>
                    <Text>{`${resource.account} ${resource.region}`}</Text>
                  </code>
                </span>
              </td>
              <td>
                <Text>{findings.messageOf(row)}</Text>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Verdict, and severity where the verdict is not a good one. */
function RowState({ row }: { readonly row: number }): JSX.Element {
  const { findings } = useShared().report;
  const { verdict, severity } = findings.flagsOf(row);
  const state = stateOf(verdict, findings.waiverIndexOf(row) !== undefined);
  return (
    <span class="row-state">
      <StateBadge state={state} />
      {state !== 'pass' && state !== 'not-applicable' && <SeverityTag severity={severity} />}
    </span>
  );
}

/** Chooses one value of a condition. */
function Select({
  label,
  name,
  words,
  tokens,
  setTokens,
  show,
}: {
  readonly label: string;
  readonly name: QueryKey;
  readonly words: readonly string[];
  readonly tokens: readonly Token[];
  readonly setTokens: (tokens: readonly Token[]) => void;
  readonly show: (word: string) => string;
}): JSX.Element | null {
  const options = useMemo(
    () => words.map((word) => ({ word, text: show(word) })).sort((a, b) => compareText(a.text, b.text)),
    [words],
  );
  if (words.length > longestSelect) return null;
  const values = valuesOf(tokens, name);
  const value = values.length === 1 && words.includes(values[0] ?? '') ? (values[0] ?? '') : '';
  return (
    <label class="select">
      <span>{label}</span>
      <select
        value={values.length > 0 && value === '' ? '…' : value}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          if (chosen !== '…') setTokens(withValues(tokens, name, chosen === '' ? [] : [chosen]));
        }}
      >
        <option value="">all</option>
        {values.length > 0 && value === '' && <option value="…">as searched</option>}
        {options.map(({ word, text }) => (
          <option key={word} value={word}>
            {visibleText(text)}
          </option>
        ))}
      </select>
    </label>
  );
}
