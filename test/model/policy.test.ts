import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../../src/json.ts';
import { mutedShare } from '../../src/model/alarm/mute-schedule.ts';
import { letsAlarmsThrough } from '../../src/model/policy/filter-policy.ts';
import { allowsService, type Maybe } from '../../src/model/policy/policy.ts';

const topic = 'arn:aws:sns:us-east-1:111111111111:security';

function allowed(...statements: readonly Record<string, JsonValue>[]): Maybe {
  return allowsService(JSON.stringify({ Version: '2012-10-17', Statement: statements }), {
    principal: 'cloudwatch.amazonaws.com',
    action: 'sns:Publish',
    resource: topic,
    context: {
      'aws:sourcearn': 'arn:aws:cloudwatch:us-east-1:111111111111:alarm:root',
      'aws:sourceaccount': '111111111111',
      'aws:securetransport': 'true',
      'aws:principalorgid': undefined,
    },
  });
}
const allow = (more: Record<string, JsonValue> = {}): Record<string, JsonValue> => ({
  Effect: 'Allow',
  Principal: { Service: 'cloudwatch.amazonaws.com' },
  Action: 'sns:Publish',
  Resource: topic,
  ...more,
});
const when = (condition: JsonValue): Record<string, JsonValue> => allow({ Condition: condition });

test.each<[string, readonly Record<string, JsonValue>[], Maybe]>([
  ['the service', [allow()], true],
  ['everybody', [allow({ Principal: '*' })], true],
  ['everybody, as AWS', [allow({ Principal: { AWS: '*' } })], true],
  ['another service', [allow({ Principal: { Service: ['events.amazonaws.com'] } })], false],
  ['an account', [allow({ Principal: { AWS: 'arn:aws:iam::111111111111:root' } })], false],
  ['no statement', [], false],
  ['actions by wildcard, whatever their case', [allow({ Action: ['SNS:Pub*'] })], true],
  ['another action', [allow({ Action: 'sns:Subscribe' })], false],
  [
    'not this action',
    [{ Effect: 'Allow', Principal: '*', NotAction: 'sns:Publish', Resource: topic }],
    false,
  ],
  [
    'not another action',
    [{ Effect: 'Allow', Principal: '*', NotAction: 'sns:Subscribe', Resource: topic }],
    true,
  ],
  ['another resource', [allow({ Resource: `${topic}2` })], false],
  ['resources by wildcard', [allow({ Resource: 'arn:aws:sns:*:111111111111:sec?rity' })], true],
  ['the account it comes from', [when({ StringEquals: { 'aws:SourceAccount': '111111111111' } })], true],
  ['another account', [when({ StringEquals: { 'aws:SourceAccount': ['222222222222'] } })], false],
  [
    'the alarm it comes from',
    [when({ ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:*:111111111111:alarm:*' } })],
    true,
  ],
  ['a key that services do not have', [when({ StringEquals: { 'aws:PrincipalOrgID': 'o-a' } })], false],
  ['the same, if it is there', [when({ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a' } })], true],
  ['the same, negated', [when({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-a' } })], true],
  ['absent on purpose', [when({ Null: { 'aws:PrincipalOrgID': 'true' } })], true],
  ['a key that is not known', [when({ StringEquals: { 'aws:SourceVpc': 'vpc-1' } })], undefined],
  ['an operator that is not known', [when({ NumericLessThan: { 'aws:SourceAccount': 5 } })], undefined],
  ['a denial', [allow(), { ...allow(), Effect: 'Deny' }], false],
  [
    'a denial without TLS does not touch it',
    [allow(), { ...when({ Bool: { 'aws:SecureTransport': false } }), Effect: 'Deny' }],
    true,
  ],
  [
    'a denial that is not decided',
    [allow(), { ...when({ StringEquals: { 'aws:SourceVpc': 'v' } }), Effect: 'Deny' }],
    undefined,
  ],
  [
    'NotPrincipal',
    [{ Effect: 'Allow', NotPrincipal: { AWS: '1' }, Action: 'sns:Publish', Resource: topic }],
    undefined,
  ],
])('a policy that names %s', (_name, statements, expected) => {
  expect(allowed(...statements)).toBe(expected);
});

test('a policy that is no JSON is not decided', () => {
  expect(allowsService('{', { principal: 'a', action: 'b', resource: 'c', context: {} })).toBeUndefined();
});

test('one more denial never lets more in, one more permission never less', () => {
  const statement = fc.record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Principal: fc.constantFrom<JsonValue>('*', { Service: 'cloudwatch.amazonaws.com' }, { AWS: '1' }),
    Action: fc.constantFrom('*', 'sns:Publish', 'sns:Get*'),
    Resource: fc.constantFrom('*', topic, `${topic}2`),
    Condition: fc.constantFrom<JsonValue>(
      {},
      { StringEquals: { 'aws:SourceAccount': '111111111111' } },
      { StringEquals: { 'aws:SourceVpc': 'v' } },
    ),
  });
  const rank = (value: Maybe): number => (value === undefined ? 1 : value ? 2 : 0);
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 4 }), statement, (statements, more) => {
      const before = rank(allowed(...statements));
      const after = rank(allowed(...statements, more));
      expect(more.Effect === 'Deny' ? after <= before : after >= before).toBe(true);
    }),
  );
});

test.each<[string, string, Maybe]>([
  ['{}', 'MessageAttributes', true],
  ['{"team":["a"]}', 'MessageAttributes', false],
  ['{"team":["a",{"exists":false}]}', 'MessageAttributes', true],
  ['{"$or":[{"team":["a"]},{"x":["b"]}]}', 'MessageAttributes', undefined],
  ['{"NewStateValue":["ALARM","OK"]}', 'MessageBody', true],
  ['{"NewStateValue":[{"anything-but":["ALARM"]}]}', 'MessageBody', false],
  ['{"NewStateValue":[{"prefix":"AL"}]}', 'MessageBody', true],
  ['{"NewStateValue":["OK"],"AlarmName":["a"]}', 'MessageBody', false],
  ['{"AlarmName":["a"]}', 'MessageBody', undefined],
  ['nonsense', 'MessageBody', undefined],
])('a filter policy %s on %s', (policy, scope, expected) => {
  expect(letsAlarmsThrough(policy, scope)).toBe(expected);
});

test.each<[string, string, number | undefined]>([
  ['cron(0 2 * * *)', 'PT2H24M', 0.1],
  ['cron(0 0 * * *)', 'P1D', 1],
  ['cron(0 0 * * *)', 'P2D', 1],
  ['cron(0,30 * * * *)', 'PT15M', 0.5],
  ['cron(0 0 * * SAT-SUN)', 'P1D', undefined],
  ['cron(0 0 * * MON-WED)', 'PT24H', 3 / 7],
  ['cron(0 0 * JAN *)', 'P1D', 1 / 12],
  ['at(2026-10-01T00:00)', 'P15D', 0],
  ['cron(0 0 L * *)', 'P1D', undefined],
  ['cron(0 0 * *)', 'P1D', undefined],
  ['rate(1 hour)', 'P1D', undefined],
  ['cron(0 2 * * *)', 'two hours', undefined],
])('a mute rule of %s for %s', (expression, duration, expected) => {
  const share = mutedShare(expression, duration);
  const rounded = (value: number | undefined): number | undefined => value && Number(value.toFixed(6));
  expect(rounded(share)).toBe(rounded(expected));
});
