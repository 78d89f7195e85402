import { Option, type Command } from 'commander';

import { configureLog, logFormats, type LogFormat } from './log.ts';

const heading = 'Global options:';

/** Options of every command, which may stand before or after its name. */
function globalOptions(): readonly Option[] {
  return [
    new Option('--quiet', 'on standard error only what went wrong'),
    new Option('--log-format <format>', 'standard error as text, or as one JSON object a line')
      .choices(logFormats)
      .default('text'),
    new Option('--no-color', 'no colours (NO_COLOR is honoured too)'),
  ].map((option) => option.helpGroup(heading));
}

/** Gives every command that does something the options of all. */
export function addGlobalOptions(command: Command): void {
  for (const child of command.commands) addGlobalOptions(child);
  if (command.commands.length > 0) return;
  for (const option of globalOptions()) command.addOption(option);
}

/** Help on the options of every command, for the help of the program. */
export function globalOptionsHelp(): string {
  const options = globalOptions();
  const width = Math.max(...options.map(({ flags }) => flags.length));
  const lines = options.map(({ flags, description }) => `  ${flags.padEnd(width)}  ${description}`);
  return ['', `${heading.replace(':', '')}, before or after the command:`, ...lines].join('\n');
}

/**
 * A command line whose global options all stand behind the name of the command, where commander looks for them.
 *
 * @param words - What follows the name of the program.
 */
export function withGlobalsLast(program: Command, words: readonly string[]): readonly string[] {
  const options = globalOptions();
  const names: string[] = [];
  const moved: string[] = [];
  let command = program;
  let at = 0;
  while (command.commands.length > 0 && at < words.length) {
    const word = words[at] ?? '';
    const next = command.commands.find((one) => one.name() === word);
    const [flag = ''] = word.split('=', 1);
    const option = options.find(({ long }) => long === flag);
    if (next !== undefined) command = next;
    else if (option === undefined) break;
    if (next !== undefined) names.push(word);
    else moved.push(word);
    at += 1;
    const value = words[at];
    if (option?.required === true && flag === word && value !== undefined) {
      moved.push(value);
      at += 1;
    }
  }
  const rest = words.slice(at);
  if (command.commands.length === 0) return [...names, ...moved, ...rest];
  // No command that does anything: what is wrong comes first, and help needs no options.
  return rest.length === 0 ? names : [...names, ...rest, ...moved];
}

/** Sets how standard error is written, as the options say. The command line counts before it is understood as a whole. */
export function configureLogBy(words: readonly string[]): void {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  const format = own.map((word, at) => {
    if (word === '--log-format') return own[at + 1];
    return word.startsWith('--log-format=') ? word.slice('--log-format='.length) : undefined;
  });
  configureLog({
    format: logFormats.find((one) => one === format.findLast((value) => value !== undefined)) ?? 'text',
    quiet: own.includes('--quiet'),
  });
}

/** Sets how standard error is written, as a command and its configuration say. */
export function configureLogOf(command: Command): void {
  const { logFormat, quiet } = command.opts<{ readonly logFormat?: LogFormat; readonly quiet?: boolean }>();
  configureLog({ format: logFormat ?? 'text', quiet: quiet === true });
}
