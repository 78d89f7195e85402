import type { JSX } from 'preact';

import type { CoverageCell } from '../../../snapshot/manifest.ts';
import { Text } from './ui.tsx';
import { outcomeWords } from './words.ts';

/** Calls that were not answered for one reason, in the same accounts and regions. */
export interface JoinedGap extends Omit<CoverageCell, 'operation'> {
  readonly operations: readonly string[];
}

/** Joins coverage cells that differ in nothing but the call: an account that was not reached has all of them. */
export function joinGaps(cells: readonly CoverageCell[]): readonly JoinedGap[] {
  const joined = new Map<string, JoinedGap & { readonly operations: string[] }>();
  for (const { operation, ...rest } of cells) {
    const key = JSON.stringify([
      rest.outcome,
      rest.code,
      rest.cause,
      rest.principal,
      rest.accounts,
      rest.regions,
    ]);
    const known = joined.get(key);
    if (known === undefined) joined.set(key, { ...rest, operations: [operation] });
    else known.operations.push(operation);
  }
  return [...joined.values()];
}

/** What was not answered, where, and why. */
export function GapText({ gap }: { readonly gap: JoinedGap }): JSX.Element {
  return (
    <>
      <strong>{outcomeWords[gap.outcome]}</strong>
      {gap.code !== undefined && (
        <>
          {' '}
          (<Text>{gap.code}</Text>)
        </>
      )}
      {gap.cause !== undefined && (
        <>
          {': '}
          <Text>{gap.cause}</Text>
        </>
      )}
      <br />
      <span class="mono">
        <Text>{gap.operations.join(', ')}</Text>
      </span>{' '}
      <span class="quiet">
        in <Text>{gap.regions.join(', ')}</Text>
      </span>
    </>
  );
}
