import type { JSX } from 'preact';

import { severities } from '../../../../evaluate/finding.ts';
import { useShared } from '../context.ts';
import { DataTable, sheetOf, type TableColumn } from '../data-table.tsx';
import { Fix } from '../fix.tsx';
import type { ReportRule } from '../../../sink.ts';
import { states, type Report, type StateCounts } from '../report.ts';
import { href, type Route } from '../route.ts';
import {
  Bar,
  CountLink,
  CsvButton,
  Facts,
  findingsHref,
  Head,
  Lines,
  Panel,
  RuleLink,
  Score,
  scoreOf,
  SeverityTag,
  Text,
} from '../ui.tsx';
import { stateWords } from '../words.ts';
import { ControlsOfRule } from './controls-of-rule.tsx';
import { NotFound } from './not-found.tsx';

/** Columns of counts, for a table of things that have findings. */
export function countColumns<Row>(
  counts: (row: Row) => StateCounts,
  conditions: (row: Row) => Parameters<typeof findingsHref>[0],
): TableColumn<Row>[] {
  return [
    ...states.map((state): TableColumn<Row> => ({
      id: state,
      head: stateWords[state],
      value: (row) => counts(row)[state],
      cell: (row) => (
        <CountLink
          count={counts(row)[state]}
          to={findingsHref({ ...conditions(row), verdict: state })}
          what={stateWords[state]}
        />
      ),
    })),
    {
      id: 'score',
      head: 'Score',
      // Nothing to judge sorts behind everything.
      value: (row) => scoreOf(counts(row)) ?? 101,
      cell: (row) => <Score counts={counts(row)} />,
    },
  ];
}

/** Columns that name the account of a row. */
export function accountColumns<Row extends { readonly id: string }>(report: Report): TableColumn<Row>[] {
  return [
    {
      id: 'name',
      head: 'Account',
      names: true,
      value: ({ id }) => report.accountName(id),
      cell: ({ id }) => (
        <a href={href('account', id)}>
          <Text>{report.accountName(id)}</Text>
        </a>
      ),
    },
    {
      id: 'account',
      head: 'Number',
      value: ({ id }) => id,
      cell: ({ id }) => (
        <span class="mono nowrap">
          <Text>{id}</Text>
        </span>
      ),
    },
  ];
}

/** Columns that name the rule of a row. */
export function ruleColumns<
  Row extends { readonly id: string; readonly rule: ReportRule | undefined },
>(): TableColumn<Row>[] {
  return [
    {
      id: 'rule',
      head: 'Rule',
      names: true,
      value: ({ id }) => id,
      cell: ({ id, rule }) => (
        <span class="stacked">
          <RuleLink id={id} />
          <span class="quiet">
            <Text>{rule?.title ?? ''}</Text>
          </span>
        </span>
      ),
    },
    {
      id: 'severity',
      head: 'Severity',
      value: ({ rule }) =>
        rule === undefined ? '' : `${severities.indexOf(rule.severity)} ${rule.severity}`,
      cell: ({ rule }) => rule !== undefined && <SeverityTag severity={rule.severity} />,
    },
  ];
}

export function Rules({ route }: { readonly route: Route }): JSX.Element {
  const { report } = useShared();
  const { findings, matrix, rules } = report;
  const rows = findings.rules.map((id, index) => ({ id, rule: rules.get(id), counts: matrix.rule(index) }));
  type Row = (typeof rows)[number];
  const columns: TableColumn<Row>[] = [
    ...ruleColumns<Row>(),
    { id: 'service', head: 'Service', value: ({ rule }) => rule?.service ?? '' },
    { id: 'for', head: 'Judges', value: ({ rule }) => rule?.for ?? '' },
    ...countColumns<Row>(
      ({ counts }) => counts,
      ({ id }) => ({ rule: id }),
    ),
  ];
  return (
    <>
      <Head title="Rules" actions={<CsvButton sheet={sheetOf('rules', columns, rows)} />}>
        <p class="quiet">What was asked of the organization, and how it answered.</p>
      </Head>
      <DataTable caption="Rules that ran" columns={columns} rows={rows} route={route} />
    </>
  );
}

