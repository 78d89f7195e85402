import type { JSX } from 'preact';

import {
  controlStates,
  type ControlScore,
  type ControlState,
  type PackScore,
  type RuleScore,
} from '../../../../evaluate/score.ts';
import { grouped } from '../../score.ts';
import { useShared } from '../context.ts';
import { DataTable, sheetOf, type TableColumn } from '../data-table.tsx';
import type { State, StateCounts } from '../report.ts';
import { href, type Route } from '../route.ts';
import { CsvButton, findingsHref, Head, Lines, Panel, RuleLink, StateIcon, Text } from '../ui.tsx';
import { controlStateWords, counted } from '../words.ts';
import { controlHref } from './controls-of-rule.tsx';
import { NotFound } from './not-found.tsx';
import { countColumns } from './rules.tsx';

/** The signs of findings, for the states of controls. */
const signs: Readonly<Record<ControlState, State>> = {
  satisfied: 'pass',
  failed: 'fail',
  unknown: 'unknown',
  manual: 'waived',
  'not-applicable': 'not-applicable',
};

function ControlBadge({ control }: { readonly control: ControlScore }): JSX.Element {
  const sign = signs[control.state];
  return (
    <>
      <span class={`badge state-${sign}`}>
        <StateIcon state={sign} />
        {controlStateWords[control.state]}
      </span>
      {control.waived === true && <span class="quiet"> (every failure is waived)</span>}
      {control.extent === 'partial' && control.state === 'satisfied' && (
        <span class="quiet"> (in the part that is judged)</span>
      )}
    </>
  );
}

/** Percentage of a pack with what it is of. */
function PackPercent({ score }: { readonly score: PackScore }): JSX.Element {
  const decided = score.counts.satisfied + score.counts.failed;
  if (score.percent === null) return <span class="quiet">nothing decided</span>;
  return (
    <span class="nowrap">
      <span class="score">{score.percent} %</span> <span class="quiet">of {grouped(decided)}</span>
    </span>
  );
}

function PackLink({ score }: { readonly score: PackScore }): JSX.Element {
  return (
    <a href={href('pack', score.pack)}>
      <Text>{score.title}</Text>
    </a>
  );
}

const scoreNote =
  'A percentage is that of satisfied controls among those that are satisfied or failed; the undecided stand beside it. A control is as good as the worst of its rules. A waiver does not change it.';

function packColumns(): TableColumn<PackScore>[] {
  return [
    {
      id: 'framework',
      head: 'Framework',
      names: true,
      value: (score) => score.title,
      cell: (score) => <PackLink score={score} />,
    },
    {
      id: 'percent',
      head: 'Satisfied of decided',
      value: (score) => score.percent ?? -1,
      cell: (score) => <PackPercent score={score} />,
    },
    ...controlStates.map((state): TableColumn<PackScore> => ({
      id: state,
      head: controlStateWords[state],
      value: (score) => score.counts[state],
      cell: (score) => (
        <>
          {grouped(score.counts[state])}
          {state === 'satisfied' && score.inPart > 0 && (
            <span class="quiet nowrap"> ({grouped(score.inPart)} in part)</span>
          )}
        </>
      ),
    })),
  ];
}

/** The scores of all packs, for the overview. */
export function ScoreTable({ route }: { readonly route: Route }): JSX.Element {
  const { scores } = useShared().report.meta.totals;
  return (
    <>
      <DataTable
        caption="Score by framework"
        columns={packColumns()}
        rows={scores}
        route={route}
        prefix="pack-"
      />
      <p class="quiet">{scoreNote}</p>
    </>
  );
}

export function Frameworks({ route }: { readonly route: Route }): JSX.Element {
  const { scores } = useShared().report.meta.totals;
  const columns = packColumns();
  return (
    <>
      <Head title="Frameworks" actions={<CsvButton sheet={sheetOf('frameworks', columns, scores)} />}>
        <p class="quiet">{scoreNote}</p>
      </Head>
      <DataTable
        caption="Score by framework"
        columns={columns}
        rows={scores}
        route={route}
        empty="No pack was scored."
      />
    </>
  );
}

