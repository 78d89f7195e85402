import { objects, textOf, texts } from '../answer.ts';
import type { Answer, Call, Item } from './call.ts';
import { isRegionName, splitArn } from './places.ts';

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 'oam',
    operation: 'ListLinks',
    scope: 'item',
    input: {},
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['cloudtrail:DescribeTrails', 'logs:DescribeMetricFilters'],
      once: 'once in each region with metric filters or the log group of a trail',
      items: regionsOfMetrics,
      input: () => ({}),
      ownerOnly: true,
    },
    hasUnlessEmpty: 'Items',
    isNew: true,
    rate: 5,
    action: 'oam:ListLinks',
    why: 'Monitoring accounts that see the metrics of this one: their alarms may watch its metric filters.',
  },
  {
    service: 'oam',
    operation: 'ListSinks',
    scope: 'item',
    input: {},
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['cloudtrail:DescribeTrails', 'logs:DescribeMetricFilters'],
      once: 'once in each region with metric filters or the log group of a trail',
      items: regionsOfMetrics,
      input: () => ({}),
      ownerOnly: true,
    },
    hasUnlessEmpty: 'Items',
    isNew: true,
    rate: 5,
    action: 'oam:ListSinks',
    why: 'Whether the account is a monitoring account, which shows what others share with it.',
  },
  {
    service: 'oam',
    operation: 'GetLink',
    scope: 'item',
    input: {},
    each: {
      answers: ['oam:ListLinks'],
      once: 'once for each link that shares metrics',
      items: linksOf,
      input: ({ name }) => ({ Identifier: name }),
    },
    has: 'Arn',
    absent: ['ResourceNotFoundException'],
    rate: 5,
    action: 'oam:GetLink',
    why: 'Whether a link shares all metrics or those of some namespaces.',
  },
  {
    service: 'oam',
    operation: 'GetSinkPolicy',
    scope: 'item',
    input: {},
    each: {
      answers: ['oam:ListSinks'],
      once: 'once for each sink',
      items: sinksOf,
      input: ({ name }) => ({ SinkIdentifier: name }),
    },
    hasUnlessEmpty: 'SinkArn',
    absent: ['ResourceNotFoundException'],
    rate: 5,
    action: 'oam:GetSinkPolicy',
    why: 'Who may share with a monitoring account.',
  },
];

/** Sinks stand in the account that lists them. */
function sinksOf({ output, account, region }: Answer): readonly Item[] {
  return objects(output['Items']).flatMap((sink) => {
    const name = textOf(sink['Arn']);
    return name === undefined ? [] : [{ name, owner: account, region }];
  });
}

/** Only what metric filters count, and what arrives in the log groups of trails, is of interest in another account. */
export function regionsOfMetrics({ output, account, region }: Answer): readonly Item[] {
  const groups = objects(output['trailList']).flatMap((trail) => {
    const parts = splitArn(textOf(trail['CloudWatchLogsLogGroupArn']) ?? '');
    return parts !== undefined && isRegionName(parts.region)
      ? [{ name: parts.region, owner: parts.account, region: parts.region }]
      : [];
  });
  return objects(output['metricFilters']).length === 0
    ? groups
    : [...groups, { name: region, owner: account, region }];
}

function linksOf({ output, account, region }: Answer): readonly Item[] {
  return objects(output['Items']).flatMap((link) => {
    const name = textOf(link['Arn']);
    return name !== undefined && texts(link['ResourceTypes']).includes('AWS::CloudWatch::Metric')
      ? [{ name, owner: account, region }]
      : [];
  });
}
