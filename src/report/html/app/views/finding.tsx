import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import type { Evidence } from '../../../../evaluate/finding.ts';
import type { Detail } from '../../detail.ts';
import { sha256Hex } from '../blocks.ts';
import { useShared } from '../context.ts';
import { sheetOf, type TableColumn } from '../data-table.tsx';
import { EvidenceList } from '../evidence.tsx';
import { Fix } from '../fix.tsx';
import { ReasonTree } from '../reasons.tsx';
import { stateOf } from '../report.ts';
import { href, type Route } from '../route.ts';
import {
  AccountLink,
  CsvButton,
  Facts,
  Head,
  Panel,
  RuleLink,
  SeverityTag,
  StateBadge,
  Text,
  Value,
} from '../ui.tsx';
import { timeText } from '../words.ts';
import { NotFound } from './not-found.tsx';

export function FindingPage({ route }: { readonly route: Route }): JSX.Element {
  const { report } = useShared();
  const row = Number(route.id) - 1;
  if (!Number.isInteger(row) || row < 0 || row >= report.findings.count)
    return <NotFound what={`finding ${route.id}`} />;
  return <FindingOf key={row} row={row} />;
}

function FindingOf({ row }: { readonly row: number }): JSX.Element {
  const shared = useShared();
  const { report } = shared;
  const { findings } = report;
  const { verdict, severity, baseline } = findings.flagsOf(row);
  const resource = findings.resourceOf(row);
  const waiver = findings.waiverOf(row);
  const rule = findings.ruleOf(row);
  const [detail, setDetail] = useState<Detail | undefined>();
  const [problem, setProblem] = useState('');
  const [fingerprint, setFingerprint] = useState('');

  useEffect(() => {
    let current = true;
    report.detail(row).then(
      (loaded) => current && setDetail(loaded),
      (error: unknown) => current && setProblem(error instanceof Error ? error.message : String(error)),
    );
    const known = findings.fingerprintOf(row);
    if ('hex' in known) setFingerprint(known.hex);
    else
      sha256Hex(known.sha256Of).then(
        (hex) => current && setFingerprint(hex),
        () => current && setFingerprint('the browser does not compute it'),
      );
    return () => {
      current = false;
    };
  }, [row, report, findings]);

  const list = shared.list;
  const position = list?.rows.indexOf(row) ?? -1;
  const [previous, next] =
    list === undefined || position === -1
      ? [row - 1, row + 1]
      : [list.rows[position - 1] ?? -1, list.rows[position + 1] ?? findings.count];

  return (
    <article>
      <Head
        above={
          <>
            <a href={list?.address ?? href('findings')}>Findings</a> · No. {row + 1} of {findings.count}
          </>
        }
        title={<Text>{report.rules.get(rule)?.title ?? rule}</Text>}
        actions={
          <>
            {previous >= 0 && (
              <a class="button" rel="prev" href={href('finding', String(previous + 1))}>
                Previous
              </a>
            )}
            {next < findings.count && (
              <a class="button" rel="next" href={href('finding', String(next + 1))}>
                Next
              </a>
            )}
            {detail !== undefined && <EvidenceCsv detail={detail} row={row} />}
          </>
        }
      >
        <p class="summary-line">
          <StateBadge state={stateOf(verdict, waiver !== undefined)} />
          <SeverityTag severity={severity} />
          <RuleLink id={rule} />
        </p>
        <p class="lead">
          <Text>{findings.messageOf(row)}</Text>
        </p>
      </Head>

      {waiver !== undefined && (
        <section class="panel waiver">
          <h2>
            Waived until <Text>{waiver.expires}</Text>
          </h2>
          <p>
            <Text>{waiver.reason}</Text>
          </p>
          <Facts
            pairs={[
              ['Owner', <Text>{waiver.owner}</Text>],
              ['Ticket', <Text>{waiver.ticket}</Text>],
              ['Expires', <Text>{waiver.expires}</Text>],
            ]}
          />
          <p class="quiet">A waiver stands beside the verdict. It does not change it.</p>
        </section>
      )}

      {problem !== '' && <p class="problem">{problem}</p>}
      {detail === undefined ? (
        problem === '' && <p role="status">Unpacking…</p>
      ) : (
        <section class="panel wide">
          <h2>Why</h2>
          <ReasonTree reason={detail.reasons} evidence={new EvidenceList(detail.evidence, detail.reasons)} />
        </section>
      )}

      <div class="columns finding-columns">
        <Panel title="What was judged">
          <Facts
            pairs={[
              ['Resource', <Text>{resource.name}</Text>],
              ['Type', <Text>{resource.type}</Text>],
              [
                'Id',
                <span class="mono">
                  <Text>{resource.id}</Text>
                </span>,
              ],
              ['Account', <AccountLink id={resource.account} />],
              [
                'Region',
                <span class="mono">
                  <Text>{resource.region}</Text>
                </span>,
              ],
              detail?.source === undefined
                ? undefined
                : [
                    'Declared in',
                    <span class="mono">
                      <Text>{`${detail.source.file}:${detail.source.line} ${detail.source.address}`}</Text>
                    </span>,
                  ],
              baseline === null ? undefined : ['Since the baseline', baseline],
              ['Fingerprint', <span class="mono hash">{fingerprint}</span>],
              ...parameterPairs(detail),
            ]}
          />
        </Panel>
        {detail !== undefined && detail.fix !== '' && (
          <Panel title={verdict === 'unknown' ? 'How to find out' : 'How to mend it'}>
            <Fix fix={detail.fix} />
          </Panel>
        )}
      </div>

      {detail !== undefined && (
        <section class="panel wide">
          <h2>Evidence</h2>
          <EvidenceTable evidence={new EvidenceList(detail.evidence, detail.reasons).all} />
        </section>
      )}
    </article>
  );
}

