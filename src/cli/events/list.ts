import type { ListOptions } from '../events.ts';
import { loadEventSets } from './inputs.ts';
import { columns } from './text.ts';

/** Prints the event sets that there are. */
export async function listEventSets({ rules, json }: ListOptions): Promise<void> {
  const sets = await loadEventSets(rules);
  if (json) {
    const list = sets.map(({ id, title, about, parameters, clauses, editions }) => ({
      id,
      title,
      about,
      parameters: parameters.map(({ name, description }) => ({ name, description })),
      events: clauses.reduce((count, { eventNames }) => count + Math.max(1, eventNames.length), 0),
      editions: editions.flatMap(({ of, note }) => of.map((edition) => ({ edition, note: note ?? null }))),
    }));
    process.stdout.write(`${JSON.stringify(list, null, 2)}\n`);
    return;
  }
  const rows = sets.map(({ id, title, editions }) => {
    const named = editions.flatMap(({ of }) => of);
    return [id, named.length === 0 ? '' : `${named[0]} to ${named.at(-1)?.replace(/^.*-/, '')}`, title];
  });
  process.stdout.write(`${columns([['SET', 'EDITIONS', 'EVENTS'], ...rows])}\n`);
}
