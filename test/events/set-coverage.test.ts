import { describe, expect, test } from 'vitest';

import { createCoverage } from '../../src/events/coverage.ts';
import { parseEventPattern } from '../../src/events/event-bridge/parser.ts';
import { rulePredicate } from '../../src/events/event-bridge/predicate.ts';
import { ruleEvents } from '../../src/events/event-bridge/rule-events.ts';
import type { EventSetOptions } from '../../src/events/event-set-predicate.ts';
import { filterPatternPredicate } from '../../src/events/filter-pattern/parse.ts';
import type { Predicate } from '../../src/events/predicate.ts';
import { selectorsPredicate } from '../../src/events/selectors/predicate.ts';
import { readEventSelectors } from '../../src/events/selectors/reader.ts';
import { trailEvents } from '../../src/events/selectors/trail.ts';
import type { JsonObject } from '../../src/json.ts';
import { publishedPatternsPage } from './published-page.ts';
import { publishedPatterns, requiredBy } from './published.ts';
import { vectors } from './vectors/vectors.ts';

/** The controls of the vectors as event sets. */
const controls: Readonly<Record<string, readonly [string, EventSetOptions?]>> = {
  'unauthorized-api-calls': ['unauthorized-api-calls', { edition: 'cis-aws-1.2.0' }],
  'unauthorized-api-calls-with-exclusions': ['unauthorized-api-calls'],
  'console-signin-without-mfa': ['console-signin-without-mfa', { strict: true }],
  'console-signin-without-mfa-iam-success': ['console-signin-without-mfa'],
  'cloudtrail-config-changes': ['cloudtrail-changes'],
  'cmk-disable-or-schedule-deletion': ['kms-key-disable-or-deletion'],
};
const requiredByControl = (control: string): Predicate => requiredBy(...(controls[control] ?? [control]));
const verdicts: Readonly<Record<string, string>> = {
  covers: 'proved',
  misses: 'refuted',
  unknown: 'undecided',
};
const coverage = createCoverage();

describe('the vectors of coverage, against the sets that ship', () => {
  test.each(vectors.coverage_vectors)('$id: $control', ({ control, pattern, verdict }) => {
    const found = coverage.covers(requiredByControl(control), [filterPatternPredicate(pattern)]);
    expect(found).toMatchObject({ verdict: verdicts[verdict] });
  });

  test.each(vectors.eventbridge_coverage)('$id: $control', ({ control, pattern, state, verdict }) => {
    const rule = rulePredicate(parseEventPattern(JSON.stringify(pattern)), { state });
    const found = coverage.covers(requiredByControl(control), [rule]);
    expect(found).toMatchObject({ verdict: verdicts[verdict] });
  });
});

/** The verdict, with what the witness has in some fields. */
function judged(required: Predicate, provided: readonly Predicate[], ...fields: string[]): unknown {
  const found = coverage.covers(required, provided);
  if (found.verdict !== 'refuted') return found.verdict;
  return [found.verdict, ...fields.map((name) => found.witness[name])];
}

