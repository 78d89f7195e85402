import { isJsonObject, type JsonObject } from '../../json.ts';
import { evaluateMath, parseMath, type MathNode } from './metric-math.ts';
import { quietStatistic, statisticOver, Undecided, type Metric, type Range } from './stream.ts';

/** Whether an alarm goes to ALARM on matching events in a metric that is quiet otherwise. */
export type Firing =
  /** On this many events in one period, and on any more. */
  | { readonly fires: 'yes'; readonly events: number; readonly because: string }
  | { readonly fires: 'never'; readonly because: string }
  | { readonly fires: 'undecided'; readonly because: string };

/** The metric of the stream under test, wherever the alarm reads it, and nothing else. */
export type ReadsMetric = (reference: JsonObject, account: string | undefined) => boolean;

const above: { readonly [operator: string]: (value: number, threshold: number) => boolean } = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
};

/** More events than this in one period are not tried. */
const mostEvents = 1_000_000;

/**
 * Computes what one metric alarm does with matching events: the settings of PutMetricAlarm against the metric that a
 * filter publishes. "Never" and "undecided" carry the reason as a clause that follows "because".
 *
 * @param alarm - The alarm as DescribeAlarms gives it.
 * @param metric - The metric under test.
 * @param unit - Unit that the filter publishes.
 * @param reads - Tells the metric under test among those of the alarm's metric math.
 */
export function firingOf(alarm: JsonObject, metric: Metric, unit: string, reads: ReadsMetric): Firing {
  const undecided = (because: string): Firing => ({ fires: 'undecided', because });
  const never = (because: string): Firing => ({ fires: 'never', because });

  if (alarm['EvaluationCriteria'] !== undefined)
    return undecided('it evaluates a query that is not analysed');
  if (text(alarm, 'ThresholdMetricId') !== undefined) {
    return undecided('its threshold is an anomaly detection band');
  }
  const window = alarm['EvaluationWindow'];
  if (isJsonObject(window) && window['WallClockWindow'] !== undefined) {
    return undecided('its evaluation window follows the clock');
  }
  const operator = text(alarm, 'ComparisonOperator');
  const threshold = alarm['Threshold'];
  if (operator === undefined || typeof threshold !== 'number') return undecided('it states no threshold');
  if (operator === 'LessThanThreshold' || operator === 'LessThanOrEqualToThreshold') {
    return never('it waits for low values, and more events make the metric rise');
  }
  const breaches = above[operator];
  if (breaches === undefined) return undecided(`the comparison ${operator} is not analysed`);

  if (metric.stream.value < 0) return undecided('the filter publishes a negative value');
  const series = seriesOf(alarm, metric, unit, reads);
  if (series instanceof Undecided) return undecided(series.because);
  if (series.kind === 'unit') return never(series.because);

  const periods = number(alarm, 'EvaluationPeriods') ?? 1;
  const needed = number(alarm, 'DatapointsToAlarm') ?? periods;
  if (needed > 1) {
    return never(
      `it needs ${needed} breaching periods of ${series.period} seconds, and events in one period give one`,
    );
  }

  const quiet = series.quiet();
  if (quiet instanceof Undecided) return undecided(quiet.because);
  const missing = text(alarm, 'TreatMissingData') ?? 'missing';
  if (quiet !== undefined && breaches(quiet.least, threshold)) {
    return never(
      `it is in ALARM already while nothing happens (${shown(quiet)} against a threshold of ${threshold})`,
    );
  }
  if (quiet !== undefined && breaches(quiet.most, threshold)) {
    return undecided(`it may be in ALARM already while nothing happens (${shown(quiet)})`);
  }
  if (missing === 'breaching') {
    return quiet === undefined
      ? never('it treats missing data as breaching, so it is in ALARM already while nothing happens')
      : undecided('it treats missing data as breaching, so it may be in ALARM already while nothing happens');
  }

  const events = fewestEvents(series, (value) => breaches(value, threshold));
  if (events instanceof Undecided) return undecided(events.because);
  const wanted = `${operator === 'GreaterThanThreshold' ? 'above' : 'at least'} ${threshold}`;
  if (events.certain !== undefined) {
    const count = events.certain === 1 ? 'one event' : `${events.certain} events in one period`;
    return {
      fires: 'yes',
      events: events.certain,
      because: `${count} ${events.certain === 1 ? 'makes' : 'make'} ${series.label} ${wanted}`,
    };
  }
  if (events.possible !== undefined) {
    return undecided(
      `default values that fall into the same period may hold ${series.label} down, and it has to be ${wanted}`,
    );
  }
  return never(`no number of events in one period makes ${series.label} ${wanted}`);
}

interface Series {
  readonly kind: 'series';
  /** For sentences: `Sum`. */
  readonly label: string;
  /** Seconds. */
  readonly period: number;
  /** Value over a period without events; undefined where there is no datapoint. */
  quiet(): Range | undefined | Undecided;
  /** Value over a period with so many events. Neither end ever falls with more events. */
  over(events: number): Range | undefined | Undecided;
}

interface WrongUnit {
  readonly kind: 'unit';
  readonly because: string;
}

function seriesOf(
  alarm: JsonObject,
  metric: Metric,
  unit: string,
  reads: ReadsMetric,
): Series | WrongUnit | Undecided {
  const queries = alarm['Metrics'];
  if (!Array.isArray(queries) || queries.length === 0) {
    const statistic = text(alarm, 'ExtendedStatistic') ?? text(alarm, 'Statistic');
    return plainSeries(statistic, number(alarm, 'Period'), text(alarm, 'Unit'), metric, unit);
  }
  return mathSeries(queries.filter(isJsonObject), metric, unit, reads);
}

