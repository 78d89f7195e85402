import type { Progress } from '../collect/progress.ts';
import { log, logSettings, type LogSettings } from './log.ts';

/** Shows how far a scan has come. */
export interface ProgressDisplay {
  readonly update: (progress: Progress) => void;
  /** Says in between that the scan was interrupted. */
  say(text: string): void;
  /** Takes the display away. */
  end(): void;
}

/** Milliseconds between two lines where there is no terminal. */
const lineInterval = 15_000;
/** Milliseconds between two changes on a terminal. */
const redrawInterval = 100;

/** A line that changes on a terminal; elsewhere, and where lines are for programs, a line now and then. */
export async function showProgress(
  stream: NodeJS.WriteStream,
  { quiet, format }: LogSettings = logSettings(),
): Promise<ProgressDisplay> {
  if (format === 'json') return loggedProgress();
  if (quiet) return { update: () => {}, say: (text) => void stream.write(`${text}\n`), end: () => {} };
  // A terminal without a width (CI, `script`) cannot be redrawn: ora would erase lines without end.
  if (!stream.isTTY || !(stream.columns > 0)) return lines(stream);
  const { default: ora } = await import('ora');
  const spinner = ora({ stream, text: 'asking who I am', discardStdin: false }).start();
  let drawn = 0;
  return {
    update(progress) {
      if (progress.elapsed - drawn < redrawInterval) return;
      drawn = progress.elapsed;
      spinner.text = describeProgress(progress);
    },
    say(text) {
      spinner.info(text).start();
    },
    end() {
      spinner.stop();
    },
  };
}

function lines(stream: NodeJS.WritableStream): ProgressDisplay {
  const write = (text: string): void => void stream.write(`${text}\n`);
  return { update: nowAndThen((progress) => write(describeProgress(progress))), say: write, end: () => {} };
}

function loggedProgress(): ProgressDisplay {
  return {
    update: nowAndThen((progress) => {
      const { phase, accountsDone, accountsTotal, calls, errors, throttled, elapsed, left } = progress;
      const fields = { phase, accountsDone, accountsTotal, calls, errors, throttled, elapsed, left };
      log('info', 'progress', describeProgress(progress), fields);
    }),
    say: (text) => log('notice', 'interrupted', text),
    end: () => {},
  };
}

/** Tells of progress at most once in {@link lineInterval}. */
function nowAndThen(tell: (progress: Progress) => void): (progress: Progress) => void {
  let told = 0;
  return (progress) => {
    if (progress.elapsed - told < lineInterval) return;
    told = progress.elapsed;
    tell(progress);
  };
}

/** `accounts 12/340, 5120 calls, 3 without answer, 17 throttled, about 4 min left`. */
export function describeProgress(progress: Progress): string {
  const { phase, accountsDone, accountsTotal, calls, errors, throttled, left } = progress;
  const parts = [
    phase === 'organization' ? 'reading the organization' : `accounts ${accountsDone}/${accountsTotal}`,
    `${calls} call${calls === 1 ? '' : 's'}`,
  ];
  if (errors > 0) parts.push(`${errors} without answer`);
  if (throttled > 0) parts.push(`${throttled} throttled`);
  if (phase === 'writing') parts.push('writing');
  else if (left !== undefined) parts.push(`about ${describeDuration(left)} left`);
  return parts.join(', ');
}

/** Milliseconds as a person says them, rounded. */
export function describeDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
