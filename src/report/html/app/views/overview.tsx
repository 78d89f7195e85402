import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import { grouped, percent, populationSeen } from '../../score.ts';
import { useShared } from '../context.ts';
import { countBaselines, countBySeverity, overviewSheet, worstAccounts, worstRules } from '../overview.ts';
import { queryFor } from '../query.ts';
import { states, type StateCounts } from '../report.ts';
import { href, type Route } from '../route.ts';
import {
  AccountLink,
  Bar,
  CountLink,
  CsvButton,
  Facts,
  findingsHref,
  Head,
  Panel,
  Score,
  SeverityTag,
  StateBadge,
  sumCounts,
  Text,
} from '../ui.tsx';
import { counted, stateWords, timeText } from '../words.ts';
import { ScoreTable } from './frameworks.tsx';
import { GoneSinceBaseline } from './gone.tsx';

export function Overview({ route }: { readonly route: Route }): JSX.Element {
  const { report } = useShared();
  const { findings, meta } = report;
  const { manifest, tool } = meta.header;
  const { matrix } = report;
  const all = sumCounts(findings.rules.map((_, rule) => matrix.rule(rule)));
  const seen = populationSeen(manifest);
  const baselines = countBaselines(report);

  return (
    <>
      <Head
        above="Audit trail and alarms"
        title={
          manifest.organization === null ? (
            <>
              Account <Text>{manifest.caller.account}</Text>
            </>
          ) : (
            <>
              Organization <Text>{manifest.organization.id}</Text>
            </>
          )
        }
        actions={<CsvButton sheet={overviewSheet(report)} />}
      >
        <p class="lead">
          <Verdict counts={all} /> <SeenSentence />
        </p>
      </Head>

      <div class="panels">
        <Panel title="Results">
          <ul class="tallies">
            {states.map((state) => (
              <li key={state}>
                <a href={findingsHref({ verdict: state })}>
                  <StateBadge state={state} />
                  <span class="tally">{grouped(all[state])}</span>
                </a>
              </li>
            ))}
          </ul>
          <p class="quiet">
            {counted(findings.count, 'finding')} of {counted(meta.header.rules.length, 'rule')}. Nothing is
            left out: passes, waived failures and unknowns are counted and listed.
          </p>
          {baselines.size > 0 && (
            <p>
              Since the baseline:{' '}
              {[...baselines].map(([name, count], index) => (
                <>
                  {index > 0 && ', '}
                  <a href={findingsHref({ baseline: name })}>
                    {grouped(count)} {name}
                  </a>
                </>
              ))}
              .
            </p>
          )}
        </Panel>

        <Panel title="How much was seen">
          <Meter
            label="Accounts"
            value={seen.collected}
            of={seen.accounts - seen.notActive}
            note={
              seen.notActive > 0 ? `${counted(seen.notActive, 'account')} not active, not counted here.` : ''
            }
          />
          <Meter label="Questions answered by AWS" value={seen.answered} of={seen.questions} note="" />
          <p>
            <a href={href('coverage')}>Coverage by account and call</a>
            {all.unknown > 0 && (
              <>
                {' · '}
                <a href={href('unknowns')}>What is missing for {counted(all.unknown, 'unknown')}</a>
              </>
            )}
          </p>
        </Panel>

        <Panel title="Snapshot" size="rest">
          <Facts
            pairs={[
              ['Collected', `${timeText(manifest.start)} to ${timeText(manifest.end)}`],
              [
                'By',
                <span class="mono">
                  <Text>{manifest.caller.arn}</Text>
                </span>,
              ],
              [
                'Root hash',
                <span class="mono hash">
                  <Text>{manifest.rootHash}</Text>
                </span>,
              ],
              [
                'Evaluated with',
                <>
                  <Text>{tool.name}</Text> <Text>{tool.version}</Text>
                </>,
              ],
              ['Data in this file', <Digest />],
            ]}
          />
        </Panel>

        {meta.totals.scores.length > 0 && (
          <Panel title="Score by framework" size="wide">
            <ScoreTable route={route} />
          </Panel>
        )}

        <Panel title="Score by severity" size="wide">
          <SeverityTable />
        </Panel>

        <Panel title="Worst rules" size="half">
          <WorstRules />
        </Panel>

        <Panel title="Worst accounts" size="half">
          <WorstAccounts />
        </Panel>

        <GoneSinceBaseline route={route} />

        {meta.totals.notices.length + manifest.notices.length > 0 && (
          <Panel title="Notices" size="wide">
            <ul class="notices">
              {[...meta.totals.notices, ...manifest.notices].map((notice) => (
                <li key={notice}>
                  <Text>{notice}</Text>
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </div>
    </>
  );
}

/** The result in one sentence. */
function Verdict({ counts }: { readonly counts: StateCounts }): JSX.Element {
  const { report } = useShared();
  const { critical, high } = report.meta.totals.failuresBySeverity;
  const grave = critical + high;
  if (counts.fail === 0)
    return (
      <>
        {counts.unknown === 0
          ? 'Nothing fails.'
          : `Nothing fails, and ${counted(counts.unknown, 'finding')} could not be decided.`}
      </>
    );
  return (
    <>
      <a href={findingsHref({ verdict: 'fail' })}>{counted(counts.fail, 'finding')}</a>{' '}
      {counts.fail === 1 ? 'fails' : 'fail'}
      {grave > 0 && (
        <>
          ,{' '}
          <a href={findingsHref({ verdict: 'fail', severity: ['critical', 'high'] })}>
            {grouped(grave)} of them critical or high
          </a>
        </>
      )}
      .
      {counts.unknown > 0 && (
        <>
          {' '}
          <a href={href('unknowns')}>{grouped(counts.unknown)} could not be decided</a>.
        </>
      )}
    </>
  );
}

function SeenSentence(): JSX.Element {
  const { report } = useShared();
  const { manifest } = report.meta.header;
  const seen = populationSeen(manifest);
  if (report.meta.totals.complete && seen.unseen === 0)
    return <>Everything that was meant to be asked was answered.</>;
  return (
    <>
      {seen.unseen > 0
        ? `${grouped(seen.unseen)} of ${counted(seen.accounts, 'account')} could not be seen.`
        : 'Some questions to AWS have no answer.'}
      {!manifest.finished && ' The collection was interrupted.'}
    </>
  );
}

function Meter({
  label,
  value,
  of,
  note,
}: {
  readonly label: string;
  readonly value: number;
  readonly of: number;
  readonly note: string;
}): JSX.Element {
  const share = of === 0 ? undefined : Math.floor((value / of) * 1000) / 10;
  return (
    <div class="meter">
      <div class="meter-text">
        <span>{label}</span>
        <span>
          <strong>{percent(share)}</strong>{' '}
          <span class="quiet">
            {grouped(value)} of {grouped(of)}
          </span>
        </span>
      </div>
      <span class="meter-track" aria-hidden="true">
        <span class="meter-fill" style={{ width: `${share ?? 0}%` }} />
      </span>
      {note !== '' && <p class="quiet">{note}</p>}
    </div>
  );
}

/** The printed digest, and a way to compute it again from what stands in the file. */
function Digest(): JSX.Element {
  const { report } = useShared();
  const [state, setState] = useState<'idle' | 'working' | 'same' | 'other'>('idle');
  async function verify(): Promise<void> {
    setState('working');
    setState((await report.computeDigest()) === report.meta.digest ? 'same' : 'other');
  }
  return (
    <>
      <span class="mono hash">{report.meta.digest}</span>{' '}
      <button
        type="button"
        class="button small"
        aria-label="Check the data against its digest"
        onClick={() => void verify()}
      >
        Check
      </button>{' '}
      <span role="status">
        {state === 'same' && 'The data is as it was written.'}
        {state === 'other' && 'The data was changed after it was written.'}
      </span>
    </>
  );
}

function SeverityTable(): JSX.Element {
  const { report } = useShared();
  const rows = countBySeverity(report);
  return (
    <div class="table-frame" role="region" aria-label="Score by severity" tabIndex={0}>
      <table class="bars">
        <caption class="unseen">Score by severity</caption>
        <thead>
          <tr>
            <th scope="col">Severity</th>
            <th scope="col" class="bar-column">
              Share
            </th>
            {states.map((state) => (
              <th key={state} scope="col" class="number">
                {stateWords[state]}
              </th>
            ))}
            <th scope="col" class="number">
              Score
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([severity, count]) => (
            <tr key={severity}>
              <th scope="row">
                <SeverityTag severity={severity} />
              </th>
              <td>
                <Bar counts={count} />
              </td>
              {states.map((state) => (
                <td key={state} class="number">
                  <CountLink
                    count={count[state]}
                    to={findingsHref({ severity, verdict: state })}
                    what={`${severity}, ${stateWords[state]}`}
                  />
                </td>
              ))}
              <td class="number">
                <Score counts={count} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">Score: passes out of passes, failures and unknowns. A waiver does not change it.</p>
    </div>
  );
}

function WorstRules(): JSX.Element {
  const { report } = useShared();
  const { rules } = report;
  const worst = worstRules(report);
  if (worst.length === 0) return <p class="empty">No rule has an unwaived failure.</p>;
  return (
    <ol class="worst">
      {worst.map(({ id, severity, counts, accounts }) => (
        <li key={id}>
          {severity !== undefined && <SeverityTag severity={severity} />}
          <span class="worst-what">
            <a href={href('rule', id)}>
              <Text>{rules.get(id)?.title ?? id}</Text>
            </a>
            <span class="quiet mono">
              <Text>{id}</Text>
            </span>
          </span>
          <a href={href('findings', '', { q: queryFor({ rule: id, verdict: 'fail' }) })}>
            {counted(counts.fail, 'failure')} in {counted(accounts, 'account')}
          </a>
        </li>
      ))}
    </ol>
  );
}

function WorstAccounts(): JSX.Element {
  const { report } = useShared();
  const worst = worstAccounts(report);
  if (worst.length === 0) return <p class="empty">Every account passes everything.</p>;
  return (
    <ol class="worst">
      {worst.map(({ id, severity, counts }) => (
        <li key={id}>
          {severity === undefined ? <StateBadge state="unknown" /> : <SeverityTag severity={severity} />}
          <span class="worst-what">
            <AccountLink id={id} />
            <Bar counts={counts} />
          </span>
          <span>
            {counted(counts.fail, 'failure')}
            {counts.unknown > 0 && `, ${counted(counts.unknown, 'unknown')}`}, score <Score counts={counts} />
          </span>
        </li>
      ))}
    </ol>
  );
}
