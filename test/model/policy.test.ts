import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../../src/json.ts';
import type { RequestContext } from '../../src/model/policy/condition.ts';
import { readPolicy } from '../../src/model/policy/document.ts';
import { allows, decide, type Caller, type PolicyRequest } from '../../src/model/policy/evaluate.ts';
import type { Maybe } from '../../src/model/policy/maybe.ts';
import { holdsName, nameSetValue } from '../../src/model/policy/name-set.ts';
import {
  controlPoliciesAllow,
  controlPoliciesDeny,
  type BoundAccount,
} from '../../src/model/policy/organization-policies.ts';

type Written = Record<string, JsonValue>;

const topic = 'arn:aws:sns:us-east-1:111111111111:security';
const role = 'arn:aws:iam::111111111111:role/ops/deploy';
const session = 'arn:aws:sts::111111111111:assumed-role/deploy/me';
const cloudwatch: Caller = { kind: 'service', name: 'cloudwatch.amazonaws.com' };
const inAccount = (account: string, arn?: string): Caller => ({
  kind: 'aws',
  account,
  ...(arn === undefined ? {} : { arn }),
});

const request: PolicyRequest = {
  caller: cloudwatch,
  action: 'sns:Publish',
  resource: topic,
  context: {
    'aws:sourcearn': 'arn:aws:cloudwatch:us-east-1:111111111111:alarm:root',
    'aws:sourceaccount': '111111111111',
    'aws:securetransport': 'true',
    'aws:principalorgid': undefined,
    'aws:principaltag/team': 'blue',
    'aws:sourceip': '10.1.2.3',
    'aws:currenttime': '2026-10-01T06:00:00Z',
    'aws:tagkeys': ['team', 'cost'],
    'aws:calledvia': [],
    's3:max-keys': '10',
  },
};

const policy = (statements: readonly Written[], version = '2012-10-17'): ReturnType<typeof readPolicy> =>
  readPolicy(JSON.stringify({ Version: version, Statement: statements }));

function allowed(statements: readonly Written[], more: Partial<PolicyRequest> = {}): Maybe {
  return allows(policy(statements), { ...request, ...more });
}

const allow = (more: Written = {}): Written => ({
  Effect: 'Allow',
  Principal: { Service: 'cloudwatch.amazonaws.com' },
  Action: 'sns:Publish',
  Resource: topic,
  ...more,
});
const deny = (more: Written = {}): Written => ({ ...allow(more), Effect: 'Deny' });
const when = (condition: JsonValue): Written => allow({ Condition: condition });
const without = (member: string, statement: Written): Written =>
  Object.fromEntries(Object.entries(statement).filter(([name]) => name !== member));

