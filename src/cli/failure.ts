import { explainSystemError, UserFault } from '../fault.ts';
import { visibleText } from '../text.ts';
import { log, type LogFields } from './log.ts';

/**
 * How a run ended, as its exit code.
 *
 * - `clean`: nothing at or above the threshold fails.
 * - `findings`: something does. Wins over `incomplete`: what fails on the answers we have fails on more of them too.
 * - `could-not-run`: usage, a bad rule, a bad snapshot, no credentials, a report that could not be written.
 * - `incomplete`: nothing fails, but answers that were meant to be had are missing, so this could still change.
 */
export const exitCodes = { clean: 0, findings: 1, 'could-not-run': 2, incomplete: 3 } as const;
export type RunEnd = keyof typeof exitCodes;

/** Something wrong with the command line itself. */
export class UsageError extends UserFault {
  /** The command line that shows what there is. */
  readonly help: string;
  /** What commander calls it: `commander.unknownOption`. */
  readonly code: string;

  constructor(message: string, help: string, code: string) {
    super(`${message}\n${help} shows all options`);
    this.help = help;
    this.code = code;
  }
}

/** What was thrown, in words and for programs. */
interface Failure {
  /** `usage`, `input`, `system` or `bug`. */
  readonly code: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** Tells on standard error what was thrown, as {@link describeFailure} words it. */
export function logFailure(error: unknown): void {
  const { code, message, fields } = failureOf(error);
  log('error', code, message, fields);
}

/**
 * What to tell a person about something that was thrown: faults of input and system in one plain message, anything
 * else with its stack and a request to report it. A file name or message of AWS in it cannot control the terminal.
 */
export function describeFailure(error: unknown): string {
  const lines = failureOf(error).message.split('\n');
  return `trailwarden: ${lines.map((line) => visibleText(line)).join('\n')}`;
}

function failureOf(error: unknown): Failure {
  if (error instanceof UsageError)
    return { code: 'usage', message: error.message, fields: { help: error.help } };
  if (error instanceof UserFault) {
    // Faults with places, one by one: an editor or a pipeline can show them where they are.
    const faults = 'faults' in error && Array.isArray(error.faults) ? (error.faults as object[]) : [];
    return {
      code: 'input',
      message: error.message,
      fields: faults.length === 0 ? {} : { faults: faults.map(plainFault) },
    };
  }
  const explained = explainSystemError(error);
  if (explained !== undefined) {
    const { code, path } = error as { readonly code?: unknown; readonly path?: unknown };
    return { code: 'system', message: explained, fields: { errno: code, path } };
  }
  const stack = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  return {
    code: 'bug',
    message: `this is a bug in trailwarden. Please report it with the command line and this text:\n${stack}`,
    fields: {},
  };
}

/** A fault with its place beside its message, whatever room it comes from. */
function plainFault(fault: object): object {
  if (!('place' in fault && 'what' in fault && 'todo' in fault)) return fault;
  return { ...(fault.place as object), message: `${String(fault.what)}; ${String(fault.todo)}` };
}
