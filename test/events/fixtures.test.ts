import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { deliveredEvents, eventPatternPredicate } from '../../src/events/event-bridge/predicate.ts';
import { parseEventPattern } from '../../src/events/event-bridge/parser.ts';
import { matchesEventPattern } from '../../src/events/event-bridge/match.ts';
import { parseEventSet } from '../../src/events/event-set-parser.ts';
import { eventSetPredicate } from '../../src/events/event-set-predicate.ts';
import { matches } from '../../src/events/matches.ts';
import { readEventSelectors } from '../../src/events/selectors/reader.ts';
import { selectorsPredicate } from '../../src/events/selectors/predicate.ts';
import type { JsonObject } from '../../src/json.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'fixtures/events');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => path.basename(file, '.json'))
  .toSorted();
const record = (name: string): JsonObject =>
  JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as JsonObject;
const setsFolder = path.join(root, 'rules/events');
const sets = readdirSync(setsFolder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => parseEventSet(readFileSync(path.join(setsFolder, file), 'utf8'), file));
const parameters = (set: (typeof sets)[number]): Record<string, readonly string[]> =>
  Object.fromEntries(set.parameters.map(({ name, example }) => [name, example]));

test('every record is described in the README', () => {
  const readme = readFileSync(path.join(folder, 'README.md'), 'utf8');
  const described = [...readme.matchAll(/^\| `(.+)\.json` \|/gm)].map((match) => match[1]);
  expect(described).toEqual(expect.arrayContaining(names));
  expect(described).toHaveLength(names.length);
});

test('which records belong to which event sets', () => {
  const belongs = names.flatMap((name) => {
    const found = sets.filter((set) => {
      const { required } = eventSetPredicate(set, { parameters: parameters(set) });
      return matches(required, record(name)) === true;
    });
    return found.length === 0 ? [] : [`${name}: ${found.map(({ id }) => id).join(', ')}`];
  });
  expect(belongs).toMatchInlineSnapshot(`
    [
      "account-get-object: s3-object-reads",
      "anonymous-get-object-denied: s3-object-reads",
      "assume-root: root-usage-recommended",
      "cloudwatch-disable-alarm-actions: alarm-and-notification-tampering",
      "config-stop-recorder: config-changes",
      "ec2-accept-peering: vpc-changes",
      "ec2-attach-internet-gateway: network-gateway-changes",
      "ec2-create-route: route-table-changes",
      "ec2-modify-security-group-rules: security-group-changes",
      "ec2-network-acl-entry: nacl-changes",
      "ec2-unauthorized: unauthorized-api-calls",
      "federated-put-bucket-policy: s3-bucket-policy-changes",
      "guardduty-delete-detector: security-service-disable",
      "kms-access-denied-exception: unauthorized-api-calls",
      "kms-schedule-deletion: kms-key-disable-or-deletion",
      "lambda-invoke: lambda-invocations",
      "late-with-addendum: security-group-changes",
      "log-bucket-versioning: log-bucket-object-deletion, s3-bucket-policy-changes-recommended",
      "log-object-deleted: log-bucket-object-deletion, s3-bucket-object-events",
      "old-record: iam-policy-changes",
      "organizations-create-policy: organizations-changes",
      "organizations-leave: organizations-changes, organizations-member-calls",
      "oversize-omitted: log-pipeline-tampering",
      "role-put-event-selectors: cloudtrail-changes-recommended, log-pipeline-tampering",
      "role-stop-logging: cloudtrail-changes",
      "root-data-event: s3-object-reads",
      "root-list-users: root-usage",
      "signin-root-failure: console-auth-failures, root-usage",
      "signin-root-mfa: root-usage",
      "signin-root-mfa-upper-case: root-usage",
      "signin-root-no-mfa: root-usage",
      "signin-user-failure: console-auth-failures",
      "signin-user-no-mfa: console-signin-without-mfa",
      "user-attach-policy: iam-policy-changes",
      "user-put-role-policy-denied: iam-policy-changes, unauthorized-api-calls",
    ]
  `);
});