test.each<[string, readonly Written[], Maybe]>([
  ['the service', [allow()], true],
  ['everybody', [allow({ Principal: '*' })], true],
  ['everybody, as AWS', [allow({ Principal: { AWS: '*' } })], true],
  ['another service', [allow({ Principal: { Service: ['events.amazonaws.com'] } })], false],
  ['an account', [allow({ Principal: { AWS: 'arn:aws:iam::111111111111:root' } })], false],
  ['no statement', [], false],
  ['actions by wildcard, whatever their case', [allow({ Action: ['SNS:Pub*'] })], true],
  ['actions by one character', [allow({ Action: 'sns:Publis?' })], true],
  ['one character too many', [allow({ Action: 'sns:Publish?' })], false],
  ['another action', [allow({ Action: 'sns:Subscribe' })], false],
  ['not this action', [{ ...without('Action', allow()), NotAction: 'sns:Publish' }], false],
  ['not another action', [{ ...without('Action', allow()), NotAction: 'sns:Subscribe' }], true],
  ['no action', [without('Action', allow())], undefined],
  ['no resource: the one that carries it', [without('Resource', allow())], true],
  ['another resource', [allow({ Resource: `${topic}2` })], false],
  ['a resource in another case', [allow({ Resource: topic.toUpperCase() })], false],
  ['resources by wildcard', [allow({ Resource: 'arn:aws:sns:*:111111111111:sec?rity' })], true],
  ['not this resource', [{ ...without('Resource', allow()), NotResource: topic }], false],
  ['not another resource', [{ ...without('Resource', allow()), NotResource: `${topic}2` }], true],
  [
    'a variable in the resource',
    [allow({ Resource: topic.replace('111111111111', '${aws:SourceAccount}') })],
    true,
  ],
  ['a variable of another value', [allow({ Resource: `${topic}\${aws:SourceAccount}` })], false],
  [
    'a variable that is not known',
    [allow({ Resource: `arn:aws:sns:*:*:\${aws:PrincipalTag/x}*` })],
    undefined,
  ],
  ['a variable that is absent', [allow({ Resource: `arn:*:\${aws:PrincipalOrgID}*` })], false],
  [
    'a variable with another default',
    [allow({ Resource: `arn:*:\${aws:PrincipalOrgID, 'security'}` })],
    true,
  ],
  ['a denial', [allow(), deny()], false],
  [
    'a denial without TLS does not touch it',
    [allow(), deny({ Condition: { Bool: { 'aws:SecureTransport': false } } })],
    true,
  ],
  [
    'a denial that is not decided',
    [allow(), deny({ Condition: { StringEquals: { 'aws:SourceVpc': 'v' } } })],
    undefined,
  ],
  [
    'a denial of all but another',
    [allow(), { ...without('Principal', deny()), NotPrincipal: { AWS: '1' } }],
    false,
  ],
  [
    'a denial of all but it',
    [allow(), { ...without('Principal', deny()), NotPrincipal: { Service: 'cloudwatch.amazonaws.com' } }],
    true,
  ],
  ['an effect that there is not', [allow({ Effect: 'Permit' })], undefined],
  ['a principal of no kind', [allow({ Principal: { Robot: '*' } })], undefined],
])('a policy that names %s', (_name, statements, expected) => {
  expect(allowed(statements)).toBe(expected);
});

