import { createCoverage, type CoverageVerdict } from '../../events/coverage.ts';
import { predicateLines } from '../../events/describe-predicate.ts';
import { eventSetLines } from '../../events/describe-set.ts';
import { eventSetPredicate } from '../../events/event-set-predicate.ts';
import { patternRemarks } from '../../events/explain/remarks.ts';
import { UserFault } from '../../fault.ts';
import { visibleText } from '../../text.ts';
import type { ExplainOptions } from '../events.ts';
import { loadEventSet, loadEventSets } from './inputs.ts';
import { looksOn } from './looks.ts';
import { givenSources } from './sources.ts';
import { columns, styled, wrapped } from './text.ts';

/** Says what an event set asks for, or what patterns, rules and a trail mean and which sets they see whole. */
export async function explainEvents(options: ExplainOptions): Promise<void> {
  if (options.set !== undefined) return explainSet(options.set, options);
  return explainSources(options);
}

async function explainSet(name: string, options: ExplainOptions): Promise<void> {
  if (
    options.pattern.length + options.patternFile.length + options.eventPattern.length > 0 ||
    options.selectors !== undefined
  )
    throw new UserFault('--set explains an event set alone; "events covers" compares patterns with it');
  const set = await loadEventSet(name, options.rules);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(set, null, 2)}\n`);
    return;
  }
  const looks = looksOn(process.stdout, options.color);
  for (const line of eventSetLines(set)) {
    const indent = /^ */.exec(line)?.[0] ?? '';
    process.stdout.write(line === '' ? '\n' : `${wrapped(line.trim(), looks, indent)}\n`);
  }
}

interface SetVerdict {
  readonly set: string;
  readonly title: string;
  readonly found: CoverageVerdict;
}

async function explainSources(options: ExplainOptions): Promise<void> {
  const { sources } = await givenSources(options);
  const coverage = createCoverage();
  const predicates = sources.map(({ predicate }) => predicate);
  const sets = (await loadEventSets(options.rules)).filter(({ parameters }) => parameters.length === 0);
  const verdicts = sets.map((set): SetVerdict => {
    const { required } = eventSetPredicate(set, { partition: options.partition });
    return { set: set.id, title: set.title, found: coverage.covers(required, predicates) };
  });
  const notes = sources.flatMap(({ name, filter, fault }) => {
    if (fault !== undefined) return [`AWS would refuse ${name}, ${fault.message}`];
    const remarks = filter === undefined ? [] : patternRemarks(filter, coverage);
    return remarks.map(({ kind, written, message }) =>
      kind === 'idle-part' ? `${name}: ${written} ${message}` : `${name} ${message}`,
    );
  });
  if (options.json) {
    const value = {
      sources: sources.map(({ name, predicate }) => ({ name, means: predicateLines(predicate) })),
      notes,
      sets: verdicts.map(({ set, found }) => ({ set, verdict: found.verdict })),
    };
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    return;
  }
  const looks = looksOn(process.stdout, options.color);
  for (const { name, predicate } of sources) {
    process.stdout.write(`${styled(looks, 'bold', `${name} means`)}\n`);
    for (const line of predicateLines(predicate, '  ')) process.stdout.write(`${visibleText(line)}\n`);
  }
  for (const note of notes) process.stdout.write(`note: ${visibleText(note)}\n`);
  process.stdout.write(`\n${verdictTable(verdicts)}\n`);
}

/** Sets that are seen whole, and those that may be, by reason; of the others only how many there are. */
function verdictTable(verdicts: readonly SetVerdict[]): string {
  const proved = verdicts.filter(({ found }) => found.verdict === 'proved');
  const undecided = Map.groupBy(
    verdicts.filter(({ found }) => found.verdict === 'undecided'),
    ({ found }) => ('reason' in found ? found.reason : ''),
  );
  const refuted = verdicts.filter(({ found }) => found.verdict === 'refuted').length;
  return [
    ...(proved.length === 0 ? [] : [columns(proved.map(({ set, title }) => ['sees all of', set, title]))]),
    ...[...undecided].map(([reason, sets]) => {
      const names = sets.length > 5 ? `${sets.length} sets` : sets.map(({ set }) => set).join(', ');
      return visibleText(`undecided for ${names}: ${reason}`);
    }),
    ...(refuted === 0
      ? []
      : [
          `misses events of ${refuted} ${proved.length === 0 ? '' : 'other '}sets; "events covers --set NAME" shows one`,
        ]),
  ].join('\n');
}