test('asked for strictly, sign-ins of federated users and root count, and refused bucket checks', () => {
  const strict = (id: string): readonly string[] => {
    const set = sets.find((each) => each.id === id);
    if (set === undefined) throw new Error(id);
    const { required } = eventSetPredicate(set, { strict: true });
    return names.filter((name) => matches(required, record(name)) === true);
  };
  expect(strict('console-signin-without-mfa')).toEqual([
    'signin-federated',
    'signin-root-failure',
    'signin-root-mfa-upper-case',
    'signin-root-no-mfa',
    'signin-user-no-mfa',
    'signin-user-no-such-name',
  ]);
  expect(strict('unauthorized-api-calls')).toContain('s3-head-bucket-denied');
});

describe('the examples in the sets', () => {
  const examples = sets.flatMap((set) => set.examples.map((example) => ({ set, example })));
  test.each(examples.map((each) => [`${each.set.id}: ${each.example.why}`, each] as const))(
    '%s',
    (_, { set, example }) => {
      const { asked } = eventSetPredicate(set, { parameters: parameters(set) });
      // What every record has and the example leaves out.
      const typical = {
        eventName: 'DescribeInstances',
        eventSource: 'ec2.amazonaws.com',
        eventType: 'AwsApiCall',
        sourceIPAddress: '198.51.100.24',
      };
      expect(matches(asked, { ...typical, ...(example.event as JsonObject) })).toBe(example.belongs);
    },
  );
});

test('no record contradicts what the sets say of their events', () => {
  for (const set of sets) {
    const { asked, background, required } = eventSetPredicate(set, { parameters: parameters(set) });
    for (const name of names) {
      const event = record(name);
      // Of the two sets that name no source and no call, data events are left out by their class.
      if (set.id === 'root-usage' || set.id === 'unauthorized-api-calls') continue;
      expect([set.id, name, matches(background, event)]).toEqual([set.id, name, true]);
      expect([set.id, name, matches(required, event)]).toEqual([set.id, name, matches(asked, event)]);
    }
  }
});

