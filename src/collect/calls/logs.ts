import { objects, textOf } from '../answer.ts';
import type { Answer, Call, Item } from './call.ts';
import { regionOfDistributions } from './cloudfront.ts';
import { regionOfLoadBalancers } from './elbv2.ts';
import { inItsPlace, isRegionName, regionIf, splitArn } from './places.ts';

/** Asked in each enabled region of each account. */
export const lists: readonly Call[] = [
  {
    service: 'logs',
    operation: 'DescribeLogGroups',
    scope: 'region',
    // No name pattern: with one, AWS leaves retention and key out of the answer.
    input: { limit: 50 },
    paging: { input: 'nextToken', output: 'nextToken' },
    hasUnlessEmpty: 'logGroups',
    rate: 10,
    action: 'logs:DescribeLogGroups',
    why: 'Log groups with their retention, class and key.',
  },
];

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 'logs',
    operation: 'DescribeMetricFilters',
    scope: 'item',
    input: { limit: 50 },
    paging: { input: 'nextToken', output: 'nextToken' },
    each: {
      answers: ['logs:DescribeLogGroups'],
      once: 'once in each region with log groups',
      // Not only where a group has filters by its `metricFilterCount`: emulators say 0 of every group.
      items: (answer) => regionIf(answer, 'logGroups'),
      input: () => ({}),
    },
    hasUnlessEmpty: 'metricFilters',
    rate: 5,
    action: 'logs:DescribeMetricFilters',
    why: 'Metric filters of every log group of the region.',
  },
  {
    service: 'logs',
    operation: 'GetTransformer',
    scope: 'item',
    input: {},
    each: {
      answers: ['logs:DescribeMetricFilters'],
      once: 'once for each log group of which a metric filter looks at transformed events',
      items: transformedGroups,
      input: ({ name }) => ({ logGroupIdentifier: name }),
    },
    absent: ['ResourceNotFoundException'],
    isNew: true,
    rate: 5,
    action: 'logs:GetTransformer',
    why: 'Whether such a filter finds the fields that its pattern names.',
  },
  {
    service: 'logs',
    operation: 'DescribeSubscriptionFilters',
    scope: 'item',
    input: { limit: 50 },
    paging: { input: 'nextToken', output: 'nextToken' },
    each: {
      answers: ['cloudtrail:DescribeTrails'],
      once: `once for each log group of a trail, ${inItsPlace}`,
      items: groupsOfTrails,
      input: ({ name }) => ({ logGroupName: groupName(name) }),
      ownerOnly: true,
    },
    hasUnlessEmpty: 'subscriptionFilters',
    absent: ['ResourceNotFoundException'],
    rate: 5,
    action: 'logs:DescribeSubscriptionFilters',
    why: 'Who gets a live copy of what a trail delivers.',
  },
  {
    service: 'logs',
    operation: 'DescribeAccountPolicies',
    scope: 'item',
    input: { policyType: 'SUBSCRIPTION_FILTER_POLICY' },
    paging: { input: 'nextToken', output: 'nextToken' },
    each: {
      answers: ['cloudtrail:DescribeTrails'],
      once: 'once in each account and region with the log group of a trail',
      items: regionsOfTrailGroups,
      input: () => ({}),
      ownerOnly: true,
    },
    hasUnlessEmpty: 'accountPolicies',
    isNew: true,
    rate: 5,
    action: 'logs:DescribeAccountPolicies',
    why: 'Subscriptions of the whole account, which no log group shows. Needs `logs:DescribeSubscriptionFilters`, too.',
  },
  {
    service: 'logs',
    operation: 'DescribeResourcePolicies',
    scope: 'item',
    input: { limit: 50 },
    paging: { input: 'nextToken', output: 'nextToken' },
    each: {
      answers: ['cloudtrail:DescribeTrails', 'logs:DescribeLogGroups'],
      once: 'once in each region with log groups, and once for each log group of a trail',
      items: policiesOfLogs,
      // Without a scope only the policies of the account are answered.
      input: ({ name }) => (name.startsWith('arn:') ? { policyScope: 'RESOURCE', resourceArn: name } : {}),
      ownerOnly: true,
    },
    hasUnlessEmpty: 'resourcePolicies',
    absent: ['ResourceNotFoundException'],
    rate: 5,
    action: 'logs:DescribeResourcePolicies',
    why: 'Who may write to log groups.',
  },
  {
    service: 'logs',
    operation: 'DescribeDestinations',
    scope: 'item',
    input: { limit: 50 },
    paging: { input: 'nextToken', output: 'nextToken' },
    each: {
      answers: ['logs:DescribeLogGroups'],
      once: 'once in each region with log groups',
      items: (answer) => regionIf(answer, 'logGroups'),
      input: () => ({}),
    },
    hasUnlessEmpty: 'destinations',
    rate: 5,
    action: 'logs:DescribeDestinations',
    why: 'Where other accounts may send their logs to.',
  },
  ...deliveryCalls(),
];

/** The log groups to which trails deliver, by their ARN without the trailing `:*`. */
function groupsOfTrails({ output }: Answer): readonly Item[] {
  return objects(output['trailList']).flatMap((trail) => {
    const name = (textOf(trail['CloudWatchLogsLogGroupArn']) ?? '').replace(/:\*$/, '');
    const parts = splitArn(name);
    return parts?.service === 'logs' && isRegionName(parts.region)
      ? [{ name, owner: parts.account, region: parts.region }]
      : [];
  });
}

/** The log groups of metric filters that ask for transformed events. */
function transformedGroups({ output, account, region }: Answer): readonly Item[] {
  return objects(output['metricFilters']).flatMap((filter) => {
    const name = textOf(filter['logGroupName']);
    return name === undefined || filter['applyOnTransformedLogs'] !== true
      ? []
      : [{ name, owner: account, region }];
  });
}

function groupName(arn: string): string {
  return arn.split(':').slice(6).join(':');
}

function regionsOfTrailGroups(answer: Answer): readonly Item[] {
  return groupsOfTrails(answer).map(({ owner, region }) => ({ name: region, owner, region }));
}

function policiesOfLogs(answer: Answer): readonly Item[] {
  return [...regionIf(answer, 'logGroups'), ...groupsOfTrails(answer)];
}

/** What says which access logs go where by way of CloudWatch Logs, where something is that may send them. */
function deliveryCalls(): readonly Call[] {
  const call = (operation: string, list: string, why: string): Call => ({
    service: 'logs',
    operation,
    scope: 'item',
    input: { limit: 50 },
    paging: { input: 'nextToken', output: 'nextToken' },
    each: {
      answers: ['cloudfront:ListDistributions', 'elbv2:DescribeLoadBalancers'],
      once: 'once in each region with load balancers, and in that of CloudFront where there are distributions',
      items: (answer) => [...regionOfDistributions(answer), ...regionOfLoadBalancers(answer)],
      input: () => ({}),
    },
    hasUnlessEmpty: list,
    rate: 10,
    action: `logs:${operation}`,
    why,
  });
  return [
    call(
      'DescribeDeliverySources',
      'deliverySources',
      'Which distributions and load balancers deliver access logs.',
    ),
    call('DescribeDeliveries', 'deliveries', 'What such logs are delivered to.'),
  ];
}
