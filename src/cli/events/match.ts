import { readEventInputs, type EventInput } from '../../events/event-input.ts';
import { PatternFault } from '../../events/pattern-fault.ts';
import type { NamedText } from '../../events/provided-events.ts';
import {
  eventPatternTrial,
  filterPatternTrial,
  predicateTrial,
  selectorsTrial,
  type EventTrial,
} from '../../events/try-events.ts';
import { undecided } from '../../events/predicate.ts';
import type { Truth } from '../../events/value-test.ts';
import { UserFault } from '../../fault.ts';
import { visibleText } from '../../text.ts';
import type { MatchOptions } from '../events.ts';
import { exitCodes } from '../failure.ts';
import { loadEventSet, naming, requiredEvents, TextInputs } from './inputs.ts';
import { looksOn } from './looks.ts';
import { eventText, styled } from './text.ts';
import { log } from '../log.ts';

/** Tries one pattern, trail or set on every event of a file. */
export async function matchEvents(file: string, options: MatchOptions): Promise<void> {
  const inputs = new TextInputs();
  const trial = await chosenTrial(inputs, options);
  const events = naming(await inputs.read(file), readEventInputs);
  if (events.length === 0) throw new UserFault(`${file}: holds no event`);
  const results = events.map((input) => ({ input, truth: trial.on(input) }));
  if (options.json) printJson(results);
  else printText(results, trial, options.color);
  if (options.exitCode === true) {
    const truths = results.map(({ truth }) => truth);
    process.exitCode = truths.includes(false)
      ? exitCodes.findings
      : truths.includes('undecided')
        ? exitCodes.incomplete
        : exitCodes.clean;
  }
}

interface Result {
  readonly input: EventInput;
  readonly truth: Truth;
}

async function chosenTrial(inputs: TextInputs, options: MatchOptions): Promise<EventTrial> {
  const { pattern, patternFile, eventPattern, selectors, set } = options;
  const given = [pattern, patternFile, eventPattern, selectors, set].filter((each) => each !== undefined);
  if (given.length !== 1)
    throw new UserFault(
      `give ${given.length === 0 ? 'one' : 'only one'} of --pattern, --pattern-file, --event-pattern, --selectors, --set`,
    );
  if (pattern !== undefined) return readTrial({ name: 'the pattern', text: pattern }, filterPatternTrial);
  if (patternFile !== undefined) return readTrial(await inputs.pattern(patternFile), filterPatternTrial);
  if (eventPattern !== undefined) return readTrial(await inputs.read(eventPattern), eventPatternTrial);
  if (selectors !== undefined) return readTrial(await inputs.read(selectors), selectorsTrial);
  const found = await loadEventSet(set ?? '', options.rules);
  return predicateTrial(requiredEvents(found, options).required);
}

/** What AWS would refuse is undecided for every event, and standard error says why. */
function readTrial({ name, text }: NamedText, read: (text: string) => EventTrial): EventTrial {
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    const reason = `${name}, ${error.message}`;
    log('error', 'refused-pattern', `AWS would refuse ${reason}`);
    return { predicate: undecided(reason), on: () => 'undecided' };
  }
}

/** One event gives one object, several a list of them that also says which is which. */
function printJson(results: readonly Result[]): void {
  const [only, ...more] = results;
  const value =
    only !== undefined && more.length === 0
      ? { matches: only.truth }
      : results.map(({ input, truth }, index) => ({
          event: index,
          eventID: input.kind === 'message' ? null : (input.record['eventID'] ?? null),
          matches: truth,
        }));
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function printText(results: readonly Result[], trial: EventTrial, color: boolean): void {
  const looks = looksOn(process.stdout, color);
  for (const { input, truth } of results) {
    const word =
      truth === 'undecided'
        ? styled(looks, 'yellow', 'undecided')
        : truth
          ? styled(looks, 'green', 'matches')
          : styled(looks, 'red', 'does not match');
    if (input.kind === 'message') {
      process.stdout.write(`${word}: ${visibleText(input.message)}\n`);
      continue;
    }
    const title = ['eventTime', 'eventSource', 'eventName', 'eventID']
      .map((name) => input.record[name])
      .filter((value) => typeof value === 'string');
    process.stdout.write(`${word}: ${visibleText(title.join(' '))}\n`);
    if (results.length === 1)
      process.stdout.write(`\n${eventText(input.record, [trial.predicate], looks)}\n`);
  }
}