describe('what trails record', () => {
  const recorded = (selectors: JsonObject): readonly string[] => {
    const predicate = selectorsPredicate(readEventSelectors(selectors));
    return names.filter((name) => matches(predicate, record(name)) === true);
  };
  const all = names
    .filter((name) => record(name)['eventCategory'] === 'Management')
    .concat('old-record')
    .toSorted();

  test('without selectors, all management events and nothing else', () => {
    expect(recorded({})).toEqual(all);
    expect(recorded({ EventSelectors: [{ ReadWriteType: 'All' }] })).toEqual(all);
    expect(
      recorded({
        AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
      }),
    ).toEqual(all);
  });

  test('reads, writes, and both in two selectors', () => {
    const reads = recorded({ EventSelectors: [{ ReadWriteType: 'ReadOnly' }] });
    const writes = recorded({ EventSelectors: [{ ReadWriteType: 'WriteOnly' }] });
    expect(reads).toContain('root-list-users');
    expect(writes).toContain('signin-user-no-mfa');
    expect([...reads, ...writes].toSorted()).toEqual(all);
    expect(
      recorded({ EventSelectors: [{ ReadWriteType: 'ReadOnly' }, { ReadWriteType: 'WriteOnly' }] }),
    ).toEqual(all);
  });

  test('without the events of KMS, in both forms', () => {
    const kept = all.filter((name) => record(name)['eventSource'] !== 'kms.amazonaws.com');
    expect(kept.length).toBeLessThan(all.length);
    expect(recorded({ EventSelectors: [{ ExcludeManagementEventSources: ['kms.amazonaws.com'] }] })).toEqual(
      kept,
    );
    const advanced = (operator: string, value: string): JsonObject => ({
      AdvancedEventSelectors: [
        {
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Management'] },
            { Field: 'eventSource', [operator]: [value] },
          ],
        },
      ],
    });
    expect(recorded(advanced('NotEquals', 'kms.amazonaws.com'))).toEqual(kept);
    expect(recorded(advanced('NotStartsWith', 'kms.'))).toEqual(kept);
    expect(recorded(advanced('NotEndsWith', 's.amazonaws.com'))).not.toContain('kms-schedule-deletion');
  });

  test('data events by type and resource', () => {
    const dataResources = (Type: string, ...Values: string[]): JsonObject => ({
      EventSelectors: [{ IncludeManagementEvents: false, DataResources: [{ Type, Values }] }],
    });
    const objects = [
      'account-get-object',
      'anonymous-get-object-denied',
      'log-object-deleted',
      'root-data-event',
    ];
    expect(recorded(dataResources('AWS::S3::Object', 'arn:aws:s3'))).toEqual(objects);
    expect(recorded(dataResources('AWS::S3::Object', 'arn:aws:s3:::'))).toEqual(objects);
    expect(recorded(dataResources('AWS::S3::Object', 'arn:aws:s3:::example-org-trail-logs/'))).toEqual([
      'log-object-deleted',
    ]);
    expect(recorded(dataResources('AWS::Lambda::Function', 'arn:aws:lambda'))).toEqual(['lambda-invoke']);
    expect(
      recorded(
        dataResources('AWS::Lambda::Function', 'arn:aws:lambda:eu-west-1:111122223333:function:thumb'),
      ),
    ).toEqual([]);
    expect(
      recorded(dataResources('AWS::DynamoDB::Table', 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders')),
    ).toEqual(['dynamodb-put-item']);
  });

  test('positive operators are alternatives, negative ones each take away', () => {
    const arn = (operators: JsonObject): readonly string[] =>
      recorded({
        AdvancedEventSelectors: [
          {
            Name: 'objects',
            FieldSelectors: [
              { Field: 'eventCategory', Equals: ['Data'] },
              { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
              { Field: 'resources.ARN', ...operators },
            ],
          },
        ],
      });
    expect(
      arn({
        StartsWith: ['arn:aws:s3:::example-web-assets/', 'arn:aws:s3:::example-org-trail-logs/'],
        NotStartsWith: ['arn:aws:s3:::example-web-assets/private'],
      }),
    ).toEqual(['log-object-deleted', 'root-data-event']);
    expect(arn({ NotStartsWith: ['arn:aws:s3:::example-web', 'arn:aws:s3:::example-partner'] })).toEqual([
      'log-object-deleted',
    ]);
  });

  test('network activity and insight events', () => {
    const category = (name: string, ...more: JsonObject[]): readonly string[] =>
      recorded({
        AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: [name] }, ...more] }],
      });
    expect(
      category(
        'NetworkActivity',
        { Field: 'eventSource', Equals: ['kms.amazonaws.com'] },
        { Field: 'errorCode', Equals: ['VpceAccessDenied'] },
      ),
    ).toEqual(['network-activity-denied']);
    expect(category('Insight')).toEqual(['insight-call-rate']);
    expect(category('Evidence')).toEqual([]);
  });

  test('what we cannot read is undecided, and only where the rest of the selector holds', () => {
    const predicate = selectorsPredicate(
      readEventSelectors({
        AdvancedEventSelectors: [
          {
            FieldSelectors: [
              { Field: 'eventCategory', Equals: ['Management'] },
              { Field: 'invented', Equals: ['x'] },
            ],
          },
        ],
      }),
    );
    expect(matches(predicate, record('role-stop-logging'))).toBe('undecided');
    expect(matches(predicate, record('lambda-invoke'))).toBe(false);
  });
});

