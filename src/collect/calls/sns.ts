import { objects, textOf, texts } from '../answer.ts';
import type { Answer, Call, Item, ItemSource } from './call.ts';
import { alarmsOf } from './cloudwatch.ts';
import { inItsPlace, isRegionName, splitArn } from './places.ts';

const eachTopic: ItemSource = {
  answers: ['cloudtrail:DescribeTrails', 'cloudwatch:DescribeAlarms', 'events:ListTargetsByRule'],
  once: `once for each topic that an alarm, an event rule or a trail names, ${inItsPlace}`,
  items: topicsOf,
  input: ({ name }) => ({ TopicArn: name }),
};
const actionLists = ['AlarmActions', 'OKActions', 'InsufficientDataActions'] as const;

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 'sns',
    operation: 'GetTopicAttributes',
    scope: 'item',
    input: {},
    each: eachTopic,
    has: 'Attributes',
    absent: ['NotFound', 'NotFoundException'],
    rate: 30,
    action: 'sns:GetTopicAttributes',
    why: 'Policy and key of each topic that an alarm, an event rule or a trail names.',
  },
  {
    service: 'sns',
    operation: 'ListSubscriptionsByTopic',
    scope: 'item',
    input: {},
    paging: { input: 'NextToken', output: 'NextToken' },
    each: eachTopic,
    absent: ['NotFound', 'NotFoundException'],
    rate: 30,
    action: 'sns:ListSubscriptionsByTopic',
    why: 'Who is told, and whether they confirmed.',
  },
  {
    service: 'sns',
    operation: 'GetSubscriptionAttributes',
    scope: 'item',
    input: {},
    each: {
      answers: ['sns:ListSubscriptionsByTopic'],
      once: 'once for each confirmed subscription of such a topic',
      items: subscriptionsOf,
      input: ({ name }) => ({ SubscriptionArn: name }),
    },
    has: 'Attributes',
    absent: ['NotFound', 'NotFoundException'],
    rate: 30,
    action: 'sns:GetSubscriptionAttributes',
    why: 'Whether the filter policy of a subscription drops what alarms say.',
  },
];

function topicsOf(answer: Answer): readonly Item[] {
  const targets = objects(answer.output['Targets']).flatMap((target) => textOf(target['Arn']) ?? []);
  const actions = alarmsOf(answer).flatMap((alarm) => actionLists.flatMap((list) => texts(alarm[list])));
  const ofTrails = objects(answer.output['trailList']).flatMap((trail) => textOf(trail['SnsTopicARN']) ?? []);
  const arns = [...actions, ...targets, ...ofTrails];
  return [...new Set(arns)].flatMap((arn) => {
    const parts = splitArn(arn);
    return parts?.service === 'sns' && isRegionName(parts.region)
      ? [{ name: arn, owner: parts.account, region: parts.region }]
      : [];
  });
}

/** Only a confirmed subscription has an ARN; the others have a word in its place. */
function subscriptionsOf({ output }: Answer): readonly Item[] {
  return objects(output['Subscriptions']).flatMap((subscription) => {
    const name = textOf(subscription['SubscriptionArn']) ?? '';
    const parts = splitArn(name);
    return parts !== undefined && isRegionName(parts.region)
      ? [{ name, owner: parts.account, region: parts.region }]
      : [];
  });
}
