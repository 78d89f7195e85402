import type { JSX } from 'preact';

import type { GoneFinding } from '../../../../evaluate/finding.ts';
import { useShared } from '../context.ts';
import { DataTable, type TableColumn } from '../data-table.tsx';
import type { Route } from '../route.ts';
import { AccountLink, Panel, Text } from '../ui.tsx';
import { counted } from '../words.ts';

const columns: readonly TableColumn<GoneFinding>[] = [
  { id: 'verdict', head: 'Was', value: ({ verdict }) => verdict },
  { id: 'severity', head: 'Severity', value: ({ severity }) => severity },
  {
    id: 'rule',
    head: 'Rule',
    names: true,
    value: ({ rule }) => rule,
    cell: ({ rule }) => (
      <span class="mono">
        <Text>{rule}</Text>
      </span>
    ),
  },
  {
    id: 'account',
    head: 'Account',
    value: ({ resource }) => resource.account,
    cell: ({ resource }) => <AccountLink id={resource.account} />,
  },
  {
    id: 'resource',
    head: 'Resource',
    value: ({ resource }) => resource.id,
    cell: ({ resource }) => (
      <span class="mono">
        <Text>{resource.id}</Text>
      </span>
    ),
  },
];

/** Findings of the baseline whose rule or resource is no longer there; nothing where there are none. */
export function GoneSinceBaseline({ route }: { readonly route: Route }): JSX.Element | null {
  const { totals, gone } = useShared().report.meta;
  const listed = totals.gone ?? [];
  if (gone === null || gone === 0) return null;
  return (
    <Panel title="Gone since the baseline" size="wide">
      <p class="quiet">
        {counted(gone, 'finding')} of the baseline: the rule or the resource is no longer there.
        {gone > listed.length && ` The first ${listed.length} are listed; the JSON report has all.`}
      </p>
      <DataTable
        caption="Findings that are gone since the baseline"
        columns={columns}
        rows={listed}
        route={route}
        prefix="gone-"
      />
    </Panel>
  );
}
