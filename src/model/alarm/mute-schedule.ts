/** Seconds in a week. */
const week = 7 * 24 * 3600;
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/**
 * Share of all time, from 0 to 1, that a recurring mute rule silences: starts of its cron expression
 * (`cron(minutes hours day-of-month month day-of-week)`) times its ISO 8601 duration. Overlapping windows count once
 * where they fill everything. Undefined for an expression that is not understood. A single window (`at(...)`) is no share.
 */
export function mutedShare(expression: string, duration: string): number | undefined {
  const seconds = durationSeconds(duration);
  if (seconds === undefined) return undefined;
  if (/^at\(.*\)$/.test(expression)) return 0;
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (fields?.length !== 5) return undefined;
  const [minutes, hours, daysOfMonth, monthsOfYear, daysOfWeek] = fields;
  const counts = [
    countOf(minutes, 0, 59, []),
    countOf(hours, 0, 23, []),
    countOf(daysOfMonth, 1, 31, []),
    countOf(monthsOfYear, 1, 12, months),
    countOf(daysOfWeek, 0, 6, weekdays),
  ];
  if (counts.includes(undefined)) return undefined;
  const [minute = 0, hour = 0, dayOfMonth = 0, month = 0, dayOfWeek = 0] = counts as number[];
  // Cron takes either kind of day when both are restricted; as shares of all days.
  const byMonth = dayOfMonth / 31;
  const byWeek = dayOfWeek / 7;
  const days = byMonth === 1 ? byWeek : byWeek === 1 ? byMonth : byMonth + byWeek;
  const starts = minute * hour * 7 * days * (month / 12);
  return Math.min(1, (starts * seconds) / week);
}

/** How many values a cron field of `*`, numbers, names, ranges and lists takes. */
function countOf(
  field: string | undefined,
  first: number,
  last: number,
  names: readonly string[],
): number | undefined {
  if (field === '*' || field === '?') return last - first + 1;
  const values = new Set<number>();
  for (const part of (field ?? '').split(',')) {
    const ends = part.split('-').map((text) => valueOf(text, first, names));
    const [from, to = from] = ends;
    if (ends.length > 2 || from === undefined || to === undefined || to > last || from > to) return undefined;
    for (let value = from; value <= to; value += 1) values.add(value);
  }
  return values.size;
}

function valueOf(text: string, first: number, names: readonly string[]): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return named + first;
  return /^\d+$/.test(text) && Number(text) >= first ? Number(text) : undefined;
}

/** Seconds of an ISO 8601 duration of days, hours, minutes. */
function durationSeconds(text: string): number | undefined {
  const found = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text);
  if (found === null || text === 'P' || text.endsWith('T')) return undefined;
  const [, days = '0', hours = '0', minutes = '0'] = found;
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60;
}
