import type { JsonObject } from '../../json.ts';
import { objects, textOf } from '../answer.ts';
import { maySeeCloudTrailEvents, ruleNameOf } from '../event-rules.ts';
import type { Answer, Call, Item } from './call.ts';
import { splitArn } from './places.ts';

/** Asked in each enabled region of each account. */
export const lists: readonly Call[] = [
  {
    service: 'events',
    operation: 'ListEventBuses',
    scope: 'region',
    input: { Limit: 100 },
    // The SDK has no paginators for EventBridge; its lists have pages all the same.
    paging: { input: 'NextToken', output: 'NextToken' },
    hasUnlessEmpty: 'EventBuses',
    rate: 10,
    action: 'events:ListEventBuses',
    why: 'Event buses and who may send to them.',
  },
  {
    service: 'events',
    operation: 'ListRules',
    scope: 'region',
    // Without a name it is the default bus: there in every region, and the only one that AWS sends CloudTrail events to.
    input: { Limit: 100 },
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['events:ListEventBuses', 'events:DescribeEventBus'],
      once: "once for each other event bus that is not a partner's",
      items: otherBusesOf,
      input: ({ name }) => ({ EventBusName: name }),
      ownerOnly: true,
    },
    hasUnlessEmpty: 'Rules',
    absent: ['ResourceNotFoundException'],
    rate: 10,
    action: 'events:ListRules',
    why: 'Rules on event buses with their patterns and states.',
  },
];

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 'events',
    operation: 'ListTargetsByRule',
    scope: 'item',
    input: { Limit: 100 },
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['events:ListRules'],
      once: 'once for each event rule that may see CloudTrail events',
      items: eventRulesOf,
      input: ({ name }) => targetsInput(name),
    },
    hasUnlessEmpty: 'Targets',
    absent: ['ResourceNotFoundException'],
    rate: 10,
    action: 'events:ListTargetsByRule',
    why: 'What a rule does with the events. Rules that AWS manages for a service are left out.',
  },
  {
    service: 'events',
    operation: 'DescribeEventBus',
    scope: 'item',
    insteadOf: 'events:ListEventBuses',
    input: {},
    each: {
      answers: ['events:ListTargetsByRule'],
      once: 'once for each event bus to which a rule sends CloudTrail events, by scans that do not need the list of event buses',
      items: targetBusesOf,
      input: ({ name }) => ({ Name: name }),
      ownerOnly: true,
    },
    has: 'Name',
    absent: ['ResourceNotFoundException'],
    rate: 10,
    action: 'events:DescribeEventBus',
    why: 'That the event bus is there, and who may send to it.',
  },
];

/**
 * The buses beside the default one that rules may stand on and get CloudTrail events: those of partners carry the partners'
 * events only.
 */
function otherBusesOf({ output, account, region }: Answer): readonly Item[] {
  const buses = output['EventBuses'] === undefined ? [output] : objects(output['EventBuses']);
  return buses.flatMap((bus) => {
    const name = textOf(bus['Name']);
    return name === undefined || name === 'default' || name.startsWith('aws.partner/')
      ? []
      : [{ name, owner: account, region }];
  });
}

/** The buses to which a rule sends, each where its ARN says. */
function targetBusesOf({ output }: Answer): readonly Item[] {
  return objects(output['Targets']).flatMap((target) => {
    const arn = textOf(target['Arn']) ?? '';
    const place = splitArn(arn);
    const [, name] = /^[^:]+:[^:]+:events:[^:]*:[^:]*:event-bus\/(.+)$/.exec(arn) ?? [];
    return place === undefined || name === undefined
      ? []
      : [{ name, owner: place.account, region: place.region }];
  });
}

function eventRulesOf({ output, account, region }: Answer): readonly Item[] {
  return objects(output['Rules']).flatMap((rule) => {
    const name = textOf(rule['Arn']);
    return name !== undefined && ruleNameOf(name) !== undefined && maySeeCloudTrailEvents(rule)
      ? [{ name, owner: account, region }]
      : [];
  });
}

function targetsInput(arn: string): JsonObject {
  const { rule = '', bus } = ruleNameOf(arn) ?? {};
  return { Rule: rule, ...(bus === undefined ? {} : { EventBusName: bus }) };
}
