import type { ComponentChildren, JSX } from 'preact';

import type { Severity } from '../../../evaluate/finding.ts';
import type { JsonValue } from '../../../json.ts';
import { visibleText } from '../../../text.ts';
import { grouped, percent, score } from '../score.ts';
import { useShared } from './context.ts';
import { csvText, saveFile, type Sheet } from './csv.ts';
import { queryFor } from './query.ts';
import { states, type State, type StateCounts } from './report.ts';
import { href } from './route.ts';
import { stateWords, visibleLines } from './words.ts';

/** Untrusted text: nothing in it is hidden, and its direction stays inside. */
export function Text({ children }: { readonly children: string }): JSX.Element {
  return <bdi>{visibleText(children)}</bdi>;
}

/** Untrusted text of several lines. */
export function Lines({ children }: { readonly children: string }): JSX.Element {
  return <bdi class="lines">{visibleLines(children)}</bdi>;
}

/** A value of an answer, as JSON. */
export function Value({ value }: { readonly value: JsonValue | undefined }): JSX.Element {
  if (value === undefined) return <em>absent</em>;
  return (
    <code>
      <Text>{JSON.stringify(value)}</Text>
    </code>
  );
}

export function Json({ value, label }: { readonly value: JsonValue; readonly label: string }): JSX.Element {
  return (
    <pre class="code" tabIndex={0} role="region" aria-label={label}>
      <Lines>{JSON.stringify(value, null, 2)}</Lines>
    </pre>
  );
}

const shapes: Readonly<Record<State, JSX.Element>> = {
  fail: (
    <>
      <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" class="icon-fill" />
      <path d="M5.5 5.5l5 5m0-5l-5 5" class="icon-line" />
    </>
  ),
  waived: (
    <>
      <path d="M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2z" class="icon-edge" />
      <path d="M5 8h6" class="icon-stroke" />
    </>
  ),
  unknown: (
    <>
      <rect x="1" y="1" width="14" height="14" rx="3.5" class="icon-fill" />
      <path d="M5.9 6.1c0-2.8 4.2-2.8 4.2 0 0 1.6-2.1 1.6-2.1 3.2M8 11.9v.2" class="icon-line" />
    </>
  ),
  pass: (
    <>
      <circle cx="8" cy="8" r="7" class="icon-fill" />
      <path d="M4.8 8.3l2.2 2.2 4.2-4.7" class="icon-line" />
    </>
  ),
  'not-applicable': (
    <>
      <circle cx="8" cy="8" r="6.4" class="icon-edge" />
      <path d="M4 12L12 4" class="icon-stroke" />
    </>
  ),
};

/** The sign of a state; always beside its word or in a cell that says it. */
export function StateIcon({ state }: { readonly state: State }): JSX.Element {
  return (
    <svg class={`icon state-${state}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {shapes[state]}
    </svg>
  );
}

export function StateBadge({ state }: { readonly state: State }): JSX.Element {
  return (
    <span class={`badge state-${state}`}>
      <StateIcon state={state} />
      {stateWords[state]}
    </span>
  );
}

export function SeverityTag({ severity }: { readonly severity: Severity }): JSX.Element {
  return <span class={`severity severity-${severity}`}>{severity}</span>;
}

export function RuleLink({ id }: { readonly id: string }): JSX.Element {
  return (
    <a href={href('rule', id)} class="mono">
      <Text>{id}</Text>
    </a>
  );
}

/** Name of an account with its number, leading to its page. */
export function AccountLink({ id }: { readonly id: string }): JSX.Element {
  const { report } = useShared();
  const name = report.accounts.get(id)?.name;
  return (
    <a href={href('account', id)}>
      {name !== undefined && <Text>{name}</Text>}{' '}
      <span class="mono quiet">
        <Text>{id}</Text>
      </span>
    </a>
  );
}

/** Address of the findings that meet conditions. */
export function findingsHref(conditions: Parameters<typeof queryFor>[0]): string {
  return href('findings', '', { q: queryFor(conditions) });
}

/** Shares of states as one bar. The numbers stand beside it in text, so the bar itself is decoration. */
export function Bar({ counts }: { readonly counts: StateCounts }): JSX.Element {
  const shown = states.filter((state) => state !== 'not-applicable' && counts[state] > 0);
  return (
    <span class="bar" aria-hidden="true">
      {shown.map((state) => (
        <span key={state} class={`bar-part state-${state}`} style={{ flexGrow: counts[state] }} />
      ))}
    </span>
  );
}

function verdictCounts(counts: StateCounts): {
  readonly fail: number;
  readonly unknown: number;
  readonly pass: number;
  readonly 'not-applicable': number;
} {
  return { ...counts, fail: counts.fail + counts.waived };
}

export function scoreOf(counts: StateCounts): number | undefined {
  return score(verdictCounts(counts));
}

export function Score({ counts }: { readonly counts: StateCounts }): JSX.Element {
  return <span class="score">{percent(scoreOf(counts))}</span>;
}

export function sumCounts(all: readonly StateCounts[]): StateCounts {
  const sum = { fail: 0, waived: 0, unknown: 0, pass: 0, 'not-applicable': 0 };
  for (const counts of all) for (const state of states) sum[state] += counts[state];
  return sum;
}

/** A count that leads to the findings it counts; zeros stay quiet. */
export function CountLink({
  count,
  to,
  what,
}: {
  readonly count: number;
  readonly to: string;
  readonly what: string;
}): JSX.Element {
  if (count === 0) return <span class="quiet">0</span>;
  return (
    <a href={to} aria-label={`${grouped(count)} ${what}`}>
      {grouped(count)}
    </a>
  );
}

/** Head of a view: what it shows, and what can be done with it. */
export function Head({
  title,
  above,
  children,
  actions,
}: {
  readonly title: ComponentChildren;
  readonly above?: ComponentChildren;
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
}): JSX.Element {
  return (
    <header class="head">
      <div class="head-text">
        {above !== undefined && <p class="above">{above}</p>}
        <h1 tabIndex={-1}>{title}</h1>
        {children}
      </div>
      <div class="actions">
        {actions}
        <button type="button" class="button" onClick={() => print()}>
          Print
        </button>
      </div>
    </header>
  );
}

export function CsvButton({ sheet }: { readonly sheet: Sheet }): JSX.Element {
  return (
    <button
      type="button"
      class="button"
      aria-label="CSV of this view"
      onClick={() => saveFile(`${sheet.name}.csv`, 'text/csv;charset=utf-8', csvText(sheet))}
    >
      CSV
    </button>
  );
}

export function Facts({
  pairs,
}: {
  readonly pairs: readonly (readonly [string, ComponentChildren] | undefined)[];
}): JSX.Element {
  return (
    <dl class="facts">
      {pairs.map(
        (pair) =>
          pair !== undefined && (
            <div key={pair[0]}>
              <dt>
                <Text>{pair[0]}</Text>
              </dt>
              <dd>{pair[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** A box with a heading. */
export function Panel({
  title,
  children,
  size = '',
}: {
  readonly title: string;
  readonly children: ComponentChildren;
  /** How much of the width it takes. */
  readonly size?: '' | 'rest' | 'half' | 'wide';
}): JSX.Element {
  return (
    <section class={`panel ${size}`}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