describe('what a trail records, against the sets', () => {
  const trail = (selectors: JsonObject): Predicate => selectorsPredicate(readEventSelectors(selectors));

  test('the default of CloudTrail records every set of management events', () => {
    for (const id of ['root-usage', 'iam-policy-changes', 'unauthorized-api-calls', 'organizations-changes'])
      expect([id, judged(requiredBy(id), [trail({})])]).toEqual([id, 'proved']);
  });

  test('a trail of writes records changes, but not the reads of root', () => {
    const writes = trail({ EventSelectors: [{ ReadWriteType: 'WriteOnly' }] });
    expect(judged(requiredBy('iam-policy-changes'), [writes])).toBe('proved');
    expect(judged(requiredBy('console-auth-failures'), [writes])).toBe('proved');
    expect(judged(requiredBy('root-usage'), [writes], 'readOnly')).toEqual(['refuted', true]);
    const reads = trail({ EventSelectors: [{ ReadWriteType: 'ReadOnly' }] });
    expect(judged(requiredBy('iam-policy-changes'), [reads], 'readOnly')).toEqual(['refuted', false]);
    expect(judged(requiredBy('root-usage'), [reads, writes])).toBe('proved');
  });

  test('a source that the trail excludes is missed, unless another selector brings it back', () => {
    const withoutKms = { ExcludeManagementEventSources: ['kms.amazonaws.com'] };
    const one = trail({ EventSelectors: [withoutKms] });
    const kms = requiredBy('kms-key-disable-or-deletion');
    expect(judged(kms, [one], 'eventSource')).toEqual(['refuted', 'kms.amazonaws.com']);
    expect(judged(requiredBy('iam-policy-changes'), [one])).toBe('proved');
    expect(judged(requiredBy('root-usage'), [one], 'eventSource')).toEqual(['refuted', 'kms.amazonaws.com']);
    expect(judged(kms, [trail({ EventSelectors: [withoutKms, { ReadWriteType: 'WriteOnly' }] })])).toBe(
      'proved',
    );
  });

  test('advanced selectors with every kind of operator', () => {
    const management = (...fields: JsonObject[]): JsonObject => ({
      FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }, ...fields],
    });
    const advanced = (...selectors: JsonObject[]): Predicate => trail({ AdvancedEventSelectors: selectors });
    const iam = requiredBy('iam-policy-changes');
    expect(judged(iam, [advanced(management({ Field: 'readOnly', Equals: ['false'] }))])).toBe('proved');
    expect(judged(iam, [advanced(management({ Field: 'eventSource', NotStartsWith: ['kms.'] }))])).toBe(
      'proved',
    );
    expect(
      judged(iam, [advanced(management({ Field: 'eventSource', NotEndsWith: ['m.amazonaws.com'] }))]),
    ).toEqual(['refuted']);
    expect(
      judged(iam, [advanced(management({ Field: 'eventName', EndsWith: ['Policy', 'PolicyVersion'] }))]),
    ).toBe('proved');
    expect(judged(iam, [advanced(management({ Field: 'somethingNew', Equals: ['x'] }))])).toBe('undecided');
    const halves = [
      management({ Field: 'readOnly', Equals: ['true'] }),
      management({ Field: 'readOnly', Equals: ['false'] }),
    ];
    expect(judged(requiredBy('root-usage'), [advanced(...halves)])).toBe('proved');
  });

  test('objects of the log bucket need data events of that bucket', () => {
    const required = requiredBy('log-bucket-object-deletion', {
      parameters: { chain_buckets: ['logs-a', 'logs-b'] },
    });
    const objects = (...values: string[]): Predicate =>
      trail({ EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: values }] }] });
    expect(judged(required, [trail({})], 'eventCategory')).toEqual(['refuted', 'Data']);
    expect(judged(required, [objects('arn:aws:s3')])).toBe('proved');
    expect(judged(required, [objects('arn:aws:s3:::logs-a/', 'arn:aws:s3:::logs-b/')])).toBe('proved');
    expect(judged(required, [objects('arn:aws:s3:::logs-a/')], 'requestParameters')).toEqual([
      'refuted',
      expect.objectContaining({ bucketName: 'logs-b' }),
    ]);
    const except = (bucket: string): Predicate =>
      trail({
        AdvancedEventSelectors: [
          { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
          {
            FieldSelectors: [
              { Field: 'eventCategory', Equals: ['Data'] },
              { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
              { Field: 'resources.ARN', NotStartsWith: [`arn:aws:s3:::${bucket}/`] },
            ],
          },
        ],
      });
    expect(judged(required, [except('web-assets')])).toBe('proved');
    expect(judged(required, [except('logs-a')], 'eventSource')).toEqual(['refuted', 's3.amazonaws.com']);
  });

  test('a trail of one region sees a global service only where that service records', () => {
    const here = (onlyRegion: string): Predicate =>
      trailEvents({ selectors: readEventSelectors({}), onlyRegion });
    expect(judged(requiredBy('iam-policy-changes'), [here('us-east-1')])).toBe('proved');
    expect(judged(requiredBy('iam-policy-changes'), [here('eu-west-1')], 'awsRegion')).toEqual([
      'refuted',
      'us-east-1',
    ]);
    expect(
      judged(requiredBy('iam-policy-changes', { partition: 'aws-us-gov' }), [here('us-gov-west-1')]),
    ).toBe('proved');
    expect(judged(requiredBy('cloudtrail-changes'), [here('us-east-1')])).toMatchObject(['refuted']);
    const noGlobal = trailEvents({
      selectors: readEventSelectors({}),
      onlyRegion: 'us-east-1',
      globalServiceEvents: false,
    });
    expect(judged(requiredBy('iam-policy-changes'), [noGlobal])).toEqual(['refuted']);
    expect(judged(requiredBy('organizations-changes'), [noGlobal])).toBe('undecided');
  });
});