export function PackPage({ route }: { readonly route: Route }): JSX.Element {
  const { report } = useShared();
  const score = report.meta.totals.scores.find((one) => one.pack === route.id);
  if (score === undefined) return <NotFound what={`pack ${route.id}`} />;
  const columns: TableColumn<ControlScore>[] = [
    {
      id: 'control',
      head: 'Control',
      names: true,
      value: ({ id }) => id,
      cell: (control) => (
        <a href={controlHref(score, control)} class="nowrap">
          <Text>{control.id}</Text>
        </a>
      ),
    },
    { id: 'title', head: 'About', value: ({ title }) => title },
    {
      id: 'state',
      head: 'State',
      value: ({ state }) => controlStateWords[state],
      cell: (control) => <ControlBadge control={control} />,
    },
    { id: 'extent', head: 'Judged', value: extentText },
    {
      id: 'rules',
      head: 'Rules',
      value: ({ rules }) => rules.map(({ rule }) => rule).join(', '),
      cell: ({ rules }) => (
        <ul class="plain">
          {rules.map(({ rule, verdict }) => (
            <li key={rule}>
              <StateIcon state={verdict} /> <RuleLink id={rule} />
            </li>
          ))}
        </ul>
      ),
    },
  ];
  return (
    <>
      <Head
        above={<a href={href('packs')}>Frameworks</a>}
        title={<Text>{score.title}</Text>}
        actions={<CsvButton sheet={sheetOf(`pack-${score.pack}`, columns, score.controls)} />}
      >
        <p class="quiet">
          <Lines>{score.about}</Lines>
        </p>
        <p class="summary-line">
          <PackPercent score={score} />
          <span>
            {controlStates
              .filter((state) => score.counts[state] > 0)
              .map((state) => `${grouped(score.counts[state])} ${controlStateWords[state].toLowerCase()}`)
              .join(', ')}
          </span>
        </p>
      </Head>
      <DataTable
        caption={`Controls of ${score.pack}`}
        columns={columns}
        rows={score.controls}
        route={route}
      />
      <p class="quiet">{scoreNote}</p>
    </>
  );
}

function extentText({ extent, manual }: ControlScore): string {
  if (manual !== undefined) return 'By a person';
  return extent === 'partial' ? 'In part' : 'Whole';
}

const openWords = {
  'not-run': 'did not run',
  parameters: 'ran with values that the control does not demand',
} as const;

export function ControlPage({ route }: { readonly route: Route }): JSX.Element {
  const { report } = useShared();
  const [pack = '', ...rest] = route.id.split('/');
  const score = report.meta.totals.scores.find((one) => one.pack === pack);
  const control = score?.controls.find((one) => one.id === rest.join('/'));
  if (score === undefined || control === undefined) return <NotFound what={`control ${route.id}`} />;
  const none: StateCounts = { fail: 0, waived: 0, unknown: 0, pass: 0, 'not-applicable': 0 };
  const countsOf = ({ rule }: RuleScore): StateCounts => {
    const index = report.findings.rules.indexOf(rule);
    return index === -1 ? none : report.matrix.rule(index);
  };
  const columns: TableColumn<RuleScore>[] = [
    {
      id: 'rule',
      head: 'Rule',
      names: true,
      value: ({ rule }) => rule,
      cell: ({ rule }) => (
        <span class="stacked">
          <RuleLink id={rule} />
          <span class="quiet">
            <Text>{report.rules.get(rule)?.title ?? ''}</Text>
          </span>
        </span>
      ),
    },
    {
      id: 'verdict',
      head: 'For the control',
      value: ({ verdict, open }) => (open === undefined ? verdict : `${verdict}: ${openWords[open]}`),
      cell: ({ verdict, open }) => (
        <>
          <StateIcon state={verdict} /> {open === undefined ? verdict : `${verdict}: it ${openWords[open]}`}
        </>
      ),
    },
    ...countColumns<RuleScore>(countsOf, ({ rule }) => ({ rule })),
  ];
  return (
    <>
      <Head
        above={
          <>
            <a href={href('packs')}>Frameworks</a> › <PackLink score={score} />
          </>
        }
        title={
          <>
            <Text>{control.id}</Text> <Text>{control.title}</Text>
          </>
        }
      >
        <p class="summary-line">
          <ControlBadge control={control} />
          {control.rules.length > 0 && (
            <a href={findingsHref({ rule: control.rules.map(({ rule }) => rule) })}>
              All findings of {counted(control.rules.length, 'rule')}
            </a>
          )}
        </p>
      </Head>
      {control.manual === undefined ? (
        <>
          <h2>Rules</h2>
          <DataTable
            caption={`Rules of ${control.id}`}
            columns={columns}
            rows={control.rules}
            route={route}
          />
          {control.extent === 'partial' && (
            <p class="quiet">
              The rules decide a part of what the control asks; the rest is for a person to judge.
            </p>
          )}
        </>
      ) : (
        <Panel title="For a person to judge">
          <p>
            <Lines>{control.manual}</Lines>
          </p>
        </Panel>
      )}
    </>
  );
}
