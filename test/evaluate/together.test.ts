import { expect, test } from 'vitest';

import { emptyAnswers } from '../../src/model/calls.ts';
import { loadRules, type RuleFolder } from '../../src/rules/load.ts';
import { shippedRules } from '../../src/rules/shipped.ts';
import { standardLanguage } from '../../src/rules/standard-language.ts';
import type { RuleSet } from '../../src/rules/rule-set.ts';
import { readReadableSnapshot } from '../../src/snapshot/readable.ts';
import { findings, type Plain } from '../rules/support.ts';

/** A management account that holds the whole chain, and a member under its organization trail. */
const healthy = `
organization: {id: o-exampleorg1, managementAccount: "111111111111"}
accounts:
  "111111111111":
    name: Management
    regions: [us-east-1]
    records:
      - call: cloudtrail:DescribeTrails
        region: us-east-1
        input: {}
        output: {trailList: [{Name: org, TrailARN: "arn:aws:cloudtrail:us-east-1:111111111111:trail/org", HomeRegion: us-east-1, IsMultiRegionTrail: true, IsOrganizationTrail: true, CloudWatchLogsLogGroupArn: "arn:aws:logs:us-east-1:111111111111:log-group:trail:*"}]}
      - {call: cloudtrail:GetTrailStatus, region: us-east-1, input: {Name: "arn:aws:cloudtrail:us-east-1:111111111111:trail/org"}, output: {IsLogging: true}}
      - {call: cloudtrail:GetEventSelectors, region: us-east-1, input: {TrailName: "arn:aws:cloudtrail:us-east-1:111111111111:trail/org"}, output: {TrailARN: x, EventSelectors: [{ReadWriteType: All, IncludeManagementEvents: true, DataResources: []}]}}
      - {call: logs:DescribeLogGroups, region: us-east-1, input: {}, output: {logGroups: [{logGroupName: trail, logGroupArn: "arn:aws:logs:us-east-1:111111111111:log-group:trail", arn: "arn:aws:logs:us-east-1:111111111111:log-group:trail:*"}]}}
      - {call: logs:DescribeMetricFilters, region: us-east-1, input: {}, output: {metricFilters: [
          {filterName: root, logGroupName: trail, filterPattern: '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }', metricTransformations: [{metricName: Root, metricNamespace: CIS, metricValue: "1"}]},
          {filterName: other, logGroupName: trail, filterPattern: '{ $.eventName = "DeleteTrail" }', metricTransformations: [{metricName: Del, metricNamespace: CIS, metricValue: "1"}]}
          ]}}
      - {call: cloudwatch:DescribeAlarms, region: us-east-1, input: {AlarmTypes: [MetricAlarm, CompositeAlarm, LogAlarm]}, output: {CompositeAlarms: [], LogAlarms: [], MetricAlarms: [
         {AlarmName: root, AlarmArn: "arn:aws:cloudwatch:us-east-1:111111111111:alarm:root", ActionsEnabled: true, AlarmActions: ["arn:aws:sns:us-east-1:111111111111:sec"], MetricName: Root, Namespace: CIS, Statistic: Sum, Period: 300, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: GreaterThanOrEqualToThreshold, TreatMissingData: notBreaching, Dimensions: []},
         {AlarmName: del, AlarmArn: "arn:aws:cloudwatch:us-east-1:111111111111:alarm:del", ActionsEnabled: true, AlarmActions: ["arn:aws:sns:us-east-1:111111111111:sec"], MetricName: Del, Namespace: CIS, Statistic: Sum, Period: 300, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: GreaterThanOrEqualToThreshold, TreatMissingData: notBreaching, Dimensions: []}]}}
      - {call: sns:GetTopicAttributes, region: us-east-1, input: {TopicArn: "arn:aws:sns:us-east-1:111111111111:sec"}, output: {Attributes: {TopicArn: "arn:aws:sns:us-east-1:111111111111:sec"}}}
      - {call: sns:ListSubscriptionsByTopic, region: us-east-1, input: {TopicArn: "arn:aws:sns:us-east-1:111111111111:sec"}, output: {Subscriptions: [{SubscriptionArn: "arn:aws:sns:us-east-1:111111111111:sec:1234", Protocol: email, Endpoint: a@example.com, TopicArn: x}]}}
  "222222222222":
    name: Member
    regions: [us-east-1]
    records: 
      - call: cloudtrail:DescribeTrails
        region: us-east-1
        input: {}
        output: {trailList: [{Name: org, TrailARN: "arn:aws:cloudtrail:us-east-1:111111111111:trail/org", HomeRegion: us-east-1, IsMultiRegionTrail: true, IsOrganizationTrail: true, CloudWatchLogsLogGroupArn: "arn:aws:logs:us-east-1:111111111111:log-group:trail:*"}]}`;

const chain = `
id: root-told
title: Somebody is told of root use
service: cloudwatch
severity: high
for: account
why: it matters
fix: mend it
check:
  together:
    cover: root-usage
    ways:
      - name: metric filter and alarm
        links:
          - link: trail
            each: trails
            where:
              IsMultiRegionTrail: true
              status.IsLogging: true
              recordsManagementReads: true
              recordsManagementWrites: true
            sees: recordedEvents
          - { link: log group, each: logGroup }
          - { link: metric filter, each: metricFilters, sees: matchedEvents }
          - { link: alarm, each: readings, where: { eventsToFire: { atMost: 1 } } }
          - { link: action, each: alarm.actions, where: { runs: true, kind: topic } }
          - { link: topic, each: topic }
          - { link: subscriber, each: subscriptions, where: { confirmed: true } }
`;

