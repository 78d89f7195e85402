/** What one transformation of a metric filter publishes, as far as alarms see it. */
export interface Stream {
  /** Value published for a matching event. */
  readonly value: number;
  /** Value published in a minute in which events arrived and none matched; undefined where nothing is. */
  readonly whenQuiet: number | undefined;
}

/**
 * A metric as alarms see it: the stream under test, and the default values that other filters publish to the same
 * metric while they match nothing.
 */
export interface Metric {
  readonly stream: Stream;
  readonly othersWhenQuiet: readonly number[];
}

/** The least and the most that a statistic can come to; undefined where there may be no datapoint at all. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** Why something about an alarm cannot be computed from its settings: a sentence without a full stop. */
export class Undecided {
  readonly because: string;

  constructor(because: string) {
    this.because = because;
  }
}

/**
 * The value of a statistic over one period in which `events` matching events fell, in a metric that is quiet otherwise.
 * How many default values fall into the period is not known, hence a range. CloudWatch statistics definitions.
 *
 * @param period - Length in seconds; a metric filter publishes at most one default value a minute.
 */
export function statisticOver(
  statistic: string,
  metric: Metric,
  events: number,
  period: number,
): Range | Undecided {
  const minutes = Math.ceil(period / 60);
  const { value, whenQuiet } = metric.stream;
  const own = whenQuiet === undefined ? [] : [whenQuiet];
  // Events of one minute share it; at least one minute of the period has no default value of this stream.
  const defaults = [
    ...own.map((sample) => ({ sample, most: minutes - 1 })),
    ...metric.othersWhenQuiet.map((sample) => ({ sample, most: minutes })),
  ].filter((entry) => entry.most > 0);
  return statisticOfSamples(statistic, value, events, defaults);
}

/** The value of a statistic over a period without any matching event; undefined where no datapoint is published. */
export function quietStatistic(
  statistic: string,
  metric: Metric,
  period: number,
): Range | undefined | Undecided {
  const minutes = Math.ceil(period / 60);
  const samples = [
    ...(metric.stream.whenQuiet === undefined ? [] : [metric.stream.whenQuiet]),
    ...metric.othersWhenQuiet,
  ];
  const [first] = samples;
  if (first === undefined) return undefined;
  // One default value is there at least: without any there is no datapoint, which is the case of missing data.
  const ranges = samples.map((sample, index) =>
    statisticOfSamples(
      statistic,
      sample,
      1,
      samples.map((other, at) => ({ sample: other, most: at === index ? minutes - 1 : minutes })),
    ),
  );
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const range of ranges) {
    if (range instanceof Undecided) return range;
    least = Math.min(least, range.least);
    most = Math.max(most, range.most);
  }
  return { least, most };
}

/** Statistic of `count` samples of `value` together with up to `most` of each of the others. */
function statisticOfSamples(
  statistic: string,
  value: number,
  count: number,
  others: readonly { readonly sample: number; readonly most: number }[],
): Range | Undecided {
  const samples = others.filter((other) => other.most > 0).map((other) => other.sample);
  switch (statistic) {
    case 'Sum': {
      let least = value * count;
      let most = value * count;
      for (const other of others) {
        least += Math.min(0, other.sample * other.most);
        most += Math.max(0, other.sample * other.most);
      }
      return { least, most };
    }
    case 'SampleCount': {
      const extra = others.reduce((total, other) => total + other.most, 0);
      return { least: count, most: count + extra };
    }
    case 'Maximum':
    case 'p100':
      return { least: value, most: Math.max(value, ...samples) };
    case 'Minimum':
    case 'p0':
      return { least: Math.min(value, ...samples), most: value };
    case 'Average': {
      const all = others.reduce((total, other) => total + other.most, 0);
      const low = others.filter((other) => other.sample < value);
      const high = others.filter((other) => other.sample > value);
      return { least: mean(value, count, low), most: all === 0 ? value : mean(value, count, high) };
    }
    default:
      return new Undecided(`the statistic ${statistic} is not computed`);
  }
}

function mean(
  value: number,
  count: number,
  others: readonly { readonly sample: number; readonly most: number }[],
): number {
  let sum = value * count;
  let total = count;
  for (const other of others) {
    sum += other.sample * other.most;
    total += other.most;
  }
  return sum / total;
}
