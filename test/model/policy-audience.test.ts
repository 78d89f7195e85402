import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../../src/json.ts';
import {
  foreignActions,
  foreignPrincipals,
  foreignSources,
  opensToEveryone,
  requiresTls,
  servicesOf,
  type Surroundings,
} from '../../src/model/policy/audience.ts';
import { readPolicy, type PolicyDocument } from '../../src/model/policy/document.ts';
import { anyOf, type Maybe } from '../../src/model/policy/maybe.ts';
import { holdsName, nameSetValue } from '../../src/model/policy/name-set.ts';
import { known } from './support.ts';

type Written = Record<string, JsonValue>;

const bucket = 'arn:aws:s3:::logs';
const around: Surroundings = {
  owner: '111111111111',
  resource: bucket,
  // 444444444444 may be in the part of the list that was not obtained.
  isOurs: (account) => (account === '444444444444' ? undefined : /^[12]+$/.test(account)),
  organization: 'o-ours000000',
};
const inside = [bucket, `${bucket}/*`];

const allow = (more: Written = {}): Written => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:*',
  Resource: inside,
  ...more,
});
const deny = (more: Written = {}): Written => ({ ...allow(more), Effect: 'Deny' });
const when = (Condition: JsonValue, more: Written = {}): Written => allow({ Condition, ...more });
const unless = (Condition: JsonValue, more: Written = {}): Written => deny({ Condition, ...more });
const equals = (key: string, ...values: string[]): JsonValue => ({ StringEquals: { [key]: values } });

const read = (...statements: readonly Written[]): PolicyDocument =>
  known(readPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements })));
const opens = (...statements: readonly Written[]): Maybe => {
  const policy = read(...statements);
  return opensToEveryone(policy, known(policy.statements[0]), around);
};
const foreign = (...statements: readonly Written[]): readonly string[] => {
  const policy = read(...statements);
  const { names, unsure } = foreignPrincipals(policy, known(policy.statements[0]), around);
  return [...names, ...unsure.map((name) => `${name}?`)];
};

