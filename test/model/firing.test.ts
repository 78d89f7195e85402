import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { firingOf, type Firing } from '../../src/model/alarm/firing.ts';
import type { Metric } from '../../src/model/alarm/stream.ts';

const good: JsonObject = {
  MetricName: 'Root',
  Namespace: 'CIS',
  Statistic: 'Sum',
  Period: 300,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'notBreaching',
};
const plain: Metric = { stream: { value: 1, whenQuiet: undefined }, othersWhenQuiet: [] };
const zeroWhenQuiet: Metric = { stream: { value: 1, whenQuiet: 0 }, othersWhenQuiet: [] };

function fire(alarm: JsonObject, metric: Metric = plain, unit = 'None'): Firing {
  return firingOf({ ...good, ...alarm }, metric, unit, (named) => named['MetricName'] === 'Root');
}

function math(...queries: readonly JsonObject[]): JsonObject {
  const { MetricName: _name, Namespace: _namespace, Statistic: _statistic, Period: _period, ...rest } = good;
  return { ...rest, Metrics: queries };
}
function stat(id: string, metric = 'Root', more: JsonObject = {}): JsonObject {
  return {
    Id: id,
    ReturnData: false,
    MetricStat: { Metric: { Namespace: 'CIS', MetricName: metric }, Stat: 'Sum', Period: 300 },
    ...more,
  };
}
const fireMath = (...queries: readonly JsonObject[]): Firing =>
  firingOf(math(...queries), plain, 'None', (named) => named['MetricName'] === 'Root');

test('the settings of the benchmark fire on one event', () => {
  expect(fire({})).toEqual({ fires: 'yes', events: 1, because: 'one event makes Sum at least 1' });
});

test.each<[string, JsonObject, Metric, Firing['fires'], number?]>([
  ['sum above 0', { ComparisonOperator: 'GreaterThanThreshold', Threshold: 0 }, plain, 'yes', 1],
  ['sum above 1 needs two', { ComparisonOperator: 'GreaterThanThreshold' }, plain, 'yes', 2],
  ['sum of at least 5 needs five', { Threshold: 5 }, plain, 'yes', 5],
  [
    'a value of 10 reaches 5 at once',
    { Threshold: 5 },
    { ...plain, stream: { value: 10, whenQuiet: undefined } },
    'yes',
    1,
  ],
  ['a fraction of the value', { Threshold: 2.5 }, plain, 'yes', 3],
  ['maximum at the value', { Statistic: 'Maximum' }, zeroWhenQuiet, 'yes', 1],
  ['maximum above the value', { Statistic: 'Maximum', Threshold: 2 }, plain, 'never'],
  ['sample count without default value', { Statistic: 'SampleCount', Threshold: 2 }, plain, 'yes', 2],
  [
    'sample count with default values counts those as well',
    { Statistic: 'SampleCount' },
    zeroWhenQuiet,
    'never',
  ],
  [
    'sample count may reach a higher threshold by default values',
    { Statistic: 'SampleCount', Threshold: 3 },
    zeroWhenQuiet,
    'undecided',
  ],
  ['average over minutes with zeros', { Statistic: 'Average' }, zeroWhenQuiet, 'undecided'],
  ['average over one minute', { Statistic: 'Average', Period: 60 }, zeroWhenQuiet, 'yes', 1],
  ['average without default value', { Statistic: 'Average' }, plain, 'yes', 1],
  ['average never above the value', { Statistic: 'Average', Threshold: 5 }, zeroWhenQuiet, 'never'],
  [
    'average diluted by the default value of another filter',
    { Statistic: 'Average', Period: 60 },
    { ...plain, othersWhenQuiet: [0] },
    'undecided',
  ],
  ['minimum with zeros', { Statistic: 'Minimum' }, zeroWhenQuiet, 'undecided'],
  ['minimum without default value', { Statistic: 'Minimum' }, plain, 'yes', 1],
  [
    'the highest percentile is the maximum',
    { Statistic: undefined, ExtendedStatistic: 'p100' },
    plain,
    'yes',
    1,
  ],
  ['another percentile', { Statistic: undefined, ExtendedStatistic: 'p90' }, plain, 'undecided'],
  ['one of three datapoints', { EvaluationPeriods: 3, DatapointsToAlarm: 1 }, plain, 'yes', 1],
  ['three of three datapoints', { EvaluationPeriods: 3 }, plain, 'never'],
  ['two of three datapoints', { EvaluationPeriods: 3, DatapointsToAlarm: 2 }, plain, 'never'],
  ['missing data ignored', { TreatMissingData: 'ignore' }, plain, 'yes', 1],
  ['missing data as missing', { TreatMissingData: 'missing' }, plain, 'yes', 1],
  ['missing data not stated', { TreatMissingData: undefined }, plain, 'yes', 1],
  ['missing data breaching', { TreatMissingData: 'breaching' }, plain, 'never'],
  [
    'missing data breaching, with default values',
    { TreatMissingData: 'breaching' },
    zeroWhenQuiet,
    'undecided',
  ],
  ['in ALARM on the default value', { Threshold: 0 }, zeroWhenQuiet, 'never'],
  ['at least 0 without default value', { Threshold: 0 }, plain, 'yes', 1],
  ['in ALARM on the default value of another filter', {}, { ...plain, othersWhenQuiet: [1] }, 'never'],
  ['below a threshold', { ComparisonOperator: 'LessThanThreshold', Threshold: 5 }, plain, 'never'],
  ['at most a threshold', { ComparisonOperator: 'LessThanOrEqualToThreshold' }, plain, 'never'],
  [
    'anomaly detection',
    { ComparisonOperator: 'GreaterThanUpperThreshold', ThresholdMetricId: 'ad1' },
    plain,
    'undecided',
  ],
  ['a query', { EvaluationCriteria: { PromQLCriteria: { Query: 'x' } } }, plain, 'undecided'],
  ['a window of the clock', { EvaluationWindow: { WallClockWindow: {} } }, plain, 'undecided'],
  ['a period below a minute', { Period: 10 }, plain, 'undecided'],
  ['a value of zero', {}, { ...plain, stream: { value: 0, whenQuiet: undefined } }, 'never'],
  ['a negative value', {}, { ...plain, stream: { value: -1, whenQuiet: undefined } }, 'undecided'],
  ['the unit of the filter', { Unit: 'None' }, plain, 'yes', 1],
  ['another unit', { Unit: 'Count' }, plain, 'never'],
])('%s', (_name, alarm, metric, fires, events) => {
  const firing = fire(alarm, metric);
  expect({ fires: firing.fires, events: firing.fires === 'yes' ? firing.events : undefined }).toEqual({
    fires,
    events,
  });
});