function plainSeries(
  statistic: string | undefined,
  period: number | undefined,
  wantedUnit: string | undefined,
  metric: Metric,
  unit: string,
): Series | WrongUnit | Undecided {
  if (statistic === undefined || period === undefined)
    return new Undecided('it states no statistic and period');
  if (wantedUnit !== undefined && wantedUnit !== unit) {
    return {
      kind: 'unit',
      because: `it asks for the unit ${wantedUnit} and the filter publishes ${unit}, so it never sees data`,
    };
  }
  if (period < 60) return new Undecided('its period is shorter than the minute in which a filter publishes');
  return {
    kind: 'series',
    label: statistic,
    period,
    quiet: () => quietStatistic(statistic, metric, period),
    over: (events) => statisticOver(statistic, metric, events, period),
  };
}

function mathSeries(
  queries: readonly JsonObject[],
  metric: Metric,
  unit: string,
  reads: ReadsMetric,
): Series | WrongUnit | Undecided {
  const returned = queries.filter((query) => query['ReturnData'] !== false);
  const [result] = returned;
  const resultId = result === undefined ? undefined : text(result, 'Id');
  if (returned.length !== 1 || resultId === undefined)
    return new Undecided('its metric math returns no single series');

  const plain = new Map<string, Series>();
  const silent = new Set<string>();
  const expressions = new Map<string, string>();
  for (const query of queries) {
    const id = text(query, 'Id');
    if (id === undefined) continue;
    const expression = text(query, 'Expression');
    const stat = query['MetricStat'];
    if (expression !== undefined) expressions.set(id, expression);
    else if (isJsonObject(stat)) {
      const named = stat['Metric'];
      if (!isJsonObject(named) || !reads(named, text(query, 'AccountId'))) {
        silent.add(id);
        continue;
      }
      const series = plainSeries(
        text(stat, 'Stat'),
        number(stat, 'Period'),
        text(stat, 'Unit'),
        metric,
        unit,
      );
      if (series instanceof Undecided || series.kind === 'unit') return series;
      plain.set(id, series);
    }
  }

  const ids = [...plain.keys(), ...silent];
  const nodes = new Map<string, MathNode>();
  for (const [id, expression] of expressions) {
    const node = parseMath(expression, ids);
    if (node instanceof Undecided) return node;
    nodes.set(id, node);
  }
  const value = (
    id: string,
    of: (series: Series) => number | undefined | Undecided,
    open: ReadonlySet<string>,
  ): number | undefined | Undecided => {
    const series = plain.get(id);
    if (series !== undefined) return of(series);
    // The rest of the world is quiet: no other metric has a datapoint.
    if (silent.has(id)) return undefined;
    const node = nodes.get(id);
    if (node === undefined || open.has(id))
      return new Undecided('its metric math refers to what it does not define');
    return evaluateMath(node, (inner) => value(inner, of, new Set([...open, id])));
  };
  const range = (read: (series: Series) => Range | undefined | Undecided): Range | undefined | Undecided => {
    const end = (name: keyof Range) => (series: Series) => {
      const found = read(series);
      return found instanceof Undecided ? found : found?.[name];
    };
    const least = value(resultId, end('least'), new Set());
    const most = value(resultId, end('most'), new Set());
    if (least instanceof Undecided) return least;
    if (most instanceof Undecided) return most;
    return least === undefined || most === undefined ? undefined : { least, most };
  };
  const periods = [...plain.values()].map((series) => series.period);
  return {
    kind: 'series',
    label: 'its metric math',
    period: Math.max(...periods),
    quiet: () => range((series) => series.quiet()),
    over: (events) => range((series) => series.over(events)),
  };
}

/** The fewest events that breach for certain, and whether any number breaches possibly. */
function fewestEvents(
  series: Series,
  breaches: (value: number) => boolean,
): { readonly certain: number | undefined; readonly possible: number | undefined } | Undecided {
  const fewest = (end: keyof Range): number | undefined | Undecided => {
    const holds = (events: number): boolean | Undecided => {
      const range = series.over(events);
      if (range instanceof Undecided) return range;
      return range !== undefined && breaches(range[end]);
    };
    let high = 1;
    for (;;) {
      const verdict = holds(high);
      if (verdict instanceof Undecided) return verdict;
      if (verdict) break;
      if (high >= mostEvents) return undefined;
      high = Math.min(high * 2, mostEvents);
    }
    let low = Math.floor(high / 2) + 1;
    if (high === 1) return 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const verdict = holds(middle);
      if (verdict instanceof Undecided) return verdict;
      if (verdict) high = middle;
      else low = middle + 1;
    }
    return high;
  };
  const certain = fewest('least');
  if (certain instanceof Undecided) return certain;
  const possible = fewest('most');
  if (possible instanceof Undecided) return possible;
  return { certain, possible };
}

function shown(range: Range): string {
  return range.least === range.most ? `${range.least}` : `${range.least} to ${range.most}`;
}

function text(data: JsonObject, member: string): string | undefined {
  const value = data[member];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function number(data: JsonObject, member: string): number | undefined {
  const value = data[member];
  return typeof value === 'number' ? value : undefined;
}
