import { createCoverage, type Coverage, type CoverageVerdict } from '../../events/coverage.ts';
import type { EventSet } from '../../events/event-set.ts';
import { explainLoss } from '../../events/explain/loss.ts';
import { patternRemarks } from '../../events/explain/remarks.ts';
import { suggestPatterns, type Suggestion } from '../../events/explain/suggest.ts';
import type { Provided, ProvidedEvents } from '../../events/provided-events.ts';
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
  const { required, asked } = requiredEvents(set, options);
  const provided = await givenSources(options);
  const { sources, recorded } = provided;
  const coverage = createCoverage();
  const predicates = sources.map(({ predicate }) => predicate);
  const verdict = coverage.covers(required, predicates);
  const losses = verdict.verdict === 'refuted' ? lossesOf(verdict.witness, provided, coverage) : [];
  const reason = [reasonOf(verdict, set, sources), ...losses].join('; ');
  if (options.json) {
    const witness = verdict.verdict === 'refuted' ? verdict.witness : null;
    process.stdout.write(`${JSON.stringify({ verdict: verdict.verdict, witness, reason })}\n`);
  } else {
    const looks = looksOn(process.stdout, options.color);
    const style = { proved: 'green', refuted: 'red', undecided: 'yellow' } as const;
    const print = (text: string): void => void process.stdout.write(`${text}\n`);
    print(styled(looks, ['bold', style[verdict.verdict]], verdict.verdict));
    print(wrapped(reasonOf(verdict, set, sources), looks));
    if (verdict.verdict === 'refuted') {
      print(`\n${eventText(verdict.witness, [required, ...predicates], looks)}\n`);
      for (const loss of losses) print(wrapped(loss, looks));
    }
    for (const remark of remarksOf(sources, coverage)) print(wrapped(`note: ${remark}`, looks));
    if (verdict.verdict === 'refuted') {
      const patterns = sources.flatMap(({ filter }) => (filter === undefined ? [] : [filter]));
      const suggestion = suggestPatterns({ required, asked, patterns, recorded }, coverage);
      if (suggestion !== undefined) print(`\n${suggestionText(suggestion)}`);
    }
  }
  const ends = { proved: exitCodes.clean, refuted: exitCodes.findings, undecided: exitCodes.incomplete };
  process.exitCode = ends[verdict.verdict];
}

function reasonOf(verdict: CoverageVerdict, set: EventSet, sources: readonly Provided[]): string {
  const names = namesOf(sources);
  const together = sources.length === 1 ? '' : ' together';
  switch (verdict.verdict) {
    case 'proved':
      return `${names}${together} ${sources.length === 1 ? 'sees' : 'see'} every event of ${set.id} (${set.title})`;
    case 'refuted':
      return `${names}${together} ${sources.length === 1 ? 'does' : 'do'} not see every event of ${set.id} (${set.title}): ${eventTitle(verdict.witness)} goes unseen`;
    case 'undecided': {
      const refused = sources.filter(({ fault }) => fault !== undefined);
      const faults = refused.map(({ name, fault }) => `AWS would refuse ${name}, ${fault?.message}`);
      return faults.length > 0 ? faults.join('; ') : verdict.reason;
    }
  }
}

/** Losses of more filters than this are counted, not told. */
const mostLosses = 3;

/** Where the event is lost: in the trail, or in the filters that come nearest to it. */
function lossesOf(witness: JsonObject, { sources, recorded }: ProvidedEvents, coverage: Coverage): string[] {
  if (coverage.matches(recorded, witness) === false) return ['the trail does not record it'];
  const losses = sources
    .flatMap(({ name, filter }) => {
      const loss = filter === undefined ? undefined : explainLoss(filter, witness);
      return loss === undefined ? [] : [{ name, loss }];
    })
    .toSorted((a, b) => a.loss.clauses.length - b.loss.clauses.length);
  const told = losses.slice(0, mostLosses).map(({ name, loss }) => `${name}: ${loss.message}`);
  return losses.length > told.length ? [...told, `and ${losses.length - told.length} more filters`] : told;
}

function remarksOf(sources: readonly Provided[], coverage: Coverage): string[] {
  return sources.flatMap(({ name, filter }) =>
    filter === undefined
      ? []
      : patternRemarks(filter, coverage).map(({ kind, written, message }) =>
          kind === 'idle-part' ? `${name}: ${written} ${message}` : `${name} ${message}`,
        ),
  );
}

function suggestionText({ how, patterns }: Suggestion): string {
  const several = patterns.length > 1;
  const title = {
    change: 'This pattern in its place sees every event of the set:',
    add: several
      ? 'Filters with these patterns beside it see what is missing:'
      : 'A filter with this pattern beside it sees what is missing:',
    instead: several
      ? 'Filters with these patterns see every event of the set:'
      : 'This pattern sees every event of the set:',
  }[how];
  return [title, ...patterns.map((pattern) => `  ${visibleText(pattern)}`)].join('\n');
}

function eventTitle(event: JsonObject): string {
  const text = (name: string): string => (typeof event[name] === 'string' ? event[name] : '');
  return `${text('eventName') || 'an event'}${text('eventSource') === '' ? '' : ` of ${text('eventSource')}`}`;
}
