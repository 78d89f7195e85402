import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';

import { verdicts } from '../../../../evaluate/finding.ts';
import { controlStates } from '../../../../evaluate/score.ts';
import { percentText, satisfiedText } from '../../../score-words.ts';
import { grouped, percent, populationSeen } from '../../score.ts';
import { useShared } from '../context.ts';
import { parseQuery } from '../query.ts';
import { states } from '../report.ts';
import { href, type Route } from '../route.ts';
import { Facts, Head, Lines, scoreOf, SeverityTag, sumCounts, Text } from '../ui.tsx';
import { controlStateWords, counted, scanWords, stateWords, timeText } from '../words.ts';
import { GapText, joinGaps } from '../gaps.tsx';
import { PrintedFindings } from './findings.tsx';

/** Findings that are printed; browsers take minutes and tens of megabytes for more. */
const printed = 2000;

/** The report as a document to file: cover, scope, result, rules, findings of a query, what was not seen, sign-off. */
export function DocumentView({ route }: { readonly route: Route }): JSX.Element {
  const shared = useShared();
  const { report, search, order } = shared;
  const { findings, matrix, meta } = report;
  const { manifest, rules, tool } = meta.header;
  const query = route.params['q'] ?? 'verdict:fail,waived,unknown';
  const rows = useMemo(
    () => order.sort(search.rows(parseQuery(query)), 'worst', false),
    [query, order, search],
  );
  const seen = populationSeen(manifest);
  const all = sumCounts(findings.rules.map((_, rule) => matrix.rule(rule)));
  const gaps = manifest.coverage.filter((cell) => cell.outcome !== 'obtained');
  const notCollected = manifest.accounts.filter((account) => account.scan !== 'collected');
  return (
    <>
      <Head title="Document">
        <p class="quiet no-print">
          The report to print or to save as PDF: choose findings with a query in{' '}
          <a href={href('findings', '', { q: query })}>Findings</a>, then print. At most {grouped(printed)}{' '}
          findings are printed; the CSV of that view holds all.
        </p>
      </Head>
      <article class="document">
        <section class="cover">
          <p class="above">Compliance report: audit trail and alarms</p>
          <p class="cover-title">
            {manifest.organization === null ? (
              <>
                Account <Text>{manifest.caller.account}</Text>
              </>
            ) : (
              <>
                Organization <Text>{manifest.organization.id}</Text>
              </>
            )}
          </p>
          <p>State of {timeText(manifest.end)}</p>
          <Facts
            pairs={[
              ['Data collected', `${timeText(manifest.start)} to ${timeText(manifest.end)}`],
              ['Collected by', <Text>{manifest.caller.arn}</Text>],
              [
                'Tool',
                <>
                  <Text>{tool.name}</Text> <Text>{tool.version}</Text>, data collected by{' '}
                  <Text>{manifest.tool.name}</Text> <Text>{manifest.tool.version}</Text>
                </>,
              ],
              [
                'Snapshot root hash (SHA-256)',
                <span class="mono hash">
                  <Text>{manifest.rootHash}</Text>
                </span>,
              ],
              ['Data of this report (SHA-256)', <span class="mono hash">{meta.digest}</span>],
              [
                'Findings chosen by',
                <code>
                  <Text>{query === '' ? 'all findings' : query}</Text>
                </code>,
              ],
            ]}
          />
          <SignOff />
        </section>

        <Chapter title="Scope and population">
          <p>
            Data was collected from {grouped(seen.collected)} of {counted(seen.accounts, 'account')};{' '}
            {grouped(seen.notActive)} not active, {grouped(seen.unseen)} not seen. AWS answered{' '}
            {grouped(seen.answered)} of {counted(seen.questions, 'question')} (account, region and call).{' '}
            {meta.totals.complete ? 'The scan is complete.' : 'The scan is incomplete.'}
          </p>
          {notCollected.length > 0 && (
            <PlainTable
              caption="Accounts without data"
              heads={['Account', 'Name', 'State', 'Scan', 'Because']}
              rows={notCollected.slice(0, printed).map((account) => [
                <span class="nowrap">
                  <Text>{account.id}</Text>
                </span>,
                <Text>{account.name ?? ''}</Text>,
                <Text>{account.state ?? ''}</Text>,
                scanWords[account.scan],
                <Text>{account.reason ?? ''}</Text>,
              ])}
            />
          )}
          {gaps.length > 0 && (
            <>
              <h3>Questions without an answer</h3>
              <ul class="plain gaps">
                {joinGaps(gaps).map((gap, index) => (
                  <li key={index}>
                    <GapText gap={gap} />
                    {': '}
                    {counted(gap.accounts.length, 'account')}
                  </li>
                ))}
              </ul>
            </>
          )}
        </Chapter>

        <Chapter title="Result">
          <PlainTable
            caption="Findings by verdict"
            heads={[...verdicts.map((verdict) => stateWords[verdict]), 'of which waived', 'Score']}
            rows={[
              [
                ...verdicts.map((verdict) => grouped(meta.totals.byVerdict[verdict])),
                grouped(meta.totals.waived),
                percent(scoreOf(all)),
              ],
            ]}
          />
          <p class="quiet">
            Score: passes out of passes, failures and unknowns. A waiver does not change it. Unknown: an
            answer of AWS is missing; it is neither a pass nor a failure.
          </p>
          {meta.totals.scores.length > 0 && (
            <PlainTable
              caption="Controls of frameworks by state"
              heads={['Framework', 'Satisfied of decided', 'Controls']}
              rows={meta.totals.scores.map((score) => [
                <Text>{score.title}</Text>,
                percentText(score),
                controlStates
                  .filter((state) => score.counts[state] > 0)
                  .map((state) =>
                    state === 'satisfied'
                      ? `${satisfiedText(score)} satisfied`
                      : `${score.counts[state]} ${controlStateWords[state].toLowerCase()}`,
                  )
                  .join(', '),
              ])}
            />
          )}
        </Chapter>

        <Chapter title="Criteria">
          {rules.map((rule) => {
            const counts = matrix.rule(findings.rules.indexOf(rule.id));
            return (
              <section key={rule.id} class="criterion">
                <h3>
                  <Text>{rule.title}</Text>
                </h3>
                <p>
                  <code>
                    <Text>{rule.id}</Text>
                  </code>{' '}
                  <SeverityTag severity={rule.severity} />{' '}
                  {states
                    .filter((state) => counts[state] > 0)
                    .map((state) => `${grouped(counts[state])} ${stateWords[state].toLowerCase()}`)
                    .join(', ')}
                  , score {percent(scoreOf(counts))}
                </p>
                <p>
                  <Lines>{rule.why}</Lines>
                </p>
              </section>
            );
          })}
        </Chapter>

        {findings.waivers.length > 0 && (
          <Chapter title="Waivers">
            <PlainTable
              caption="Accepted failures"
              heads={['Reason', 'Owner', 'Ticket', 'Expires']}
              rows={findings.waivers.map((waiver) => [
                <Text>{waiver.reason}</Text>,
                <Text>{waiver.owner}</Text>,
                <Text>{waiver.ticket}</Text>,
                <Text>{waiver.expires}</Text>,
              ])}
            />
          </Chapter>
        )}

        <Chapter title="Findings">
          <p>
            {rows.length > printed
              ? `The first ${grouped(printed)} of ${counted(rows.length, 'finding')}; the CSV of the findings view holds all of them.`
              : `All ${counted(rows.length, 'finding')} that meet the query.`}
          </p>
          <PrintedFindings rows={rows.subarray(0, printed)} />
        </Chapter>
      </article>
    </>
  );
}

function Chapter({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="chapter">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function PlainTable({
  caption,
  heads,
  rows,
}: {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
}): JSX.Element {
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) => (
              <td key={column}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Lines to sign on. */
function SignOff(): JSX.Element {
  return (
    <table class="sign-off">
      <caption>Sign-off</caption>
      <thead>
        <tr>
          <th scope="col">Role</th>
          <th scope="col">Name</th>
          <th scope="col">Date</th>
          <th scope="col">Signature</th>
        </tr>
      </thead>
      <tbody>
        {['Prepared by', 'Reviewed by'].map((role) => (
          <tr key={role}>
            <th scope="row">{role}</th>
            <td />
            <td />
            <td />
          </tr>
        ))}
      </tbody>
    </table>
  );
}