describe('EventBridge rules, against the sets', () => {
  test('a rule sees its own region alone', () => {
    const rule = (region: string): Predicate =>
      rulePredicate(parseEventPattern('{"source": ["aws.iam"]}'), { state: 'ENABLED', region });
    expect(judged(requiredBy('iam-policy-changes'), [rule('us-east-1')])).toBe('proved');
    expect(judged(requiredBy('iam-policy-changes'), [rule('eu-west-1')], 'awsRegion')).toEqual([
      'refuted',
      'us-east-1',
    ]);
  });

  test('a rule and a filter cover together', () => {
    const rule = rulePredicate(parseEventPattern('{"detail": {"eventName": [{"suffix": "Trail"}]}}'), {
      state: 'ENABLED',
    });
    const filter = filterPatternPredicate('{ $.eventName = "*Logging" }');
    expect(judged(requiredBy('cloudtrail-changes'), [rule, filter])).toBe('proved');
    expect(judged(requiredBy('cloudtrail-changes'), [rule], 'eventName')).toEqual([
      'refuted',
      expect.stringMatching(/Logging$/),
    ]);
  });
});

test('the events of a rule as AWS answers it: scheduled, disabled, and not readable', () => {
  const events = (pattern: string | undefined, state = 'ENABLED'): unknown =>
    judged(requiredBy('cloudtrail-changes'), [ruleEvents(pattern, { state, account: '111122223333' })]);
  expect(events('{"source": ["aws.cloudtrail"], "account": ["111122223333"]}')).toBe('proved');
  expect(events('{"account": ["444455556666"]}')).toEqual(['refuted']);
  expect(events('{"source": ["aws.cloudtrail"]}', 'DISABLED')).toEqual(['refuted']);
  expect(events(undefined)).toEqual(['refuted']);
  expect(events('{"source": "aws.cloudtrail"}')).toBe('undecided');
});

describe('background and terms', () => {
  test('a filter by source alone sees every set of one source', () => {
    expect(
      judged(requiredBy('console-auth-failures'), [
        filterPatternPredicate('{ $.eventSource = signin.amazonaws.com }'),
      ]),
    ).toBe('proved');
  });

  test('terms that every event of the set holds prove it, exclusions never do', () => {
    expect(
      judged(requiredBy('kms-key-disable-or-deletion'), [
        filterPatternPredicate('?DisableKey ?ScheduleKeyDeletion'),
      ]),
    ).toBe('proved');
    expect(
      judged(requiredBy('kms-key-disable-or-deletion'), [filterPatternPredicate('kms -Decrypt')]),
    ).not.toBe('proved');
    expect(
      judged(requiredBy('kms-key-disable-or-deletion'), [filterPatternPredicate('"\\"DisableKey\\""')]),
    ).toBe('undecided');
  });
});

test('every published pattern sees what its own editions ask for', () => {
  const misses = publishedPatterns.flatMap(({ set, editions, pattern }) =>
    editions.flatMap((edition) => {
      const required = requiredBy(set, { edition });
      const found = coverage.covers(required, [filterPatternPredicate(pattern)]);
      return found.verdict === 'proved' ? [] : [`${set} ${edition}: ${found.verdict}`];
    }),
  );
  expect(misses).toEqual([]);
});

test('what the published patterns cover, edition by edition', async () => {
  await expect(publishedPatternsPage(coverage)).toMatchFileSnapshot(
    '../../docs/reference/published-patterns.md',
  );
});