function parameterPairs(detail: Detail | undefined): readonly (readonly [string, JSX.Element])[] {
  return Object.entries(detail?.parameters ?? {}).map(
    ([name, value]) => [`Parameter ${name}`, <Value value={value} />] as const,
  );
}

function EvidenceTable({ evidence }: { readonly evidence: readonly Evidence[] }): JSX.Element {
  const { report } = useShared();
  if (evidence.length === 0) return <p class="empty">No recorded answer decided this.</p>;
  const cited = new Set(evidence.map((item) => item.part));
  const parts = report.meta.header.manifest.parts.filter((part) => cited.has(part.file));
  return (
    <>
      <div class="table-frame" role="region" aria-label="Evidence" tabIndex={0}>
        <table class="evidence">
          <caption class="unseen">Recorded answers that decided this finding</caption>
          <thead>
            <tr>
              <th scope="col" class="number">
                No.
              </th>
              <th scope="col">Call</th>
              <th scope="col">Asked in</th>
              <th scope="col">Answered</th>
              <th scope="col">Field and value</th>
              <th scope="col">Record</th>
            </tr>
          </thead>
          <tbody>
            {evidence.map((item, index) => (
              <tr key={index} id={`evidence-${index + 1}`} tabIndex={-1}>
                <td class="number">{index + 1}</td>
                <td class="mono nowrap">
                  <Text>{item.call}</Text>
                </td>
                <td>
                  <AccountLink id={item.account} />{' '}
                  <span class="mono nowrap">
                    <Text>{item.region}</Text>
                  </span>
                </td>
                <td>
                  {timeText(item.time)}
                  {item.requestId !== undefined && (
                    <span class="quiet mono small">
                      {' '}
                      <Text>{item.requestId}</Text>
                    </span>
                  )}
                </td>
                <td>
                  {item.error !== undefined ? (
                    <>
                      error{' '}
                      <strong>
                        <Text>{item.error}</Text>
                      </strong>
                    </>
                  ) : (
                    <>
                      <code>
                        <Text>{item.path === '' ? 'whole answer' : item.path}</Text>
                      </code>
                      {/* Without a value the field is absent, or too long to repeat: the record has it. */}
                      {item.value !== undefined && (
                        <>
                          {' '}
                          = <Value value={item.value} />
                        </>
                      )}
                    </>
                  )}
                </td>
                <td>
                  <span class="mono">
                    <Text>{`${item.part}:${item.line}`}</Text>
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {parts.length > 0 && (
        <>
          <h3>SHA-256 of the parts of the snapshot that hold these records</h3>
          <ul class="plain mono">
            {parts.map((part) => (
              <li key={part.file}>
                <Text>{part.file}</Text>{' '}
                <span class="quiet hash">
                  <Text>{part.sha256}</Text>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function EvidenceCsv({ detail, row }: { readonly detail: Detail; readonly row: number }): JSX.Element {
  const columns: TableColumn<Evidence>[] = [
    { id: 'call', head: 'Call', value: (item) => item.call },
    { id: 'account', head: 'Account', value: (item) => item.account },
    { id: 'region', head: 'Region', value: (item) => item.region },
    { id: 'time', head: 'Answered', value: (item) => item.time },
    { id: 'request', head: 'Request id', value: (item) => item.requestId ?? '' },
    { id: 'path', head: 'Field', value: (item) => item.path },
    {
      id: 'value',
      head: 'Value',
      value: (item) => (item.value === undefined ? '' : JSON.stringify(item.value)),
    },
    { id: 'error', head: 'Error', value: (item) => item.error ?? '' },
    { id: 'part', head: 'Part', value: (item) => item.part },
    { id: 'line', head: 'Line', value: (item) => item.line },
  ];
  const evidence = new EvidenceList(detail.evidence, detail.reasons);
  return <CsvButton sheet={sheetOf(`finding-${row + 1}-evidence`, columns, evidence.all)} />;
}