test.each<[string, readonly Written[], Maybe, readonly string[]]>([
  ['everybody', [allow()], true, ['*']],
  ['everybody, as AWS', [allow({ Principal: { AWS: ['*'] } })], true, ['*']],
  ['a denial', [deny()], false, []],
  ['its own account', [allow({ Principal: { AWS: 'arn:aws:iam::111111111111:root' } })], false, []],
  ['an account of the organization', [allow({ Principal: { AWS: '222222222222' } })], false, []],
  ['another account', [allow({ Principal: { AWS: '333333333333' } })], false, ['333333333333']],
  [
    'a role of another account',
    [allow({ Principal: { AWS: ['arn:aws:iam::333333333333:role/x', '222222222222'] } })],
    false,
    ['333333333333'],
  ],
  ['an account that may be ours', [allow({ Principal: { AWS: '444444444444' } })], false, ['444444444444?']],
  ['a service', [allow({ Principal: { Service: 'cloudtrail.amazonaws.com' } })], false, []],
  ['a canonical user', [allow({ Principal: { CanonicalUser: 'abc' } })], false, ['abc?']],
  [
    'identity providers',
    [
      allow({
        Principal: { Federated: ['accounts.google.com', 'arn:aws:iam::111111111111:saml-provider/a'] },
      }),
    ],
    false,
    ['accounts.google.com'],
  ],
  [
    'everybody but one',
    [{ Effect: 'Allow', NotPrincipal: { AWS: '222222222222' }, Action: '*', Resource: '*' }],
    true,
    ['*'],
  ],
  ['our organization', [when(equals('aws:PrincipalOrgID', 'o-ours000000'))], false, []],
  ['another organization', [when(equals('aws:PrincipalOrgID', 'o-other00000'))], false, ['o-other00000']],
  [
    'our organization, if the key is there',
    [when({ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-ours000000' } })],
    true,
    ['*'],
  ],
  [
    'a unit of our organization',
    [when({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': ['o-ours000000/*'] } })],
    false,
    [],
  ],
  [
    'one account by a condition',
    [when(equals('aws:PrincipalAccount', '333333333333'))],
    false,
    ['333333333333'],
  ],
  ['accounts by a wildcard', [when({ StringLike: { 'aws:PrincipalAccount': '1111*' } })], true, ['*']],
  [
    'a role of any account',
    [when({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/reader' } })],
    true,
    ['*'],
  ],
  [
    'any role of one account',
    [when({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/*' } })],
    false,
    [],
  ],
  ['a source account', [when(equals('aws:SourceAccount', '111111111111'))], false, []],
  ['a source', [when({ ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:111111111111:*' } })], false, []],
  ['a source of any account', [when({ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*:*:*' } })], true, []],
  ['the owner of a source', [when(equals('AWS:SourceOwner', '111111111111'))], false, []],
  ['an endpoint', [when(equals('aws:SourceVpce', 'vpce-1'))], false, ['*?']],
  ['all but an endpoint', [when({ StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } })], true, ['*?']],
  ['a fixed subscriber', [when(equals('sns:Endpoint', 'security@example.com'))], false, ['*']],
  ['subscribers of a domain', [when({ StringLike: { 'sns:Endpoint': '*@example.com' } })], true, ['*']],
  ['all but a subscriber', [when({ StringNotEquals: { 'sns:Endpoint': 'a@example.com' } })], true, ['*']],
  ['addresses', [when({ IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '10.0.0.0/8'] } })], false, ['*?']],
  ['half of all addresses', [when({ IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } })], true, ['*?']],
  ['those who use TLS', [when({ Bool: { 'aws:SecureTransport': 'true' } })], true, ['*']],
  ['those who say so', [when(equals('s3:x-amz-acl', 'bucket-owner-full-control'))], true, ['*']],
  [
    'those before a day',
    [when({ DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } })],
    true,
    ['*'],
  ],
  ['a key nobody knows', [when(equals('example:Key', 'x'))], undefined, ['*?']],
  [
    'both of two conditions',
    [when({ StringEquals: { 'aws:PrincipalOrgID': 'o-ours000000', 's3:prefix': 'x' } })],
    false,
    [],
  ],
  [
    'everybody, but a denial of other organizations',
    [allow(), unless({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-ours000000' } })],
    false,
    [],
  ],
  [
    'everybody, but a denial of others that leaves an account out',
    [allow(), unless({ StringNotEquals: { 'aws:PrincipalAccount': ['333333333333', '111111111111'] } })],
    false,
    [],
  ],
  [
    'everybody, but a denial of plain HTTP',
    [allow(), unless({ Bool: { 'aws:SecureTransport': 'false' } })],
    true,
    ['*'],
  ],
  [
    'everybody, but a denial of other addresses',
    [allow(), unless({ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })],
    false,
    ['*?'],
  ],
  ['everybody, but a denial of some actions', [allow(), deny({ Action: 's3:Put*' })], true, ['*']],
  [
    'everybody, but a denial of all but some actions',
    [allow(), { Effect: 'Deny', Principal: '*', NotAction: 's3:Get*', Resource: inside }],
    true,
    ['*'],
  ],
  ['everybody, but a denial of all that it names', [allow({ Action: 's3:Get*' }), deny()], false, []],
  ['everybody, but a denial of another place', [allow(), deny({ Resource: `${bucket}/x/*` })], true, ['*']],
])('a statement that lets in %s', (_name, statements, everyone, outsiders) => {
  expect(opens(...statements)).toBe(everyone);
  expect(foreign(...statements)).toEqual(outsiders);
});

test.each<[string, JsonValue, readonly string[]]>([
  ['nothing', {}, ['*']],
  [
    'a trail of ours',
    { ArnEquals: { 'aws:SourceArn': 'arn:aws:cloudtrail:us-east-1:111111111111:trail/a' } },
    [],
  ],
  ['trails of ours', { StringLike: { 'aws:SourceArn': 'arn:aws:cloudtrail:*:111111111111:trail/*' } }, []],
  ['trails of any account', { StringLike: { 'aws:SourceArn': 'arn:aws:cloudtrail:*:*:trail/*' } }, ['*']],
  [
    'a trail of others',
    { StringEquals: { 'aws:SourceArn': 'arn:aws:cloudtrail:us-east-1:333333333333:trail/a' } },
    ['333333333333'],
  ],
  ['accounts', { StringEquals: { 'aws:SourceAccount': ['111111111111', '333333333333'] } }, ['333333333333']],
  ['our organization', { StringEquals: { 'aws:SourceOrgID': 'o-ours000000' } }, []],
  ['another organization', { StringEquals: { 'aws:SourceOrgID': 'o-other00000' } }, ['o-other00000']],
  ['the ACL alone', { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } }, ['*']],
  [
    'what is encrypted',
    {
      StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': 'arn:aws:cloudtrail:*:111111111111:trail/*' },
    },
    [],
  ],
])('a service bound by %s', (_name, condition, expected) => {
  const policy = read(when(condition, { Principal: { Service: 'cloudtrail.amazonaws.com' } }));
  expect(foreignSources(policy, known(policy.statements[0]), around)).toEqual({
    names: expected,
    unsure: [],
  });
});

test.each<[string, JsonValue, readonly string[], readonly string[]]>([
  ['nothing', {}, ['*'], ['*']],
  [
    'the name of a service',
    equals('aws:PrincipalServiceName', 'cloudtrail.amazonaws.com'),
    ['cloudtrail.amazonaws.com'],
    ['*'],
  ],
  [
    'the name of a service, if there is one',
    { StringEqualsIfExists: { 'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com' } },
    ['*'],
    ['*'],
  ],
  ['being a service', { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, ['*'], ['*']],
  [
    'not being one service',
    { StringNotEquals: { 'aws:PrincipalServiceName': 's3.amazonaws.com' } },
    ['*'],
    ['*'],
  ],
  ['people of ours', equals('aws:PrincipalOrgID', 'o-ours000000'), ['*'], []],
  ['an endpoint', equals('aws:SourceVpce', 'vpce-1'), ['*'], []],
  ['a source of ours', equals('aws:SourceAccount', '111111111111'), ['*'], []],
  [
    'a source of others',
    { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudtrail:*:333333333333:trail/*' } },
    ['*'],
    ['333333333333'],
  ],
])('everybody bound by %s stands for services, too', (_name, condition, services, sources) => {
  const policy = read(when(condition));
  const statement = known(policy.statements[0]);
  expect(servicesOf(statement)).toEqual(services);
  expect(foreignSources(policy, statement, around)).toEqual({ names: sources, unsure: [] });
});

test('a denial can bind a service', () => {
  const policy = read(
    allow({ Principal: { Service: 'cloudtrail.amazonaws.com' } }),
    unless({ StringNotEquals: { 'aws:SourceAccount': '111111111111' } }),
  );
  expect(foreignSources(policy, known(policy.statements[0]), around).names).toEqual([]);
});

test.each<[string, Written, string, Maybe]>([
  ['of all that it allows', deny(), 's3:PutObject', false],
  ['of this', deny({ Action: 's3:Put*' }), 's3:PutObject', false],
  ['of something else', deny({ Action: 's3:Put*' }), 's3:DeleteObject', true],
  ['of only some objects', deny({ Action: 's3:Put*', Resource: `${bucket}/x/*` }), 's3:PutObject', true],
  ['of another account', deny({ Principal: { AWS: '333333333333' } }), 's3:PutObject', true],
  ['that they can get round', unless({ Bool: { 'aws:SecureTransport': 'false' } }), 's3:PutObject', true],
  ['that is not decided', unless(equals('example:Key', 'x')), 's3:PutObject', undefined],
])('what outsiders may do is what is left of a denial %s', (_name, denial, action, expected) => {
  const policy = read(allow(), denial);
  expect(holdsName(nameSetValue(foreignActions(policy, known(policy.statements[0]), around)), action)).toBe(
    expected,
  );
});

const overHttp = { Bool: { 'aws:SecureTransport': 'false' } };

test.each<[string, readonly Written[], Maybe]>([
  ['no denial', [allow()], false],
  ['a denial of everything', [unless(overHttp)], true],
  ['a denial if the key is there', [unless({ BoolIfExists: { 'aws:SecureTransport': false } })], true],
  ['the objects alone', [unless(overHttp, { Resource: `${bucket}/*` })], false],
  ['the bucket alone', [unless(overHttp, { Resource: bucket })], false],
  [
    'two statements together',
    [unless(overHttp, { Resource: bucket }), unless(overHttp, { Resource: `${bucket}/*` })],
    true,
  ],
  ['some actions', [unless(overHttp, { Action: 's3:GetObject' })], false],
  ['some principals', [unless(overHttp, { Principal: { AWS: '111111111111' } })], false],
  ['TLS versions alone', [unless({ NumericLessThan: { 's3:TlsVersion': 1.2 } })], false],
  ['one more condition', [unless({ ...overHttp, StringEquals: { 'example:Key': 'x' } })], undefined],
  [
    'everybody but one',
    [
      {
        Effect: 'Deny',
        NotPrincipal: { AWS: '111111111111' },
        Action: '*',
        Resource: '*',
        Condition: overHttp,
      },
    ],
    undefined,
  ],
  [
    'all but some objects',
    [{ Effect: 'Deny', Principal: '*', Action: '*', NotResource: `${bucket}/open/*`, Condition: overHttp }],
    false,
  ],
])('plain HTTP is kept out by %s', (_name, statements, expected) => {
  expect(requiresTls(read(...statements), around, inside)).toBe(expected);
});

test('one more denial never opens a policy, one more permission never closes it, and order does not matter', () => {
  const statement = fc
    .record({
      Effect: fc.constantFrom('Allow', 'Deny'),
      Principal: fc.constantFrom<JsonValue>('*', { AWS: '222222222222' }, { AWS: ['333333333333'] }),
      Action: fc.constantFrom('*', 's3:Get*', 's3:PutObject'),
      Resource: fc.constantFrom('*', bucket, `${bucket}/*`),
      Condition: fc.constantFrom<JsonValue>(
        {},
        overHttp,
        equals('aws:PrincipalOrgID', 'o-ours000000'),
        { StringNotEquals: { 'aws:PrincipalOrgID': 'o-ours000000' } },
        { StringNotEqualsIfExists: { 'aws:SourceVpce': 'vpce-1' } },
        equals('example:Key', 'x'),
      ),
    })
    .map((made): Written => made);
  const rank = (value: Maybe): number => (value === undefined ? 1 : value ? 2 : 0);
  const whole = (statements: readonly Written[]): number => {
    const policy = read(...statements);
    return Math.max(...policy.statements.map((one) => rank(opensToEveryone(policy, one, around))));
  };
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), statement, (some, more) => {
      const before = whole(some);
      const after = whole([...some, more]);
      expect(more['Effect'] === 'Deny' ? after <= before : after >= before).toBe(true);
      expect(whole(some.toReversed())).toBe(before);
    }),
  );
});

test('a denial on the bucket alone leaves its objects open', () => {
  const everyone = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
  const onBucket = { Effect: 'Deny', Principal: '*', Action: '*', Resource: bucket };
  const anyOpens = (...statements: readonly Written[]): Maybe => {
    const policy = read(...statements);
    return anyOf(policy.statements.map((one) => opensToEveryone(policy, one, around)));
  };
  expect(anyOpens(everyone, onBucket)).toBe(true);
  expect(anyOpens(everyone, onBucket, { ...onBucket, Resource: `${bucket}/*` })).toBe(false);
});