describe('EventBridge on records', () => {
  /** The envelope that EventBridge puts around a record. */
  const envelope = (detail: JsonObject): JsonObject => {
    const types: Record<string, string> = {
      AwsApiCall: 'AWS API Call via CloudTrail',
      AwsConsoleSignIn: 'AWS Console Sign In via CloudTrail',
      AwsConsoleAction: 'AWS Console Action via CloudTrail',
      AwsServiceEvent: 'AWS Service Event via CloudTrail',
      AwsCloudTrailInsight: 'AWS Insight via CloudTrail',
      AwsVpceEvent: 'AWS Network Activity Event via CloudTrail',
    };
    const text = (member: string, otherwise: string): string => {
      const value = detail[member];
      return typeof value === 'string' ? value : otherwise;
    };
    const [source = ''] = text('eventSource', 'cloudtrail.amazonaws.com').split('.');
    return {
      version: '0',
      id: 'cd2d702e-ab31-411b-9344-793ce56b1bc7',
      'detail-type': types[text('eventType', '')],
      source: `aws.${source}`,
      account: detail['recipientAccountId'],
      time: detail['eventTime'],
      region: detail['awsRegion'],
      resources: [],
      detail,
    };
  };

  test('the set of a pattern agrees with the pattern on every record, or is undecided', () => {
    const patterns: JsonObject[] = [
      { source: ['aws.kms', { prefix: 'aws.s' }] },
      { source: [{ 'anything-but': ['aws.iam', 'aws.s3'] }] },
      { source: [{ suffix: '2' }] },
      { 'detail-type': ['AWS API Call via CloudTrail'] },
      { 'detail-type': [{ prefix: 'AWS Console Sign' }] },
      { 'detail-type': ['AWS Console Sign In via CloudTrail'] },
      { 'detail-type': [{ 'anything-but': { suffix: 'CloudTrail' } }] },
      { region: ['us-east-1'], account: [{ exists: true }], version: ['0'] },
      { resources: [{ exists: false }], unknown: [{ exists: false }] },
      { detail: { userIdentity: { type: ['Root'], invokedBy: [{ exists: false }] } } },
      { detail: { errorCode: [{ prefix: 'AccessDenied' }, { suffix: 'UnauthorizedOperation' }] } },
      { detail: { requestParameters: [null] } },
      { detail: { requestParameters: [{ exists: false }] } },
      { detail: { requestParameters: { maxItems: [{ numeric: ['>', 50, '<=', 100] }] } } },
      { detail: { requestParameters: { eventSelectors: { readWriteType: ['WriteOnly'] } } } },
      { detail: { resources: { type: ['AWS::S3::Object'], ARN: [{ wildcard: 'arn:aws:s3:::*/k*' }] } } },
      { detail: { resources: { type: [{ 'anything-but': 'AWS::S3::Object' }] } } },
      { detail: { readOnly: [true], sourceIPAddress: [{ cidr: '198.51.100.0/24' }] } },
      { detail: { sourceIPAddress: [{ 'anything-but': { prefix: '198.' } }] } },
      { detail: { eventName: [{ 'equals-ignore-case': 'consolelogin' }] } },
      { detail: { $or: [{ eventName: ['Invoke'] }, { readOnly: [false], managementEvent: [false] }] } },
      { 'detail.additionalEventData.MFAUsed': [{ 'anything-but': ['Yes'] }] },
    ];
    const answers = patterns.flatMap((pattern) => {
      const parsed = parseEventPattern(JSON.stringify(pattern));
      const predicate = eventPatternPredicate(parsed);
      return names.map((name) => ({
        about: `${name}: ${JSON.stringify(pattern)}`,
        truth: matches(predicate, record(name)),
        expected: matchesEventPattern(parsed, envelope(record(name))),
      }));
    });
    const decided = answers.filter(({ truth }) => truth !== 'undecided');
    expect(decided.filter(({ truth, expected }) => truth !== expected)).toEqual([]);
    // The suffix of a source, the spelling of the sign-in type, and two fields of one element of a list.
    expect(answers.length - decided.length).toMatchInlineSnapshot(`66`);
  });

  test('an enabled rule gets no plain reads, and we do not know of other reads', () => {
    const delivered = (state: string): ((name: string) => unknown) => {
      const predicate = deliveredEvents(state);
      return (name) => matches(predicate, record(name));
    };
    expect(delivered('ENABLED')('root-list-users')).toBe(false);
    expect(delivered('ENABLED')('service-assume-role')).toBe('undecided');
    expect(delivered('ENABLED')('role-stop-logging')).toBe(true);
    expect(delivered('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS')('root-list-users')).toBe(true);
    expect(delivered('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS')('root-data-event')).toBe('undecided');
    expect(delivered('DISABLED')('role-stop-logging')).toBe(false);
    expect(delivered('SLEEPING')('role-stop-logging')).toBe('undecided');
  });
});
