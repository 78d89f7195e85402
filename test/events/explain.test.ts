import { describe, expect, test } from 'vitest';

import { createCoverage } from '../../src/events/coverage.ts';
import { explainLoss } from '../../src/events/explain/loss.ts';
import { patternRemarks } from '../../src/events/explain/remarks.ts';
import { patternsFor, suggestPatterns } from '../../src/events/explain/suggest.ts';
import { parseFilterPattern } from '../../src/events/filter-pattern/parse.ts';
import { and, everything, field, type Predicate } from '../../src/events/predicate.ts';
import { exactly, textIn, valueTest } from '../../src/events/value-test.ts';
import { control } from './controls.ts';
import { vectors } from './vectors/vectors.ts';

const coverage = createCoverage();

/** Why a pattern loses an event of a control, and how to mend it. */
function explained(name: string, pattern: string): { loss: string | undefined; fix: unknown } {
  const required = control(name);
  const read = parseFilterPattern(pattern);
  const found = coverage.covers(required, [read.predicate]);
  const witness = found.verdict === 'refuted' ? found.witness : {};
  return {
    loss: explainLoss(read, witness)?.message,
    fix: suggestPatterns({ required, asked: required, patterns: [read] }, coverage),
  };
}

describe('the clause that loses the event, and the nearest pattern that does not', () => {
  test('a condition on a field that nobody asked about goes', () => {
    expect(
      explained(
        'root-usage',
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" && $.awsRegion = "us-east-1" }',
      ),
    ).toEqual({
      loss: '`&& $.awsRegion = "us-east-1"` drops this event: $.awsRegion is "eu-west-1"',
      fix: {
        how: 'change',
        patterns: [
          '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
        ],
      },
    });
  });

  test('an inequality on a missing field is told apart from a value', () => {
    expect(
      explained(
        'root-usage',
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy != "AWS Internal" && $.eventType != "AwsServiceEvent" }',
      ).loss,
    ).toBe(
      '`&& $.userIdentity.invokedBy != "AWS Internal"` drops this event: $.userIdentity.invokedBy is missing',
    );
  });

  test('a name that is not there is added', () => {
    expect(
      explained(
        'cloudtrail-config-changes',
        '{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) }',
      ),
    ).toEqual({
      loss: 'none of the 4 alternatives on $.eventName holds for this event: $.eventName is "StopLogging"',
      fix: {
        how: 'add',
        patterns: ['{ $.eventName = "StopLogging" && $.eventSource = "cloudtrail.amazonaws.com" }'],
      },
    });
  });

  test('alternatives that were joined with "and" are written anew', () => {
    expect(
      explained(
        'cmk-disable-or-schedule-deletion',
        '{ ($.eventSource = kms.amazonaws.com) && ($.eventName=DisableKey) && ($.eventName=ScheduleKeyDeletion) }',
      ).fix,
    ).toEqual({
      how: 'instead',
      patterns: [
        '{ $.eventSource = "kms.amazonaws.com" && ($.eventName = "DisableKey" || $.eventName = "ScheduleKeyDeletion") }',
      ],
    });
  });

  test('no filter mends what the trail does not record', () => {
    const required = control('root-usage');
    const recorded = field('awsRegion', valueTest({ text: textIn(exactly('us-east-1')) }));
    const gap = { required, asked: required, patterns: [parseFilterPattern('{ $.a = 1 }')] };
    expect(suggestPatterns({ ...gap, recorded }, coverage)).toBeUndefined();
    expect(suggestPatterns(gap, coverage)).toBeDefined();
  });

  test('each suggestion for the vectors is short enough and mends the gap', () => {
    const missing = vectors.coverage_vectors.filter(({ verdict }) => verdict === 'misses');
    expect(missing).toHaveLength(40);
    for (const { control: name, pattern } of missing) {
      const required = control(name);
      const read = parseFilterPattern(pattern);
      const found = suggestPatterns({ required, asked: required, patterns: [read] }, coverage);
      const patterns = (found?.patterns ?? []).map((text) => parseFilterPattern(text).predicate);
      const there: Predicate[] = found?.how === 'add' ? [read.predicate] : [];
      expect(coverage.covers(required, [...there, ...patterns])).toEqual({ verdict: 'proved' });
    }
  });

  test('what does not fit into one pattern is split', () => {
    const names = Array.from({ length: 120 }, (_, index) => `ExampleOperationNumber${index}`);
    const asked = and(
      field('eventSource', valueTest({ text: textIn(exactly('example.amazonaws.com')) })),
      field('eventName', valueTest({ text: textIn(exactly(...names)) })),
    );
    const patterns = patternsFor(asked, coverage) ?? [];
    expect(patterns.length).toBeGreaterThan(3);
    for (const pattern of patterns) expect(pattern.length).toBeLessThanOrEqual(1024);
    const read = patterns.map((pattern) => parseFilterPattern(pattern).predicate);
    expect(coverage.covers(asked, read)).toEqual({ verdict: 'proved' });
  });
});

describe('remarks on a pattern', () => {
  const remarks = (text: string): string[] =>
    patternRemarks(parseFilterPattern(text), coverage).map(({ kind, written, message }) =>
      kind === 'idle-part' ? `${written}: ${message}` : kind,
    );

  test.each([
    ['{ $.eventName = A && $.eventName = B }', ['never-matches']],
    ['', ['matches-everything']],
    ['{ $.eventName = "*" }', ['matches-everything']],
    ['{ $.eventName != "HeadBucket" || $.errorCode = "x" }', ['matches-nearly-everything']],
    [
      '{ $.eventName = "Put*" || $.eventName = PutUserPolicy }',
      ['$.eventName = PutUserPolicy: adds nothing: the other alternatives match all that it does'],
    ],
    [
      '{ $.eventName = A || ($.eventName = B && $.eventName = C) }',
      ['($.eventName = B && $.eventName = C): can never match: its conditions exclude each other'],
    ],
    [
      '{ $.eventSource = "kms.amazonaws.com" && $.eventSource = "kms*" && $.eventName = DisableKey }',
      ['$.eventSource = "kms*": asks for nothing: the other conditions imply it'],
    ],
    ['{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS }', []],
  ])('%s', (text, expected) => {
    expect(remarks(text)).toEqual(expected);
  });

  test('of two alternatives that are alike only one is idle', () => {
    expect(remarks('{ $.eventName = A || $.eventName = "A" }')).toHaveLength(1);
  });
});

test('a pattern that matches loses nothing', () => {
  expect(explainLoss(parseFilterPattern('{ $.eventName = A }'), { eventName: 'A' })).toBeUndefined();
  expect(coverage.covers(everything, [parseFilterPattern('').predicate])).toEqual({ verdict: 'proved' });
});