test('a unit that the filter publishes is no hindrance', () => {
  expect(fire({ Unit: 'Count' }, plain, 'Count')).toMatchObject({ fires: 'yes', events: 1 });
});

test.each<[string, readonly JsonObject[], Firing['fires'], number?]>([
  ['one metric returned', [stat('m1', 'Root', { ReturnData: true })], 'yes', 1],
  [
    'a sum that leaves gaps',
    [stat('m1'), stat('m2', 'Other'), { Id: 'e', Expression: 'm1+m2' }],
    'undecided',
  ],
  [
    'a sum with FILL',
    [stat('m1'), stat('m2', 'Other'), { Id: 'e', Expression: 'FILL(m1, 0) + FILL(m2,0)' }],
    'yes',
    1,
  ],
  [
    'a sum of all metrics with gaps',
    [stat('m1'), stat('m2', 'Other'), { Id: 'e', Expression: 'SUM(METRICS())' }],
    'undecided',
  ],
  ['a sum of one metric', [stat('m1'), { Id: 'e', Expression: 'SUM([m1])' }], 'yes', 1],
  [
    'a filled sum through another expression',
    [stat('m1'), { Id: 'f', Expression: 'FILL(m1,0)', ReturnData: false }, { Id: 'e', Expression: 'f*2' }],
    'yes',
    1,
  ],
  ['half of it', [stat('m1'), { Id: 'e', Expression: 'm1 / 2' }], 'yes', 2],
  ['a condition', [stat('m1'), { Id: 'e', Expression: 'IF(m1 > 0, 1, 0)' }], 'yes', 1],
  ['a condition that needs more', [stat('m1'), { Id: 'e', Expression: 'IF(m1 >= 3, 1, 0)' }], 'yes', 3],
  ['a condition turned round', [stat('m1'), { Id: 'e', Expression: 'IF(m1 > 0, 0, 1)' }], 'undecided'],
  ['filled with what breaches', [stat('m1'), { Id: 'e', Expression: 'FILL(m1, 5)' }], 'never'],
  [
    'the metric is not in it',
    [stat('m1'), stat('m2', 'Other'), { Id: 'e', Expression: 'FILL(m2,0)' }],
    'never',
  ],
  ['a difference', [stat('m1'), { Id: 'e', Expression: 'm1 - 1' }], 'undecided'],
  ['a search', [{ Id: 'e', Expression: "SUM(SEARCH('{CIS} Root', 'Sum', 300))" }], 'undecided'],
  ['a query', [{ Id: 'e', Expression: 'SELECT SUM(Root) FROM SCHEMA("CIS")' }], 'undecided'],
  ['a circle', [stat('m1'), { Id: 'e', Expression: 'e + m1' }], 'undecided'],
  ['two results', [stat('m1', 'Root', { ReturnData: true }), { Id: 'e', Expression: 'm1' }], 'undecided'],
])('metric math: %s', (_name, queries, fires, events) => {
  const firing = fireMath(...queries);
  expect({ fires: firing.fires, events: firing.fires === 'yes' ? firing.events : undefined }).toEqual({
    fires,
    events,
  });
});
