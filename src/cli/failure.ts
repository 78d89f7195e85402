import { explainSystemError, UserFault } from '../fault.ts';
import { visibleText } from '../text.ts';

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

/**
 * What to tell a person about something that was thrown: faults of input and system in one plain message, anything
 * else with its stack and a request to report it. A file name or message of AWS in it cannot control the terminal.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof UserFault) {
    return error.message
      .split('\n')
      .map((line, index) => `${index === 0 ? 'trailwarden: ' : ''}${visibleText(line)}`)
      .join('\n');
  }
  const explained = explainSystemError(error);
  if (explained !== undefined) return `trailwarden: ${visibleText(explained)}`;
  const stack = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  return `trailwarden: this is a bug in trailwarden. Please report it with the command line and this text:\n${stack
    .split('\n')
    .map((line) => visibleText(line))
    .join('\n')}`;
}