test.each<[string, JsonValue, Maybe]>([
  ['the account it comes from', { StringEquals: { 'aws:SourceAccount': '111111111111' } }, true],
  ['another account', { StringEquals: { 'aws:SourceAccount': ['222222222222'] } }, false],
  ['one of several accounts', { StringEquals: { 'AWS:sourceaccount': ['2', '111111111111'] } }, true],
  [
    'two keys, one of which fails',
    { StringEquals: { 'aws:SourceAccount': '111111111111', 's3:max-keys': '9' } },
    false,
  ],
  ['text whatever its case', { StringEqualsIgnoreCase: { 'aws:PrincipalTag/team': 'BLUE' } }, true],
  ['a star that is a star', { StringEquals: { 'aws:PrincipalTag/team': 'b*' } }, false],
  ['a star that is a wildcard', { StringLike: { 'aws:PrincipalTag/team': 'b*' } }, true],
  ['a star as a variable', { StringLike: { 'aws:PrincipalTag/team': 'b${*}' } }, false],
  ['none of several', { StringNotLike: { 'aws:PrincipalTag/team': ['r*', 'b*'] } }, false],
  ['a variable', { StringEquals: { 'aws:SourceAccount': '${aws:SourceAccount}' } }, true],
  ['the alarm', { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:*:111111111111:alarm:*' } }, true],
  ['any ARN', { ArnEquals: { 'aws:SourceArn': '*' } }, true],
  [
    'a wildcard does not reach over a colon',
    { ArnLike: { 'aws:SourceArn': 'arn:aws:*:alarm:root:*' } },
    false,
  ],
  ['an ARN cut short', { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:*' } }, undefined],
  ['not the alarm', { ArnNotLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:*:111111111111:*' } }, false],
  ['an address in a range', { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '10.0.0.0/8'] } }, true],
  ['an address itself', { IpAddress: { 'aws:SourceIp': '10.1.2.3' } }, true],
  ['an address outside', { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, false],
  ['another version', { IpAddress: { 'aws:SourceIp': '2001:db8::/32' } }, false],
  ['a number', { NumericLessThanEquals: { 's3:max-keys': 10 } }, true],
  ['a number too large', { NumericGreaterThan: { 's3:max-keys': '10' } }, false],
  ['text for a number', { NumericEquals: { 's3:max-keys': 'ten' } }, false],
  ['a time', { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } }, true],
  ['a time in seconds', { DateLessThan: { 'aws:CurrentTime': '1700000000' } }, false],
  ['no time', { DateLessThan: { 'aws:CurrentTime': 'soon' } }, undefined],
  ['true', { Bool: { 'aws:SecureTransport': 'TRUE' } }, true],
  ['an absent key', { StringEquals: { 'aws:PrincipalOrgID': 'o-a' } }, false],
  ['the same, if it is there', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a' } }, true],
  ['a present key, if it is there', { StringEqualsIfExists: { 'aws:SourceAccount': '2' } }, false],
  ['an absent key, negated', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a' } }, true],
  ['absent on purpose', { Null: { 'aws:PrincipalOrgID': 'true' } }, true],
  ['present on purpose', { Null: { 'aws:PrincipalOrgID': false } }, false],
  ['a key that is not known', { StringEquals: { 'aws:SourceVpc': 'vpc-1' } }, undefined],
  ['the same beside one that fails', { StringEquals: { 'aws:SourceVpc': 'v', 's3:max-keys': '9' } }, false],
  ['an operator that there is not', { StringSounds: { 'aws:SourceAccount': '1' } }, undefined],
  ['any of several values', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['cost', 'x'] } }, true],
  ['any of none', { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'x' } }, false],
  ['all of several values', { 'ForAllValues:StringLike': { 'aws:TagKeys': ['te*', 'cost'] } }, true],
  ['all but one', { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'team' } }, false],
  ['all of none', { 'ForAllValues:StringEquals': { 'aws:CalledVia': 'x' } }, true],
  ['any value but these', { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': 'team' } }, true],
  ['several values as one', { StringEquals: { 'aws:TagKeys': 'team' } }, undefined],
  ['no mapping', 'x', undefined],
])('a condition on %s', (_name, condition, expected) => {
  expect(allowed([when(condition)])).toBe(expected);
});

test('variables are text in policies of the first version', () => {
  const statement = when({ StringEquals: { 'aws:SourceAccount': '${aws:SourceAccount}' } });
  expect(allows(policy([statement], '2008-10-17'), request)).toBe(false);
});

test.each<[string, JsonValue, Caller | undefined, Maybe]>([
  ['an account by its id', { AWS: '111111111111' }, inAccount('111111111111'), true],
  [
    'an account by its root',
    { AWS: 'arn:aws:iam::111111111111:root' },
    inAccount('111111111111', role),
    true,
  ],
  ['another account', { AWS: '222222222222' }, inAccount('111111111111'), false],
  ['the role', { AWS: role }, inAccount('111111111111', role), true],
  ['another role', { AWS: role }, inAccount('111111111111', `${role}2`), false],
  ['a role of the account', { AWS: role }, inAccount('111111111111'), undefined],
  ['the role of a session, its path untold', { AWS: role }, inAccount('111111111111', session), undefined],
  ['the role of a session', { AWS: role.replace('ops/', '') }, inAccount('111111111111', session), true],
  ['a session', { AWS: session }, inAccount('111111111111', session), true],
  ['a deleted role', { AWS: 'AROAEXAMPLE' }, inAccount('111111111111', role), false],
  ['a canonical user', { CanonicalUser: 'abc' }, { kind: 'canonical', id: 'abc' }, true],
  ['what may be the same account', { CanonicalUser: 'abc' }, inAccount('111111111111'), undefined],
  [
    'a provider',
    { Federated: 'accounts.google.com' },
    { kind: 'federated', provider: 'accounts.google.com' },
    true,
  ],
  ['accounts, to nobody', { AWS: '111111111111' }, { kind: 'anonymous' }, false],
  ['everybody, to nobody', '*', { kind: 'anonymous' }, true],
  ['somebody, to whoever', { AWS: role }, undefined, undefined],
  ['everybody, to whoever', '*', undefined, true],
])('a statement for %s', (_name, principal, caller, expected) => {
  expect(allowed([allow({ Principal: principal })], { caller })).toBe(expected);
  const all = allow({ Principal: '*' });
  const others = without('Principal', deny({ NotPrincipal: principal }));
  const left = allowed([all, others], { caller });
  // Whoever is named by NotPrincipal is left out of the Deny, or that is not decided; nobody else is.
  const wanted: readonly Maybe[] = expected === true ? [true, undefined] : [expected];
  expect(wanted).toContain(left);
});

test.each<[string, string, string, Maybe]>([
  ['all of the actions asked for', 's3:*', 's3:Get*', true],
  ['some of them', 's3:GetObject', 's3:Get*', undefined],
  ['none of them', 's3:Put*', 's3:Get*', false],
  ['no fewer', 's3:?etObject', 's3:*', undefined],
])('a request for one of several actions, and a statement that names %s', (_name, named, asked, expected) => {
  expect(allowed([allow({ Action: named })], { action: asked })).toBe(expected);
  const other = expected === undefined ? undefined : !expected;
  const excluding = { ...without('Action', allow()), NotAction: named };
  expect(allowed([excluding], { action: asked })).toBe(other);
});

test.each(['{', '[]', '"x"', '{"Statement":[1]}'])('%s is no policy and decides nothing', (text) => {
  expect(allows(readPolicy(text), request)).toBeUndefined();
});

const statements = fc.array(
  fc
    .record({
      Effect: fc.constantFrom('Allow', 'Deny'),
      who: fc.constantFrom<Written>(
        { Principal: '*' },
        { Principal: { Service: 'cloudwatch.amazonaws.com' } },
        { Principal: { AWS: ['1', role] } },
        { NotPrincipal: { AWS: [role, '111111111111'] } },
      ),
      what: fc.constantFrom<Written>({ Action: '*' }, { Action: 'sns:Publish' }, { NotAction: 'sns:Get*' }),
      Resource: fc.constantFrom('*', topic, `${topic}2`, '*:${aws:SourceAccount}:*'),
      Condition: fc.constantFrom<JsonValue>(
        {},
        { StringEquals: { 'aws:SourceAccount': '111111111111' } },
        { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a' } },
        { 'ForAllValues:StringLike': { 'aws:TagKeys': 't*' } },
        { Null: { 'aws:SourceArn': 'true' } },
        { StringEquals: { 'aws:SourceVpc': 'v' } },
      ),
    })
    .map(({ who, what, ...rest }): Written => ({ ...rest, ...who, ...what })),
  { minLength: 1, maxLength: 4 },
);
const callers = fc.constantFrom(cloudwatch, inAccount('111111111111', role), inAccount('222222222222'));
const rank = (value: Maybe): number => (value === undefined ? 1 : value ? 2 : 0);

test('one more denial never lets more in, one more permission never less, and order does not matter', () => {
  fc.assert(
    fc.property(statements, statements, callers, (some, [more = {}], caller) => {
      const before = rank(allowed(some, { caller }));
      const after = rank(allowed([...some, more], { caller }));
      expect(more['Effect'] === 'Deny' ? after <= before : after >= before).toBe(true);
      expect(rank(allowed(some.toReversed(), { caller }))).toBe(before);
    }),
  );
});

test('less known about a request decides the same or nothing', () => {
  const poorer = fc.record({
    keys: fc.subarray(Object.keys(request.context)),
    caller: fc.boolean(),
    action: fc.constantFrom('sns:Publish', 'sns:*', '*'),
    resource: fc.constantFrom(topic, 'arn:aws:sns:*', `${topic}?`, '*'),
  });
  fc.assert(
    fc.property(statements, callers, poorer, (some, caller, left) => {
      const known = allowed(some, { caller });
      const context: RequestContext = Object.fromEntries(left.keys.map((key) => [key, request.context[key]]));
      const resource = left.resource.endsWith('?') ? topic : left.resource;
      const less = allowed(some, {
        caller: left.caller ? caller : undefined,
        action: left.action,
        resource,
        context,
      });
      expect(less ?? known).toBe(known);
    }),
  );
});

test('wildcards that mean the same decide the same', () => {
  const same: readonly (readonly [Written, Written])[] = [
    [{ Action: '*' }, { Action: ['**'] }],
    [{ Action: 'sns:*' }, { Action: ['sns:?*', 'sns:'] }],
    [{ Resource: '*' }, { Resource: ['?*', ''] }],
    [{ Action: 'sns:Publish' }, { Action: 'SNS:PUBLISH' }],
    [{ Principal: '*' }, { Principal: { AWS: '*' } }],
  ];
  fc.assert(
    fc.property(statements, fc.constantFrom(...same), callers, (some, [one, other], caller) => {
      const as = (part: Written): Maybe => allowed([allow({ Principal: '*', ...part }), ...some], { caller });
      expect(as(one)).toBe(as(other));
    }),
  );
});

test('what a policy says by Allow and by Deny can be asked apart', () => {
  expect(decide(policy([allow(), deny()])!, request)).toEqual({ allowed: true, denied: true });
});

test.each<[string, Parameters<typeof nameSetValue>[0], string, Maybe]>([
  ['names it', { granted: { patterns: ['s3:Put*'], excluded: false } }, 's3:PutObject', true],
  ['names others', { granted: { patterns: ['s3:Put*'], excluded: false } }, 's3:GetObject', false],
  ['is all but it', { granted: { patterns: ['s3:Put*'], excluded: true } }, 's3:putobject', false],
  [
    'has it taken away',
    { granted: { patterns: ['*'], excluded: false }, denied: [{ patterns: ['s3:*'], excluded: false }] },
    's3:PutObject',
    false,
  ],
  [
    'has others taken away',
    { granted: { patterns: ['*'], excluded: false }, denied: [{ patterns: ['s3:*'], excluded: true }] },
    's3:PutObject',
    true,
  ],
  [
    'has it taken away, or not',
    {
      granted: { patterns: ['*'], excluded: false },
      perhapsDenied: [{ patterns: ['s3:*'], excluded: false }],
    },
    's3:PutObject',
    undefined,
  ],
])('a set of names that %s', (_name, set, name, expected) => {
  expect(holdsName(nameSetValue(set), name)).toBe(expected);
});

const full = policy([{ Effect: 'Allow', Action: '*', Resource: '*' }]);
const noStop = policy([
  { Effect: 'Deny', Action: 'cloudtrail:StopLogging', Resource: '*' },
  { Effect: 'Allow', Action: 'sns:*', Resource: '*' },
]);
const exceptRole = policy([
  {
    Effect: 'Deny',
    Action: 'cloudtrail:*',
    Resource: '*',
    Condition: { ArnNotLike: { 'aws:PrincipalArn': role } },
  },
]);
const bound = (...levels: readonly (readonly (typeof full)[] | undefined)[]): BoundAccount => ({
  levels: levels.map((policies) => ({ policies })),
  isManagement: false,
});

test.each<[string, BoundAccount, Maybe, Maybe]>([
  ['full access on every level', bound([full], [full], [full]), true, false],
  ['no policies of the kind', bound(), true, false],
  ['a level that allows nothing', bound([full], [], [full]), false, false],
  ['a level that allows something else', bound([full], [noStop], [full]), false, true],
  ['a denial above', bound([full, noStop], [full]), false, true],
  ['a denial below', bound([full], [full], [full, noStop]), false, true],
  ['the management account', { ...bound([noStop]), isManagement: true }, true, false],
  ['a level that is not known', bound([full], undefined, [full]), undefined, undefined],
  ['a level that is not known and a denial', bound([full, noStop], undefined), false, true],
  ['a policy that cannot be read', bound([full, undefined]), undefined, undefined],
  ['a denial for all but a role', bound([full, exceptRole]), undefined, undefined],
])('under control policies: %s', (_name, account, allowedThere, deniedThere) => {
  const stop = { caller: undefined, action: 'cloudtrail:StopLogging', resource: '*', context: {} };
  expect(controlPoliciesAllow(account, stop)).toBe(allowedThere);
  expect(controlPoliciesDeny(account, stop)).toBe(deniedThere);
});
