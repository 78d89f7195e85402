import { createCoverage, type CoverageVerdict } from '../../events/coverage.ts';
import type { EventSet } from '../../events/event-set.ts';
import type { Provided } from '../../events/provided-events.ts';
import type { JsonObject } from '../../json.ts';
import { visibleText } from '../../text.ts';
import type { CoversOptions } from '../events.ts';
import { exitCodes } from '../failure.ts';
import { loadEventSet, requiredEvents } from './inputs.ts';
import { looksOn } from './looks.ts';
import { givenSources, namesOf } from './sources.ts';
import { eventText, styled, wrapped } from './text.ts';

/** Judges whether patterns, rules and a trail together see every event of a set. */
export async function coverEvents(options: CoversOptions): Promise<void> {
  const set = await loadEventSet(options.set, options.rules);
  const required = requiredEvents(set, options);
  const sources = await givenSources(options);
  const coverage = createCoverage();
  const verdict = coverage.covers(
    required,
    sources.map(({ predicate }) => predicate),
  );
  const reason = reasonOf(verdict, set, sources);
  if (options.json) {
    const witness = verdict.verdict === 'refuted' ? verdict.witness : null;
    process.stdout.write(`${JSON.stringify({ verdict: verdict.verdict, witness, reason })}\n`);
  } else {
    const looks = looksOn(process.stdout, options.color);
    const style = { proved: 'green', refuted: 'red', undecided: 'yellow' } as const;
    process.stdout.write(`${styled(looks, ['bold', style[verdict.verdict]], verdict.verdict)}\n`);
    process.stdout.write(`${wrapped(reason, looks)}\n`);
    if (verdict.verdict === 'refuted') {
      const predicates = [required, ...sources.map(({ predicate }) => predicate)];
      process.stdout.write(`\n${eventText(verdict.witness, predicates, looks)}\n`);
    }
    const matchAll = sources.filter(({ predicate }) => predicate.kind === 'everything');
    for (const { name } of matchAll)
      process.stdout.write(`note: ${visibleText(name)} matches every event, so its alarm says nothing\n`);
  }
  const ends = { proved: exitCodes.clean, refuted: exitCodes.findings, undecided: exitCodes.incomplete };
  process.exitCode = ends[verdict.verdict];
}

function reasonOf(verdict: CoverageVerdict, set: EventSet, sources: readonly Provided[]): string {
  const all = namesOf(sources);
  switch (verdict.verdict) {
    case 'proved':
      return `${all} ${sources.length === 1 ? 'sees' : 'together see'} every event of ${set.id} (${set.title})`;
    case 'refuted':
      return `${all} ${sources.length === 1 ? 'does not see' : 'together do not see'} every event of ${set.id} (${set.title}): ${eventTitle(verdict.witness)} goes unseen`;
    case 'undecided': {
      const refused = sources.filter(({ fault }) => fault !== undefined);
      const faults = refused.map(({ name, fault }) => `AWS would refuse ${name}, ${fault?.message}`);
      return faults.length > 0 ? faults.join('; ') : verdict.reason;
    }
  }
}

function eventTitle(event: JsonObject): string {
  const text = (name: string): string => (typeof event[name] === 'string' ? event[name] : '');
  return `${text('eventName') || 'an event'}${text('eventSource') === '' ? '' : ` of ${text('eventSource')}`}`;
}