const own: RuleFolder = { files: [{ kind: 'rule', name: 'root-told.yaml', text: chain }] };
const rules: RuleSet = (await loadRules([await shippedRules(), own], standardLanguage())).select(
  (rule) => rule.id === 'root-told',
);

async function judge(change: (text: string) => string): Promise<readonly [Plain, Plain]> {
  const text = change(healthy);
  const snapshot = readReadableSnapshot(text, { file: 'chain.yaml', derive: { emptyAnswers } });
  const { findings: found } = await findings(rules, snapshot);
  expect(found).toHaveLength(2);
  return [found[0]!, found[1]!];
}
const replace = (from: string, to: string) => (text: string) => {
  expect(text).toContain(from);
  return text.replaceAll(from, to);
};

test('a chain that holds covers the account that owns it and the members of the organization trail', async () => {
  for (const finding of await judge((text) => text)) {
    expect(finding.verdict).toBe('pass');
    expect(finding.message).toMatch(
      /trail org → log group trail → metric filter root → .*→ .* sec → subscription email a@example.com/,
    );
    // Of the two filters only the one that is needed is shown.
    expect(finding.reasons.children).toHaveLength(1);
    expect(finding.evidence.map((one) => one.call)).toContain('sns:ListSubscriptionsByTopic');
  }
});

test.each([
  [
    'nobody confirmed the subscription',
    'arn:aws:sns:us-east-1:111111111111:sec:1234',
    'PendingConfirmation',
    'sec → subscription email a@example.com: confirmed is false, wanted true',
  ],
  [
    'the filter has a typo',
    '$.userIdentity.type = "Root"',
    '$.userIdentity.type = "Rooot"',
    'metric filter root does not see the event iam.amazonaws.com CreateAccessKey, since it asks for $.userIdentity.type = "Rooot"',
  ],
  [
    'the filter is narrowed to a region',
    '$.eventType != "AwsServiceEvent"',
    '$.eventType != "AwsServiceEvent" && $.awsRegion = "us-east-1"',
    'since it asks for $.awsRegion = "us-east-1"',
  ],
  [
    'the trail is stopped',
    'IsLogging: true',
    'IsLogging: false',
    'trail org: status.IsLogging is false, wanted true',
  ],
  [
    'the trail leaves write events out',
    'ReadWriteType: All',
    'ReadWriteType: ReadOnly',
    'trail org: recordsManagementWrites is false, wanted true',
  ],
  [
    'the alarm is switched off',
    'ActionsEnabled: true',
    'ActionsEnabled: false',
    'runs is false, wanted true',
  ],
  [
    'the alarm fires at five',
    'Threshold: 1',
    'Threshold: 5',
    'alarm on the metric root: eventsToFire is 5, wanted at most 1',
  ],
  [
    'the alarm looks at another metric',
    'MetricName: Root',
    'MetricName: Rot',
    'metric filter root → no alarm',
  ],
])('%s: the first broken link is named, for the owner and the member', async (_, from, to, message) => {
  for (const finding of await judge(replace(from, to))) {
    expect(finding.verdict).toBe('fail');
    expect(finding.message).toMatch(/the event \S+ \S+ of root-usage goes unseen/);
    expect(finding.message).toContain(message);
    expect(finding.reasons.witness).toMatchObject({ userIdentity: { type: 'Root' } });
  }
});

test.each([
  [
    'the subscriptions',
    /, output: \{Subscriptions: .*$/m,
    ', error: AccessDenied}',
    'sns:ListSubscriptionsByTopic',
  ],
  [
    'the filters',
    /, output: \{metricFilters: \[[^]*?\]\}\n +\]\}\}/,
    ', error: AccessDenied}',
    'logs:DescribeMetricFilters',
  ],
  [
    'the status of the trail',
    ', output: {IsLogging: true}',
    ', error: AccessDenied',
    'cloudtrail:GetTrailStatus',
  ],
])('when %s could not be read the verdict is unknown, and says so', async (_, from, to, call) => {
  for (const finding of await judge((text) => text.replace(from, to))) {
    expect({ message: finding.message, verdict: finding.verdict }).toMatchObject({ verdict: 'unknown' });
    expect(finding.reasons.causes?.map((cause) => cause.call)).toContain(call);
  }
});

test('several filters cover a set together', async () => {
  const split = (text: string): string =>
    replace(
      '{filterName: other, logGroupName: trail, filterPattern: \'{ $.eventName = "DeleteTrail" }\'',
      '{filterName: other, logGroupName: trail, filterPattern: \'{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" && $.eventName != "ConsoleLogin" }\'',
    )(
      replace(
        '$.eventType != "AwsServiceEvent" }',
        '$.eventType != "AwsServiceEvent" && $.eventName = "ConsoleLogin" }',
      )(text),
    );
  const [finding] = await judge(split);
  expect(finding.verdict).toBe('pass');
  expect(finding.reasons.children).toHaveLength(2);
});