/** Links that a rule gives. Only https is followed; anything else is shown as text. */
function Reference({ address }: { readonly address: string }): JSX.Element {
  return address.startsWith('https://') ? (
    <a href={address} target="_blank" rel="noreferrer noopener">
      <Text>{address}</Text>
    </a>
  ) : (
    <Text>{address}</Text>
  );
}

export function RulePage({ route }: { readonly route: Route }): JSX.Element {
  const { report } = useShared();
  const { findings, matrix } = report;
  const index = findings.rules.indexOf(route.id);
  const rule = report.rules.get(route.id);
  if (index === -1) return <NotFound what={`rule ${route.id}`} />;
  const counts = matrix.rule(index);
  const rows = findings.accounts
    .map((id, account) => ({ id, counts: matrix.cell(account, index) }))
    .filter((row) => states.some((state) => row.counts[state] > 0));
  type Row = (typeof rows)[number];
  const columns: TableColumn<Row>[] = [
    ...accountColumns<Row>(report),
    ...countColumns<Row>(
      (row) => row.counts,
      ({ id }) => ({ rule: route.id, account: id }),
    ),
  ];
  return (
    <>
      <Head
        above={<a href={href('rules')}>Rules</a>}
        title={<Text>{rule?.title ?? route.id}</Text>}
        actions={<CsvButton sheet={sheetOf(`rule-${route.id}`, columns, rows)} />}
      >
        <p class="mono quiet">
          <Text>{route.id}</Text>
        </p>
        <p class="summary-line">
          {rule !== undefined && <SeverityTag severity={rule.severity} />}
          <Bar counts={counts} />
          <span>
            Score <Score counts={counts} />
          </span>
          <a href={findingsHref({ rule: route.id })}>All findings of this rule</a>
        </p>
      </Head>
      {rule !== undefined && (
        <div class="columns">
          <div class="stack">
            <Panel title="Why it matters">
              <div class="prose">
                <Lines>{rule.why}</Lines>
              </div>
            </Panel>
            <Panel title="How to mend it">
              {/* Doubled braces are how a template writes one. */}
              <Fix fix={rule.fix.replaceAll('{{', '{').replaceAll('}}', '}')} />
            </Panel>
          </div>
          <Panel title="The rule">
            <Facts
              pairs={[
                ['Judges', <Text>{rule.for}</Text>],
                ['Service', <Text>{rule.service}</Text>],
                [
                  'Decided by',
                  <ul class="inline mono">
                    {rule.requires.map((call) => (
                      <li key={call}>
                        <Text>{call}</Text>
                      </li>
                    ))}
                  </ul>,
                ],
                [
                  'File',
                  <span class="mono">
                    <Text>{`${rule.file}:${rule.line}`}</Text>
                  </span>,
                ],
                rule.tags.length === 0 ? undefined : ['Tags', <Text>{rule.tags.join(', ')}</Text>],
                rule.references.length === 0
                  ? undefined
                  : [
                      'References',
                      <ul class="plain">
                        {rule.references.map((address) => (
                          <li key={address}>
                            <Reference address={address} />
                          </li>
                        ))}
                      </ul>,
                    ],
              ]}
            />
          </Panel>
        </div>
      )}
      {rule?.source !== undefined && (
        <details class="source">
          <summary>The rule as it ran</summary>
          <pre class="code" tabIndex={0} role="region" aria-label="The rule as it ran">
            <Lines>{rule.source}</Lines>
          </pre>
        </details>
      )}
      <ControlsOfRule rule={route.id} />
      <h2>By account</h2>
      <DataTable caption={`Results of ${route.id} by account`} columns={columns} rows={rows} route={route} />
    </>
  );
}
