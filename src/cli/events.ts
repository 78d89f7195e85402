import { Command, type Option } from 'commander';

import { addConfigOption } from './configuration/apply.ts';
import { rulesOption } from './rule-options.ts';

/** `trailwarden events ...` */
export function eventsCommand(): Command {
  const events = new Command('events').description(
    'what filter patterns, event selectors and EventBridge rules really see',
  );
  addSetOptions(
    addConfigOption(events.command('match'))
      .description('does a pattern match an event, would a trail record it, does it belong to an event set')
      .argument('[event]', 'file with events, or "-" for standard input', '-')
      .option('--pattern <pattern>', 'filter pattern of CloudWatch Logs')
      .option('--pattern-file <file>', 'the filter pattern in a file, or "-" for standard input')
      .option('--event-pattern <file>', 'EventBridge event pattern in a file, or "-"')
      .option(
        '--selectors <file>',
        'a trail\'s event selectors in a file (answer of GetEventSelectors), or "-"',
      )
      .option('--set <name>', 'event set: its name, or a YAML file'),
  )
    .option('--exit-code', 'end with 1 where an event does not match, with 3 where it is undecided')
    .option('--json', 'the result as JSON')
    .addHelpText('after', forms)
    .action(async (file: string, options: MatchOptions) => {
      const { matchEvents } = await import('./events/match.ts');
      await matchEvents(file, options);
    });
  addSetOptions(
    addSourceOptions(
      addConfigOption(events.command('covers'))
        .description('do patterns, rules and a trail together see every event of a set')
        .requiredOption('--set <name>', 'event set: its name, or a YAML file'),
    ),
  )
    .option('--json', 'the verdict as JSON')
    .addHelpText('after', ends)
    .action(async (options: CoversOptions) => {
      const { coverEvents } = await import('./events/covers.ts');
      await coverEvents(options);
    });
  addSourceOptions(
    addConfigOption(events.command('explain'))
      .description(
        'what an event set asks for; what patterns, rules and a trail mean and which sets they see whole',
      )
      .option('--set <name>', 'event set: its name, or a YAML file'),
  )
    .option('--partition <partition>', 'AWS partition', 'aws')
    .addOption(folders())
    .option('--json', 'as JSON')
    .action(async (options: ExplainOptions) => {
      const { explainEvents } = await import('./events/explain.ts');
      await explainEvents(options);
    });
  addConfigOption(events.command('list'))
    .description('the event sets, and the editions of benchmarks that ask for them')
    .addOption(folders())
    .option('--json', 'the sets as JSON')
    .action(async (options: ListOptions) => {
      const { listEventSets } = await import('./events/list.ts');
      await listEventSets(options);
    });
  return events;
}

function folders(): Option {
  return rulesOption('folder of rules of your own, whose events/ holds sets; may be repeated');
}

/** Adds the options of {@link SetOptions}. */
function addSetOptions(command: Command): Command {
  return command
    .option('--edition <edition>', 'the set as an edition of a benchmark asks for it')
    .option('--strict', 'the set with the events that a pattern may otherwise leave out')
    .option('--with <name=values>', "values of a set's parameter, with commas between", collect, [])
    .option('--partition <partition>', 'AWS partition', 'aws')
    .addOption(folders());
}

/** Adds the options of {@link SourceOptions}. */
function addSourceOptions(command: Command): Command {
  return command
    .option('--pattern <pattern...>', 'filter patterns of CloudWatch Logs', [])
    .option('--pattern-file <file...>', 'files that hold one filter pattern each, or "-"', [])
    .option('--event-pattern <file...>', 'files that hold one EventBridge event pattern each, or "-"', [])
    .option('--state <state>', "the state of the EventBridge patterns' rules", 'ENABLED')
    .option('--region <region>', 'the region of their bus')
    .option('--account <account>', 'the account of their bus')
    .option('--selectors <file>', 'event selectors of the trail that records for them, or "-"');
}

const forms = `
Events may be a CloudTrail record, a log file with "Records", a list, one JSON object a line, EventBridge events, the
answers of logs:FilterLogEvents and cloudtrail:LookupEvents, or one log message of any text.`;

const ends = `
Ends with 0 where it is proved, 1 where an event goes unseen, 3 where nobody can tell.`;

/** Options that say which events are asked for. */
export interface SetOptions {
  readonly edition?: string;
  readonly strict?: true;
  readonly with: readonly string[];
  readonly partition: string;
  readonly rules?: readonly string[];
}

export interface MatchOptions extends SetOptions {
  readonly pattern?: string;
  readonly patternFile?: string;
  readonly eventPattern?: string;
  readonly selectors?: string;
  readonly set?: string;
  readonly exitCode?: true;
  readonly json?: true;
  readonly color: boolean;
}

/** Options that say what is there to see events. */
export interface SourceOptions {
  readonly pattern: readonly string[];
  readonly patternFile: readonly string[];
  readonly eventPattern: readonly string[];
  readonly state: string;
  readonly region?: string;
  readonly account?: string;
  readonly selectors?: string;
}

export interface CoversOptions extends SetOptions, SourceOptions {
  readonly set: string;
  readonly json?: true;
  readonly color: boolean;
}

export interface ExplainOptions extends SourceOptions {
  readonly set?: string;
  readonly partition: string;
  readonly rules?: readonly string[];
  readonly json?: true;
  readonly color: boolean;
}

export interface ListOptions {
  readonly rules?: readonly string[];
  readonly json?: true;
}

/** Gathers an option that may be given several times. */
function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
