const units: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `90d` as milliseconds; undefined where it is not a number with a unit (s, m, h, d, w). */
export function parseDuration(text: string): number | undefined {
  const match = /^([0-9]{1,9})([smhdw])$/.exec(text);
  return match === null ? undefined : Number(match[1]) * units[match[2]!]!;
}

/**
 * A time in an AWS answer as milliseconds since 1970: ISO 8601 text with a zone, or a number of milliseconds, as
 * CloudWatch Logs gives. Undefined where it is neither: text without a zone would mean something else on each machine.
 */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d))?$/.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
